//! Signed messages of REST: what was agreed with the sender, and how the answer is signed · RFC 9421.
//!
//! The same agreement and the same evidence as for SOAP (`security`), and the same signers: the organism of the
//! connection, or one that it may act for, whose certificate is known here and which the context names.

use std::sync::{Arc, OnceLock};

use actix_web::body::MessageBody;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use adapters::signatures::{self, Head, Opened, Question, SignError, SignatureFault, Verified};
use adapters::wsse::{Clock, SecurityFault};
use certs::signing::SigningCertificate;
use domain::problem::{Report, Violation};
use domain::{Came, Context, MessageSecurity, OrganismId, Problem, Signing};
use exchange::{Caller, Seen, SignedBy};
use journal::Digest;

use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::rest;
use crate::security::{self, NotOnce};
use crate::signers;

/// Headers of an answer that its signature covers, those of ours (`pasarela-…`) aside.
const COVERED: [&str; 5] = ["content-type", "etag", "location", "retry-after", "allow"];

/// The digest of the request's body, SHA-256 in hexadecimal digits, as the evidence has it.
const REQUEST_DIGEST: HeaderName = HeaderName::from_static("pasarela-resumen-peticion");

/// How the answer to a request is signed; good also for its refusal.
#[derive(Default)]
pub(crate) struct Answering(Option<Agreed>);

struct Agreed {
    security: MessageSecurity,
    question: Arc<Question>,
    /// Whether the sender looks for a signature on what comes back.
    came: Came,
    /// The digest of the request's body, once that is here.
    body: OnceLock<Digest>,
}

impl Answering {
    /// Notes what was agreed with the sender.
    pub(crate) fn begin(&mut self, request: &HttpRequest, caller: &Caller) {
        let head = head(request);
        let came = match head
            .headers
            .iter()
            .find(|(name, _)| name == "signature-input")
        {
            Some(_) => Came::Signed,
            None => Came::Plain,
        };
        self.0 = Some(Agreed {
            security: caller.message_security().clone(),
            question: Arc::new(Question {
                label: signatures::label(&head),
                head,
            }),
            came,
            body: OnceLock::new(),
        });
    }

    /// Whether the request counts only once all of it is here: there is something to verify, something is missing, or what
    /// comes back is signed.
    pub(crate) fn needs_whole(&self) -> bool {
        self.0.as_ref().is_some_and(|agreed| {
            agreed.wants()
                || agreed.security.requests == Signing::Required
                || agreed.has_any(&["signature-input", "signature", "content-digest"])
        })
    }

    /// What is wrong with the request whatever its body is.
    pub(crate) fn amiss(&self) -> Option<SignatureFault> {
        let agreed = self.0.as_ref()?;
        let signed = agreed.has_any(&["signature-input", "signature"]);
        match (agreed.security.requests, signed) {
            (Signing::Required, false) => Some(SignatureFault::NotSigned),
            (Signing::Absent, true) => Some(SignatureFault::NotAgreed),
            (Signing::Required | Signing::Optional, true)
            | (Signing::Optional | Signing::Absent, false) => None,
        }
    }

    /// Signs an answer, where that was agreed; one that must be signed and cannot be does not leave.
    pub(crate) async fn sign(
        &self,
        gateway: &Gateway,
        call: &Call,
        response: HttpResponse,
    ) -> HttpResponse {
        let Some(agreed) = self.0.as_ref().filter(|agreed| agreed.wants()) else {
            return response;
        };
        let (mut response, body) = response.into_parts();
        // What goes out piece by piece has no digest to sign: nothing of it leaves.
        let Ok(body) = body.try_into_bytes() else {
            let incident = &call.moment.exchange;
            tracing::error!(incident, "an answer that must be signed is no whole body");
            return rest::problem(&call.report(Problem::SigningUnavailable));
        };
        // What was asked the signature covers; that it came with this body, only this says for whoever signed badly.
        if let Some(digest) = agreed.body.get()
            && let Ok(digest) = HeaderValue::try_from(digest.to_string())
        {
            response.headers_mut().insert(REQUEST_DIGEST, digest);
        }
        let (status, headers) = (response.status().as_u16(), covered(response.headers()));
        let signature = agreed.signature(gateway, (status, headers, body.clone()));
        match signature.await {
            Ok(signature) => {
                for (name, value) in signature {
                    if let Ok(value) = HeaderValue::try_from(value) {
                        response
                            .headers_mut()
                            .insert(HeaderName::from_static(name), value);
                    }
                }
            }
            Err(fault) => {
                let incident = &call.moment.exchange;
                tracing::error!(incident, %fault, "an answer could not be signed");
                if agreed.security.answers == Signing::Required {
                    return rest::problem(&call.report(Problem::SigningUnavailable));
                }
            }
        }
        response.set_body(body).map_into_boxed_body()
    }
}

/// Why an answer cannot be signed.
#[derive(Debug, thiserror::Error)]
enum Unsigned {
    #[error("no key to sign with is configured")]
    NoKey,
    #[error(transparent)]
    Failed(#[from] SignError),
    #[error("signing broke off")]
    BrokenOff,
}

impl Agreed {
    fn wants(&self) -> bool {
        self.security.signs_answer(self.came)
    }

    fn has_any(&self, names: &[&str]) -> bool {
        let mut headers = self.question.head.headers.iter();
        headers.any(|(name, _)| names.contains(&name.as_str()))
    }

    async fn signature(
        &self,
        gateway: &Gateway,
        (status, headers, body): (u16, Vec<(String, String)>, Bytes),
    ) -> Result<[(&'static str, String); 3], Unsigned> {
        let settings = &gateway.security.settings;
        let key = settings.signer.as_ref().ok_or(Unsigned::NoKey)?;
        let (question, longest) = (Arc::clone(&self.question), settings.longest);
        let signed = peers::aside(key, None, move |signer| {
            let created = clock::now();
            let expires = created.saturating_add(longest).unwrap_or(created);
            let answer = (status, &headers[..], &body[..]);
            signatures::sign(answer, &question, signer, (created, expires))
        });
        Ok(signed.await.map_err(|_| Unsigned::BrokenOff)??)
    }
}

/// Verifies a request as it was agreed with its sender, and takes its signature in once.
pub(crate) async fn verify(
    gateway: &Gateway,
    (call, request): (&Call, &HttpRequest),
    (caller, body): (Caller, &[u8]),
    seen: Seen<'_>,
    answering: &Answering,
) -> Result<Secured, Refused> {
    let plain = |caller| Secured {
        caller,
        signer: None,
    };
    let Some(agreed) = &answering.0 else {
        return Ok(plain(caller));
    };
    // The first time is the only one.
    let _ = agreed.body.set(Digest::of(body));
    if agreed.wants() && gateway.security.settings.signer.is_none() {
        return Err(call.unread(&caller, seen, call.report(Problem::SigningUnavailable)));
    }
    let settings = &gateway.security.settings;
    let clock = Clock {
        now: call.moment.now,
        skew: settings.skew,
        longest: settings.longest,
    };
    settings.known.learn_from(request);
    let trust = |key: &str| named((gateway, call), &caller, key);
    let opened = signatures::open(
        &agreed.question.head,
        body,
        &agreed.security,
        &clock,
        &trust,
    );
    let verified = match opened {
        Ok(Opened::Plain) => return Ok(plain(caller)),
        Ok(Opened::Signed(verified)) => verified,
        Err(fault) => return Err(call.unread(&caller, seen, told(call, fault))),
    };
    let Verified {
        signer, signature, ..
    } = verified;
    let by = signers::registered(&call.standing, &signer).map(|owner| owner.id.clone());
    let caller = caller.with_signature(SignedBy {
        certificate: Digest::of(signer.der()),
        signature: Digest::of(&signature),
        once: Digest::of(&signer.only_value(&signature)),
    });
    let report = match security::once(gateway, &caller, by.as_ref()).await {
        Ok(()) => return Ok(Secured { caller, signer: by }),
        Err(NotOnce::Replayed) => told(call, SignatureFault::Replayed),
        Err(NotOnce::Unknown) => call.report(Problem::Internal),
    };
    Err(call.unread(&caller, seen, report))
}

/// A request whose security is good.
pub(crate) struct Secured {
    /// Its sender, with its signature.
    caller: Caller,
    /// Whose signature it is.
    signer: Option<OrganismId>,
}

impl Secured {
    /// The sender, if nobody signs for another: of what has no context to name it in.
    pub(crate) fn own(self, call: &Call, seen: Seen<'_>) -> Result<Caller, Refused> {
        self.checked((call, seen), |_| false)
    }

    /// The sender, if whoever signs is itself or one that the context names.
    pub(crate) fn named(
        self,
        call: &Call,
        seen: Seen<'_>,
        context: &Context,
    ) -> Result<Caller, Refused> {
        self.checked((call, seen), |signer| {
            *signer == context.requester || context.on_behalf_of.as_ref() == Some(signer)
        })
    }

    /// The sender, whoever signs.
    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    fn checked(
        self,
        (call, seen): (&Call, Seen<'_>),
        is_named: impl Fn(&OrganismId) -> bool,
    ) -> Result<Caller, Refused> {
        let Self { caller, signer } = self;
        match signer {
            Some(signer) if signer != caller.organism().id && !is_named(&signer) => {
                Err(call.unread(&caller, seen, told(call, SignatureFault::NotNamed)))
            }
            Some(_) | None => Ok(caller),
        }
    }
}

/// The certificate whose key it is, of the organism of the connection or of one that it may act for.
fn named(
    (gateway, call): (&Gateway, &Call),
    caller: &Caller,
    key: &str,
) -> Result<Arc<SigningCertificate>, SignatureFault> {
    let security = &gateway.security;
    let in_force = (&security.acceptor, &*call.standing);
    let mut refused = SignatureFault::UnknownKey;
    for certificate in security.settings.known.of_key(key) {
        match signers::owner(in_force, &certificate, call.moment.now) {
            Ok(owner) if caller.may_act_as(&owner.id) => return Ok(certificate),
            // Whether it is known here, of whoever it is, only those who may act for it are told.
            Ok(_) | Err(SecurityFault::NotRegistered | SecurityFault::AnotherOrganism) => {}
            Err(_) => refused = SignatureFault::Distrusted,
        }
    }
    Err(refused)
}

/// What the peer is told of a signature that is not taken.
pub(crate) fn told(call: &Call, fault: SignatureFault) -> Report {
    let violation = Violation {
        path: "/Signature".to_owned(),
        line: None,
        code: fault.code().to_owned(),
        message: fault.text().to_owned(),
    };
    Report {
        detail: fault.text().to_owned(),
        violations: vec![violation],
        ..call.report(fault.problem())
    }
}

fn head(request: &HttpRequest) -> Head {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    // HTTP/2 says the authority in its own way, HTTP/1.1 in a header. What a proxy adds is nobody's word.
    let authority = request.uri().authority().map(ToString::to_string);
    let host = || request.headers().get(HOST).map(text);
    let headers = request.headers().iter();
    Head {
        method: request.method().as_str().to_owned(),
        authority: authority.or_else(host).unwrap_or_default(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().map(str::to_owned),
        headers: headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
    }
}

fn covered(headers: &HeaderMap) -> Vec<(String, String)> {
    let is_ours = |name: &str| COVERED.contains(&name) || name.starts_with("pasarela-");
    let mut covered: Vec<(String, String)> = headers
        .iter()
        .filter(|(name, _)| is_ours(name.as_str()))
        .filter_map(|(name, value)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        })
        .collect();
    covered.sort();
    covered.dedup_by(|one, other| one.0 == other.0);
    covered
}
