//! Looking at the policies that two people have put in force.

use crate::deep::{Unusable, compiled};

use super::Watch;

/// What the looks have told so far.
#[derive(Default)]
pub(super) struct Approved {
    /// The version that cannot be used, already told.
    unfit: Option<String>,
}

/// What says which policies are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counts {
    /// The folder: nobody has approved any yet.
    Folder,
    /// What was approved, whatever the folder says.
    Approved,
}

impl Approved {
    /// Takes up what was approved since. What cannot be used is told once, and what was in force stays so.
    pub(super) async fn look(&mut self, watch: &Watch) -> Result<Counts, store::Error> {
        let Some(version) = watch.approvals.policies_version().await? else {
            return Ok(Counts::Folder);
        };
        let in_force = watch.current.get().engine.version() == version;
        if in_force || self.unfit.as_ref() == Some(&version) {
            return Ok(Counts::Approved);
        }
        let Some(set) = watch.approvals.policy_set(&version).await? else {
            return Ok(Counts::Approved);
        };
        match compiled(set.version, set.texts).await {
            Ok(engine) => {
                self.unfit = None;
                watch.put(engine, "ponerPoliticasAprobadas").await;
            }
            Err(error @ (Unusable::Unfit(_) | Unusable::Tampered(_))) => {
                tracing::error!(%version, %error, "the approved policies cannot be used; the last ones stay in force");
                self.unfit = Some(version);
            }
            Err(error @ (Unusable::NoThread(_) | Unusable::Broken)) => {
                tracing::error!(%version, %error, "the approved policies could not be compiled; the next look tries again");
            }
        }
        Ok(Counts::Approved)
    }
}
