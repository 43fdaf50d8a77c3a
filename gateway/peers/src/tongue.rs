//! A holder that speaks a dialect of its own: it is asked in its words, and its answer is read in ours.

use std::sync::Arc;

use adapters::soap::SoapVersion;
use contract::{Conversions, Document, NotConverted, Operation};

use crate::PeerFault;

/// What a holder speaks instead of the canonical contract.
#[derive(Clone, Debug)]
pub struct Tongue {
    /// The way from its contract to the canonical one, and back.
    pub conversions: Arc<Conversions>,
    /// The edition of SOAP that it understands.
    pub version: SoapVersion,
}

impl Tongue {
    /// The question in the holder's words, with the operation that it is there.
    pub(crate) fn put(&self, question: &Document) -> Result<(Document, &Operation), PeerFault> {
        let made = self.conversions.back.convert(question, &[]);
        let made = made.map_err(|fault| PeerFault::Unsayable(named(&fault)))?;
        let root = made.document.root().element();
        let mut known = self.conversions.back.to().operations().iter();
        let operation = known.find(|operation| operation.request == root);
        let nothing = || PeerFault::Unsayable("its contract has no such operation".to_owned());
        Ok((made.document, operation.ok_or_else(nothing)?))
    }

    /// The answer in ours.
    pub(crate) fn understand(&self, answer: &Document) -> Result<Document, PeerFault> {
        let made = self.conversions.forth.convert(answer, &[]);
        let made = made.map_err(|fault| PeerFault::Garbage(named(&fault)))?;
        Ok(made.document)
    }
}

/// What is wrong, with the paths and no value.
fn named(fault: &NotConverted) -> String {
    match fault {
        NotConverted::Invalid(violations) => {
            let paths: Vec<&str> = violations.iter().map(|it| it.path.as_ref()).collect();
            format!("{fault}: {}", paths.join(", "))
        }
        NotConverted::NoSuchMessage(_) | NotConverted::Expression { .. } => fault.to_string(),
    }
}
