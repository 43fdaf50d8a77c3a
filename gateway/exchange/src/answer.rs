//! What whoever holds the data answered, unopened.

use contract::{Document, Loss};
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
/// `Debug` shows any of it. What it lends are the identifiers of its cases, for the index to be asked about them, and
/// what it lost.
pub struct Answer {
    document: Document,
    tellers: Vec<Teller>,
    /// What of it had no place in the canonical contract, in the holder's words.
    lost: Vec<Loss>,
}

impl Answer {
    /// Seals a document that a holder sent.
    pub fn new(document: Document) -> Self {
        Self::merged(document, Vec::new())
    }

    /// The same, of a holder with words of its own, some of which ours have no place for.
    #[must_use]
    pub fn having_lost(self, lost: Vec<Loss>) -> Self {
        Self { lost, ..self }
    }

    /// Seals what several said, one teller a case.
    pub(crate) fn merged(document: Document, tellers: Vec<Teller>) -> Self {
        let lost = Vec::new();
        Self {
            document,
            tellers,
            lost,
        }
    }

    pub(crate) fn open(self) -> (Document, Vec<Teller>) {
        (self.document, self.tellers)
    }

    pub(crate) fn lost(&self) -> &[Loss] {
        &self.lost
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = CaseId> {
        self.document
            .case_units()
            .into_iter()
            .filter_map(unit::case_id)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(..)")
    }
}
