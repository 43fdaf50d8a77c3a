//! Walking the content models.

use super::{Frame, FrameKind, Wanted};
use crate::violation::shown;
use crate::{Body, ContentModel, Contract, Element, Term, WildcardId};

impl Frame {
    /// Moves along the content model to the child that is meant; `None` when it may not come here.
    #[inline]
    pub(super) fn step(&mut self, contract: &Contract, wanted: Wanted<'_>) -> Option<Term> {
        let model = self.model(contract)?;
        let (term, place) = model.step(self.place, |term| wanted.is(contract, term))?;
        self.place = place;
        Some(term)
    }

    /// The children that may come next, in the order of the content model.
    pub(super) fn options(self, contract: &Contract) -> impl Iterator<Item = Term> {
        let model = self.model(contract).into_iter();
        model.flat_map(move |model| model.options(self.place))
    }

    /// The names of the children that may come next.
    pub(super) fn expected(&self, contract: &Contract) -> Vec<String> {
        self.options(contract)
            .map(|term| match term {
                Term::Element(id) => contract.element(id).name.local.to_string(),
                Term::Wildcard(_) => "*".to_owned(),
            })
            .collect()
    }

    /// Whether the content may end here.
    pub(super) fn may_end(&self, contract: &Contract) -> bool {
        self.model(contract)
            .is_none_or(|model| model.may_end(self.place))
    }

    fn model<'c>(&self, contract: &'c Contract) -> Option<&'c ContentModel> {
        if self.kind != FrameKind::Elements {
            return None;
        }
        match &contract.complex(self.complex?).body {
            Body::Elements(model) => Some(model),
            Body::Empty | Body::Simple(_) => None,
        }
    }
}

impl Wanted<'_> {
    fn is(self, contract: &Contract, term: Term) -> bool {
        let id = match term {
            Term::Element(id) => id,
            Term::Wildcard(wildcard) => return self.is_admitted(contract, wildcard),
        };
        match self {
            Wanted::Name(namespace, local) => {
                let Element { name, .. } = contract.element(id);
                *name.local == *local && name.namespace.as_deref() == namespace
            }
            Wanted::Local(local) => *contract.element(id).name.local == *local,
            Wanted::Like(other) => {
                id == other || contract.element(id).name == contract.element(other).name
            }
        }
    }

    fn is_admitted(self, contract: &Contract, wildcard: WildcardId) -> bool {
        let namespace = match self {
            Wanted::Name(namespace, _) => namespace,
            Wanted::Local(_) => return false,
            Wanted::Like(id) => contract.element(id).name.namespace.as_deref(),
        };
        contract.wildcard(wildcard).namespaces.has(namespace)
    }

    /// The name that is meant, for a message.
    pub(super) fn shown(self, contract: &Contract) -> String {
        match self {
            Wanted::Name(_, local) | Wanted::Local(local) => shown(local),
            Wanted::Like(id) => contract.element(id).name.local.to_string(),
        }
    }
}
