//! What the description says of addressing: messages may carry it, and need not (WS-Addressing metadata, W3C 2007,
//! sections 3.1 and 4.4; for older tools WS-Addressing WSDL binding, 2006, section 3.1).

use super::writer::Writer;

/// The namespace of actions and of the assertion.
pub(super) const METADATA: &str = "http://www.w3.org/2007/05/addressing/metadata";
/// The attribute that says the action of an answer or a fault. That of a request is the action of SOAP that the binding
/// has (metadata, section 4.4.1): said here too, some clients would address every message, and leave that unsigned.
pub(super) const ACTION: &str = "wsam:Action";

const POLICY: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy";
const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const OLDER: &str = "http://www.w3.org/2006/05/addressing/wsdl";

/// The name of the policy in the document.
const NAME: &str = "direccionamiento";

/// The policy: answers go back on the connection of their question.
pub(super) fn policy(out: &mut Writer) {
    let spaces = [
        ("xmlns:wsp", POLICY),
        ("xmlns:wsu", UTILITY),
        ("wsu:Id", NAME),
    ];
    out.open("wsp:Policy", &spaces);
    out.open("wsam:Addressing", &[("wsp:Optional", "true")]);
    out.open("wsp:Policy", &[]);
    out.empty("wsam:AnonymousResponses", &[]);
    out.close("wsp:Policy");
    out.close("wsam:Addressing");
    out.close("wsp:Policy");
}

/// What a binding says of it.
pub(super) fn reference(out: &mut Writer) {
    let uri = format!("#{NAME}");
    let attributes = [("xmlns:wsp", POLICY), ("URI", uri.as_str())];
    out.empty("wsp:PolicyReference", &attributes);
}

/// The same for tools that know no policy.
pub(super) fn using(out: &mut Writer) {
    let attributes = [("xmlns:wsaw", OLDER), ("wsdl:required", "false")];
    out.empty("wsaw:UsingAddressing", &attributes);
}
