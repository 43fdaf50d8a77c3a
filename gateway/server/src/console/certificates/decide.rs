//! `POST …/certificados/propuesta` · what one has proposed another approves or rejects, or she takes it back.

use domain::StaffRole;
use jiff::SignedDuration;
use journal::Entry;
use store::proposals::{CertificateProposal, Decided, Decision, Proposed};

use super::{about, address, codes, filled, keys, organism, tried_in_vain};
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::tried::Tried;
use crate::console::visit::Visit;

/// How long a proposal can be approved.
const WAITS: SignedDuration = SignedDuration::from_hours(30 * 24);
const OWN: &str = "certificates-own-proposal";

/// Decides.
pub(super) async fn decide(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let id = organism.id.clone();
    let proposal = visit
        .desk
        .store
        .certificate_proposal(visit.form.text("propuesta"));
    let proposal = proposal.await?.filter(|it| it.organism == id);
    let gone = || Refusal::rule("certificates-proposal-gone", &[]);
    let proposal = proposal.ok_or_else(gone)?;
    let (decision, operation) = match visit.form.text("decision") {
        "aprobar" => (Decision::Approved, "aprobarPropuestaDeCertificado"),
        "rechazar" => (Decision::Rejected, "rechazarPropuestaDeCertificado"),
        "retirar" => (Decision::Withdrawn, "retirarPropuestaDeCertificado"),
        other => return Err(Refusal::field("decision", other)),
    };
    let entry = about(operation, &id, &proposal.id);
    if let Err(refusal) = hers(&visit, &proposal, decision) {
        tried_in_vain(&visit.desk, &visit, entry, refusal.code()).await;
        return Err(refusal);
    }
    if decision != Decision::Approved {
        return settle(&visit, &proposal, decision, entry).await;
    }
    if visit.now.duration_since(proposal.at) > WAITS {
        tried_in_vain(&visit.desk, &visit, entry, "propuesta-caducada").await;
        return Err(Refusal::rule("certificates-proposal-lapsed", &[]));
    }
    match &proposal.what {
        Proposed::Code(days) => {
            let issued = codes::issue(&visit, &proposal, *days, entry).await?;
            let page = filled(visit, &organism, Some(issued), Tried::nothing()).await?;
            response::page(&page)
        }
        Proposed::Certificate(pem) => {
            keys::register(&visit, &proposal, pem, entry).await?;
            Ok(response::go_to(&address(&id)))
        }
    }
}

/// Rejects, or takes back.
async fn settle(
    visit: &Visit,
    proposal: &CertificateProposal,
    decision: Decision,
    entry: Entry,
) -> Reply {
    let desk = &visit.desk;
    desk.record(entry.clone(), &visit.staff).await?;
    let by = (&visit.staff.id, visit.now);
    let decided = desk.store.decide_certificate(&proposal.id, decision, by);
    done(visit, decided.await?, entry).await?;
    Ok(response::go_to(&address(&proposal.organism)))
}

/// That another was quicker is evidence too, by the same name.
pub(super) async fn done(visit: &Visit, decided: Decided, entry: Entry) -> Result<(), Refusal> {
    match decided {
        Decided::Done => Ok(()),
        Decided::NotDone => {
            tried_in_vain(&visit.desk, visit, entry, "propuesta-decidida").await;
            Err(Refusal::rule("certificates-proposal-gone", &[]))
        }
    }
}

/// Whether it is hers to decide so: a supervisor decides on another's, and each takes back her own.
fn hers(visit: &Visit, proposal: &CertificateProposal, decision: Decision) -> Result<(), Refusal> {
    let own = proposal.by == visit.staff.id;
    match (decision, own) {
        (Decision::Withdrawn, true) => Ok(()),
        (Decision::Withdrawn, false) => Err(Refusal::rule("certificates-others-proposal", &[])),
        (Decision::Approved | Decision::Rejected, true) => Err(Refusal::rule(OWN, &[])),
        (Decision::Approved | Decision::Rejected, false) => {
            if visit.staff.roles.has(StaffRole::Supervisor) {
                Ok(())
            } else {
                Err(Refusal::Role)
            }
        }
    }
}
