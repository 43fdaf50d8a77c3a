//! What whoever holds the data answered, unopened.

use contract::Document;
use domain::{CaseId, OrganismId, Source};

use crate::unit;

/// Whose word a case of an answer is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Teller {
    /// The organism whose system told it.
    pub(crate) organism: OrganismId,
    /// Which system.
    pub(crate) source: Source,
}

/// An answer as it came from the holder, decoded under the contract and nothing else; and, where it was made of what
/// several said, whose word each case is, in their order.
///
/// INVARIANT: it has no way out but [`Permitted::reduce`](crate::Permitted::reduce); not even its
/// `Debug` shows any of it. What it lends are the identifiers of its cases, for the index to be asked about them.
pub struct Answer(Document, Vec<Teller>);

impl Answer {
    /// Seals a document that a holder sent.
    pub fn new(document: Document) -> Self {
        Self(document, Vec::new())
    }

    /// Seals what several said, one teller a case.
    pub(crate) fn merged(document: Document, tellers: Vec<Teller>) -> Self {
        Self(document, tellers)
    }

    pub(crate) fn open(self) -> (Document, Vec<Teller>) {
        (self.0, self.1)
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = CaseId> {
        self.0.case_units().into_iter().filter_map(unit::case_id)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(..)")
    }
}
