//! The same over REST · HTTP message signatures (RFC 9421) over the digest of the body (RFC 9530).

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use adapters::signatures::{
    self, Answer, Asked, Head, Question, SignatureFault, digest_request, open_answer,
};
use adapters::wsse::{SecurityFault, Token};
use certs::signing::{Signer, SigningCertificate};
use domain::Signing;
use jiff::Timestamp;
use reqwest::Url;
use tokio::time::Instant;

use super::{Sealed, Trust, clock, signed, unsignable};
use crate::request::Request;
use crate::transport::{Reply, method};
use crate::{BadSignature, PeerFault, Signatures};

/// Signs a question that leaves for that address; one that is not signed says the digest of its body where a signed
/// answer is to say which it was.
pub(crate) async fn seal<'r>(
    request: &'r Request,
    address: &Url,
    (signatures, key): (&Signatures, Option<&Arc<Signer>>),
    deadline: Instant,
) -> Result<Sealed<'r>, PeerFault> {
    let body = Cow::Borrowed(&request.body[..]);
    let head = head(request, address);
    let asked = match (key, signatures.agreed.answers) {
        (None, Signing::Absent) => Asked {
            headers: Vec::new(),
            question: Question { head, label: None },
        },
        (None, Signing::Optional | Signing::Required) => {
            digest_request(head, &body).map_err(|fault| unsignable(&fault))?
        }
        (Some(key), _) => {
            let (message, longest) = (request.body.clone(), signatures.longest);
            let work = move |signer: &Signer| {
                let created = Timestamp::now();
                let expires = created.saturating_add(longest).unwrap_or(created);
                signatures::sign_request(head, &message, signer, (created, expires), &nonce())
            };
            signed(key, deadline, work).await?
        }
    };
    Ok(Sealed {
        body,
        signature: None,
        headers: asked.headers,
        question: Some(asked.question),
    })
}

/// Refuses an answer that is not signed as agreed, by the holder, as the answer to this question.
pub(crate) fn check(
    reply: &Reply,
    (signatures, question): (Option<&Signatures>, Option<&Question>),
    trust: &Trust<'_>,
) -> Result<(), PeerFault> {
    let (Some(signatures), Some(question)) = (signatures, question) else {
        return Ok(());
    };
    let answer = Answer {
        status: reply.status,
        headers: &reply.headers,
        body: &reply.body,
    };
    let trust = |key: &str| named(reply, key, trust);
    let agreed = &signatures.agreed;
    match open_answer(&answer, question, agreed, &clock(signatures), &trust) {
        Ok(_) => Ok(()),
        Err(fault) => Err(PeerFault::Signature(BadSignature::Http(fault))),
    }
}

/// The certificate of the connection, if that is the key that is named and the holder's.
fn named(
    reply: &Reply,
    key: &str,
    trust: &Trust<'_>,
) -> Result<Arc<SigningCertificate>, SignatureFault> {
    let shown = reply.certificate.as_ref();
    let shown = shown.ok_or(SignatureFault::BadCertificate)?;
    let read = SigningCertificate::from_der(shown).map_err(|e| SignatureFault::from(&e))?;
    if read.peer().key != key {
        return Err(SignatureFault::UnknownKey);
    }
    let others = [SecurityFault::AnotherOrganism, SecurityFault::NotRegistered];
    trust(&Token::Certificate(shown.clone())).map_err(|fault| {
        if others.contains(&fault) {
            SignatureFault::AnotherOrganism
        } else {
            SignatureFault::Distrusted
        }
    })
}

/// What is said before the body, as it travels.
fn head(request: &Request, address: &Url) -> Head {
    let host = address.host_str().unwrap_or_default();
    let port = address.port().map(|port| format!(":{port}"));
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let content_type = Some(("content-type".to_owned(), request.content_type.clone()));
    let content_type = content_type.filter(|(_, value)| !value.is_empty());
    Head {
        method: method(request.method).to_string(),
        authority: format!("{host}{}", port.unwrap_or_default()),
        path: address.path().to_owned(),
        query: address.query().map(str::to_owned),
        headers: headers.chain(content_type).collect(),
    }
}

/// What no other question of this process says: some keys sign the same twice alike, and a signature counts once.
fn nonce() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}.{number}", Timestamp::now().as_microsecond())
}
