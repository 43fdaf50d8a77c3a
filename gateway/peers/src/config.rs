//! Where a holder is, and how long and how much to bear with it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use adapters::soap::{AddressingVersion, Binary, SoapVersion};
use certs::signing::Signer;
use domain::MessageSecurity;
use jiff::SignedDuration;

use crate::{Tongue, request};

/// A system that holds answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderConfig {
    /// Address of its SOAP endpoint, `https://…`.
    pub endpoint: String,
    /// The authorities that may vouch for it, PEM bundle. No other is trusted.
    pub authorities: PathBuf,
    /// Our certificate, then its chain; PEM.
    pub certificate: PathBuf,
    /// Our private key, PEM.
    pub key: PathBuf,
    /// How long to wait for it.
    pub waits: Waits,
    /// How much to take from it.
    pub bounds: Bounds,
    /// How to speak to it.
    pub http: Http,
}

/// What is said to a holder, and how.
#[derive(Clone, Default)]
pub struct Speech {
    /// What it speaks instead of the canonical contract.
    pub tongue: Option<Tongue>,
    /// By which protocol.
    pub protocol: Protocol,
    /// What is signed between it and us; without it nobody looks at signatures.
    pub signatures: Option<Signatures>,
    /// How binary content travels between it and us.
    pub binary: Binary,
    /// How questions are addressed, if they are; over SOAP alone.
    pub addressing: Option<AddressingVersion>,
}

/// The protocols by which holders are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// SOAP, in that version where its WSDL binds none.
    Soap(SoapVersion),
    /// JSON over HTTP, at the addresses that its contract declares.
    Rest,
}

impl Default for Protocol {
    fn default() -> Self {
        Self::Soap(request::VERSION)
    }
}

/// What is signed between a holder and us.
#[derive(Clone)]
pub struct Signatures {
    /// What was agreed: `requests` are our questions, `answers` what it answers.
    pub agreed: MessageSecurity,
    /// What questions are signed with.
    pub signer: Option<Arc<Signer>>,
    /// How far its clock may be from ours.
    pub skew: SignedDuration,
    /// How long a signed message counts at most.
    pub longest: SignedDuration,
}

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For a connection, TLS included.
    pub connection: Duration,
    /// From the question until the head of the answer.
    pub head: Duration,
    /// From the question until the whole answer, waiting for a turn included.
    pub whole: Duration,
}

/// How much to take and to ask at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The longest answer, in bytes.
    pub answer_bytes: usize,
    /// How many questions may be open at once; the others wait for their turn.
    pub open_questions: usize,
    /// How often a question that changes nothing is put when the connection breaks, in all.
    pub attempts: u8,
    /// How many idle connections are kept for the next question.
    pub idle_connections: usize,
}

/// The version of HTTP spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Http {
    /// HTTP/1.1: one question at a time on each of several connections.
    #[default]
    One,
    /// HTTP/2 where the holder has it: many questions at a time on one connection.
    Two,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            connection: Duration::from_secs(3),
            head: Duration::from_secs(8),
            whole: Duration::from_secs(15),
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            answer_bytes: 8 << 20,
            open_questions: 256,
            attempts: 2,
            idle_connections: 64,
        }
    }
}
