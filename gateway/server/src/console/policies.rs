//! `GET`, `POST /visibilidad/propuestas` · the policies that are in force by four eyes: what is proposed, what was decided,
//! what was in force since when; and proposing.

pub(super) mod acts;
pub(super) mod proposal;
mod text;

use askama::Template;
use domain::StaffRole;
use store::policies::{Outcome, PolicyChange, PolicyFault, PolicyProposal};

use super::frame::Frame;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;
use acts::{NotDone, Wanted};

/// Whoever proposes, and whoever decides; what is against four eyes is refused by name.
const ACTORS: &[StaffRole] = &[StaffRole::Manager, StaffRole::Supervisor];

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/visibilidad/propuestas",
    title: "policies-title",
    listed: Listed::Within("/visibilidad"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[
        Act {
            path: "/visibilidad/propuestas",
            actors: ACTORS,
            perform: |visit| Box::pin(propose(visit)),
        },
        Act {
            path: "/visibilidad/propuestas/volver",
            actors: ACTORS,
            perform: |visit| Box::pin(back(visit)),
        },
    ],
};

#[derive(Template)]
#[template(path = "policies.html")]
struct PoliciesPage {
    frame: Frame,
    /// What this node has in force.
    version: String,
    /// The message that says where that comes from.
    source: &'static str,
    proposals: Vec<ProposalRow>,
    changes: Vec<ChangeRow>,
}

struct ProposalRow {
    number: i64,
    version: String,
    reason: String,
    by: String,
    at: String,
    tone: &'static str,
    state: String,
}

struct ChangeRow {
    seq: i64,
    version: String,
    proposal: Option<i64>,
    by: String,
    at: String,
    /// Whether it is in force now.
    now: bool,
}

async fn read(visit: Visit) -> Reply {
    let Visit { desk, frame, .. } = visit;
    let engine = std::sync::Arc::clone(&desk.current.get().engine);
    let approved = desk.store.policies_version().await?;
    let source = match &approved {
        None => "policies-source-folder",
        Some(version) if version == engine.version() => "policies-source-approved",
        Some(_) => "policies-source-other",
    };
    let in_force = approved.unwrap_or_else(|| engine.version().to_owned());
    let proposals = desk.store.policy_proposals().await?.into_iter();
    let changes = desk.store.policy_changes().await?.into_iter();
    let changes = changes.enumerate();
    response::page(&PoliciesPage {
        version: engine.version().to_owned(),
        source,
        proposals: proposals.map(|it| row(&frame, it, &in_force)).collect(),
        changes: changes
            .map(|(place, it)| change(&frame, it, place == 0))
            .collect(),
        frame,
    })
}

impl PoliciesPage {
    /// What may be gone back to: each version but that in force, by the row in which it was last.
    fn former(&self) -> Vec<&ChangeRow> {
        let mut told: Vec<&str> = vec![];
        let present = self.changes.iter().filter(|row| row.now);
        told.extend(present.map(|row| &*row.version));
        let mut former = Vec::new();
        for row in &self.changes {
            if !told.contains(&&*row.version) {
                told.push(&row.version);
                former.push(row);
            }
        }
        former
    }

    fn may_act(&self) -> bool {
        ACTORS.iter().any(|role| self.frame.has(*role))
    }
}

fn row(frame: &Frame, proposal: PolicyProposal, in_force: &str) -> ProposalRow {
    let (tone, state) = state(frame, &proposal, in_force);
    ProposalRow {
        number: proposal.number,
        version: proposal.version,
        reason: proposal.reason,
        by: proposal.by.to_string(),
        at: frame.instant(proposal.at),
        tone,
        state,
    }
}

/// How a proposal stands, with the tone of that.
fn state(frame: &Frame, proposal: &PolicyProposal, in_force: &str) -> (&'static str, String) {
    match &proposal.decided {
        None if proposal.base == in_force => ("warn", frame.say("policies-waits").into_owned()),
        None => ("bad", frame.say("policies-stale").into_owned()),
        Some((outcome, by, at)) => {
            let (tone, message) = match outcome {
                Outcome::Approved => ("good", "policies-approved"),
                Outcome::Rejected => ("soft", "policies-rejected"),
                Outcome::Withdrawn => ("soft", "policies-withdrawn"),
            };
            let (by, at) = (by.to_string(), frame.instant(at));
            (tone, frame.words.tell(message, &[("by", &by), ("at", &at)]))
        }
    }
}

fn change(frame: &Frame, change: PolicyChange, now: bool) -> ChangeRow {
    ChangeRow {
        seq: change.seq,
        version: change.version,
        proposal: change.proposal,
        by: change.by.to_string(),
        at: frame.instant(change.at),
        now,
    }
}

async fn propose(visit: Visit) -> Reply {
    let changed = visit.form.text("cambios");
    let changed = serde_json::from_str(changed).map_err(|_| Refusal::field("cambios", changed))?;
    let wanted = Wanted {
        base: visit.form.text("base").to_owned(),
        changed,
        reason: visit.form.text("motivo").to_owned(),
    };
    enter(visit, wanted).await
}

/// Proposes a set that was in force before.
async fn back(visit: Visit) -> Reply {
    let standing = visit.desk.current.get();
    let version = visit.form.text("version");
    let changed = acts::back(&visit.desk, &standing, version).await;
    let wanted = Wanted {
        base: standing.engine.version().to_owned(),
        changed: changed.map_err(|why| refusal(why, &visit))?,
        reason: visit.form.text("motivo").to_owned(),
    };
    enter(visit, wanted).await
}

async fn enter(visit: Visit, wanted: Wanted) -> Reply {
    let proposed = acts::propose(&visit.desk, (&visit.staff, visit.now), wanted).await;
    let number = proposed.map_err(|why| refusal(why, &visit))?;
    Ok(response::go_to(&format!(
        "/visibilidad/propuestas/{number}"
    )))
}

/// Why nothing was done, as pages tell it.
fn refusal(why: NotDone, visit: &Visit) -> Refusal {
    match why {
        NotDone::Files(fault) => {
            let told = fault.told(visit.words());
            Refusal::rule("policies-not-taken", &[("why", &told)])
        }
        NotDone::Unfit(errors) => {
            let told = super::differences::faults(&errors).join("; ");
            Refusal::rule("policies-not-taken", &[("why", &told)])
        }
        NotDone::Busy => Refusal::rule("differences-busy", &[]),
        NotDone::Store(store::Error::Policies(fault)) => fault_of(fault),
        NotDone::Store(error) => error.into(),
        NotDone::Broken(refusal) => refusal,
    }
}

fn fault_of(fault: PolicyFault) -> Refusal {
    let message = match fault {
        PolicyFault::AuditorActs | PolicyFault::RoleMissing(_) => return Refusal::Role,
        PolicyFault::UnknownProposal | PolicyFault::UnknownSet => return Refusal::Nothing,
        PolicyFault::Decided => "policies-fault-decided",
        PolicyFault::Own => "policies-fault-own",
        PolicyFault::Others => "policies-fault-others",
        PolicyFault::Moved => "policies-fault-moved",
        PolicyFault::Behind => "policies-fault-behind",
        PolicyFault::TooMany => "policies-fault-many",
        PolicyFault::Reason => "policies-fault-reason",
    };
    Refusal::rule(message, &[])
}
