//! Reduction: what is left of a document for one reader.

use super::{Document, NodeRef};
use crate::mask::Mask;

/// What becomes of one governed case.
#[derive(Debug, Clone, Copy)]
pub enum Fate<'m> {
    /// It is released through the mask.
    Release(&'m Mask),
    /// It is taken out as if it had never been there.
    Drop,
}

impl Document {
    /// Takes out and masks what the reader may not see, case by case.
    pub fn reduce<'m>(self, fate: impl FnMut(NodeRef<'_>) -> Fate<'m>) -> Document {
        let _ = fate;
        todo!()
    }
}
