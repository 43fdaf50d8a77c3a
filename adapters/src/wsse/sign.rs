//! Signing a message: body, every block of the header, timestamp and certificate, each by its `wsu:Id`.

use certs::signing::{self, Naming, Signer};
use jiff::Timestamp;

use super::canonical;
use super::frame::Frame;
use super::open::escaped;
use super::signature::{algorithm_uri, encoded, hash_uri};
use super::tree::{Node, Tree};
use super::{BASE64, DS, EXC_C14N, WSSE, WSSE11, WSU, X509_KEY_ID, X509V3};
use crate::soap::SoapVersion;

/// What is written beside a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp<'s> {
    /// When the message is made.
    pub created: Timestamp,
    /// Until when it counts.
    pub expires: Timestamp,
    /// The signature of the request that the message answers, where that was signed.
    pub answers: Option<&'s [u8]>,
}

/// Why a message cannot be signed; always a fault of ours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It is no envelope of ours.
    #[error("the message is no envelope of ours")]
    NotOurs,
    /// The key cannot be used.
    #[error("the key failed: {0}")]
    Key(String),
}

/// A signed message, with what its answer must confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// The message.
    pub message: Vec<u8>,
    /// The value of its signature.
    pub signature: Vec<u8>,
}

/// Signs an envelope with a header that this crate wrote.
///
/// # Errors
/// The bytes are no such envelope, or the key fails.
pub fn sign(
    message: &[u8],
    version: SoapVersion,
    signer: &Signer,
    stamp: &Stamp<'_>,
) -> Result<Vec<u8>, SignError> {
    sign_request(message, version, signer, stamp).map(|signed| signed.message)
}

/// The same for whoever waits for an answer to it.
///
/// # Errors
/// The bytes are no such envelope, or the key fails.
pub fn sign_request(
    message: &[u8],
    version: SoapVersion,
    signer: &Signer,
    stamp: &Stamp<'_>,
) -> Result<SignedRequest, SignError> {
    let text = std::str::from_utf8(message).map_err(|_| SignError::NotOurs)?;
    let prepared = prepare(text, version, signer, stamp).ok_or(SignError::NotOurs)?;
    let (text, ids) = &prepared;
    let info = signed_info(text, ids, signer)?;
    let key = |fault: &dyn std::fmt::Display| SignError::Key(fault.to_string());
    let canonical = format!("<ds:SignedInfo xmlns:ds=\"{DS}\">{info}</ds:SignedInfo>");
    let value = signer.sign(canonical.as_bytes()).map_err(|e| key(&e))?;
    let signature = format!(
        "<ds:Signature xmlns:ds=\"{DS}\"><ds:SignedInfo>{info}</ds:SignedInfo><ds:SignatureValue>{}</ds:SignatureValue>\
         <ds:KeyInfo><wsse:SecurityTokenReference>{}</wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature></wsse:Security>",
        encoded(&value),
        reference(signer).ok_or_else(|| key(&"its certificate cannot be named so"))?,
    );
    let message = text.replacen("</wsse:Security>", &signature, 1);
    Ok(SignedRequest {
        message: message.into_bytes(),
        signature: value,
    })
}

const TOKEN: &str = "certificado";

/// The message with its identifiers and its security header, signature left out; and the identifiers to sign.
fn prepare(
    text: &str,
    version: SoapVersion,
    signer: &Signer,
    stamp: &Stamp<'_>,
) -> Option<(String, Vec<String>)> {
    let tree = Tree::read(text)?;
    let frame = Frame::read(tree.root()?, version).ok()?;
    let header = frame.root.elements().next()?;
    let mut ids = vec!["marca".to_owned()];
    if signer.named() == Naming::Token {
        ids.push(TOKEN.to_owned());
    }
    let security = security(version, signer, stamp);
    if stamp.answers.is_some() {
        ids.push("confirmacion".to_owned());
    }
    let mut insertions = vec![(after_tag(header, text)?, security)];
    let blocks = frame.blocks.iter().enumerate();
    let named = blocks.map(|(at, block)| (*block, format!("bloque-{at}")));
    for (part, id) in named.chain([(frame.body, "cuerpo".to_owned())]) {
        let attribute = format!(" xmlns:wsu=\"{WSU}\" wsu:Id=\"{id}\"");
        insertions.push((after_name(part)?, attribute));
        ids.push(id);
    }
    let mut prepared = String::with_capacity(text.len() + 4096);
    let mut from = 0;
    for (at, inserted) in insertions {
        prepared.push_str(text.get(from..at)?);
        prepared.push_str(&inserted);
        from = at;
    }
    prepared.push_str(text.get(from..)?);
    Some((prepared, ids))
}

fn security(version: SoapVersion, signer: &Signer, stamp: &Stamp<'_>) -> String {
    let must = match version {
        SoapVersion::V11 => "1",
        SoapVersion::V12 => "true",
    };
    let confirmation = stamp.answers.map(|value| {
        let value = encoded(value);
        format!("<wsse11:SignatureConfirmation xmlns:wsse11=\"{WSSE11}\" wsu:Id=\"confirmacion\" Value=\"{value}\"/>")
    });
    format!(
        "<wsse:Security xmlns:wsse=\"{WSSE}\" xmlns:wsu=\"{WSU}\" soap:mustUnderstand=\"{must}\">\
         <wsu:Timestamp wsu:Id=\"marca\"><wsu:Created>{}</wsu:Created><wsu:Expires>{}</wsu:Expires></wsu:Timestamp>\
         {}{}</wsse:Security>",
        stamp.created,
        stamp.expires,
        token(signer),
        confirmation.unwrap_or_default(),
    )
}

/// The certificate, where the message brings it.
fn token(signer: &Signer) -> String {
    match signer.named() {
        Naming::Token => format!(
            "<wsse:BinarySecurityToken wsu:Id=\"{TOKEN}\" ValueType=\"{X509V3}\" EncodingType=\"{BASE64}\">{}</wsse:BinarySecurityToken>",
            encoded(signer.certificate().der())
        ),
        Naming::IssuerSerial | Naming::KeyId => String::new(),
    }
}

/// What names the certificate.
fn reference(signer: &Signer) -> Option<String> {
    Some(match signer.named() {
        Naming::Token => format!("<wsse:Reference URI=\"#{TOKEN}\" ValueType=\"{X509V3}\"/>"),
        Naming::IssuerSerial => {
            let (issuer, serial) = signer.certificate().issued_as()?;
            format!(
                "<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>{}</ds:X509IssuerName>\
                 <ds:X509SerialNumber>{serial}</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>",
                escaped(&issuer)
            )
        }
        Naming::KeyId => format!(
            "<wsse:KeyIdentifier ValueType=\"{X509_KEY_ID}\" EncodingType=\"{BASE64}\">{}</wsse:KeyIdentifier>",
            encoded(signer.certificate().key_id()?)
        ),
    })
}

/// What is inside `SignedInfo`, in its canonical form.
fn signed_info(text: &str, ids: &[String], signer: &Signer) -> Result<String, SignError> {
    let tree = Tree::read(text).ok_or(SignError::NotOurs)?;
    let root = tree.root().ok_or(SignError::NotOurs)?;
    let algorithm = signer.algorithm();
    let mut info = vec![format!(
        "<ds:CanonicalizationMethod Algorithm=\"{EXC_C14N}\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>",
        algorithm_uri(algorithm)
    )];
    let hash = algorithm.hash();
    for id in ids {
        let is_it = |node: &Node<'_>| node.attribute(WSU, "Id") == Some(id);
        let part = root.below().find(is_it).ok_or(SignError::NotOurs)?;
        let bytes = canonical::bytes(part, &Vec::new()).map_err(|_| SignError::NotOurs)?;
        let digest = signing::digest(hash, &bytes).map_err(|e| SignError::Key(e.to_string()))?;
        info.push(format!(
            "<ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{EXC_C14N}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod><ds:DigestValue>{}</ds:DigestValue></ds:Reference>",
            hash_uri(hash),
            encoded(&digest)
        ));
    }
    Ok(info.concat())
}

/// The place right after the name in an element's start tag.
fn after_name(node: Node<'_>) -> Option<usize> {
    Some(node.begin()? + 1 + node.written_name().len())
}

/// The place right after an element's start tag, which has no `>` in its attributes.
fn after_tag(node: Node<'_>, text: &str) -> Option<usize> {
    let begin = node.begin()?;
    let end = text.get(begin..)?.find('>')?;
    Some(begin + end + 1)
}
