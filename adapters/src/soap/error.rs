//! What is wrong with an envelope, by name.

use std::fmt;

use contract::QName;

use super::{AddressingError, PackageError, SoapVersion};

/// A part of the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Directly in the envelope.
    Envelope,
    /// In the header.
    Header,
    /// In the body.
    Body,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Envelope => "Envelope",
            Self::Header => "Header",
            Self::Body => "Body",
        })
    }
}

/// What is wrong with a SOAP message before its contract matters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(
    missing_docs,
    reason = "the lines are those of the message, the names those found in it"
)]
pub enum SoapError {
    /// The media type is absent, or none of the two of SOAP.
    #[error("the content type `{found}` is not one of SOAP")]
    MediaType { found: String },
    /// The message declares another encoding than UTF-8.
    #[error("the charset `{found}` is not read, or not that of the message")]
    Charset { found: String },
    /// The envelope is of one version and the content type of the other.
    #[error("the envelope is {envelope:?} and the content type is of {media:?}")]
    MediaTypeOfOtherVersion {
        envelope: SoapVersion,
        media: SoapVersion,
    },
    /// The root element is no envelope.
    #[error("the root element `{found}` is no envelope")]
    NotAnEnvelope { found: QName },
    /// The envelope's namespace is of no version we speak.
    #[error("the envelope's namespace `{namespace}` is not of SOAP 1.1 or 1.2")]
    UnknownVersion { namespace: String },
    /// Text where only elements may stand.
    #[error("text in `{place}` (line {line})")]
    StrayText { place: Place, line: u32 },
    /// An element that may not stand there.
    #[error("`{found}` cannot stand in `{place}` (line {line})")]
    StrayElement {
        found: QName,
        place: Place,
        line: u32,
    },
    /// A second header, or one after the body.
    #[error("a header after the first part (line {line})")]
    MisplacedHeader { line: u32 },
    /// A second body.
    #[error("a second body (line {line})")]
    TwoBodies { line: u32 },
    /// There is no body.
    #[error("the envelope has no body")]
    NoBody,
    /// The body is empty.
    #[error("the body is empty")]
    EmptyBody,
    /// The body has a second element.
    #[error("the body has a second element (line {line})")]
    CrowdedBody { line: u32 },
    /// A header block that must be understood and is not.
    #[error("the header block `{found}` is not understood (line {line})")]
    MustUnderstand { found: QName, line: u32 },
    /// `mustUnderstand` is neither true nor false.
    #[error("`mustUnderstand` is no boolean (line {line})")]
    InvalidMustUnderstand { line: u32 },
    /// The contract has no operation with that request.
    #[error("the contract has no operation for `{found}` (line {line})")]
    UnknownOperation { found: QName, line: u32 },
    /// The request is of another version of the contract.
    #[error("`{found}` is not of version `{served}` (line {line})")]
    WrongVersion {
        found: QName,
        served: String,
        line: u32,
    },
    /// The request is of no contract served here.
    #[error("the namespace of `{found}` is not `{expected}` (line {line})")]
    WrongNamespace {
        found: QName,
        expected: String,
        line: u32,
    },
    /// The action announced is of another operation than the body.
    #[error("the action `{found}` is not `{expected}`")]
    WrongAction { found: String, expected: String },
    /// The headers of WS-Addressing.
    #[error(transparent)]
    Addressing(#[from] AddressingError),
    /// The package that the message comes in.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// An answer whose body is neither the expected element nor a fault.
    #[error("the answer is `{found}` instead of `{expected}`")]
    UnexpectedAnswer { found: QName, expected: QName },
}
