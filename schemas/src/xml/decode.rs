//! XML to documents.

use std::sync::Arc;

use super::source::Source;
use super::start::Start;
use crate::violation::DecodeError;
use crate::{Contract, Document, ElementId, Limits};

/// Reads a whole XML text as the element `root`; nothing may follow it.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode(
    contract: &Arc<Contract>,
    root: ElementId,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, DecodeError> {
    let _ = (contract, root, bytes, limits);
    todo!()
}

/// Reads the element `root` from the middle of an XML text: `source` has just given `start`, and
/// is left after its end.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_at(
    contract: &Arc<Contract>,
    root: ElementId,
    source: &mut Source<'_>,
    start: &Start<'_>,
    limits: &Limits,
) -> Result<Document, DecodeError> {
    let _ = (contract, root, source, start, limits);
    todo!()
}
