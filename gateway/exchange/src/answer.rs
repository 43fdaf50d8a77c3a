//! What whoever holds the data answered, unopened.

use contract::Document;

/// An answer as it came from the holder, decoded under the contract and nothing else.
///
/// INVARIANT: it has no way out but [`Permitted::reduce`](crate::Permitted::reduce); not even its
/// `Debug` shows any of it.
pub struct Answer(Document);

impl Answer {
    /// Seals a document that a holder sent.
    pub fn new(document: Document) -> Self {
        Self(document)
    }

    pub(crate) fn open(self) -> Document {
        self.0
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(..)")
    }
}
