//! A holder that speaks a dialect of its own: it is asked in its words, and its answer is read in ours.

use std::sync::Arc;

use adapters::put_context;
use contract::{ContextSource, Conversions, Document, Loss, NotConverted, Operation};
use domain::Context;

use crate::PeerFault;

/// What a holder speaks instead of the canonical contract.
#[derive(Clone, Debug)]
pub struct Tongue {
    /// The way from its contract to the canonical one, and back.
    pub conversions: Arc<Conversions>,
}

/// What a holder said, in the words of the canonical contract.
#[derive(Debug)]
pub(crate) struct Heard {
    pub document: Document,
    /// What had no place there, in the holder's words.
    pub lost: Vec<Loss>,
}

impl Tongue {
    /// The question in the holder's words, with the operation that it is there; where its messages say themselves who
    /// asks, they do.
    pub(crate) fn put(
        &self,
        question: &Document,
        context: &Context,
    ) -> Result<(Document, &Operation), PeerFault> {
        let made = self.conversions.back.convert(question, &[]);
        let made = made.map_err(|fault| PeerFault::Unsayable(named(&fault)))?;
        let root = made.document.root().element();
        let mut known = self.conversions.back.to().operations().iter();
        let operation = known.find(|operation| operation.request == root);
        let nothing = || PeerFault::Unsayable("its contract has no such operation".to_owned());
        let operation = operation.ok_or_else(nothing)?;
        let terms = operation.terms.as_ref().map(|terms| &terms.context);
        let document = match terms {
            Some(ContextSource::Body(told)) => put_context(&made.document, told, context)
                .map_err(|fault| PeerFault::Unsayable(fault.to_string()))?,
            Some(ContextSource::Header) | None => made.document,
        };
        Ok((document, operation))
    }

    /// The answer in ours, with what of it ours has no place for.
    pub(crate) fn understand(&self, answer: &Document) -> Result<Heard, PeerFault> {
        let made = self.conversions.forth.convert(answer, &[]);
        let made = made.map_err(|fault| PeerFault::Unfit(named(&fault)))?;
        Ok(Heard {
            document: made.document,
            lost: made.losses,
        })
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
