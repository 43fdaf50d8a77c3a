//! `POST /soap/<contract>/<version>` · SOAP 1.1 (W3C Note, 2000) and SOAP 1.2 (W3C Recommendation,
//! 2007), document/literal, both at one address.
//!
//! The namespace of the envelope says the version; the answer is in the version of the question.

mod addressing;
mod answer;
mod envelope;
mod error;
mod fault;
mod header;
mod media;
mod operation;
mod package;
mod request;
mod typed;
mod write;

pub(crate) use envelope::check_frame;

pub use addressing::{
    ADDRESSING, Addressing, AddressingCode, AddressingError, AddressingFault, AddressingHeader,
    AddressingVersion, Asked, Endpoint, Relation, Reply, addressing, relation, with_blocks,
    with_question,
};
pub use answer::{AnswerError, FaultReport, Response, Transmission, read_response};
pub use error::{Place, SoapError};
pub use fault::{FaultCode, fault_status, write_fault, write_typed_fault};
pub use media::{RequestHeaders, request_headers};
pub use package::{
    Binary, PackageError, PackageFault, Packaging, Packed, Packing, Spot, Unpacked, Wish, guess,
    pack, unpack, wish,
};
pub use request::{Incoming, Rejection, SoapRequest, read_request};
pub use typed::typed_fault;
pub use write::{write_plain, write_request, write_response};

use contract::SoapEdition;

/// The namespace of our header blocks and of the detail of our faults.
pub const CONTEXT_NAMESPACE: &str = "urn:pasarela:contexto:1";

/// A version of SOAP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SoapVersion {
    /// SOAP 1.1, `text/xml`.
    V11,
    /// SOAP 1.2, `application/soap+xml`.
    V12,
}

impl SoapVersion {
    /// Both versions.
    pub const ALL: &'static [Self] = &[Self::V11, Self::V12];

    /// The namespace of the envelope.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    /// The media type, without parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml",
            Self::V12 => "application/soap+xml",
        }
    }

    /// The `Content-Type` of an answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// The edition of SOAP that a WSDL binds.
    pub const fn of(edition: SoapEdition) -> Self {
        match edition {
            SoapEdition::V11 => Self::V11,
            SoapEdition::V12 => Self::V12,
        }
    }

    /// Whether a block that names this actor or role is for us: we are the last one on the way.
    pub(crate) fn is_our_role(self, role: &str) -> bool {
        let ours: &[&str] = match self {
            Self::V11 => &["", "http://schemas.xmlsoap.org/soap/actor/next"],
            Self::V12 => &[
                "",
                "http://www.w3.org/2003/05/soap-envelope/role/next",
                "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
            ],
        };
        ours.contains(&role)
    }

    /// The version whose envelopes have this namespace.
    pub fn from_namespace(namespace: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|version| version.namespace() == namespace)
    }
}
