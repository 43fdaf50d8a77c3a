//! `Content-Digest` · RFC 9530 section 2.

use certs::signing::{Hash, digest};
use sfv::{BareItem, Dictionary, Item, ListEntry, Parser};

use super::fault::SignatureFault;

/// The only algorithm that is taken; others may stand beside it.
const SHA_256: &str = "sha-256";

/// Refuses a body that is not the one the header is about.
pub(super) fn check(header: &str, body: &[u8]) -> Result<(), SignatureFault> {
    let parsed = Parser::new(header).parse::<Dictionary>();
    let digests = parsed.map_err(|_| SignatureFault::Malformed)?;
    let told = digests
        .get(SHA_256)
        .ok_or(SignatureFault::DigestAlgorithm)?;
    let ListEntry::Item(Item {
        bare_item: BareItem::ByteSequence(told),
        ..
    }) = told
    else {
        return Err(SignatureFault::Malformed);
    };
    let own = digest(Hash::Sha256, body).map_err(|_| SignatureFault::Malformed)?;
    if own == *told {
        Ok(())
    } else {
        Err(SignatureFault::DigestMismatch)
    }
}
