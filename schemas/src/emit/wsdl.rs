//! WSDL 1.1 of a contract's operations: SOAP 1.1 and SOAP 1.2, document/literal wrapped.
//!
//! An operation is called as its request element (`ConsultarCaso`): that, one part, and element types
//! that are sequences, is what makes tools see the wrapped style and unwrap it.

mod addressing;
mod bindings;
mod packages;
mod schema;
mod writer;

use std::collections::BTreeSet;

use crate::{Contract, ElementId, Operation, QName};

pub use schema::{schema, served};
use writer::Writer;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
const HTTP: &str = "http://schemas.xmlsoap.org/soap/http";
const XSD: &str = "http://www.w3.org/2001/XMLSchema";

/// Gives the address of a schema file, by its contract and its path inside that contract.
pub type Locate<'a> = dyn Fn(&Contract, &str) -> String + 'a;

/// What the contract itself does not say.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The contract of the header blocks (`Contexto`, `Transmision`) and of the fault (`Error`).
    pub context: Option<&'a Contract>,
    /// The address of both ports.
    pub address: &'a str,
    /// Where the schema files are.
    pub locate: &'a Locate<'a>,
}

/// The WSDL document.
pub fn document(contract: &Contract, options: &Options<'_>) -> String {
    let names = Names::of(contract, options.context);
    let mut out = Writer::new();
    let target = names.target.as_str();
    let mut spaces = vec![
        ("xmlns:wsdl", WSDL),
        ("xmlns:soap", SOAP11),
        ("xmlns:soap12", SOAP12),
        ("xmlns:wsam", addressing::METADATA),
        ("xmlns:xs", XSD),
        ("xmlns:tns", target),
        ("xmlns:m", contract.namespace()),
    ];
    if let Some(context) = options.context {
        spaces.push(("xmlns:c", context.namespace()));
    }
    spaces.extend([
        ("name", names.service.as_str()),
        ("targetNamespace", target),
    ]);
    out.open("wsdl:definitions", &spaces);
    out.text_element("wsdl:documentation", &names.title);
    if packages::may_come(contract) {
        packages::policy(&mut out);
    }
    addressing::policy(&mut out);
    types(&mut out, contract, options);
    messages(&mut out, &names, contract);
    port_type(&mut out, &names, contract);
    bindings::write(&mut out, &names, contract);
    service(&mut out, &names, options.address);
    out.close("wsdl:definitions");
    out.finish()
}

/// The names that the document gives.
struct Names {
    target: String,
    service: String,
    title: String,
    /// Local names of the header blocks and of the fault, where the context has them.
    request_header: Option<&'static str>,
    response_header: Option<&'static str>,
    fault: Option<&'static str>,
    /// The action of the fault.
    fault_action: String,
}

impl Names {
    fn of(contract: &Contract, context: Option<&Contract>) -> Self {
        let has = |local: &'static str| {
            let context = context?;
            context
                .root(&QName::new(Some(context.namespace()), local))
                .map(|_| local)
        };
        Self {
            target: format!("{}:servicio", contract.namespace()),
            service: format!("{}-{}", contract.name(), contract.version()),
            title: format!(
                "Contrato {}, versión {}.",
                contract.name(),
                contract.version()
            ),
            request_header: has("Contexto"),
            response_header: has("Transmision"),
            fault: has("Error"),
            fault_action: context
                .map(|context| format!("{}:Error", context.namespace()))
                .unwrap_or_default(),
        }
    }

    /// The messages that only carry one element of the context.
    fn shared(&self) -> impl Iterator<Item = &'static str> {
        [self.request_header, self.response_header, self.fault]
            .into_iter()
            .flatten()
    }
}

/// What WSDL calls the operation: the local name of its request.
fn name<'c>(contract: &'c Contract, operation: &Operation) -> &'c str {
    &contract.element(operation.request).name.local
}

fn types(out: &mut Writer, contract: &Contract, options: &Options<'_>) {
    out.open("wsdl:types", &[]);
    out.open("xs:schema", &[]);
    let mut files = BTreeSet::new();
    for operation in contract.operations() {
        for element in [operation.request, operation.response] {
            files.insert(file(contract, element));
        }
    }
    for path in files {
        import(out, contract, path, options.locate);
    }
    if let Some(context) = options.context {
        let files: BTreeSet<&str> = context
            .roots()
            .iter()
            .map(|root| file(context, *root))
            .collect();
        for path in files {
            import(out, context, path, options.locate);
        }
    }
    out.close("xs:schema");
    out.close("wsdl:types");
}

fn file(contract: &Contract, element: ElementId) -> &str {
    &contract.element(element).source.file
}

fn import(out: &mut Writer, contract: &Contract, path: &str, locate: &Locate<'_>) {
    let location = locate(contract, path);
    let mut attributes = Vec::new();
    let found = contract.files().iter().find(|file| *file.path == *path);
    let namespace = found.and_then(|file| file.namespace.clone());
    if let Some(namespace) = &namespace {
        attributes.push(("namespace", &**namespace));
    }
    attributes.push(("schemaLocation", location.as_str()));
    out.empty("xs:import", &attributes);
}

fn messages(out: &mut Writer, names: &Names, contract: &Contract) {
    for operation in contract.operations() {
        let request = name(contract, operation);
        let response = &*contract.element(operation.response).name.local;
        message(
            out,
            &format!("{request}.entrada"),
            "parameters",
            &format!("m:{request}"),
        );
        message(
            out,
            &format!("{request}.salida"),
            "parameters",
            &format!("m:{response}"),
        );
    }
    for local in names.shared() {
        message(out, local, &part(local), &format!("c:{local}"));
    }
}

/// The part of a message that carries one element of the context.
fn part(local: &str) -> String {
    local.to_lowercase()
}

fn message(out: &mut Writer, name: &str, part: &str, element: &str) {
    out.open("wsdl:message", &[("name", name)]);
    out.empty("wsdl:part", &[("name", part), ("element", element)]);
    out.close("wsdl:message");
}

fn port_type(out: &mut Writer, names: &Names, contract: &Contract) {
    out.open("wsdl:portType", &[("name", &names.service)]);
    for operation in contract.operations() {
        let request = name(contract, operation);
        out.open("wsdl:operation", &[("name", request)]);
        out.text_element("wsdl:documentation", &operation.doc);
        out.empty(
            "wsdl:input",
            &[("message", &format!("tns:{request}.entrada"))],
        );
        out.empty(
            "wsdl:output",
            &[
                ("message", &format!("tns:{request}.salida")),
                (addressing::ACTION, &operation.answer_action()),
            ],
        );
        if let Some(fault) = names.fault {
            out.empty(
                "wsdl:fault",
                &[
                    ("name", fault),
                    ("message", &format!("tns:{fault}")),
                    (addressing::ACTION, &names.fault_action),
                ],
            );
        }
        out.close("wsdl:operation");
    }
    out.close("wsdl:portType");
}

fn service(out: &mut Writer, names: &Names, address: &str) {
    out.open("wsdl:service", &[("name", &names.service)]);
    for (version, prefix) in bindings::VERSIONS {
        let port = format!("{}-{version}", names.service);
        out.open(
            "wsdl:port",
            &[("name", &port), ("binding", &format!("tns:{port}"))],
        );
        out.empty(&format!("{prefix}:address"), &[("location", address)]);
        out.close("wsdl:port");
    }
    out.close("wsdl:service");
}
