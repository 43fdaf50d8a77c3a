//! JSON: the codec between JSON and documents.
//!
//! An element is a property called by its local name; one that may occur more than once is always
//! an array. Integers that fit ±(2^53 − 1) are numbers, booleans are booleans, all else is a
//! string. Where a type has attributes they are properties called `@name`, and the text beside
//! them is `#texto`. Nil is `null`; where the type has attributes, a `#texto` that is `null`.
//! The properties of an object may come in any order.

mod any;
mod children;
mod decode;
mod name;
mod object;
mod scalar;
mod stream;
mod tape;
mod write;

pub use decode::{decode, decode_child};
pub use stream::Stream;

pub(crate) use name::{full, property};
pub(crate) use write::{write, write_entry};

/// The property that holds the text of an element with attributes.
pub(crate) const TEXT: &str = "#texto";

/// The property that lists all children in order, where grouping by name would lose it.
pub(crate) const LIST: &str = "#contenido";

/// The property that lists the children that wildcards admit.
pub(crate) const ANY: &str = "#otros";

/// The property that names the type of the element.
pub(crate) const TYPE: &str = "@xsi:type";
