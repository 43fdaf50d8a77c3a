//! `POST …/certificados/registro`, `…/certificados/revocar` · a certificate of a public provider is proposed; a key is
//! revoked at once.

use certs::identity::Peer;
use domain::{CertificateKey, CertificateOrigin, OrganismId};
use jiff::Timestamp;
use store::certificates::{Held, Revocation};
use store::proposals::{CertificateProposal, Proposed};

use super::{about, address, organism, refused, tried_in_vain};
use crate::clock;
use crate::console::desk::Desk;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::visit::Visit;
use crate::enrolment;

/// So many keys that came of one another are revoked in one act; whoever has more revokes twice.
const FAMILY: usize = 200;

/// Proposes that a certificate be registered.
pub(super) async fn propose(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let id = organism.id.clone();
    let pem = visit.form.text("certificado").to_owned();
    let proposal = CertificateProposal {
        id: clock::fresh_id(),
        organism: id.clone(),
        what: Proposed::Certificate(pem.clone()),
        by: visit.staff.id.clone(),
        at: visit.now,
    };
    let mut entry = about("proponerCertificado", &id, &proposal.id);
    match judged(&visit.desk, &id, &pem, visit.now) {
        Ok(held) => entry.certificate = Some(held.key),
        Err(fault) => {
            let told = visit.frame.term("certfault", fault);
            tried_in_vain(&visit.desk, &visit, entry, fault).await;
            return refused(visit, &organism, ("registro", "certificado"), told).await;
        }
    }
    visit.desk.record(entry, &visit.staff).await?;
    visit.desk.store.propose_certificate(&proposal).await?;
    Ok(response::go_to(&address(&id)))
}

/// The certificate, if it is the organism's and may be registered; else the word of what is wrong with it. It is judged by
/// what the gateway's own listener trusts: whoever is registered must also be able to connect.
fn judged(desk: &Desk, id: &OrganismId, pem: &str, now: Timestamp) -> Result<Held, &'static str> {
    let gateway = &desk.gateway;
    let (trust, revocations) = (gateway.signing_trust(), gateway.revocations());
    let of = (&*trust, &*revocations);
    let peer: Peer = certs::existing::judge(pem.as_bytes(), id.as_str(), of, now.as_second())
        .map_err(|fault| enrolment::refusal::Refusal::from(fault).word())?;
    enrolment::held(&peer, CertificateOrigin::Existing).map_err(|_| "certificado-ilegible")
}

/// Registers a certificate that was approved, if it may be registered still.
pub(super) async fn register(
    visit: &Visit,
    proposal: &CertificateProposal,
    pem: &str,
) -> Result<(), Refusal> {
    let desk = &visit.desk;
    let id = &proposal.organism;
    let mut entry = about("registrarCertificado", id, &proposal.id);
    let held = judged(desk, id, pem, visit.now).map_err(|fault| {
        let why = visit.frame.term("certfault", fault);
        Refusal::rule("certificates-not-admitted", &[("why", &why)])
    })?;
    entry.certificate = Some(held.key);
    desk.record(entry, &visit.staff).await?;
    match desk.store.put_certificate(&held, id).await {
        Ok(()) => Ok(()),
        Err(store::Error::KeyOfAnother { .. } | store::Error::KeyRevoked(_)) => {
            Err(Refusal::rule("certificates-key-taken", &[]))
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether what came of a key goes with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Alone,
    Whole,
}

/// Revokes a key.
pub(super) async fn revoke(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let id = organism.id.clone();
    let key = visit.form.parsed::<CertificateKey>("clave")?;
    let key = key.ok_or_else(|| Refusal::field("clave", ""))?;
    let reason = visit.form.text("motivo").to_owned();
    let length = reason.chars().count();
    if !(3..=200).contains(&length) || reason.contains(char::is_control) {
        let told = visit.frame.say("certificates-reason-wrong").into_owned();
        return refused(visit, &organism, ("revocar", "motivo"), told).await;
    }
    let family = match visit.form.get("derivados") {
        Some(_) => Family::Whole,
        None => Family::Alone,
    };
    let own = visit.desk.store.certificates_of(&id).await?;
    if !own.iter().any(|it| it.key == key) {
        return Err(Refusal::rule("certificates-key-gone", &[]));
    }
    revoke_one(&visit, &id, &key, &reason).await?;
    if family == Family::Whole {
        let descendants = visit.desk.store.descendants(&key).await?;
        for next in descendants.iter().take(FAMILY) {
            revoke_one(&visit, &id, next, &reason).await?;
        }
    }
    Ok(response::go_to(&address(&id)))
}

async fn revoke_one(
    visit: &Visit,
    id: &OrganismId,
    key: &CertificateKey,
    reason: &str,
) -> Result<(), Refusal> {
    let desk = &visit.desk;
    let mut entry = about("revocarCertificado", id, reason);
    entry.certificate = Some(*key);
    desk.record(entry, &visit.staff).await?;
    let by = visit.staff.id.as_str();
    match desk.store.revoke_key(key, by, reason, visit.now).await? {
        // Or somebody else was quicker: it is revoked all the same.
        Revocation::Revoked | Revocation::NotRegistered => Ok(()),
    }
}
