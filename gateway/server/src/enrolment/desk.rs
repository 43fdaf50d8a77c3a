//! Where certificates are issued and registered.

use certs::authority::{Authority, AuthorityError, Order, Purpose, Subject, Validity};
use certs::identity::Peer;
use certs::request::Request;
use domain::{CertificateKey, CertificateOrigin, Malformed, Organism, Problem};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};
use store::certificates::{Certified, Held};

use super::Shared;
use super::attempts::Attempts;
use super::refusal::Refusal;
use crate::clock;
use crate::start::StartError;

/// The federation's authority with all that enrolling takes; shared by the workers.
pub(crate) struct Desk {
    pub(super) authority: Authority,
    /// The authority's own certificate, PEM.
    pub(super) chain: String,
    days: u32,
    pub(super) attempts: Attempts,
    pub(super) shared: Shared,
}

/// A certificate that was made, and is nobody's until it is registered.
pub(super) struct Issued {
    /// The certificate, PEM.
    pub(super) pem: String,
    /// What it says.
    pub(super) peer: Peer,
    /// As it will be registered.
    pub(super) held: Held,
}

/// One attempt: when it came, its name in evidence and log.
pub(crate) struct Attempt {
    pub(crate) now: Timestamp,
    pub(crate) exchange: String,
    pub(crate) operation: &'static str,
}

impl Attempt {
    pub(crate) fn begin(operation: &'static str) -> Self {
        Self {
            now: clock::now(),
            exchange: clock::fresh_id(),
            operation,
        }
    }

    /// The evidence of a certificate that is about to be registered.
    pub(super) fn entry(&self, organism: &Organism, held: &Held, body: &[u8]) -> Entry {
        Entry {
            operation: Some(self.operation.to_owned()),
            organism: Some(organism.id.clone()),
            certificate: Some(held.key),
            verdict: Some(Verdict::Allowed),
            recipient: Some(organism.id.clone()),
            request_digest: Some(Digest::of(body)),
            ..Entry::new(EntryKind::Certificate, self.now, self.exchange.as_str())
        }
    }
}

impl Desk {
    pub(super) fn new(
        authority: Authority,
        days: u32,
        attempts: Attempts,
        shared: Shared,
    ) -> Result<Self, StartError> {
        let pem = authority.certificate().pem()?;
        Ok(Self {
            authority,
            chain: String::from_utf8_lossy(&pem).into_owned(),
            days,
            attempts,
            shared,
        })
    }

    /// Makes the certificate of an organism on a request: for clients only, named as the identity code reads it.
    pub(super) fn issue(
        &self,
        organism: &Organism,
        request: &Request,
        now: Timestamp,
        origin: CertificateOrigin,
    ) -> Result<Issued, Refusal> {
        let failed = |error: AuthorityError| {
            tracing::error!(%error, "the authority failed");
            Refusal::from(Problem::Internal).about(&organism.id)
        };
        let validity = Validity::days(now.as_second(), self.days);
        let order = Order {
            subject: Subject::organism(organism.id.as_str(), &organism.name),
            purpose: Purpose::Client,
            validity: self.authority.within(validity).map_err(failed)?,
        };
        let certificate = self.authority.issue_for_request(&order, request.pem());
        let certificate = certificate.map_err(failed)?;
        let pem = certificate.pem().map_err(failed)?;
        let unreadable = || Refusal::from(Problem::Internal).about(&organism.id);
        let peer = certificate.peer().map_err(|_| unreadable())?;
        let held = held(&peer, origin).map_err(|_| unreadable())?;
        Ok(Issued {
            pem: String::from_utf8_lossy(&pem).into_owned(),
            peer,
            held,
        })
    }

    /// Writes evidence; nothing is registered or answered without.
    pub(super) async fn record(&self, entry: Entry) -> Result<(), Refusal> {
        let exchange = entry.exchange.clone();
        self.shared.journal.record(entry).await.map_err(|error| {
            tracing::error!(incident = exchange, %error, "the journal cannot be written");
            Refusal::from(Problem::JournalUnavailable)
        })?;
        Ok(())
    }

    /// Makes a refusal evidence, and tells it.
    pub(super) async fn refuse(
        &self,
        attempt: &Attempt,
        refusal: Refusal,
    ) -> actix_web::HttpResponse {
        let told = self.journalled(attempt, refusal).await;
        told.response(&attempt.exchange)
    }

    /// Makes a refusal evidence; gives what is told: the refusal, or that it could not be written.
    pub(crate) async fn journalled(&self, attempt: &Attempt, refusal: Refusal) -> Refusal {
        let Attempt {
            now,
            exchange,
            operation,
        } = attempt;
        let code = refusal.problem.entry().code;
        tracing::info!(
            incident = exchange,
            problem = code,
            operation,
            "enrolment refused"
        );
        match self.record(refusal.entry(operation, *now, exchange)).await {
            Ok(()) => refusal,
            Err(unrecorded) => unrecorded,
        }
    }
}

/// What the registry keeps of a certificate.
///
/// # Errors
/// When its key has no digest that can be registered.
pub fn held(peer: &Peer, origin: CertificateOrigin) -> Result<Held, Malformed> {
    let key: CertificateKey = peer.key.parse()?;
    Ok(Held {
        key,
        certificate: Certified {
            not_before: peer.not_before,
            not_after: peer.not_after,
            serial: peer.serial.clone(),
            issuer: peer.issuer.clone(),
        },
        origin,
    })
}

const TOO_MANY_RENEWED: (&str, &str) = (
    "demasiadas-renovaciones",
    "el organismo tiene ya el máximo de claves vigentes obtenidas por renovación; pida que se revoquen las que no usa",
);

/// What the database has against registering a key.
pub(super) fn unregistered(error: &store::Error) -> Refusal {
    if let store::Error::KeyOfAnother { .. } | store::Error::KeyRevoked(_) = error {
        return Problem::KeyNotEnrollable.into();
    }
    if let store::Error::TooManyRenewed { .. } = error {
        return Refusal::of(Problem::CertificateNotEnrollable, TOO_MANY_RENEWED);
    }
    tracing::error!(%error, "the store failed");
    Problem::Internal.into()
}
