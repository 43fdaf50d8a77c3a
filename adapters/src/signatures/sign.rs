//! Signing an answer.

use certs::signing::{Hash, Signer, digest};
use jiff::Timestamp;
use sfv::{
    BareItem, Dictionary, FieldType, InnerList, Item, Key, ListEntry, Parameters, String as Text,
};

use super::base::{self, Head};
use super::{TAG, algorithm_name};

/// What our signature is called.
pub(super) const LABEL: &str = "pasarela";

/// The request that is answered: its answer says by its signature which one that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it said before its body.
    pub head: Head,
    /// The label of its signature, if it has one, good or bad.
    pub label: Option<String>,
}

/// Why an answer cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key failed.
    #[error("the key: {0}")]
    Key(String),
    /// Something of the answer cannot be said in a structured field.
    #[error("structured field: {0}")]
    Field(#[from] sfv::Error),
    /// Something of the answer cannot be said at all.
    #[error("the signature cannot be written")]
    Unwritable,
}

/// The headers that sign an answer: `Content-Digest`, `Signature-Input`, `Signature`.
///
/// Covered are its status, its body, the headers given (names in small letters), and the request: its signature, or
/// what it asked if it had none.
///
/// # Errors
/// See [`SignError`].
pub fn sign(
    (status, headers, body): (u16, &[(String, String)], &[u8]),
    question: &Question,
    signer: &Signer,
    (created, expires): (Timestamp, Timestamp),
) -> Result<[(&'static str, String); 3], SignError> {
    let own = content_digest(body)?;
    let mut answer = Head {
        headers: headers.to_vec(),
        ..Head::default()
    };
    answer
        .headers
        .push(("content-digest".to_owned(), own.clone()));
    let mut covered = InnerList::default();
    let mut values = Vec::new();
    let mut cover = |name: &str, parameters: Parameters, value: String| {
        let name = Text::from_string(name.to_owned()).map_err(|(error, _)| error)?;
        covered
            .items
            .push(Item::with_params(BareItem::String(name), parameters));
        values.push(value);
        Ok::<(), SignError>(())
    };
    cover("@status", Parameters::new(), status.to_string())?;
    for (name, _) in &answer.headers {
        let value = answer.header(name).ok_or(SignError::Unwritable)?;
        cover(name, Parameters::new(), value)?;
    }
    for (name, parameters, value) in asked(question)? {
        cover(&name, parameters, value)?;
    }
    covered.params = terms(signer, created, expires)?;
    let [input, signature] = signed(covered, &values, signer)?;
    Ok([("content-digest", own), input, signature])
}

/// The two headers that are the signature of what is covered.
pub(super) fn signed(
    covered: InnerList,
    values: &[String],
    signer: &Signer,
) -> Result<[(&'static str, String); 2], SignError> {
    let base = base::base(&covered, values).ok_or(SignError::Unwritable)?;
    // Of the ways that a key may be configured to sign in, the registry names this one.
    let signature = signer.sign_by(signer.certificate().algorithm(), base.as_bytes());
    let signature = signature.map_err(|error| SignError::Key(error.to_string()))?;
    Ok([
        ("signature-input", dictionary(LABEL, covered.into())?),
        (
            "signature",
            dictionary(LABEL, BareItem::ByteSequence(signature).into())?,
        ),
    ])
}

/// The digest of a body, as its header says it.
pub(super) fn content_digest(body: &[u8]) -> Result<String, SignError> {
    let own = digest(Hash::Sha256, body).map_err(|error| SignError::Key(error.to_string()))?;
    dictionary("sha-256", BareItem::ByteSequence(own).into())
}

/// What of the request the answer is bound to (RFC 9421 section 2.4).
fn asked(question: &Question) -> Result<Vec<(String, Parameters, String)>, SignError> {
    let of_request = || -> Result<Parameters, SignError> {
        let mut parameters = Parameters::new();
        parameters.insert(key("req")?, BareItem::Boolean(true));
        Ok(parameters)
    };
    let mut bound = Vec::new();
    if let Some(label) = &question.label {
        let header = question
            .head
            .header("signature")
            .ok_or(SignError::Unwritable)?;
        let parsed = sfv::Parser::new(&header).parse::<Dictionary>()?;
        let Some(ListEntry::Item(value)) = parsed.get(label.as_str()) else {
            return Err(SignError::Unwritable);
        };
        let mut parameters = of_request()?;
        let name = Text::from_string(label.clone()).map_err(|(error, _)| error)?;
        parameters.insert(key("key")?, BareItem::String(name));
        bound.push(("signature".to_owned(), parameters, value.serialize()));
        return Ok(bound);
    }
    for name in ["@method", "@authority", "@path", "@query", "content-digest"] {
        if let Ok(value) = question.head.component(name) {
            bound.push((name.to_owned(), of_request()?, value));
        }
    }
    Ok(bound)
}

pub(super) fn terms(
    signer: &Signer,
    created: Timestamp,
    expires: Timestamp,
) -> Result<Parameters, SignError> {
    let seconds = |at: Timestamp| sfv::Integer::try_from(at.as_second()).map(BareItem::Integer);
    let text = |text: &str| {
        let text = Text::from_string(text.to_owned());
        text.map(BareItem::String)
            .map_err(|(error, _)| SignError::from(error))
    };
    let mut parameters = Parameters::new();
    let unwritable = |_| SignError::Unwritable;
    parameters.insert(key("created")?, seconds(created).map_err(unwritable)?);
    parameters.insert(key("expires")?, seconds(expires).map_err(unwritable)?);
    parameters.insert(key("keyid")?, text(&signer.certificate().peer().key)?);
    if let Some(name) = algorithm_name(signer.certificate().algorithm()) {
        parameters.insert(key("alg")?, text(name)?);
    }
    parameters.insert(key("tag")?, text(TAG)?);
    Ok(parameters)
}

fn dictionary(name: &str, value: ListEntry) -> Result<String, SignError> {
    let mut dictionary = Dictionary::new();
    dictionary.insert(key(name)?, value);
    dictionary.serialize().ok_or(SignError::Unwritable)
}

pub(super) fn key(name: &str) -> Result<Key, SignError> {
    Key::from_string(name.to_owned()).map_err(|(error, _)| error.into())
}
