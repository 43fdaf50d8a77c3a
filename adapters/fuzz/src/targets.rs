//! What is done with foreign bytes, by the fuzzer and by the test that replays its corpus.
//!
//! Whatever the bytes are, nothing may panic or run away; what comes out of a package comes out of one that we make of it.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use adapters::soap;
use contract::{Contract, Governance, Limits};

/// Bytes as a package: its content type, an empty line, its body.
pub(crate) fn package(data: &[u8]) {
    let end = data.windows(4).position(|it| it == b"\r\n\r\n");
    let (first, rest) = data.split_at(end.unwrap_or(data.len()));
    let Ok(content_type) = std::str::from_utf8(first) else {
        return;
    };
    let body = rest.get(4..).unwrap_or_default();
    let (contract, limits) = (contract(), Limits::default());
    let Ok(Some(opened)) = soap::unpack(Some(content_type), body, contract, &limits) else {
        return;
    };
    let version = soap::guess(Some(content_type));
    let Some(packed) = soap::pack(version, &opened.message, contract, "otro") else {
        return;
    };
    let again = soap::unpack(Some(&packed.content_type), &packed.body, contract, &limits);
    let again = again.map(|it| it.map(|it| it.message));
    assert_eq!(again.ok().flatten(), Some(opened.message));
}

/// The contract of the packages that are kept as files beside the tests.
fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let above = ["..", "../.."].map(|up| here.join(up).join("schemas/contracts/viogen/2"));
        let folder = above.iter().find(|folder| folder.is_dir());
        let loaded = Contract::load(folder.expect("the contract"), Governance::Required);
        loaded.unwrap_or_else(|errors| panic!("{errors}"))
    })
}
