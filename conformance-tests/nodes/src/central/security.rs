//! The security of messages, as a regional system sees it: it verifies what the gateway signs, and signs what it
//! answers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use adapters::signatures::{self, Head, Question, SignatureFault};
use adapters::soap::{Rejection, SoapVersion};
use adapters::wsse::{Clock, Opened, SecurityFault, Stamp, Token, open, sign};
use certs::load::LoadError;
use certs::signing::{Signer, SigningCertificate};
use contract::Limits;
use domain::{MessageSecurity, Signing};
use jiff::{SignedDuration, Timestamp};

use crate::central::behaviour::Behaviour;

/// How far the gateway's clock may be off.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
/// How long a message counts at most.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// What a system signs, and what it wants signed.
#[derive(Debug, Clone)]
pub struct Signatures {
    /// What was agreed: `requests` are the gateway's questions, `answers` what the system answers.
    pub agreed: MessageSecurity,
    /// The certificate of whoever signs the questions, PEM; another one on the same key will do.
    pub asker: PathBuf,
    /// The certificate that answers are signed with, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

/// The same, read.
pub(super) struct Security {
    agreed: MessageSecurity,
    /// The key of whoever signs the questions, and a certificate on it.
    asker: Option<(String, Arc<SigningCertificate>)>,
    signer: Signer,
}

/// A request whose security is good.
pub(super) struct Secured {
    /// What to read in its place.
    pub(super) message: Option<Vec<u8>>,
    /// Its signature, which the answer confirms.
    pub(super) signature: Option<Vec<u8>>,
}

impl Security {
    pub(super) fn load(files: &Signatures) -> Result<Self, LoadError> {
        let now = Timestamp::now().as_second();
        Ok(Self {
            agreed: files.agreed.clone(),
            asker: asker(&files.asker),
            signer: Signer::load(&files.certificate, &files.key, now)?,
        })
    }

    /// Verifies a request as it was agreed.
    pub(super) fn verify(&self, bytes: &[u8], limits: &Limits) -> Result<Secured, Rejection> {
        let trust = |token: &Token| signed_by(self.asker.as_ref().map(|(key, _)| key), token);
        Ok(match open(bytes, limits, &self.agreed, &clock(), &trust)? {
            Opened::Plain => Secured {
                message: None,
                signature: None,
            },
            Opened::Signed(signed) => Secured {
                message: Some(signed.message),
                signature: Some(signed.signature),
            },
        })
    }

    /// Signs an answer as it was agreed, or as the behaviour says.
    pub(super) fn sign(
        &self,
        version: SoapVersion,
        answer: Vec<u8>,
        request: Option<&[u8]>,
        behaviour: &Behaviour,
    ) -> Option<Vec<u8>> {
        let wanted = match self.agreed.answers {
            Signing::Absent => false,
            Signing::Optional => request.is_some(),
            Signing::Required => true,
        };
        if !wanted || *behaviour == Behaviour::Unsigned {
            return Some(answer);
        }
        let now = Timestamp::now();
        let stamp = stamp(if *behaviour == Behaviour::AnotherRequest {
            Some(b"otra peticion")
        } else {
            request
        });
        if let Behaviour::SignedBy {
            certificate,
            key,
            naming,
        } = behaviour
        {
            let other = Signer::load(certificate, key, now.as_second()).ok()?;
            let other = other.naming(*naming).ok()?;
            return sign(&answer, version, &other, &stamp).ok();
        }
        sign(&answer, version, &self.signer, &stamp).ok()
    }
}

impl Security {
    /// Verifies a request over REST as it was agreed.
    pub(super) fn verify_http(&self, head: &Head, body: &[u8]) -> Result<(), SignatureFault> {
        let trust = |key: &str| match &self.asker {
            Some((own, certificate)) if own == key => Ok(Arc::clone(certificate)),
            Some(_) | None => Err(SignatureFault::UnknownKey),
        };
        signatures::open(head, body, &self.agreed, &clock(), &trust).map(|_| ())
    }

    /// The headers that sign an answer over REST, as it was agreed or as the behaviour says.
    pub(super) fn sign_http(
        &self,
        (status, media, body): (u16, &str, &[u8]),
        mut question: Question,
        behaviour: &Behaviour,
    ) -> Option<Vec<(&'static str, String)>> {
        let wanted = match self.agreed.answers {
            Signing::Absent => false,
            Signing::Optional => question.label.is_some(),
            Signing::Required => true,
        };
        if !wanted || *behaviour == Behaviour::Unsigned {
            return Some(Vec::new());
        }
        if *behaviour == Behaviour::AnotherRequest {
            let headers = &mut question.head.headers;
            headers.retain(|(name, _)| name != "signature");
            headers.push(("signature".to_owned(), "otra=:b3RyYQ==:".to_owned()));
            question.label = Some("otra".to_owned());
        }
        let headers = [("content-type".to_owned(), media.to_owned())];
        let answer = (status, &headers[..], body);
        let Stamp {
            created, expires, ..
        } = stamp(None);
        let signed = |signer| signatures::sign(answer, &question, signer, (created, expires)).ok();
        let made = if let Behaviour::SignedBy {
            certificate, key, ..
        } = behaviour
        {
            signed(&Signer::load(certificate, key, created.as_second()).ok()?)
        } else {
            signed(&self.signer)
        };
        made.map(Vec::from)
    }
}

/// What time it is on this side.
pub(crate) fn clock() -> Clock {
    Clock {
        now: Timestamp::now(),
        skew: SKEW,
        longest: LONGEST,
    }
}

/// What is written beside a signature that is made now.
pub(crate) fn stamp(answers: Option<&[u8]>) -> Stamp<'_> {
    let created = Timestamp::now();
    Stamp {
        created,
        expires: created.saturating_add(LONGEST).unwrap_or(created),
        answers,
    }
}

fn asker(file: &Path) -> Option<(String, Arc<SigningCertificate>)> {
    let read = SigningCertificate::from_pem(&std::fs::read(file).ok()?).ok()?;
    Some((read.peer().key.clone(), Arc::new(read)))
}

/// The certificate that a message brings, if it is on that key.
pub(crate) fn signed_by(
    key: Option<&String>,
    token: &Token,
) -> Result<Arc<SigningCertificate>, SecurityFault> {
    let Token::Certificate(der) = token else {
        return Err(SecurityFault::UnknownCertificate);
    };
    let read = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
    if key == Some(&read.peer().key) {
        Ok(Arc::new(read))
    } else {
        Err(SecurityFault::AnotherOrganism)
    }
}
