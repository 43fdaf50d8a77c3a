//! Problems: everything that can go wrong between a caller and an answer, in one table.

pub mod table;

use crate::RequestId;
pub use table::Problem;

/// One row of the problem table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable code on the wire, such as `convenio-no-vigente`.
    pub code: &'static str,
    /// The title in Spanish, for the peer.
    pub title: &'static str,
    /// The HTTP status.
    pub http: u16,
    /// The SOAP fault code.
    pub soap: SoapCode,
    /// The code of the intermediation standard (SCSP v3), where it has one.
    pub scsp: Option<&'static str>,
    /// Whose fault it is.
    pub blame: Blame,
    /// Whether sending it again may help.
    pub retry: Retry,
    /// Who may be told.
    pub audience: Audience,
}

/// The fault codes of SOAP 1.2; SOAP 1.1 calls them `Client` and `Server`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoapCode {
    /// The message was wrong.
    Sender,
    /// The message could not be processed, for no fault of its own.
    Receiver,
}

impl SoapCode {
    /// The local name in SOAP 1.2.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "Sender",
            Self::Receiver => "Receiver",
        }
    }
}

/// Whose fault a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Whoever asked.
    Caller,
    /// This gateway.
    Gateway,
    /// The system that holds the answer.
    Holder,
}

impl Blame {
    /// The word on the wire (`culpa`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "solicitante",
            Self::Gateway => "pasarela",
            Self::Holder => "cedente",
        }
    }
}

/// Whether to send the same thing again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The answer will be the same.
    Never,
    /// Only once the request or its circumstances have been put right.
    AfterFix,
    /// Unchanged, after this time.
    Later {
        /// How long to wait at least.
        seconds: u32,
    },
}

impl Retry {
    /// The word on the wire (`reintento`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "nunca",
            Self::AfterFix => "trasCorregir",
            Self::Later { .. } => "masTarde",
        }
    }

    /// How long to wait, for `Retry-After`.
    pub const fn seconds(self) -> Option<u32> {
        match self {
            Self::Never | Self::AfterFix => None,
            Self::Later { seconds } => Some(seconds),
        }
    }
}

/// Who may be told of a problem (ENS op.acc.5: no reason before the peer is authenticated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Only the gateway's own people, in journal and log.
    Operator,
    /// A registered organism whose certificate was accepted.
    Registered,
    /// Anyone who can connect.
    Anyone,
}

impl Problem {
    /// What may be shown of it: itself, or the bland refusal in its place.
    #[must_use]
    pub fn shown(self) -> Self {
        match self.entry().audience {
            Audience::Operator => Self::AccessDenied,
            Audience::Registered | Audience::Anyone => self,
        }
    }
}

/// A problem that happened, as the peer is told of it; both protocols write it from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which problem.
    pub problem: Problem,
    /// This occurrence of it, in Spanish; never says whether a case exists.
    pub detail: String,
    /// Where the message breaks its schema; empty unless it does.
    pub violations: Vec<Violation>,
    /// Joins what the peer is told with what the log says.
    pub incident: String,
    /// The request it answers, where one could be read.
    pub request_id: Option<RequestId>,
}

/// One place where a message breaks its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the element, such as `/PresentarCaso/caso/victima[2]`.
    pub path: String,
    /// The line in the message, from 1, where the protocol has lines.
    pub line: Option<u32>,
    /// The stable code of the rule.
    pub code: String,
    /// The rule in Spanish; never repeats the offending value.
    pub message: String,
}
