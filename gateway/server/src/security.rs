//! The security of a message: what was agreed with its sender, who may sign it, and how its answer is signed.
//!
//! What a message's signature means for the exchange is decided here: `adapters` verifies, `certs` knows certificates,
//! and whose signature it is, `signers` say for messages and for answers alike.

use std::sync::Arc;

use actix_web::HttpRequest;
use adapters::ReadError;
use adapters::soap::{self, Addressing, Endpoint, Rejection, Reply, SoapVersion};
use adapters::wsse::{self, Clock, Opened, SecurityFault, Signed, Stamp, Token};
use certs::acceptor::Acceptor;
use certs::signing::Signer;
use domain::{Came, Context, MessageSecurity, OrganismId, Problem, Signing};
use exchange::{Caller, SignedBy};
use jiff::SignedDuration;
use journal::Digest;

use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::known::Known;
use crate::signers::{self, InForce};
use crate::standing::Standing;

/// How messages are signed and how long they count.
#[derive(Clone)]
pub struct SecuritySettings {
    /// What answers are signed with; nothing is signed without.
    pub signer: Option<Arc<Signer>>,
    /// How far another clock may be from ours.
    pub skew: SignedDuration,
    /// How long a signed message counts at most.
    pub longest: SignedDuration,
    /// The certificates that messages may name without bringing them.
    pub known: Known,
}

/// What the gateway needs to judge and to sign messages.
pub(crate) struct Security {
    /// How.
    pub settings: SecuritySettings,
    /// The authorities that signers must be of.
    pub acceptor: Acceptor,
}

impl Security {
    /// By what signatures are judged while that is in force.
    pub(crate) fn in_force<'f>(&'f self, standing: &'f Standing) -> InForce<'f> {
        InForce {
            acceptor: &self.acceptor,
            standing,
            known: &self.settings.known,
        }
    }
}

/// A message whose security is good.
pub(crate) struct Secured {
    /// Its sender, with its signature.
    pub caller: Caller,
    /// What to read in the message's place.
    pub message: Option<Vec<u8>>,
    /// The version to answer in; of a message that is not signed, only what is usual.
    pub version: SoapVersion,
    /// Whose signature it is.
    pub signer: Option<OrganismId>,
}

/// How the answer to a message is signed; good also for its refusal.
#[derive(Default)]
pub(crate) struct Answering {
    agreed: MessageSecurity,
    /// Whether the sender looks for a signature on what comes back.
    came: Came,
    /// The signature of the message, if it was good.
    request: Option<Vec<u8>>,
    /// The digest of the body that brought it, once that is here.
    digest: Option<Digest>,
    /// How it is addressed, if it is.
    addressing: Option<Addressing>,
}

/// Why an answer cannot be signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsigned {
    /// There is no key.
    #[error("no key to sign with is configured")]
    NoKey,
    /// The key or the message failed.
    #[error(transparent)]
    Failed(#[from] wsse::SignError),
    /// The thread that signs has ended.
    #[error("signing broke off")]
    BrokenOff,
}

/// Verifies a message as it was agreed with its sender. What of its signature the answer needs is noted in `answering`.
pub(crate) fn verify(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    (caller, bytes): (Caller, &[u8]),
    answering: &mut Answering,
) -> Result<Secured, Box<(Caller, Rejection)>> {
    let agreed = caller.message_security().clone();
    let known = &gateway.security.settings.known;
    known.learn_from(request);
    let settings = &gateway.security.settings;
    let clock = Clock {
        now: call.moment.now,
        skew: settings.skew,
        longest: settings.longest,
    };
    let in_force = gateway.security.in_force(&call.standing);
    let may = |signer: &OrganismId| caller.may_act_as(signer);
    let trust = |token: &Token| in_force.accept(token, clock.now, may);
    match wsse::open(bytes, &gateway.limits, &agreed, &clock, &trust) {
        Err(rejection) => {
            answering.refuse(&rejection.error);
            Err(Box::new((caller, rejection)))
        }
        Ok(Opened::Plain) => Ok(Secured {
            caller,
            message: None,
            version: SoapVersion::V11,
            signer: None,
        }),
        Ok(Opened::Signed(signed)) => {
            let Signed {
                version,
                message,
                signer,
                signature,
                ..
            } = *signed;
            let by = signers::registered(&call.standing, &signer);
            let signed = SignedBy {
                certificate: Digest::of(signer.der()),
                signature: Digest::of(&signature),
                once: Digest::of(&signer.only_value(&signature)),
            };
            (answering.came, answering.request) = (Came::Signed, Some(signature));
            Ok(Secured {
                signer: by.map(|owner| owner.id.clone()),
                caller: caller.with_signature(signed),
                message: Some(message),
                version,
            })
        }
    }
}

/// How a message came that is refused for this.
fn came(error: &ReadError) -> Came {
    match error {
        ReadError::Security(error) if error.fault != SecurityFault::NotSigned => Came::Signed,
        ReadError::Security(_)
        | ReadError::Soap(_)
        | ReadError::Rest(_)
        | ReadError::Context(_)
        | ReadError::Xml(_)
        | ReadError::Json(_)
        | ReadError::Reserved(_) => Came::Plain,
    }
}

impl Secured {
    /// Refuses the signature of one for whom the sender may act, and for whom it does not: the context must name it.
    pub(crate) fn check(&self, context: &Context) -> Result<(), SecurityFault> {
        let Some(signer) = &self.signer else {
            return Ok(());
        };
        let named = *signer == context.requester || context.on_behalf_of.as_ref() == Some(signer);
        if *signer == self.caller.organism().id || named {
            Ok(())
        } else {
            Err(SecurityFault::NotNamed)
        }
    }
}

/// Takes a signature in once: the same message again is refused, by whichever node it comes and whoever brings it.
///
/// It is kept beside the names of requests of whoever signed: its digest is a name that no caller can give beforehand.
pub(crate) async fn once(
    gateway: &Gateway,
    caller: &Caller,
    by: Option<&OrganismId>,
) -> Result<(), NotOnce> {
    let Some(signed) = caller.signed() else {
        return Ok(());
    };
    let now = clock::now();
    let organism = by.unwrap_or(&caller.organism().id);
    let Ok(name) = signed.once.to_string().parse() else {
        return Err(NotOnce::Unknown);
    };
    let failed = |error: store::Error| {
        tracing::error!(%error, "a signature could not be taken in");
        NotOnce::Unknown
    };
    let store = &gateway.store;
    let taken = store.take_in(organism, &name, signed.once, now);
    if taken.await.map_err(failed)? {
        Ok(())
    } else {
        Err(NotOnce::Replayed)
    }
}

/// Why a signature is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotOnce {
    /// It was before.
    Replayed,
    /// The store does not say.
    Unknown,
}

impl Answering {
    /// Notes what was agreed with the sender, as soon as it is known who that is.
    pub(crate) fn agree(&mut self, caller: &Caller) {
        self.agreed = caller.message_security().clone();
    }

    /// Notes the body that is answered.
    pub(crate) fn note(&mut self, digest: Digest) {
        self.digest = Some(digest);
    }

    /// Notes why the message is refused: it may tell that it was signed.
    pub(crate) fn refuse(&mut self, error: &ReadError) {
        if came(error) == Came::Signed {
            self.came = Came::Signed;
        }
    }

    /// Notes how the message is addressed.
    pub(crate) fn address(&mut self, addressing: Option<Addressing>) {
        self.addressing = addressing;
    }

    /// Notes which message is refused, and nothing else of what it says.
    pub(crate) fn relate(&mut self, addressing: Option<Addressing>) {
        self.addressing = addressing.map(|it| Addressing {
            reply_to: Endpoint::Anonymous,
            fault_to: Endpoint::Anonymous,
            ..it
        });
    }

    /// Whether anybody is told the answer.
    pub(crate) fn is_told(&self) -> bool {
        let to = self.addressing.as_ref().map(|it| it.reply_to);
        to != Some(Endpoint::Nobody)
    }

    /// Whether anybody is told that it was refused.
    pub(crate) fn is_told_refusals(&self) -> bool {
        let to = self.addressing.as_ref().map(|it| it.fault_to);
        to != Some(Endpoint::Nobody)
    }

    /// Addresses an answer as its question was, with that action and by the name of its exchange.
    pub(crate) fn addressed(&self, (action, exchange): (&str, &str), answer: Vec<u8>) -> Vec<u8> {
        let name = format!("urn:uuid:{exchange}");
        let addressed = self.addressing.as_ref();
        let addressed = addressed.map(|it| (action, name.as_str(), it.message_id.as_deref()));
        // Only under a signature does it prove anything.
        let digest = self.digest.filter(|_| self.wants());
        let digest = digest.map(|digest| digest.to_string());
        let reply = Reply {
            addressed,
            request: digest.as_deref(),
        };
        soap::with_blocks(answer, &reply)
    }

    fn wants(&self) -> bool {
        self.agreed.signs_answer(self.came)
    }

    /// Signs an answer, where that was agreed.
    pub(crate) async fn sign(
        &self,
        gateway: &Gateway,
        version: SoapVersion,
        answer: Vec<u8>,
    ) -> Result<Vec<u8>, Unsigned> {
        if !self.wants() {
            return Ok(answer);
        }
        let settings = &gateway.security.settings;
        let key = settings.signer.as_ref().ok_or(Unsigned::NoKey)?;
        let (request, longest) = (self.request.clone(), settings.longest);
        let signed = peers::aside(key, None, move |signer| {
            let created = clock::now();
            let stamp = Stamp {
                created,
                expires: created.saturating_add(longest).unwrap_or(created),
                answers: request.as_deref(),
            };
            wsse::sign(&answer, version, signer, &stamp)
        });
        Ok(signed.await.map_err(|_| Unsigned::BrokenOff)??)
    }
}

/// Refuses a caller whose messages must be signed, or who must be answered so, where they cannot be.
pub(crate) fn unsigned_stream(call: &Call, caller: &Caller) -> Result<(), Refused> {
    let agreed = caller.message_security();
    if agreed.requests == Signing::Required || agreed.answers == Signing::Required {
        let report = call.report(Problem::NotSigned);
        return Err(call.unread(caller, exchange::Seen::default(), report));
    }
    Ok(())
}
