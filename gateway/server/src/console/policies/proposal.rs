//! `GET /visibilidad/propuestas/{propuesta}`, `POST …/decision` · one proposal: why, by whom, what it changes of the texts
//! and of what is seen; approving, rejecting, taking back.

use std::collections::BTreeMap;

use askama::Template;
use domain::StaffRole;
use store::policies::Outcome;

use super::text::{FileDifference, differences};
use super::{ACTORS, acts, refusal, state};
use crate::console::differences::changes::Changes;
use crate::console::frame::Frame;
use crate::console::pages::{Act, EVERYONE, Listed, Page};
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::visit::Visit;

/// The page.
pub(in crate::console) const PAGE: Page = Page {
    path: "/visibilidad/propuestas/{propuesta}",
    title: "policies-proposal-title",
    listed: Listed::Within("/visibilidad"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[Act {
        path: "/visibilidad/propuestas/{propuesta}/decision",
        actors: ACTORS,
        perform: |visit| Box::pin(decide(visit)),
    }],
};

#[derive(Template)]
#[template(path = "policy_proposal.html")]
struct ProposalPage {
    frame: Frame,
    number: i64,
    facts: Vec<(&'static str, String)>,
    reason: String,
    tone: &'static str,
    state: String,
    files: Vec<FileDifference>,
    changes: Changes,
    /// What whoever is signed in may decide.
    decisions: Vec<&'static str>,
}

async fn read(visit: Visit) -> Reply {
    let number: i64 = visit.part("propuesta")?;
    let Visit {
        desk,
        staff,
        mut frame,
        ..
    } = visit;
    let proposal = desk.store.policy_proposal(number).await?;
    let proposal = proposal.ok_or(Refusal::Nothing)?;
    let approved = desk.store.policies_version().await?;
    let in_force = approved.unwrap_or_else(|| desk.current.get().engine.version().to_owned());
    let (tone, state) = state(&frame, &proposal, &in_force);
    let own = proposal.by == staff.id;
    let decisions = match (&proposal.decided, own) {
        (None, true) => vec!["retirar"],
        (None, false) if staff.roles.has(StaffRole::Supervisor) => vec!["aprobar", "rechazar"],
        (None, false) | (Some(_), _) => Vec::new(),
    };
    let texts = async |version: &str| -> Result<BTreeMap<String, String>, Refusal> {
        let set = desk.store.policy_set(version).await?;
        Ok(set.map(|set| set.texts).unwrap_or_default())
    };
    let (old, new) = (
        texts(&proposal.base).await?,
        texts(&proposal.version).await?,
    );
    frame.title = frame.tell("policies-proposal-of", "number", number);
    response::page(&ProposalPage {
        number,
        files: differences(&old, &new),
        changes: serde_json::from_str(&proposal.changes).map_err(Refusal::broken)?,
        facts: vec![
            ("certificates-by", proposal.by.to_string()),
            ("certificates-at", frame.instant(proposal.at)),
            ("policies-base", proposal.base),
        ],
        reason: proposal.reason,
        tone,
        state,
        decisions,
        frame,
    })
}

async fn decide(visit: Visit) -> Reply {
    let number: i64 = visit.part("propuesta")?;
    let outcome = outcome(visit.form.text("decision"))?;
    let by = (&visit.staff, visit.now);
    let decided = acts::decide(&visit.desk, by, (number, outcome)).await;
    decided.map_err(|why| refusal(why, &visit))?;
    Ok(response::go_to(&format!(
        "/visibilidad/propuestas/{number}"
    )))
}

/// The decision of that word.
///
/// # Errors
/// There is none.
pub(in crate::console) fn outcome(word: &str) -> Result<Outcome, Refusal> {
    match word {
        "aprobar" => Ok(Outcome::Approved),
        "rechazar" => Ok(Outcome::Rejected),
        "retirar" => Ok(Outcome::Withdrawn),
        other => Err(Refusal::field("decision", other)),
    }
}
