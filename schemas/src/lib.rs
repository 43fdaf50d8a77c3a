//! Contracts as data: XSD files in, validating codecs and descriptions out.

mod beside;
mod builder;
pub mod catalogue;
pub mod check;
mod convert;
mod document;
pub mod emit;
pub mod example;
mod expression;
mod facets;
mod fault;
mod identity;
pub mod json;
mod limits;
mod load;
mod mask;
mod model;
mod name;
mod operation;
mod rules;
mod service;
mod sink;
mod stream;
mod violation;
pub mod xml;

pub use builder::Builder;
pub use convert::{
    Carried, Conversion, ConversionErrors, ConversionFault, Conversions, Converted, Loss,
    NotConverted, Reach,
};
pub use document::{Document, Fate, Field, NodeRef};
pub use expression::ExpressionFault;
pub use facets::{
    Bound, Builtin, FacetFault, FacetKind, Facets, Family, JsonKind, Pattern, PatternFault,
    RestrictFault, SimpleType, WhiteSpace,
};
pub use fault::{Fault, FaultKind};
pub use limits::Limits;
pub use load::{LoadError, LoadErrors, OperationFault, SchemaFault, SidecarFault, WsdlFault};
pub use mask::{Mask, Treatment, Visibility, Withheld};
pub use model::{
    AllGroup, AllMember, Attribute, Automaton, Body, Child, ComplexType, Content, ContentModel,
    Contract, Count, Derivations, Derived, Edge, Element, ElementId, Fidelity, Form, Governance,
    Governed, Group, GroupId, Identity, IdentityKind, Location, Masking, NameTest, Namespaces,
    Occurs, Particle, Path, Place, Process, Role, SchemaFile, Sensitivity, SimpleId, State,
    StateId, Term, TypeId, ValueConstraint, Wildcard, WildcardId,
};
pub use name::{NotAName, QName};
pub use operation::{Lot, LotResults, Method, Operation, RestBinding, RestBody, Segment};
pub use rules::{Breach, Facts, RuleErrors, RuleFailed, RuleFault, Rulebook};
pub use service::{
    BodyContext, ContextField, ContextSource, FaultTerms, FaultText, Fronting, SoapEdition, Terms,
    Territory, Wire,
};
pub use stream::StreamError;
pub use violation::{DecodeError, JsonShape, Violation, ViolationKind};
