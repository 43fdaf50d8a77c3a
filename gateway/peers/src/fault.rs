//! What can go wrong with a holder, by name.

use adapters::signatures::SignatureFault;
use adapters::soap::FaultReport;
use adapters::wsse::SecurityError;
use certs::load::LoadError;
use domain::problem::Blame;
use domain::{Problem, Silence};

use crate::breaker::Outcome;

/// Why a holder cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A certificate, key or authority cannot be used.
    #[error(transparent)]
    Certificates(#[from] LoadError),
    /// The address is not one of an `https` endpoint.
    #[error("`{0}` is no https address")]
    Endpoint(String),
    /// What is asked must be signed, and there is no key.
    #[error("its questions must be signed, and no key to sign with is configured")]
    NoKey,
    /// The HTTP client refuses the settings.
    #[error("the http client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum PeerFault {
    /// The question breaks the contract: our own mistake.
    #[error("the question breaks the contract: {0}")]
    Question(String),
    /// The holder's dialect has no words for the question.
    #[error("the question cannot be put in the holder's words: {0}")]
    Unsayable(String),
    /// The question cannot be signed: our own fault. It does not leave.
    #[error("the question cannot be signed: {0}")]
    Unsignable(String),
    /// Nobody listens, or the name is unknown.
    #[error("the holder cannot be reached: {0}")]
    Unreachable(String),
    /// One of the two does not accept the other's certificate or TLS settings.
    #[error("the holder and we do not agree on TLS: {0}")]
    Tls(String),
    /// The holder took too long.
    #[error("the holder took too long: {0}")]
    Timeout(Wait),
    /// The connection ended before the answer did.
    #[error("the connection ended before the answer did: {0}")]
    Broken(String),
    /// The answer is longer than allowed.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
    /// What came back is no SOAP answer, by its status and media type.
    #[error(
        "the holder answered {status} with `{media_type}`, which is not the soap that was asked for"
    )]
    NotSoap {
        /// The HTTP status.
        status: u16,
        /// The media type, clipped.
        media_type: String,
    },
    /// What came back is neither JSON nor a problem document, by its status and media type.
    #[error(
        "the holder answered {status} with `{media_type}`, which is neither the json that was asked for nor a problem"
    )]
    NotJson {
        /// The HTTP status.
        status: u16,
        /// The media type, clipped.
        media_type: String,
    },
    /// The answer is not signed as was agreed with the holder.
    #[error("the answer is not signed as agreed: {0}")]
    Signature(BadSignature),
    /// The answer cannot be read, or breaks the contract.
    #[error("the answer cannot be read: {0}")]
    Garbage(String),
    /// The answer is one of the holder's own contract, and says what the canonical one cannot.
    #[error("the answer cannot be told in the canonical contract: {0}")]
    Unfit(String),
    /// The holder failed so often that it is left alone for a while.
    #[error("the holder failed too often and is not asked for a while")]
    Resting,
    /// The holder says that it cannot answer, and why; its own words may hold what was asked, and are not repeated.
    #[error("the holder answered with the fault `{}`", .0.code)]
    Fault(Box<FaultReport>),
}

/// What is wrong with the signature of an answer, by the protocol that it came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// Of an envelope.
    #[error(transparent)]
    Envelope(SecurityError),
    /// Of an answer over REST.
    #[error(transparent)]
    Http(SignatureFault),
}

/// What was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wait {
    /// A turn: too many questions are open.
    #[error("no turn to ask")]
    Turn,
    /// The connection.
    #[error("no connection")]
    Connection,
    /// The head of the answer.
    #[error("no answer")]
    Head,
    /// The rest of it.
    #[error("no end of the answer")]
    Rest,
}

impl PeerFault {
    /// What to tell the caller.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Question(_) => Problem::Internal,
            Self::Unsayable(_) => Problem::NotConvertible,
            Self::Unsignable(_) => Problem::SigningUnavailable,
            Self::Signature(_) => Problem::HolderSignature,
            Self::Unreachable(_)
            | Self::Tls(_)
            | Self::Broken(_)
            | Self::Resting
            | Self::Timeout(Wait::Connection) => Problem::HolderUnreachable,
            Self::Timeout(Wait::Turn) => Problem::Overloaded,
            Self::Timeout(Wait::Head | Wait::Rest) => Problem::HolderTimeout,
            Self::TooLarge(_)
            | Self::NotSoap { .. }
            | Self::NotJson { .. }
            | Self::Garbage(_)
            | Self::Unfit(_) => Problem::HolderGarbage,
            Self::Fault(report) => told(report),
        }
    }

    /// What to tell a caller who was answered by others.
    pub fn silence(&self) -> Silence {
        match self {
            Self::Unreachable(_) | Self::Tls(_) | Self::Timeout(Wait::Connection) => {
                Silence::Unreachable
            }
            Self::Timeout(Wait::Turn | Wait::Head | Wait::Rest) => Silence::Late,
            Self::Unsayable(_) => Silence::Unable,
            Self::Question(_)
            | Self::Unsignable(_)
            | Self::Broken(_)
            | Self::TooLarge(_)
            | Self::NotSoap { .. }
            | Self::NotJson { .. }
            | Self::Signature(_)
            | Self::Garbage(_)
            | Self::Unfit(_)
            | Self::Fault(_) => Silence::Faulty,
            Self::Resting => Silence::Resting,
        }
    }

    /// What it says of the holder itself.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Question(_)
            | Self::Unsayable(_)
            | Self::Unsignable(_)
            | Self::Resting
            | Self::Timeout(Wait::Turn) => Outcome::Untold,
            Self::Fault(report) if told(report) != Problem::HolderFault => Outcome::Works,
            // What it says of one person is no reason to ask it of nobody.
            Self::Unfit(_) => Outcome::Stirs,
            Self::Unreachable(_)
            | Self::Tls(_)
            | Self::Timeout(Wait::Connection | Wait::Head | Wait::Rest)
            | Self::Broken(_)
            | Self::TooLarge(_)
            | Self::NotSoap { .. }
            | Self::NotJson { .. }
            | Self::Signature(_)
            | Self::Garbage(_)
            | Self::Fault(_) => Outcome::Fails,
        }
    }
}

/// What the holder says of the subject or of versions is the caller's business; what it holds against the gateway is not.
fn told(report: &FaultReport) -> Problem {
    const CALLERS: &[Problem] = &[
        Problem::NotFoundOrOutOfScope,
        Problem::VersionConflict,
        Problem::PreconditionRequired,
        Problem::RequestRepeated,
        Problem::RequestInProgress,
        // What the schema cannot say: a cursor that is none, a value that is missing in a new case.
        Problem::SchemaViolation,
        Problem::BodyTooLarge,
    ];
    match report.problem {
        Some(problem) if CALLERS.contains(&problem) => problem,
        // What the governance file says that a code of the service means.
        Some(problem)
            if report.service_code.is_some() && problem.entry().blame == Blame::Holder =>
        {
            problem
        }
        Some(problem) if is_for_later(problem) => Problem::HolderFault,
        Some(_) => Problem::HolderRefused,
        None if matches!(report.code.as_str(), "Sender" | "Client") => Problem::HolderRefused,
        None => Problem::HolderFault,
    }
}

/// Whether the holder's own table says that the same question may be answered later.
fn is_for_later(problem: Problem) -> bool {
    problem.entry().retry.seconds().is_some() || problem == Problem::Internal
}
