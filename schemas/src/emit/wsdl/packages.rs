//! What the description says of packages: binary content may travel beside the envelope, both ways, and need not
//! (WS-Policy 1.2; WS-MTOMPolicy: `OptimizedMimeSerialization`).

use super::writer::Writer;
use crate::{Contract, ElementId, Family};

const POLICY: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy";
const MTOM: &str = "http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization";
const UTILITY: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/// The name of the policy in the document.
const NAME: &str = "mtom";

/// Whether some element of the contract holds binary content.
pub(super) fn may_come(contract: &Contract) -> bool {
    let ids = (0..contract.element_count()).filter_map(|at| u32::try_from(at).ok());
    let simples = ids.filter_map(|id| contract.value_type(ElementId(id)));
    let mut families = simples.map(|simple| contract.simple(simple).builtin().family());
    families.any(|family| family == Family::Base64)
}

/// The policy itself.
pub(super) fn policy(out: &mut Writer) {
    let spaces = [
        ("xmlns:wsp", POLICY),
        ("xmlns:wsu", UTILITY),
        ("wsu:Id", NAME),
    ];
    out.open("wsp:Policy", &spaces);
    let assertion = [("xmlns:wsoma", MTOM), ("wsp:Optional", "true")];
    out.empty("wsoma:OptimizedMimeSerialization", &assertion);
    out.close("wsp:Policy");
}

/// What a binding says of it.
pub(super) fn reference(out: &mut Writer) {
    let uri = format!("#{NAME}");
    out.empty(
        "wsp:PolicyReference",
        &[("xmlns:wsp", POLICY), ("URI", &uri)],
    );
}
