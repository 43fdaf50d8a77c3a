//! Descriptions of a contract for machines and people of the other side.
//!
//! Every emitter is a function of the compiled contract: the same contract gives the same bytes.

pub mod json_schema;
pub mod openapi;
pub mod wsdl;

use crate::{Body, Child, Content, Contract, Element, ElementId, SimpleId};

/// Which way a document travels; requests may not carry masked forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the caller to the gateway.
    Request,
    /// From the gateway to the caller.
    Response,
}

impl Direction {
    /// The way that documents with that root travel: requests of operations one way, all else the
    /// other.
    pub fn of(contract: &Contract, root: ElementId) -> Self {
        let mut operations = contract.operations().iter();
        if operations.any(|operation| operation.request == root) {
            Self::Request
        } else {
            Self::Response
        }
    }
}

impl Contract {
    /// The children of an element, in schema order; none for a leaf.
    pub(crate) fn children_of(&self, id: ElementId) -> &[Child] {
        match self.element(id).content {
            Content::Complex(complex) => &self.complex(complex).children,
            Content::Simple(_) => &[],
        }
    }

    /// The type of the element's text, if it has text.
    pub(crate) fn text_of(&self, element: &Element) -> Option<SimpleId> {
        match element.content {
            Content::Simple(simple) => Some(simple),
            Content::Complex(complex) => match self.complex(complex).body {
                Body::Simple(simple) => Some(simple),
                Body::Empty | Body::Elements(_) => None,
            },
        }
    }
}
