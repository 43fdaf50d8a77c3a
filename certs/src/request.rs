//! Certificate requests, PKCS #10 (RFC 2986): made by whoever joins, judged by whoever issues.
//!
//! A request says who asks and proves that the asker holds the key. What the certificate says is the issuer's business;
//! so a request that asks for anything else is refused, not trimmed.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509Extension, X509Req, X509ReqBuilder, X509ReqRef};

use crate::authority::{Holder, Subject, subject_name};
use crate::identity::{self, tax_numbers};
use crate::secret::PrivateKey;
use crate::strength::{self, Weakness};

/// The longest request that is read; one on RSA-4096 has less than 2 KiB.
const LONGEST: usize = 8 << 10;

/// A request that may be issued on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pem: Vec<u8>,
    key: String,
}

/// Why nothing is issued on a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// The bytes are no PKCS #10 request in PEM, or too many.
    #[error("the text is no certificate request in PEM")]
    NotARequest,
    /// The request is not signed by the key it carries.
    #[error("the certificate request is not signed by its own key")]
    Unproven,
    /// Its key is too weak.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Its common name is not the organism that asks, or it names another one.
    #[error("the certificate request does not name the organism that asks, or names another one")]
    OtherName,
    /// It asks for extensions that it has no business asking for.
    #[error("the certificate request asks for extensions that are not granted")]
    ForeignExtension,
}

impl From<ErrorStack> for RequestFault {
    fn from(_: ErrorStack) -> Self {
        Self::NotARequest
    }
}

/// Makes the request of an organism for a certificate on its key, PEM.
pub fn make(organism: &str, key: &PrivateKey) -> Result<Vec<u8>, ErrorStack> {
    let mut builder = X509Req::builder()?;
    builder.set_subject_name(&*subject_name(&Subject::asking(organism))?)?;
    builder.set_pubkey(&*key.public()?)?;
    if let Some(extension) = alternative(&builder, organism)? {
        let mut extensions = openssl::stack::Stack::new()?;
        extensions.push(extension)?;
        builder.add_extensions(&extensions)?;
    }
    builder.sign(key.key(), MessageDigest::sha256())?;
    builder.build().to_pem()
}

impl Request {
    /// Accepts the request of this organism, or says why not.
    pub fn judge(pem: &[u8], organism: &str) -> Result<Self, RequestFault> {
        if pem.len() > LONGEST {
            return Err(RequestFault::NotARequest);
        }
        let request = X509Req::from_pem(pem)?;
        let key = request.public_key()?;
        // Before the signature: a weak key may be one that takes long to verify.
        strength::judge(&key)??;
        if !request.verify(&key).unwrap_or(false) {
            return Err(RequestFault::Unproven);
        }
        if !names_only(&request, organism) {
            return Err(RequestFault::OtherName);
        }
        if !asks_only_for_its_name(&request, organism)? {
            return Err(RequestFault::ForeignExtension);
        }
        Ok(Self {
            pem: request.to_pem()?,
            key: identity::key_digest(&key)?,
        })
    }

    /// The request, PEM, and nothing around it.
    pub fn pem(&self) -> &[u8] {
        &self.pem
    }

    /// Digest of its key, as the registry knows keys.
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn names_only(request: &X509ReqRef, organism: &str) -> bool {
    let subject = request.subject_name();
    let mut common = subject
        .entries_by_nid(Nid::COMMONNAME)
        .map(|entry| entry.data().to_string().ok());
    let one = common.next().flatten();
    let is_named = one.is_some_and(|name| name.trim().eq_ignore_ascii_case(organism));
    let others = tax_numbers(subject).map(|found| found.into_iter().any(|nif| nif != organism));
    is_named && common.next().is_none() && others == Ok(false)
}

/// Whether the request has no extension, or just the one that [`make`] would have put there.
fn asks_only_for_its_name(request: &X509ReqRef, organism: &str) -> Result<bool, ErrorStack> {
    // A request without extensions comes back as an error.
    let Ok(asked) = request.extensions() else {
        return Ok(true);
    };
    let granted = alternative(&X509Req::builder()?, organism)?
        .map(|extension| extension.to_der())
        .transpose()?;
    for extension in asked {
        if Some(extension.to_der()?) != granted {
            return Ok(false);
        }
    }
    Ok(true)
}

fn alternative(
    builder: &X509ReqBuilder,
    organism: &str,
) -> Result<Option<X509Extension>, ErrorStack> {
    let Holder::Dir3(code) = Holder::of(organism) else {
        return Ok(None);
    };
    let mut names = SubjectAlternativeName::new();
    names.uri(&format!("urn:dir3:{code}"));
    names.build(&builder.x509v3_context(None)).map(Some)
}
