//! The texts that a gateway is made of, read from its configuration's folders.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{self, ScopedJoinHandle};

use ::contract::{Contract, Conversions, Governance, Rulebook};
use policy::Engine;
use server::Foreign;

use super::signing::Key;
use super::{partners, services};
use crate::config::{self, Config};
use crate::exit::Failure;

/// What the configuration's folders say.
pub(super) struct Texts {
    pub(super) contract: Arc<Contract>,
    pub(super) context: Arc<Contract>,
    pub(super) versions: Versions,
    pub(super) rules: Arc<Rulebook>,
    pub(super) foreign: Vec<Foreign>,
}

impl Texts {
    /// Reads and compiles the folders, side by side: that is most of the start. That of policies is not read once a set
    /// was approved.
    pub(super) fn read(
        config: &Config,
        approved: Option<Engine>,
        key: Key<'_>,
    ) -> Result<(Self, Engine), Failure> {
        thread::scope(|scope| {
            let engine =
                scope.spawn(|| approved.map_or_else(|| Engine::load(&config.policies.dir), Ok));
            let others = scope.spawn(|| {
                Ok((
                    load(&config.contracts.context)?,
                    services::all(config, key)?,
                ))
            });
            let contract = load(&config.contracts.fronted)?;
            let (mut versions, rules) = beside(&config.contracts, &contract)?;
            versions.extend(partners::spoken(&config.dialects, &contract)?);
            let (context, foreign) = joined(others)?;
            let engine = joined(engine).map_err(|e| Failure::broken("policies", e))?;
            let texts = Self {
                contract,
                context,
                versions,
                rules,
                foreign,
            };
            Ok((texts, engine))
        })
    }

    /// The same, with no service of others.
    pub(super) fn without_foreign(&self) -> Self {
        Self {
            contract: Arc::clone(&self.contract),
            context: Arc::clone(&self.context),
            versions: self.versions.clone(),
            rules: Arc::clone(&self.rules),
            foreign: Vec::new(),
        }
    }
}

/// What a thread has made; its panic goes on here.
fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

pub(super) fn load(dir: &std::path::Path) -> Result<Arc<Contract>, Failure> {
    Contract::load(dir, Governance::Required)
        .map_err(|e| Failure::broken(&format!("contract `{}`", dir.display()), e))
}

/// Other versions of the fronted contract, each with the way there and back.
pub(super) type Versions = Vec<(Arc<Contract>, Arc<Conversions>)>;

/// What lies beside the fronted contract: other versions with their conversions, rules and forms.
pub(crate) fn beside(
    contracts: &config::Contracts,
    fronted: &Arc<Contract>,
) -> Result<(Versions, Arc<Rulebook>), Failure> {
    let version = |dir: &std::path::PathBuf| {
        let other = load(dir)?;
        let conversions = Conversions::load(&contracts.fronted, fronted, &other)
            .map_err(|e| Failure::broken("conversions", e))?;
        Ok((other, Arc::new(conversions)))
    };
    thread::scope(|scope| {
        let rules = scope.spawn(|| Rulebook::load(&contracts.fronted, fronted));
        let versions: Result<Vec<_>, Failure> = contracts.versions.iter().map(version).collect();
        let rules = joined(rules).map_err(|e| Failure::broken("rules", e))?;
        Ok((versions?, Arc::new(rules)))
    })
}
