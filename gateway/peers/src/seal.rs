//! The signatures between a holder and us: of our question as it leaves, of its answer before anybody reads it.

pub(crate) mod http;

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use adapters::ReadError;
use adapters::signatures::Question;
use adapters::soap::SoapVersion;
use adapters::wsse::{
    Clock, Expected, Opened, SecurityFault, SignedRequest, Stamp, Token, open_answer, sign_request,
};
use certs::signing::{Signer, SigningCertificate};
use contract::Limits;
use domain::Signing;
use jiff::Timestamp;
use reqwest::Url;
use tokio::time::{Instant, timeout_at};

use crate::aside::aside;
use crate::request::{Form, Request};
use crate::{BadSignature, ConnectError, PeerFault, Signatures};

/// Finds the certificate that an answer names, and says whether it is the holder's.
pub type Trust<'t> = dyn Fn(&Token) -> Result<Arc<SigningCertificate>, SecurityFault> + Sync + 't;

/// A question as it leaves.
pub(crate) struct Sealed<'r> {
    pub(crate) body: Cow<'r, [u8]>,
    /// The value of its signature, which the answer must confirm.
    pub(crate) signature: Option<Vec<u8>>,
    /// What its signature adds to its headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The request that an answer over REST must be to.
    pub(crate) question: Option<Question>,
}

impl Signatures {
    /// Refuses an agreement that we cannot keep.
    pub(crate) fn check(&self) -> Result<(), ConnectError> {
        if self.agreed.requests == Signing::Required && self.signer.is_none() {
            return Err(ConnectError::NoKey);
        }
        Ok(())
    }

    /// What questions are signed with, if they are.
    fn key(&self) -> Result<Option<&Arc<Signer>>, PeerFault> {
        match (self.agreed.requests, &self.signer) {
            (Signing::Absent, _) | (Signing::Optional, None) => Ok(None),
            (Signing::Required, None) => Err(unsignable(&"there is no key")),
            (Signing::Optional | Signing::Required, Some(key)) => Ok(Some(key)),
        }
    }
}

/// Signs a question, where that was agreed; anew at each attempt, for a signature counts once. A key that takes longer
/// than until `deadline` is our own fault, not the holder's.
pub(crate) async fn seal<'r>(
    (request, address): (&'r Request, &Url),
    signatures: Option<&Signatures>,
    deadline: Instant,
) -> Result<Sealed<'r>, PeerFault> {
    let plain = Sealed {
        body: Cow::Borrowed(&request.body[..]),
        signature: None,
        headers: Vec::new(),
        question: None,
    };
    let Some(signatures) = signatures else {
        return Ok(plain);
    };
    let version = match request.form {
        Form::Envelope(version) => version,
        Form::Json => {
            let signing = (signatures, signatures.key()?);
            return http::seal(request, address, signing, deadline).await;
        }
    };
    let Some(key) = signatures.key()? else {
        return Ok(plain);
    };
    let (body, longest) = (request.body.clone(), signatures.longest);
    let work = move |signer: &Signer| {
        let created = Timestamp::now();
        let stamp = Stamp {
            created,
            expires: created.saturating_add(longest).unwrap_or(created),
            answers: None,
        };
        sign_request(&body, version, signer, &stamp)
    };
    let SignedRequest { message, signature } = signed(key, deadline, work).await?;
    Ok(Sealed {
        body: Cow::Owned(message),
        signature: Some(signature),
        ..plain
    })
}

/// Does what needs our key, until `deadline`.
async fn signed<T: Send + 'static, E: Display + Send + 'static>(
    key: &Arc<Signer>,
    deadline: Instant,
    work: impl FnOnce(&Signer) -> Result<T, E> + Send + 'static,
) -> Result<T, PeerFault> {
    let late = |_| unsignable(&"the key took too long");
    let signed = aside(key, Some(deadline.into_std()), work);
    let signed = timeout_at(deadline, signed).await.map_err(late)?;
    let signed = signed.map_err(|fault| unsignable(&fault))?;
    signed.map_err(|fault| unsignable(&fault))
}

fn unsignable(fault: &dyn Display) -> PeerFault {
    PeerFault::Unsignable(fault.to_string())
}

/// What time it is, and how far from it a holder may be.
fn clock(signatures: &Signatures) -> Clock {
    Clock {
        now: Timestamp::now(),
        skew: signatures.skew,
        longest: signatures.longest,
    }
}

/// What may be read of an answer: of one that is signed, what was verified and nothing else.
pub(crate) fn open<'a>(
    answer: &'a [u8],
    version: SoapVersion,
    (signatures, request): (Option<&Signatures>, Option<&[u8]>),
    trust: &Trust<'_>,
) -> Result<Cow<'a, [u8]>, PeerFault> {
    let Some(signatures) = signatures else {
        return Ok(Cow::Borrowed(answer));
    };
    let expected = Expected {
        agreed: &signatures.agreed,
        clock: &clock(signatures),
        request,
    };
    let limits = Limits {
        max_bytes: answer.len(),
        ..Limits::default()
    };
    match open_answer(answer, &limits, &expected, trust) {
        Ok(Opened::Plain) => Ok(Cow::Borrowed(answer)),
        Ok(Opened::Signed(signed)) if signed.version == version => Ok(Cow::Owned(signed.message)),
        Ok(Opened::Signed(_)) => Err(PeerFault::Garbage("another version of soap".to_owned())),
        Err(rejection) => Err(fault(&rejection.error)),
    }
}

/// The fault of an answer that cannot be read: what is wrong with its signature has a name of its own.
pub(crate) fn fault(error: &ReadError) -> PeerFault {
    match error {
        ReadError::Security(error) => PeerFault::Signature(BadSignature::Envelope(*error)),
        ReadError::Soap(_)
        | ReadError::Rest(_)
        | ReadError::Context(_)
        | ReadError::Xml(_)
        | ReadError::Json(_)
        | ReadError::Reserved(_) => PeerFault::Garbage(error.to_string()),
    }
}
