//! `POST …/certificados/propuesta` · what one has proposed another approves or rejects, or she takes it back.

use domain::StaffRole;
use store::proposals::{CertificateProposal, Decided, Decision, Proposed};

use super::{about, address, codes, filled, keys, organism};
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::tried::Tried;
use crate::console::visit::Visit;

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
    hers(&visit, &proposal, decision)?;
    visit.desk.record(entry, &visit.staff).await?;
    let store = &visit.desk.store;
    let by = (&visit.staff.id, visit.now);
    let decided = store.decide_certificate(&proposal.id, decision, by);
    if decided.await? == Decided::NotDone {
        return Err(gone());
    }
    if decision != Decision::Approved {
        return Ok(response::go_to(&address(&id)));
    }
    match &proposal.what {
        Proposed::Code(days) => {
            let issued = codes::issue(&visit, &proposal, *days).await?;
            let page = filled(visit, &organism, Some(issued), Tried::nothing()).await?;
            response::page(&page)
        }
        Proposed::Certificate(pem) => {
            keys::register(&visit, &proposal, pem).await?;
            Ok(response::go_to(&address(&id)))
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
