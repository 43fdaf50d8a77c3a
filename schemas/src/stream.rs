//! The children of one root element, read one by one, whatever the text: where its content model is.

use std::sync::Arc;

use crate::violation::{DecodeError, Violation, ViolationKind, shown};
use crate::{
    Body, ComplexType, Content, ContentModel, Contract, ElementId, Fault, Place, QName, Term, json,
};

/// Why a stream cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The reader failed.
    #[error("the text cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// What was read is refused.
    #[error("{0}")]
    Refused(DecodeError),
}

impl From<Fault> for StreamError {
    fn from(fault: Fault) -> Self {
        Self::Refused(DecodeError::Fault(fault))
    }
}

impl StreamError {
    /// A violation at `/local`.
    pub(crate) fn invalid(local: &str, line: u32, kind: ViolationKind) -> Self {
        Self::Refused(DecodeError::Invalid(vec![Violation {
            path: format!("/{}", shown(local)),
            line: Some(line),
            kind,
        }]))
    }

    /// What is wrong with a piece of a text, its lines changed to those of the text.
    pub(crate) fn moved(error: DecodeError, real: impl Fn(u32) -> u32) -> Self {
        Self::Refused(match error {
            DecodeError::Fault(fault) => DecodeError::Fault(Fault {
                line: real(fault.line),
                kind: fault.kind,
            }),
            DecodeError::Invalid(mut violations) => {
                for violation in &mut violations {
                    violation.line = violation.line.map(&real);
                }
                DecodeError::Invalid(violations)
            }
        })
    }
}

/// How far the content model of the root is.
#[derive(Debug)]
pub(crate) struct Children {
    pub(crate) contract: Arc<Contract>,
    pub(crate) root: ElementId,
    place: Place,
}

impl Children {
    pub(crate) fn new(contract: &Arc<Contract>, root: ElementId) -> Self {
        Self {
            contract: Arc::clone(contract),
            root,
            place: Place::default(),
        }
    }

    /// The name of the root.
    pub(crate) fn name(&self) -> &QName {
        &self.contract.element(self.root).name
    }

    /// The property that a child is in the JSON of the root.
    pub(crate) fn property(&self, child: ElementId) -> String {
        let clashes = self.complex().map_or(&[][..], |complex| &complex.clashes);
        json::property(&self.contract.element(child).name, clashes)
    }

    /// The complex type of the root.
    pub(crate) fn complex(&self) -> Option<&ComplexType> {
        match self.contract.element(self.root).content {
            Content::Simple(_) => None,
            Content::Complex(id) => Some(self.contract.complex(id)),
        }
    }

    /// The next child, which is the one that `is` says; `None` where it may not come. Those that only
    /// a wildcard admits may not.
    pub(crate) fn take(&mut self, is: impl Fn(&Contract, ElementId) -> bool) -> Option<ElementId> {
        let is = |term| match term {
            Term::Element(id) => is(&self.contract, id),
            Term::Wildcard(_) => false,
        };
        match self.model()?.step(self.place, is)? {
            (Term::Element(id), place) => {
                self.place = place;
                Some(id)
            }
            (Term::Wildcard(_), _) => None,
        }
    }

    /// The names of the children of which one must come; empty where the content may end.
    pub(crate) fn missing(&self) -> Vec<String> {
        match self.model() {
            Some(model) if !model.may_end(self.place) => self.expected(),
            Some(_) | None => Vec::new(),
        }
    }

    /// The names of the children that may come.
    pub(crate) fn expected(&self) -> Vec<String> {
        let options = self.model().into_iter();
        let options = options.flat_map(|model| model.options(self.place));
        let named = options.filter_map(|term| match term {
            Term::Element(id) => Some(self.contract.element(id).name.local.to_string()),
            Term::Wildcard(_) => None,
        });
        named.collect()
    }

    fn model(&self) -> Option<&ContentModel> {
        match &self.complex()?.body {
            Body::Elements(model) => Some(model),
            Body::Empty | Body::Simple(_) => None,
        }
    }
}
