//! The two bindings of the one port type.

use crate::{Contract, Operation};

use super::writer::Writer;
use super::{HTTP, Names, addressing, name, packages, part};

/// The end of a port's name, and the prefix of the binding's namespace.
pub(super) const VERSIONS: [(&str, &str); 2] = [("soap11", "soap"), ("soap12", "soap12")];

pub(super) fn write(out: &mut Writer, names: &Names, contract: &Contract) {
    for (version, prefix) in VERSIONS {
        let binding = format!("{}-{version}", names.service);
        let port_type = format!("tns:{}", names.service);
        out.open("wsdl:binding", &[("name", &binding), ("type", &port_type)]);
        if packages::may_come(contract) {
            packages::reference(out);
        }
        addressing::reference(out);
        let style = [("style", "document"), ("transport", HTTP)];
        out.empty(&format!("{prefix}:binding"), &style);
        addressing::using(out);
        for operation in contract.operations() {
            one(out, names, prefix, operation, name(contract, operation));
        }
        out.close("wsdl:binding");
    }
}

fn one(out: &mut Writer, names: &Names, prefix: &str, operation: &Operation, request: &str) {
    out.open("wsdl:operation", &[("name", request)]);
    let action = [
        ("soapAction", operation.soap_action.as_str()),
        ("style", "document"),
    ];
    out.empty(&format!("{prefix}:operation"), &action);
    direction(out, "wsdl:input", prefix, names.request_header);
    direction(out, "wsdl:output", prefix, names.response_header);
    if let Some(fault) = names.fault {
        out.open("wsdl:fault", &[("name", fault)]);
        out.empty(
            &format!("{prefix}:fault"),
            &[("name", fault), ("use", "literal")],
        );
        out.close("wsdl:fault");
    }
    out.close("wsdl:operation");
}

fn direction(out: &mut Writer, element: &str, prefix: &str, header: Option<&str>) {
    out.open(element, &[]);
    if let Some(local) = header {
        let message = format!("tns:{local}");
        let part = part(local);
        let attributes = [("message", &*message), ("part", &*part), ("use", "literal")];
        out.empty(&format!("{prefix}:header"), &attributes);
    }
    let body = [("parts", "parameters"), ("use", "literal")];
    out.empty(&format!("{prefix}:body"), &body);
    out.close(element);
}
