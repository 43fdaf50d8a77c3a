//! XML: the one reader of foreign XML, and the codec between XML and documents.

mod chars;
mod declaration;
mod decode;
mod encoding;
mod scope;
mod source;
mod start;
mod stream;
mod text;
mod write;

pub use decode::{decode, decode_at};
pub use encoding::{Encoding, utf8};
pub use source::{Event, Source};
pub use start::Start;
pub use stream::Stream;
pub use write::{close, open};

pub(crate) use chars::is_char;
pub(crate) use write::write;

/// The namespace of `xsi:nil`, `xsi:type` and `xsi:schemaLocation`.
pub(crate) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespace of XML Schema itself.
pub(crate) const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";

/// The namespace of `xml:lang` and its like, always bound to `xml`.
pub(crate) const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of namespace declarations, which no name can have.
pub(crate) const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The longest name of a namespace: looking one up costs in proportion.
pub(crate) const MAX_NAMESPACE: usize = 1024;
