//! `POST …/certificados/codigo`, `…/codigo/retirar` · a one-time code is proposed; one that nobody has used is withdrawn.

use domain::{AgreementState, OrganismId};
use jiff::{SignedDuration, Timestamp};
use journal::Entry;
use store::enrolment::{NewCode, Withdrawal};
use store::proposals::{CertificateProposal, Proposed};

use super::decide::done;
use super::{Issued, about, address, organism, refused, tried_in_vain};
use crate::clock;
use crate::console::desk::Desk;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::visit::Visit;
use crate::enrolment::FreshCode;

const MOST_DAYS: u8 = 30;
const TOO_EARLY: &str = "certificates-too-early";

/// Whether the organism has not come far enough for a code: its request has been sent, or it has an agreement.
pub(super) async fn too_early(
    desk: &Desk,
    id: &OrganismId,
    now: Timestamp,
) -> Result<Option<&'static str>, Refusal> {
    let asked = AgreementState::RequestSent..=AgreementState::ExtensionAgreed;
    let files = desk.store.dossiers_of(id).await?;
    let has_asked = files.iter().any(|it| asked.contains(&it.state_at(now)));
    let mut agreements = desk.store.agreements_of(id).await?.into_iter();
    let open = agreements.any(|it| it.standing(now).opens());
    Ok((!has_asked && !open).then_some(TOO_EARLY))
}

/// Proposes a code.
pub(super) async fn propose(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let id = organism.id.clone();
    if let Some(message) = too_early(&visit.desk, &id, visit.now).await? {
        return Err(Refusal::rule(message, &[]));
    }
    let days = visit.form.text("dias").parse::<u8>();
    let Some(days) = days.ok().filter(|days| (1..=MOST_DAYS).contains(days)) else {
        let told = visit.frame.say("certificates-days-wrong").into_owned();
        return refused(visit, &organism, ("codigo", "dias"), told).await;
    };
    let proposal = CertificateProposal {
        id: clock::fresh_id(),
        organism: id.clone(),
        what: Proposed::Code(days),
        by: visit.staff.id.clone(),
        at: visit.now,
    };
    let entry = about("proponerCodigoDeAlta", &id, &proposal.id);
    visit.desk.record(entry, &visit.staff).await?;
    visit.desk.store.propose_certificate(&proposal).await?;
    Ok(response::go_to(&address(&id)))
}

/// Issues a code that was approved; it is shown once, to whoever approved it.
pub(super) async fn issue(
    visit: &Visit,
    proposal: &CertificateProposal,
    days: u8,
    approval: Entry,
) -> Result<Issued, Refusal> {
    let desk = &visit.desk;
    // It may have come far enough when this was proposed, and no longer.
    if let Some(message) = too_early(desk, &proposal.organism, visit.now).await? {
        tried_in_vain(desk, visit, approval, "alta-prematura").await;
        return Err(Refusal::rule(message, &[]));
    }
    let fresh = FreshCode::make().map_err(Refusal::broken)?;
    let digest = desk.veil.code(fresh.code.canonical());
    let issued = NewCode {
        digest: digest.map_err(Refusal::broken)?,
        name: fresh.name,
        organism: proposal.organism.clone(),
        issued_by: visit.staff.id.to_string(),
        issued_at: visit.now,
        expires_at: visit.now + SignedDuration::from_hours(24 * i64::from(days)),
    };
    // Of one exchange: the code by its name, and the proposal that it was approved by.
    let entry = Entry {
        exchange: approval.exchange.clone(),
        ..about("emitirCodigoDeAlta", &proposal.organism, &issued.name)
    };
    desk.record(approval.clone(), &visit.staff).await?;
    desk.record(entry, &visit.staff).await?;
    let by = (&visit.staff.id, visit.now);
    let decided = desk.store.approve_code(&proposal.id, by, &issued);
    done(visit, decided.await?, approval).await?;
    Ok(Issued {
        code: fresh.code.expose(),
        until: visit.frame.instant(issued.expires_at),
        name: issued.name,
        address: desk.enrolment_url.clone().unwrap_or_default(),
    })
}

/// Withdraws a code.
pub(super) async fn withdraw(visit: Visit) -> Reply {
    let id = organism(&visit).await?.id;
    let name = visit.form.text("codigo").to_owned();
    let store = &visit.desk.store;
    if store.organism_of_code(&name).await?.as_ref() != Some(&id) {
        return Err(Refusal::Nothing);
    }
    let entry = about("retirarCodigoDeAlta", &id, &name);
    visit.desk.record(entry, &visit.staff).await?;
    let withdrawn = store.withdraw_code(&name, visit.staff.id.as_str(), visit.now);
    match withdrawn.await? {
        Withdrawal::Withdrawn => Ok(response::go_to(&address(&id))),
        Withdrawal::Unknown => Err(Refusal::Nothing),
        Withdrawal::TooLate => Err(Refusal::rule("certificates-code-gone", &[])),
    }
}
