//! What a contract that is not ours says beside its schemas: how its WSDL speaks, and on which
//! terms the file `governance.toml` in its folder lets it be fronted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ElementId;

/// An edition of SOAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SoapEdition {
    /// SOAP 1.1.
    V11,
    /// SOAP 1.2.
    V12,
}

impl SoapEdition {
    /// Both editions.
    pub const ALL: &'static [Self] = &[Self::V11, Self::V12];
}

/// How the bindings of a WSDL carry one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The editions of SOAP, each with its action; never empty.
    pub actions: Vec<(SoapEdition, Arc<str>)>,
    /// The header blocks of the request, in the order of the binding.
    pub request_headers: Vec<ElementId>,
    /// The header blocks of the response.
    pub response_headers: Vec<ElementId>,
    /// The elements that the detail of a fault may carry.
    pub faults: Vec<ElementId>,
}

/// On which terms one operation may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The purposes that it serves; none: whatever the agreement grants.
    pub purposes: BTreeSet<Arc<str>>,
    /// How many requests a minute one organism may make.
    pub per_minute: Option<u32>,
    /// Where its messages say who asks.
    pub context: ContextSource,
}

/// Where the messages of an operation say who asks, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextSource {
    /// In our header block, or in the headers of HTTP.
    Header,
    /// In the generic data of the message itself.
    Body(BodyContext),
}

/// Which leaves of a request say who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyContext {
    /// The leaf of each field: its path from the root, names joined by `/`.
    pub fields: BTreeMap<ContextField, Arc<str>>,
    /// The purpose that each word of the service means; none: the words are ours.
    pub purposes: BTreeMap<Arc<str>, Arc<str>>,
}

/// A field of the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContextField {
    /// The organism that asks.
    Requester,
    /// The organism it acts for.
    OnBehalfOf,
    /// The officer.
    Officer,
    /// What for.
    Purpose,
    /// The file.
    File,
    /// The name of the request.
    RequestId,
    /// When it was made.
    Timestamp,
}

/// What the governance file says of a contract as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fronting {
    /// Where its cases belong.
    pub territory: Territory,
    /// The level that a case counts as where no leaf says one; none: the highest.
    pub level: Option<Arc<str>>,
    /// Its typed fault.
    pub fault: Option<FaultTerms>,
}

/// Where the cases of a contract belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Territory {
    /// Each says so itself, in a leaf with the role `territorio`.
    Told,
    /// None does, and only these kinds of organism may ask.
    Without {
        /// Why that is so.
        reason: Arc<str>,
        /// The kinds of organism.
        kinds: BTreeSet<Arc<str>>,
    },
}

/// The typed fault of a contract, both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultTerms {
    /// The element in the detail.
    pub element: ElementId,
    /// What each leaf says, by its path from the root.
    pub leaves: BTreeMap<Arc<str>, FaultText>,
    /// The problem, by its code, that each code of the service means.
    pub problems: BTreeMap<Arc<str>, Arc<str>>,
}

/// What a leaf of a typed fault says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultText {
    /// The code.
    Code,
    /// The text for people.
    Text,
    /// The request that it answers.
    RequestId,
    /// When.
    Timestamp,
    /// The incident under which it is on record.
    Incident,
    /// Always the same.
    Fixed(Arc<str>),
}
