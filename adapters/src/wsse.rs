//! Message security · WS-Security 1.1 (OASIS, 2006) with the X.509 token profile 1.1, over XML Signature (W3C, 2008)
//! and exclusive canonicalisation (W3C, 2002): a strict profile of our own.
//!
//! INVARIANT: what is read of a signed message is what was verified. [`open`] hands on the canonical bytes whose
//! digests the signature covers, put together anew; nothing else of the message reaches a decoder.
//!
//! A reference is good only if what it points to stands where it has its meaning: the body of the envelope, a block of
//! its header, or a part of the one security header. So nothing can be moved away and still count as signed.

mod answer;
mod canonical;
mod fault;
mod frame;
mod ids;
mod key;
mod open;
mod references;
mod sign;
mod signature;
mod timestamp;
mod tree;

pub use answer::{Expected, open_answer};
pub use fault::{SecurityCode, SecurityError, SecurityFault};
pub use key::Token;
pub use open::{Opened, Signed, Trust, open};
pub use sign::{SignError, SignedRequest, Stamp, sign, sign_request};
pub use timestamp::Clock;

/// `Security`, `BinarySecurityToken` and the codes of faults.
pub const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const WSSE11: &str = "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd";
const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const BASE64: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
const X509V3: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3";
const X509_KEY_ID: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509SubjectKeyIdentifier";
/// WS-Addressing 1.0, and the draft of it that older stacks still send.
const ADDRESSING: [&str; 2] = [
    "http://www.w3.org/2005/08/addressing",
    "http://schemas.xmlsoap.org/ws/2004/08/addressing",
];
