//! Takes up what changes beneath a running gateway: certificates, revocation lists, the registry, the policies.
//!
//! Looked at every second, so that a change is in force well within five; after an error what was
//! in force stays in force, and the next look tries again.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use certs::acceptor::{Acceptor, Reload};
use domain::Staff;
use journal::{Entry, EntryKind, Verdict};
use policy::Engine;
use store::{JournalWriter, Store};

use crate::clock;
use crate::sandbox::Follow;
use crate::standing::Current;
use crate::watched::List;

use self::approved::{Approved, Counts};
use self::folder::{Folder, Look};

mod approved;
mod folder;

const EVERY: Duration = Duration::from_secs(1);
/// How long a changed policies folder must stand still.
const STILL: Duration = Duration::from_millis(500);

/// What is watched, and where changes go.
pub(crate) struct Watch {
    pub(crate) acceptor: Acceptor,
    pub(crate) store: Store,
    pub(crate) current: Arc<Current>,
    /// The folder that policies are read from until a set is approved.
    pub(crate) policies: PathBuf,
    /// The database that approved sets are in: the gateway's own, for its sandbox too.
    pub(crate) approvals: Store,
    /// Where it is written that policies come into force here.
    pub(crate) journal: JournalWriter,
    /// What the registry of a sandbox follows.
    pub(crate) follow: Option<Follow>,
}

impl Watch {
    /// Looks until the task is dropped.
    pub(crate) async fn run(mut self) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut folder = Folder::new(self.policies.clone());
        let mut approved = Approved::default();
        loop {
            ticks.tick().await;
            self.certificates();
            match approved.look(&self).await {
                Ok(Counts::Folder) => folder = self.folder(folder).await,
                Ok(Counts::Approved) => {}
                Err(error) => {
                    tracing::error!(%error, "the approved policies could not be read; the last ones stay in force");
                }
            }
            if let Some(follow) = &mut self.follow
                && let Err(error) = follow.look().await
            {
                tracing::error!(%error, "the registry that the sandbox follows could not be read");
            }
            if let Err(error) = self.registry().await {
                tracing::error!(%error, "the registry could not be read; the last one stays in force");
            }
            if let Err(error) = self.watched().await {
                tracing::error!(%error, "the watched subjects could not be read; the last list stays in force");
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

    /// Takes up what stands still in the policies folder.
    async fn folder(&self, folder: Folder) -> Folder {
        let (mut folder, mut look) = self.look(folder).await;
        if matches!(look, Look::New) {
            tokio::time::sleep(STILL).await;
            (folder, look) = self.look(folder).await;
        }
        self.take_up(look).await;
        folder
    }

    /// Looks at the policies folder.
    async fn look(&self, mut folder: Folder) -> (Folder, Look) {
        let (current, place) = (self.current.get(), self.policies.clone());
        // Compiling takes tens of milliseconds: not on a thread that serves.
        let looked = tokio::task::spawn_blocking(move || {
            let look = folder.look(current.engine.version());
            (folder, look)
        });
        looked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the policies could not be looked at");
            (Folder::new(place), Look::Nothing)
        })
    }

    /// Puts changed policies in force. What does not hold together is told once, and what was in force stays so.
    async fn take_up(&self, look: Look) {
        match look {
            Look::Nothing | Look::New => {}
            Look::Fit(engine) => self.put(*engine, "ponerPoliticasDeCarpeta").await,
            Look::Unfit(errors) => {
                tracing::error!(%errors, "the policies cannot be used; the last ones stay in force");
            }
        }
    }

    /// Puts policies in force, once that is evidence; without evidence the next look tries again.
    async fn put(&self, engine: Engine, operation: &str) {
        let entry = Entry {
            operation: Some(operation.to_owned()),
            policy_version: Some(engine.version().to_owned()),
            staff: Some(Staff::gateway().id),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(EntryKind::Managed, clock::now(), clock::fresh_id())
        };
        if let Err(error) = self.journal.record(entry).await {
            tracing::error!(%error, "no evidence can be written; the last policies stay in force");
            return;
        }
        tracing::info!(version = engine.version(), "policies reloaded");
        self.current.put_policies(engine);
    }

    async fn watched(&self) -> Result<(), store::Error> {
        if self.store.watched_version().await? != self.current.get().watched.version() {
            self.current.put_watched(List::load(&self.store).await?);
            tracing::info!("watched subjects reloaded");
        }
        Ok(())
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
