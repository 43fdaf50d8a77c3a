//! `pasarela check`: everything that would keep the gateway from serving, at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ::contract::{Contract, Governance};
use adapters::partner::Partner;
use certs::acceptor::Acceptor;
use certs::handshake::HandshakeLog;
use certs::seal::Seal;
use certs::veil::Veil;
use domain::{OrganismId, Registry, Signing, Standing};
use jiff::Timestamp;
use policy::Engine;
use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::wiring::signing::Key;
use crate::{runtime, wiring};

/// Checks.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

/// What was found wrong; the gateway starts only without any.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    /// Takes a part's error up, and hands on what it gave.
    fn take<T, E: std::fmt::Display>(&mut self, part: &str, outcome: Result<T, E>) -> Option<T> {
        outcome
            .map_err(|error| self.0.push(format!("{part}: {error}")))
            .ok()
    }
}

/// Prints every finding; ends well only if there is none.
pub(crate) fn run(args: &Args) -> Outcome {
    let config = Config::read(&args.config).map_err(|e| Failure::broken("configuration", e))?;
    let mut found = Findings::default();
    let partners = files(&config, &mut found);
    runtime::block_on(async {
        registry(&config, &partners, &mut found).await;
        Ok(())
    })?;
    if found.0.is_empty() {
        println!("everything is in order");
        return Ok(());
    }
    for finding in &found.0 {
        println!("{finding}");
    }
    Err(Failure::Unfit(format!("{} findings", found.0.len())))
}

/// Contracts, policies, certificates and keys.
fn files(config: &Config, found: &mut Findings) -> Vec<Partner> {
    let mut partners = None;
    let mut load = |dir: &Path| {
        let part = format!("contract `{}`", dir.display());
        found.take(&part, Contract::load(dir, Governance::Required))
    };
    let fronted = load(&config.contracts.fronted);
    load(&config.contracts.context);
    let acceptor = Acceptor::load(wiring::acceptor(&config.tls), HandshakeLog::silent());
    found.take("server certificate", acceptor);
    found.take("console", wiring::console::parts(config));
    let signing = found.take("signing", wiring::signing::security(&config.signing));
    let unsigned = wiring::signing::unsigned(&config.signing);
    // A key that cannot be had is one finding, and not that each system has none.
    let key = signing
        .as_ref()
        .map_or(Key::Failed(&unsigned), Key::Configured);
    if let Some(enrolment) = &config.enrolment {
        found.take("enrolment", wiring::enrolment(enrolment));
    }
    found.take("checkpoint key", Seal::load(&config.journal.checkpoint_key));
    found.take("supervision key", Veil::load(&config.supervision.key));
    found.take(
        "node.organism",
        config.node.organism.parse::<domain::OrganismId>(),
    );
    found.take(
        "holder.organism",
        config.holder.organism.parse::<domain::OrganismId>(),
    );
    if let Some(contract) = fronted {
        found.take("holder", wiring::holder(config, &contract, key));
        for partner in &config.partners {
            let part = format!("partner `{}`", partner.organism);
            found.take(
                &part,
                wiring::partners::force(partner, &config.dialects, (&contract, key)),
            );
        }
        let all = wiring::partners::all(&config.dialects, &contract);
        partners = found.take("dialects", all);
        let beside = wiring::beside(&config.contracts, &contract);
        if let Some((_, rules)) = found.take("versions and rules", beside) {
            let (_, wrong) = rules.prove();
            for fault in wrong {
                found.take::<(), _>("rules", Err(fault));
            }
        }
    }
    for service in &config.services {
        let part = format!("service `{}`", service.contract.display());
        found.take(&part, wiring::services::one(service, key));
    }
    partners.unwrap_or_default()
}

/// The database and what is registered in it.
async fn registry(config: &Config, partners: &[Partner], found: &mut Findings) {
    let store = Store::open(config.store.url.expose()).await;
    let Some(store) = found.take("database", store) else {
        found.take("policies", Engine::load(&config.policies.dir));
        return;
    };
    if config.store.migrate_at_start && found.take("migration", store.migrate().await).is_none() {
        found.take("policies", Engine::load(&config.policies.dir));
        return;
    }
    policies(config, &store, found).await;
    let Some(registry) = found.take("registry", store.load_registry().await) else {
        return;
    };
    let Some(dossiers) = found.take("dossiers", store.dossiers().await) else {
        return;
    };
    // Whoever is still on the way has neither key nor agreement yet.
    let joining = dossiers
        .into_iter()
        .filter(|dossier| dossier.effective_from.is_none());
    let joining: BTreeSet<OrganismId> = joining.map(|dossier| dossier.organism.id).collect();
    let signing = signing(config, partners);
    members(&registry, (&joining, &signing), found);
    speakers(&registry, partners, found);
    for organism in signing {
        if !registry.keys().any(|(_, owner)| *owner == organism) {
            let finding = format!(
                "registry: `{organism}` signs what it is asked, and no key of it is registered"
            );
            found.0.push(finding);
        }
    }
}

/// The policies that count: what was approved, or else the folder.
async fn policies(config: &Config, store: &Store, found: &mut Findings) {
    match wiring::policies::approved(store).await {
        Ok(Some(_)) => {}
        Ok(None) => {
            found.take("policies", Engine::load(&config.policies.dir));
        }
        // Of a database without tables that is one finding among others: what is in the folder is another.
        Err(failure) => {
            found.take::<(), _>("approved policies", Err(failure));
            found.take("policies", Engine::load(&config.policies.dir));
        }
    }
}

/// Whose systems sign what they are asked: their keys are in the registry, with or without an agreement.
fn signing(config: &Config, partners: &[Partner]) -> BTreeSet<OrganismId> {
    let folder = |slug: &String| partners.iter().find(|it| it.slug == *slug);
    let forces = config.partners.iter().map(|force| {
        let own = force.dialect.as_ref().and_then(folder);
        let told = own.map(|it| &it.settings.security_asked);
        (&force.organism, told.or(force.security.as_ref()))
    });
    let central = (&config.holder.organism, Some(&config.holder.security));
    let all = std::iter::once(central).chain(forces);
    all.filter(|(_, told)| told.is_some_and(|it| it.answers != Signing::Absent))
        .filter_map(|(organism, _)| organism.parse().ok())
        .collect()
}

/// Whoever speaks a partner's dialect must be what its folder says, and sign as it says.
fn speakers(registry: &Registry, partners: &[Partner], found: &mut Findings) {
    let now = Timestamp::now();
    for organism in registry.organisms() {
        let Some(agreement) = registry.agreement_of(&organism.id, now) else {
            continue;
        };
        let speaks =
            |it: &&Partner| Some(&it.settings.contract) == agreement.annex.contract.as_ref();
        let Some(partner) = partners.iter().find(speaks) else {
            continue;
        };
        let (id, slug) = (&organism.id, &partner.slug);
        if organism.kind != partner.settings.kind {
            let kind = organism.kind;
            let finding =
                format!("registry: `{id}` speaks as `{slug}` and is registered as `{kind}`");
            found.0.push(finding);
        }
        if agreement.annex.security != partner.settings.security {
            let finding = format!("registry: `{id}` has not agreed to sign as `{slug}` does");
            found.0.push(finding);
        }
    }
}

/// Each organism needs a key to connect and an agreement in effect to be answered.
fn members(
    registry: &Registry,
    (joining, signing): (&BTreeSet<OrganismId>, &BTreeSet<OrganismId>),
    found: &mut Findings,
) {
    let now = Timestamp::now();
    let has_agreement = |id: &OrganismId| registry.agreement_of(id, now).is_some();
    let on_the_way = |id: &OrganismId| joining.contains(id) && !has_agreement(id);
    for organism in registry.organisms().filter(|it| !on_the_way(&it.id)) {
        let (id, name) = (&organism.id, &organism.name);
        if !registry.keys().any(|(_, owner)| owner == id) {
            found
                .0
                .push(format!("registry: {name} (`{id}`) has no certificate key"));
        }
        match registry
            .agreement_of(id, now)
            .map(|agreement| agreement.standing(now))
        {
            Some(Standing::Effective) => {}
            Some(standing) => {
                found.0.push(format!(
                    "registry: the agreement of {name} (`{id}`) is not in effect: {standing:?}"
                ));
            }
            None if signing.contains(id) => {}
            None => found
                .0
                .push(format!("registry: {name} (`{id}`) has no agreement")),
        }
    }
}
