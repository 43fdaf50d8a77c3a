//! The signatures between a holder and us: of our question as it leaves, of its answer before anybody reads it.

use std::borrow::Cow;
use std::sync::Arc;

use adapters::ReadError;
use adapters::soap::SoapVersion;
use adapters::wsse::{
    Clock, Expected, Opened, SecurityFault, SignedRequest, Stamp, Token, open_answer, sign_request,
};
use certs::signing::SigningCertificate;
use contract::Limits;
use domain::Signing;
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};

use crate::aside::aside;
use crate::request::{Form, Request};
use crate::{ConnectError, PeerFault, Protocol, Signatures};

/// Finds the certificate that an answer names, and says whether it is the holder's.
pub type Trust<'t> = dyn Fn(&Token) -> Result<Arc<SigningCertificate>, SecurityFault> + Sync + 't;

/// A question as it leaves.
pub(crate) struct Sealed<'r> {
    pub(crate) body: Cow<'r, [u8]>,
    /// The value of its signature, which the answer must confirm.
    pub(crate) signature: Option<Vec<u8>>,
}

impl Signatures {
    /// Refuses an agreement that we cannot keep.
    pub(crate) fn check(&self, protocol: Protocol) -> Result<(), ConnectError> {
        if protocol == Protocol::Rest && !self.agreed.is_none() {
            return Err(ConnectError::Unsigned);
        }
        if self.agreed.requests == Signing::Required && self.signer.is_none() {
            return Err(ConnectError::NoKey);
        }
        Ok(())
    }
}

/// Signs a question, where that was agreed; anew at each attempt, for a signature counts once. A key that takes longer
/// than until `deadline` is our own fault, not the holder's.
pub(crate) async fn seal<'r>(
    request: &'r Request,
    signatures: Option<&Signatures>,
    deadline: Instant,
) -> Result<Sealed<'r>, PeerFault> {
    let plain = Sealed {
        body: Cow::Borrowed(&request.body[..]),
        signature: None,
    };
    let (Some(signatures), Form::Envelope(version)) = (signatures, request.form) else {
        return Ok(plain);
    };
    let key = match (signatures.agreed.requests, &signatures.signer) {
        (Signing::Absent, _) | (Signing::Optional, None) => return Ok(plain),
        (Signing::Required, None) => {
            return Err(PeerFault::Unsignable("there is no key".to_owned()));
        }
        (Signing::Optional | Signing::Required, Some(key)) => key,
    };
    let (body, longest) = (request.body.clone(), signatures.longest);
    let signed = aside(key, Some(deadline.into_std()), move |signer| {
        let created = Timestamp::now();
        let stamp = Stamp {
            created,
            expires: created.saturating_add(longest).unwrap_or(created),
            answers: None,
        };
        sign_request(&body, version, signer, &stamp)
    });
    let broken = |fault: &dyn std::fmt::Display| PeerFault::Unsignable(fault.to_string());
    let late = |_| broken(&"the key took too long");
    let signed = timeout_at(deadline, signed).await.map_err(late)?;
    let signed = signed.map_err(|fault| broken(&fault))?;
    let SignedRequest { message, signature } = signed.map_err(|fault| broken(&fault))?;
    Ok(Sealed {
        body: Cow::Owned(message),
        signature: Some(signature),
    })
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
    let clock = Clock {
        now: Timestamp::now(),
        skew: signatures.skew,
        longest: signatures.longest,
    };
    let expected = Expected {
        agreed: &signatures.agreed,
        clock: &clock,
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
        ReadError::Security(error) => PeerFault::Signature(*error),
        ReadError::Soap(_)
        | ReadError::Rest(_)
        | ReadError::Context(_)
        | ReadError::Xml(_)
        | ReadError::Json(_)
        | ReadError::Reserved(_) => PeerFault::Garbage(error.to_string()),
    }
}
