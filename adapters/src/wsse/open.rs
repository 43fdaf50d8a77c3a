//! Opening a message: what of it is signed, by whom, and nothing else.

use std::sync::Arc;

use certs::signing::SigningCertificate;
use contract::Limits;
use domain::{MessageSecurity, Signing, Tolerance};

use super::frame::{BlockKind, Frame, Security, kind};
use super::ids::{Ids, PlainIds};
use super::key::{self, Token};
use super::references::Parts;
use super::signature::{Enveloped, Signature};
use super::timestamp::{self, Clock};
use super::tree::{Node, Tree};
use super::{SecurityError, SecurityFault, canonical};
use crate::ReadError;
use crate::soap::{self, Rejection, SoapVersion};

/// Finds the certificate that a message names, and says whether it may sign here.
pub type Trust<'t> = dyn Fn(&Token) -> Result<Arc<SigningCertificate>, SecurityFault> + 't;

/// A message whose security was looked at.
#[derive(Debug)]
pub enum Opened {
    /// It has none, and need not: read it as it came.
    Plain,
    /// It is signed: read this in its place.
    Signed(Box<Signed>),
}

/// A message that is signed.
#[derive(Debug)]
pub struct Signed {
    /// The version of its envelope.
    pub version: SoapVersion,
    /// The message made of its verified parts, for whoever reads it.
    pub message: Vec<u8>,
    /// The certificate of whoever signed.
    pub signer: Arc<SigningCertificate>,
    /// The value of the signature: no other message has the same.
    pub signature: Vec<u8>,
    /// The values of the signatures that it confirms (WSS 1.1 section 7.8), all of them signed.
    pub confirmed: Vec<Vec<u8>>,
}

impl Signed {
    /// Whether it says that it answers that request and no other: the one of that signature, or one without.
    pub(super) fn confirms(&self, request: Option<&[u8]>) -> bool {
        let only = |request| self.confirmed.iter().all(|value| value == request);
        match request {
            Some(request) => !self.confirmed.is_empty() && only(request),
            None => self.confirmed.is_empty(),
        }
    }
}

/// Looks at the security of a message as it was agreed with its sender.
///
/// Where none was agreed the message is left to [`soap::read_request`], which refuses a security header by name.
///
/// # Errors
/// The first thing that is wrong with the frame or with the security.
pub fn open(
    bytes: &[u8],
    limits: &Limits,
    agreed: &MessageSecurity,
    clock: &Clock,
    trust: &Trust<'_>,
) -> Result<Opened, Rejection> {
    match agreed.requests {
        Signing::Absent => return Ok(Opened::Plain),
        Signing::Optional | Signing::Required => {}
    }
    let version = soap::check_frame(bytes, limits)?;
    let opened = opened(bytes, version, agreed, clock, trust);
    opened.map_err(|error| Rejection::of(version, error.into()))
}

fn opened(
    bytes: &[u8],
    version: SoapVersion,
    agreed: &MessageSecurity,
    clock: &Clock,
    trust: &Trust<'_>,
) -> Result<Opened, SecurityError> {
    let malformed = || SecurityError::from(SecurityFault::Malformed);
    let text = std::str::from_utf8(bytes).map_err(|_| malformed())?;
    let tree = Tree::read(text).ok_or_else(malformed)?;
    let root = tree.root().ok_or_else(malformed)?;
    let frame = Frame::read(root, version)?;
    match frame.security {
        Some(security) => {
            let security = Security::read(security)?;
            let signed = verified(&frame, &security, agreed, trust)?;
            timestamp::check(security.timestamp, clock)?;
            Ok(Opened::Signed(Box::new(signed)))
        }
        None if agreed.requests == Signing::Required => Err(SecurityFault::NotSigned.into()),
        None => Ok(Opened::Plain),
    }
}

fn verified<'t>(
    frame: &Frame<'t>,
    security: &Security<'t>,
    agreed: &MessageSecurity,
    trust: &Trust<'_>,
) -> Result<Signed, SecurityError> {
    let (plain, enveloped) = tolerated(agreed);
    let ids = Ids::read(frame.root, plain)?;
    let signature = Signature::read(security.signature, enveloped)?;
    let token = key::token(signature.key_info, &ids, &security.tokens)?;
    let signer = trust(&token).map_err(|fault| signature.key_info.fault(fault))?;
    let info = canonical::bytes(signature.info, &signature.prefixes)?;
    if !signer.verifies(signature.algorithm, &info, &signature.value) {
        return Err(security.signature.fault(SecurityFault::SignatureMismatch));
    }
    let parts = Parts::verify(&signature, frame, security, &ids)?;
    parts.cover(frame, security, agreed)?;
    Ok(Signed {
        version: frame.version,
        message: rebuilt(frame, &parts)?,
        signer,
        signature: signature.value,
        confirmed: confirmed(security, &parts)?,
    })
}

fn tolerated(agreed: &MessageSecurity) -> (PlainIds, Enveloped) {
    let plain = if agreed.tolerates.contains(&Tolerance::PlainId) {
        PlainIds::Tolerated
    } else {
        PlainIds::Refused
    };
    let enveloped = if agreed.tolerates.contains(&Tolerance::EnvelopedTransform) {
        Enveloped::Tolerated
    } else {
        Enveloped::Refused
    };
    (plain, enveloped)
}

fn confirmed(security: &Security<'_>, parts: &Parts<'_>) -> Result<Vec<Vec<u8>>, SecurityError> {
    let signed = security.confirmations.iter().filter(|it| parts.has(**it));
    let with_value = signed.filter_map(|it| Some((it, it.attribute("", "Value")?)));
    with_value
        .map(|(it, value)| {
            super::signature::base64(value).ok_or_else(|| it.fault(SecurityFault::NotBase64))
        })
        .collect()
}

/// The message of its verified parts. A block that need not be signed and is not comes as it is; of one that is not
/// known here nothing comes but its name and whether it must be understood.
fn rebuilt(frame: &Frame<'_>, parts: &Parts<'_>) -> Result<Vec<u8>, SecurityError> {
    // A prefix that no part can mean: canonical parts bring their own declarations.
    let namespace = frame.version.namespace();
    // It says its encoding, so that no header of HTTP can make other characters of what was verified.
    let mut message = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <pasarela:Envelope xmlns:pasarela=\"{namespace}\"><pasarela:Header>"
    );
    for block in &frame.blocks {
        match (parts.bytes(*block), kind(*block)) {
            (Some(verified), _) => push(&mut message, verified)?,
            (None, BlockKind::Context | BlockKind::Addressing) => {
                push(&mut message, &canonical::bytes(*block, &Vec::new())?)?;
            }
            (None, BlockKind::Other) => message.push_str(&husk(*block, frame.version)),
        }
    }
    message.push_str("</pasarela:Header>");
    let body = parts.bytes(frame.body).unwrap_or_default();
    push(&mut message, body)?;
    message.push_str("</pasarela:Envelope>");
    Ok(message.into_bytes())
}

fn push(message: &mut String, canonical: &[u8]) -> Result<(), SecurityError> {
    let text = std::str::from_utf8(canonical);
    message.push_str(text.map_err(|_| SecurityError::from(SecurityFault::Malformed))?);
    Ok(())
}

/// A block without what is in it.
fn husk(block: Node<'_>, version: SoapVersion) -> String {
    let kept = ["mustUnderstand", "actor", "role"].map(|name| {
        let value = block.attribute(version.namespace(), name)?;
        Some(format!(" pasarela:{name}=\"{}\"", escaped(value)))
    });
    let kept: String = kept.into_iter().flatten().collect();
    let (local, namespace) = (block.local(), escaped(block.namespace()));
    format!("<{local} xmlns=\"{namespace}\"{kept}/>")
}

pub(super) fn escaped(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

impl From<SecurityError> for ReadError {
    fn from(error: SecurityError) -> Self {
        Self::Security(error)
    }
}
