//! `Signature` and `SignedInfo` (XML Signature sections 4.1 to 4.4), as strict as the profile wants them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certs::signing::{Algorithm, Hash};

use super::canonical::{self, Prefixes};
use super::tree::Node;
use super::{DS, ENVELOPED, SecurityError, SecurityFault};

/// More parts than a message has to sign.
const MOST_REFERENCES: usize = 32;

/// A signature, read and not yet verified.
pub(super) struct Signature<'t> {
    pub(super) info: Node<'t>,
    /// The prefixes kept when `info` is canonicalised.
    pub(super) prefixes: Prefixes,
    pub(super) algorithm: Algorithm,
    pub(super) references: Vec<Reference<'t>>,
    pub(super) value: Vec<u8>,
    pub(super) key_info: Node<'t>,
}

/// One part that is signed.
pub(super) struct Reference<'t> {
    pub(super) node: Node<'t>,
    pub(super) prefixes: Prefixes,
    pub(super) hash: Hash,
    pub(super) digest: Vec<u8>,
}

/// Whether a part may pass through the transform that takes the signature out of it, of which there is none in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enveloped {
    Refused,
    Tolerated,
}

impl<'t> Signature<'t> {
    pub(super) fn read(signature: Node<'t>, enveloped: Enveloped) -> Result<Self, SecurityError> {
        let parts: Vec<Node<'t>> = signature.elements().collect();
        if let Some(object) = parts.iter().find(|part| part.is(DS, "Object")) {
            return Err(object.fault(SecurityFault::ObjectInSignature));
        }
        let [info, value, key_info] = parts.as_slice() else {
            return Err(signature.fault(SecurityFault::Malformed));
        };
        expect(*info, "SignedInfo")?;
        expect(*value, "SignatureValue")?;
        expect(*key_info, "KeyInfo")?;
        if info.has_comment() {
            return Err(info.fault(SecurityFault::Comment));
        }
        let mut parts = info.elements();
        let malformed = || info.fault(SecurityFault::Malformed);
        let method = expect(
            parts.next().ok_or_else(malformed)?,
            "CanonicalizationMethod",
        )?;
        let prefixes = canonical::prefixes(method, SecurityFault::Canonicalization)?;
        let algorithm = algorithm(expect(
            parts.next().ok_or_else(malformed)?,
            "SignatureMethod",
        )?)?;
        let references: Vec<Node<'t>> = parts.collect();
        if references.len() > MOST_REFERENCES {
            return Err(info.fault(SecurityFault::TooManyReferences));
        }
        let references = references
            .into_iter()
            .map(|it| Reference::read(it, enveloped));
        Ok(Self {
            info: *info,
            prefixes,
            algorithm,
            references: references.collect::<Result<_, _>>()?,
            value: decoded(*value)?,
            key_info: *key_info,
        })
    }
}

impl<'t> Reference<'t> {
    fn read(node: Node<'t>, enveloped: Enveloped) -> Result<Self, SecurityError> {
        expect(node, "Reference")?;
        let parts: Vec<Node<'t>> = node.elements().collect();
        let (transforms, method, value) = match parts.as_slice() {
            [transforms, method, value] => (*transforms, *method, *value),
            [method, _] if method.is(DS, "DigestMethod") => {
                return Err(node.fault(SecurityFault::NoTransform));
            }
            _ => return Err(node.fault(SecurityFault::Malformed)),
        };
        let prefixes = transform(expect(transforms, "Transforms")?, enveloped)?;
        Ok(Self {
            node,
            prefixes,
            hash: hash(expect(method, "DigestMethod")?)?,
            digest: decoded(expect(value, "DigestValue")?)?,
        })
    }
}

/// The prefixes of the one transform.
fn transform(transforms: Node<'_>, enveloped: Enveloped) -> Result<Prefixes, SecurityError> {
    let mut list: Vec<Node<'_>> = transforms.elements().collect();
    let first = list.first().and_then(|it| it.attribute("", "Algorithm"));
    if enveloped == Enveloped::Tolerated && first == Some(ENVELOPED) && list.len() == 2 {
        list.remove(0);
    }
    match list.as_slice() {
        [only] => canonical::prefixes(expect(*only, "Transform")?, SecurityFault::Transform),
        [] => Err(transforms.fault(SecurityFault::NoTransform)),
        [several, ..] => Err(several.fault(SecurityFault::Transform)),
    }
}

fn algorithm(method: Node<'_>) -> Result<Algorithm, SecurityError> {
    if method.elements().next().is_some() {
        return Err(method.fault(SecurityFault::Malformed));
    }
    match method.attribute("", "Algorithm").unwrap_or_default() {
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => Ok(Algorithm::RsaSha256),
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => Ok(Algorithm::RsaSha384),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => Ok(Algorithm::EcdsaSha256),
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => Ok(Algorithm::EcdsaSha384),
        other if other.ends_with("sha1") => Err(method.fault(SecurityFault::Sha1)),
        _ => Err(method.fault(SecurityFault::SignatureAlgorithm)),
    }
}

/// The name of the algorithm, as `algorithm` reads it.
pub(super) const fn algorithm_uri(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        Algorithm::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        Algorithm::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        Algorithm::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    }
}

const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";

fn hash(method: Node<'_>) -> Result<Hash, SecurityError> {
    match method.attribute("", "Algorithm").unwrap_or_default() {
        SHA256 => Ok(Hash::Sha256),
        SHA384 => Ok(Hash::Sha384),
        other if other.ends_with("sha1") => Err(method.fault(SecurityFault::Sha1)),
        _ => Err(method.fault(SecurityFault::DigestAlgorithm)),
    }
}

/// The name of the hash, as `hash` reads it.
pub(super) const fn hash_uri(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha256 => SHA256,
        Hash::Sha384 => SHA384,
    }
}

fn expect<'t>(node: Node<'t>, local: &str) -> Result<Node<'t>, SecurityError> {
    if node.is(DS, local) {
        Ok(node)
    } else {
        Err(node.fault(SecurityFault::Malformed))
    }
}

/// The only child element.
pub(super) fn only(node: Node<'_>, wrong: SecurityFault) -> Result<Node<'_>, SecurityError> {
    let mut children = node.elements();
    match (children.next(), children.next()) {
        (Some(child), None) => Ok(child),
        (None, _) | (Some(_), Some(_)) => Err(node.fault(wrong)),
    }
}

/// The bytes that the text of an element has in base64.
pub(super) fn decoded(node: Node<'_>) -> Result<Vec<u8>, SecurityError> {
    base64(&node.text()?).ok_or_else(|| node.fault(SecurityFault::NotBase64))
}

/// The bytes of a text in base64; white space in it means nothing, no bytes at all are none.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut text = text.to_owned();
    text.retain(|character| !matches!(character, ' ' | '\t' | '\r' | '\n'));
    let bytes = STANDARD.decode(&text).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// Bytes in base64.
pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
