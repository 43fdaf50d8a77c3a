//! Takes up what changes beneath a running gateway: certificates, revocation lists, the registry, the policies.
//!
//! Looked at every second, so that a change is in force well within five; after an error what was
//! in force stays in force, and the next look tries again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use certs::acceptor::{Acceptor, Reload};
use policy::{Engine, LoadErrors};
use store::Store;

use crate::standing::Current;

const EVERY: Duration = Duration::from_secs(1);

/// What is watched, and where changes go.
pub(crate) struct Watch {
    pub(crate) acceptor: Acceptor,
    pub(crate) store: Store,
    pub(crate) current: Arc<Current>,
    /// Where the policies are read from.
    pub(crate) policies: PathBuf,
}

impl Watch {
    /// Looks until the task is dropped.
    pub(crate) async fn run(self) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut unfit = None;
        loop {
            ticks.tick().await;
            self.certificates();
            self.policies(&mut unfit).await;
            if let Err(error) = self.registry().await {
                tracing::error!(%error, "the registry could not be read; the last one stays in force");
            }
        }
    }

    fn certificates(&self) {
        match self.acceptor.reload_if_changed() {
            Ok(Reload::Unchanged) => {}
            Ok(Reload::Reloaded) => {
                self.current.put_revocations(&self.acceptor.revocations());
                tracing::info!("certificates and revocation lists reloaded");
            }
            Err(error) => {
                tracing::error!(%error, "certificates could not be reloaded; the last ones stay in force");
            }
        }
    }

    /// Reads the policies again when their text has changed. A folder that does not hold together is told
    /// once; what was in force stays so.
    async fn policies(&self, unfit: &mut Option<String>) {
        let (folder, in_force) = (self.policies.clone(), self.current.get());
        let known = [Some(in_force.engine.version().to_owned()), unfit.clone()];
        // Compiling takes tens of milliseconds: not on a thread that serves.
        let read = tokio::task::spawn_blocking(move || changed(&folder, &known)).await;
        match read {
            Ok(Ok(Changed::No)) => {}
            Ok(Ok(Changed::Yes(engine))) => {
                tracing::info!(version = engine.version(), "policies reloaded");
                *unfit = None;
                self.current.put_policies(*engine);
            }
            Ok(Ok(Changed::Unfit(version, errors))) => {
                tracing::error!(%errors, version, "the policies do not hold together; the last ones stay in force");
                *unfit = Some(version);
            }
            Ok(Err(errors)) => {
                tracing::error!(%errors, "the policies could not be read; the last ones stay in force");
            }
            Err(error) => tracing::error!(%error, "the policies could not be looked at"),
        }
    }

    async fn registry(&self) -> Result<(), store::Error> {
        if self.store.registry_version().await? == self.current.get().registry.version() {
            return Ok(());
        }
        let registry = self.store.load_registry().await?;
        tracing::info!(version = registry.version(), "registry reloaded");
        self.current.put_registry(registry);
        Ok(())
    }
}

enum Changed {
    No,
    Yes(Box<Engine>),
    /// The version that cannot be used.
    Unfit(String, LoadErrors),
}

/// What the folder holds now, unless it is one of the `known` versions.
fn changed(folder: &Path, known: &[Option<String>; 2]) -> Result<Changed, LoadErrors> {
    let version = Engine::version_of(folder)?;
    if known.iter().flatten().any(|known| *known == version) {
        return Ok(Changed::No);
    }
    Ok(match Engine::load(folder) {
        Ok(engine) => Changed::Yes(Box::new(engine)),
        Err(errors) => Changed::Unfit(version, errors),
    })
}
