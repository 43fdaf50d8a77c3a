//! Which policies are in force: what two people have approved, or else the folder.

use std::path::Path;

use ::journal::{Entry, EntryKind, Verdict};
use domain::Staff;
use jiff::Timestamp;
use policy::Engine;
use store::policies::PolicySet;
use store::{JournalWriter, Store};
use uuid::Uuid;

use crate::config::{Policies, PolicySource};
use crate::exit::Failure;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::broken("approved policies", error)
}

/// What is in force by four eyes; nothing as long as nobody has put anything in force.
///
/// # Errors
/// It cannot be read, or this program cannot use it: then the gateway must not start with anything else.
pub(crate) async fn approved(store: &Store) -> Result<Option<Engine>, Failure> {
    let Some(version) = store.policies_version().await.map_err(failed)? else {
        return Ok(None);
    };
    let set = store.policy_set(&version).await.map_err(failed)?;
    let set = set.ok_or_else(|| failed(format!("version `{version}` is not kept")))?;
    let engine = server::compiled(set.version, set.texts).await;
    engine.map(Some).map_err(failed)
}

/// What is in force for programs that run beside the gateway: what was approved, or else the folder.
///
/// # Errors
/// It cannot be read or used.
pub(crate) async fn in_force(dir: &Path, store: &Store) -> Result<Engine, Failure> {
    match approved(store).await? {
        Some(engine) => Ok(engine),
        None => Engine::load(dir).map_err(|e| Failure::broken("policies", e)),
    }
}

/// Where only approved policies are to count: puts the folder's in force as the founding set, unless there is one. Of
/// several nodes that start at once with different folders the first one founds.
///
/// # Errors
/// It cannot be kept, or what another node has founded cannot be used.
pub(crate) async fn founded(
    policies: &Policies,
    engine: Engine,
    (store, journal): (&Store, &JournalWriter),
) -> Result<Engine, Failure> {
    if policies.source == PolicySource::Folder
        || store.policies_version().await.map_err(failed)?.is_some()
    {
        return Ok(engine);
    }
    let now = Timestamp::now();
    let told = |of: &Engine, verdict| Entry {
        operation: Some("fundarPoliticas".to_owned()),
        policy_version: Some(of.version().to_owned()),
        staff: Some(Staff::gateway().id),
        verdict: Some(verdict),
        ..Entry::new(EntryKind::Managed, now, Uuid::now_v7().to_string())
    };
    let begun = journal.record(told(&engine, Verdict::Allowed)).await;
    begun.map_err(failed)?;
    let set = PolicySet {
        version: engine.version().to_owned(),
        texts: engine.texts().clone(),
    };
    store.found_policies(&set, now).await.map_err(failed)?;
    match approved(store).await? {
        Some(other) if other.version() != engine.version() => {
            // Ours founded nothing: another node was first.
            let lost = journal.record(told(&engine, Verdict::Denied)).await;
            lost.map_err(failed)?;
            Ok(other)
        }
        Some(_) | None => Ok(engine),
    }
}
