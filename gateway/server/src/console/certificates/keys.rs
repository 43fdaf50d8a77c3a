//! `POST …/certificados/registro`, `…/certificados/revocar` · a certificate of a public provider is proposed; a key is
//! revoked at once.

use certs::identity::Peer;
use domain::{CertificateKey, CertificateOrigin, OrganismId};
use jiff::Timestamp;
use journal::Entry;
use store::certificates::{Held, Revocation};
use store::proposals::{CertificateProposal, Proposed};

use super::decide::done;
use super::{about, address, organism, refused, tried_in_vain};
use crate::clock;
use crate::console::desk::Desk;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::visit::Visit;
use crate::enrolment;

/// So often it is looked for keys that were obtained meanwhile; whoever still finds one does the same again.
const ROUNDS: u32 = 20;

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

/// Registers a certificate that is approved, if it may be registered still.
pub(super) async fn register(
    visit: &Visit,
    proposal: &CertificateProposal,
    pem: &str,
    mut approval: Entry,
) -> Result<(), Refusal> {
    let desk = &visit.desk;
    let id = &proposal.organism;
    let held = match judged(desk, id, pem, visit.now) {
        Ok(held) => held,
        Err(fault) => {
            tried_in_vain(desk, visit, approval, fault).await;
            let why = visit.frame.term("certfault", fault);
            return Err(Refusal::rule("certificates-not-admitted", &[("why", &why)]));
        }
    };
    approval.certificate = Some(held.key);
    let entry = Entry {
        operation: Some("registrarCertificado".to_owned()),
        ..approval.clone()
    };
    desk.record(approval.clone(), &visit.staff).await?;
    desk.record(entry.clone(), &visit.staff).await?;
    let by = (&visit.staff.id, visit.now);
    let approved = desk
        .store
        .approve_certificate(&proposal.id, by, (&held, id));
    match approved.await {
        Ok(decided) => done(visit, decided, approval).await,
        Err(store::Error::KeyOfAnother { .. } | store::Error::KeyRevoked(_)) => {
            tried_in_vain(desk, visit, entry, "clave-no-registrable").await;
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
    let store = &visit.desk.store;
    let is_registered = store
        .certificates_of(&id)
        .await?
        .iter()
        .any(|it| it.key == key);
    let was_revoked = store
        .revoked_keys_of(&id)
        .await?
        .iter()
        .any(|it| it.key == key);
    if is_registered {
        revoke_one(&visit, &id, &key, &reason).await?;
    } else if family == Family::Alone || !was_revoked {
        return Err(Refusal::rule("certificates-key-gone", &[]));
    }
    if family == Family::Whole {
        revoke_family(&visit, &id, &key, &reason).await?;
    }
    Ok(response::go_to(&address(&id)))
}

/// Revokes what was obtained by a key that is revoked, and what was obtained by that, until there is nothing left: while one
/// is revoked another may have been obtained by one that is not yet.
async fn revoke_family(
    visit: &Visit,
    id: &OrganismId,
    key: &CertificateKey,
    reason: &str,
) -> Result<(), Refusal> {
    for _ in 0..ROUNDS {
        let descendants = visit.desk.store.descendants(key).await?;
        if descendants.is_empty() {
            return Ok(());
        }
        for next in &descendants {
            revoke_one(visit, id, next, reason).await?;
        }
    }
    Err(Refusal::rule("certificates-family-left", &[]))
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
