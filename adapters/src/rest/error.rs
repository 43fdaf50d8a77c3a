//! What is wrong with a REST request before its contract matters, by name.

use contract::Method;

/// What is wrong with the address, the query, or what HTTP says about the body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestError {
    /// No operation has this address.
    #[error("no operation has this address")]
    NoSuchResource,
    /// Operations have this address, by other methods.
    #[error("the address takes other methods only")]
    MethodNotAllowed {
        /// The methods it takes, for `Allow`.
        allowed: Vec<Method>,
    },
    /// The body is not announced as JSON in UTF-8.
    #[error("the content type is not json in utf-8")]
    MediaType,
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("bad percent-encoding in `{place}`")]
    BadEncoding {
        /// Where.
        place: String,
    },
    /// A query parameter that the operation does not have.
    #[error("the parameter `{name}` is unknown")]
    UnknownParameter {
        /// Its name.
        name: String,
    },
    /// A query parameter given more often than the contract allows.
    #[error("the parameter `{name}` is repeated")]
    RepeatedParameter {
        /// Its name.
        name: String,
    },
    /// A query parameter that only the gateway fills.
    #[error("the parameter `{name}` is filled by the gateway")]
    ReservedParameter {
        /// Its name.
        name: String,
    },
    /// A body where the operation has none.
    #[error("the operation has no body")]
    UnexpectedBody,
    /// `If-Match` is not one strong entity tag.
    #[error("if-match is not one strong entity tag")]
    InvalidIfMatch,
    /// The operation changes something and `If-Match` is absent.
    #[error("if-match is missing")]
    PreconditionRequired,
}
