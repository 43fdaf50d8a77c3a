//! Valid documents made from a contract: examples for those who join, and what the tests try.

mod maker;
mod random;
mod texts;
mod tree;
pub(crate) mod values;

pub use maker::Maker;
pub use random::Random;
pub use texts::texts;
pub use tree::{INSTANCE, Part, Tree};

use std::sync::Arc;

use crate::{Contract, DecodeError, Document, ElementId, Limits, xml};

/// How many documents are tried before none is found: keys and references across a document are left to chance.
const TRIES: u32 = 50;

/// Why a contract has no example of an element.
#[derive(Debug, thiserror::Error)]
pub enum NoExample {
    /// The element only stands for others.
    #[error("the element is abstract")]
    Abstract,
    /// Something that no document could be given.
    #[error("no document has {0}")]
    Lacking(String),
    /// No document that was made is valid.
    #[error("no document that was made is valid: {0}")]
    Invalid(DecodeError),
}

/// A valid document of the element.
///
/// # Errors
/// Why there is none.
pub fn example(
    contract: &Arc<Contract>,
    root: ElementId,
    maker: &mut Maker<'_>,
    random: &mut Random,
) -> Result<Document, NoExample> {
    if contract.element(root).is_abstract {
        return Err(NoExample::Abstract);
    }
    let mut tried = 1;
    loop {
        maker.lacking.clear();
        let text = maker.document(root, random).text();
        let why = match maker.lacking.pop_first() {
            Some(lacking) => NoExample::Lacking(lacking),
            None => match xml::decode(contract, root, text.as_bytes(), &Limits::default()) {
                Ok(document) => return Ok(document),
                Err(error) => NoExample::Invalid(error),
            },
        };
        if tried == TRIES {
            return Err(why);
        }
        tried += 1;
    }
}
