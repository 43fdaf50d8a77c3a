//! JSON to documents.

use std::sync::Arc;

use crate::violation::DecodeError;
use crate::{Builder, Contract, Document, ElementId, Limits};

/// Reads a whole JSON text as the CONTENT of the element `root`: an object whose properties are
/// its children, or the value of a leaf.
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

/// Reads a whole JSON text as the next child, called `local`, of the builder's open element.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_child(
    builder: &mut Builder,
    local: &str,
    bytes: &[u8],
    limits: &Limits,
) -> Result<(), DecodeError> {
    let _ = (builder, local, bytes, limits);
    todo!()
}
