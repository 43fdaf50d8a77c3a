//! JSON: the codec between JSON and documents.

mod decode;
mod write;

pub use decode::{decode, decode_child};

pub(crate) use write::write;
