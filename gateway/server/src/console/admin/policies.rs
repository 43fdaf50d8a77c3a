//! `/admin/v1/politicas` · sets of policies: what is in force, what is proposed, proposing and deciding.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use store::policies::{PolicyChange, PolicyFault, PolicyProposal};

use super::answer::{self, Fault};
use super::{Call, Reply};
use crate::clock;
use crate::console::differences;
use crate::console::differences::proposed::Changed;
use crate::console::messages::spanish;
use crate::console::policies::acts::{self, NotDone, Wanted};
use crate::console::policies::proposal::outcome;

/// A set to be proposed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    /// The version that it is made from.
    base: String,
    /// Texts by file name; nothing where a file goes.
    ficheros: Changed,
    motivo: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    decision: String,
}

pub(super) async fn show(call: Call) -> Reply {
    let store = &call.desk.store;
    let engine = Arc::clone(&call.desk.current.get().engine);
    let approved = store.policies_version().await?;
    let changes = store.policy_changes().await?;
    let proposals = store.policy_proposals().await?;
    let told = json!({
        "version": engine.version(),
        "aprobada": approved,
        "historia": changes.iter().map(change).collect::<Vec<_>>(),
        "propuestas": proposals.iter().map(proposal).collect::<Vec<_>>(),
    });
    Ok(answer::json(StatusCode::OK, &told))
}

/// The texts of a version that was proposed or in force.
pub(super) async fn texts(call: Call) -> Reply {
    let version: String = call.id()?;
    let engine = Arc::clone(&call.desk.current.get().engine);
    let texts = if engine.version() == version {
        engine.texts().clone()
    } else {
        let set = call.desk.store.policy_set(&version).await?;
        set.ok_or(store::Error::from(PolicyFault::UnknownSet))?
            .texts
    };
    let told = json!({ "version": version, "ficheros": texts });
    Ok(answer::json(StatusCode::OK, &told))
}

pub(super) async fn propose(call: Call) -> Reply {
    let new: New = call.json()?;
    let wanted = Wanted {
        base: new.base,
        changed: new.ficheros,
        reason: new.motivo,
    };
    let by = (&call.staff, clock::now());
    let number = acts::propose(&call.desk, by, wanted).await;
    let number = number.map_err(fault)?;
    let told = of(&call, number).await?;
    Ok(answer::json(StatusCode::CREATED, &told))
}

pub(super) async fn read(call: Call) -> Reply {
    let number: i64 = call.id()?;
    let told = of(&call, number).await?;
    Ok(answer::json(StatusCode::OK, &told))
}

pub(super) async fn decide(call: Call) -> Reply {
    let number: i64 = call.id()?;
    let decision: Decision = call.json()?;
    let outcome = outcome(&decision.decision).map_err(Fault::Refused)?;
    let by = (&call.staff, clock::now());
    let decided = acts::decide(&call.desk, by, (number, outcome)).await;
    decided.map_err(fault)?;
    let told = of(&call, number).await?;
    Ok(answer::json(StatusCode::OK, &told))
}

/// A proposal with what it changes.
async fn of(call: &Call, number: i64) -> Result<Value, Fault> {
    let found = call.desk.store.policy_proposal(number).await?;
    let found = found.ok_or(store::Error::from(PolicyFault::UnknownProposal))?;
    let mut told = proposal(&found);
    let changes: Value = serde_json::from_str(&found.changes).unwrap_or_default();
    let count = |name: &str| changes.get(name).cloned().unwrap_or_default();
    if let Some(told) = told.as_object_mut() {
        let counts = json!({
            "celdas": count("cells"),
            "decisiones": count("decisions"),
            "organismos": count("touched"),
        });
        told.insert("cambios".to_owned(), counts);
    }
    Ok(told)
}

fn proposal(proposal: &PolicyProposal) -> Value {
    let decided = proposal.decided.as_ref();
    json!({
        "propuesta": proposal.number,
        "version": proposal.version,
        "base": proposal.base,
        "motivo": proposal.reason,
        "autor": proposal.by,
        "propuestaEl": proposal.at.to_string(),
        "estado": decided.map_or("pendiente", |(outcome, ..)| outcome.as_str()),
        "decididaPor": decided.map(|(_, by, _)| by),
        "decididaEl": decided.map(|(.., at)| at.to_string()),
    })
}

fn change(change: &PolicyChange) -> Value {
    json!({
        "orden": change.seq,
        "version": change.version,
        "propuesta": change.proposal,
        "autor": change.by,
        "enVigorDesde": change.at.to_string(),
    })
}

fn fault(why: NotDone) -> Fault {
    let unfit = |told| Fault::Named("politicas-no-admitidas", told);
    match why {
        NotDone::Files(fault) => unfit(fault.told(spanish())),
        NotDone::Unfit(errors) => unfit(differences::faults(&errors).join("; ")),
        NotDone::Busy => {
            let told = spanish().say("differences-busy").into_owned();
            Fault::Named("comparacion-en-curso", told)
        }
        NotDone::Store(error) => Fault::Store(error),
        NotDone::Broken(refusal) => Fault::Refused(refusal),
    }
}
