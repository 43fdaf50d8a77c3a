//! Signing a request: the same profile that requests to us are held to.

use certs::signing::Signer;
use jiff::Timestamp;
use sfv::{BareItem, InnerList, Item, String as Text};

use super::base::Head;
use super::sign::{LABEL, Question, SignError, content_digest, key, signed, terms};

/// Headers of a request that its signature covers, those of ours (`pasarela-…`) aside.
const COVERED: [&str; 4] = [
    "content-type",
    "content-digest",
    "idempotency-key",
    "if-match",
];

/// What a request has beside its own headers, and what its answer must confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The headers to add.
    pub headers: Vec<(&'static str, String)>,
    /// The request as it leaves.
    pub question: Question,
}

/// A request that is not signed, with the digest of its body: by that its answer says which one it was.
///
/// # Errors
/// See [`SignError`].
pub fn digest_request(mut head: Head, body: &[u8]) -> Result<Asked, SignError> {
    let mut headers = Vec::new();
    if !body.is_empty() {
        headers.push(("content-digest", content_digest(body)?));
    }
    note(&mut head, &headers);
    Ok(Asked {
        headers,
        question: Question { head, label: None },
    })
}

/// The headers that sign a request: `Content-Digest` where it has a body, `Signature-Input`, `Signature`.
///
/// Covered are its method, its address, its body and every header that decides what is asked. The `nonce` is what two
/// attempts differ in.
///
/// # Errors
/// See [`SignError`].
pub fn sign_request(
    head: Head,
    body: &[u8],
    signer: &Signer,
    (created, expires): (Timestamp, Timestamp),
    nonce: &str,
) -> Result<Asked, SignError> {
    let Asked {
        mut headers,
        question: Question { mut head, .. },
    } = digest_request(head, body)?;
    let is_covered = |name: &str| COVERED.contains(&name) || name.starts_with("pasarela-");
    let mut names: Vec<&str> = vec!["@method", "@target-uri"];
    for (name, _) in &head.headers {
        if is_covered(name) && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut covered = InnerList::default();
    let mut values = Vec::new();
    for name in names {
        let value = head.component(name).map_err(|_| SignError::Unwritable)?;
        covered.items.push(Item::new(text(name)?));
        values.push(value);
    }
    covered.params = terms(signer, created, expires)?;
    covered.params.insert(key("nonce")?, text(nonce)?);
    let signature = signed(covered, &values, signer)?;
    note(&mut head, &signature);
    headers.extend(signature);
    Ok(Asked {
        headers,
        question: Question {
            head,
            label: Some(LABEL.to_owned()),
        },
    })
}

fn note(head: &mut Head, headers: &[(&'static str, String)]) {
    let headers = headers.iter().cloned();
    let headers = headers.map(|(name, value)| (name.to_owned(), value));
    head.headers.extend(headers);
}

fn text(text: &str) -> Result<BareItem, SignError> {
    let text = Text::from_string(text.to_owned());
    text.map(BareItem::String)
        .map_err(|(error, _)| error.into())
}
