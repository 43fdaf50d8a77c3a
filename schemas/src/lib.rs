//! Contracts as data: XSD files in, validating codecs and descriptions out.

mod facets;
mod limits;
mod load;
mod model;
mod name;
mod operation;

pub use facets::{Bound, Builtin, FacetFault, Facets, JsonKind, Pattern, SimpleType, WhiteSpace};
pub use limits::Limits;
pub use load::{LoadError, LoadErrors, SchemaFault};
pub use model::{
    Attribute, Automaton, Body, Child, ComplexType, Content, Contract, Edge, Element, ElementId,
    Governance, Governed, Group, GroupId, Location, Masking, Occurs, Particle, Repeat, Role,
    SchemaFile, Sensitivity, SimpleId, State, StateId, TypeId, ValueConstraint,
};
pub use name::{NotAName, QName};
pub use operation::{Method, Operation, RestBinding, RestBody, Segment};
