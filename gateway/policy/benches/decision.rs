//! What a decision and the mask that follows it cost, and how that grows with municipalities, organisms and policies.
//!
//! `cargo bench -p policy`; the last lines are the ratios that `docs/src/performance.md` reports. Every question is of a
//! posture that was met before, as all but a few of a running gateway are; the first of each kind is told apart.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where something is wrong"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{Contract, ElementId, Governance};
use criterion::Criterion;
use domain::territory::municipalities;
use domain::{
    Agreement, AgreementState, Annex, HandOver, Mode, MunicipalityCode, OperationKind, Organism,
    OrganismId, OrganismKind, Place, Purpose, Registry, RiskLevel, Territory,
};
use jiff::Timestamp;
use policy::{CaseFacts, Engine, Peril, Posture, Question, Target};

/// Sizes between which the growth is measured.
const MUNICIPALITIES: [usize; 2] = [10, 8_131];
const ORGANISMS: [usize; 2] = [10, 2_000];
const POLICIES: [usize; 2] = [10, 300];

/// What a gateway knows: who is who, the policies, and a case of each municipality.
struct World {
    registry: Registry,
    organisms: Vec<Arc<Organism>>,
    engine: Engine,
    contract: Arc<Contract>,
    unit: ElementId,
    cases: Vec<CaseFacts>,
    now: Timestamp,
}

impl World {
    fn new(municipalities: usize, organisms: usize, policies: usize) -> Self {
        let places: Vec<MunicipalityCode> = self::municipalities::all()
            .map(|(code, _)| code)
            .take(municipalities)
            .collect();
        let ids: Vec<OrganismId> = (0..organisms)
            .map(|number| {
                format!("L{:08}", 1_000_000 + number)
                    .parse()
                    .expect("a code")
            })
            .collect();
        let territory: Territory = places.iter().copied().map(Place::Municipality).collect();
        let agreements = ids.iter().map(|id| agreement(id, &territory));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let contract = folder.join("../../schemas/contracts/viogen/2");
        let contract = Contract::load(&contract, Governance::Required).expect("it loads");
        let unit = *contract.case_units().first().expect("it has cases");
        Self {
            registry: Registry::new(1, ids.iter().map(organism), agreements, []),
            organisms: ids.iter().map(organism).map(Arc::new).collect(),
            engine: engine(&folder.join("policies"), policies),
            contract,
            unit,
            cases: places.into_iter().map(case).collect(),
            now: "2026-03-02T09:00:00Z".parse().expect("an instant"),
        }
    }

    /// One decision and its mask: whoever and whichever case come next.
    fn decide(&self, turn: usize) -> usize {
        let organism = &self.organisms[turn % self.organisms.len()];
        let agreement = self
            .registry
            .agreement_of(&organism.id, self.now)
            .expect("it has one");
        let question = Question {
            organism,
            agreement: Some((agreement, agreement.standing(self.now))),
            operation: OperationKind::Consult,
            purpose: Purpose::Protection,
            file: None,
            peril: Peril::Undeclared,
            on_behalf_of: None,
            target: Target::Case(&self.cases[turn % self.cases.len()]),
            now: self.now,
        };
        let posture = Posture::of(&question);
        let decision = self.engine.decide_posture(&posture);
        let viewer = posture.viewer().expect("it reads a case");
        let mask = self.engine.masks(&self.contract, self.unit, &viewer);
        decision.policies.len() + mask.withheld().len()
    }
}

fn organism(id: &OrganismId) -> Organism {
    Organism {
        id: id.clone(),
        kind: OrganismKind::LocalPolice,
        name: "PRUEBA".to_owned(),
    }
}

fn agreement(id: &OrganismId, territory: &Territory) -> Agreement {
    Agreement {
        id: format!("C-{id}").parse().expect("an identifier"),
        organism: id.clone(),
        state: AgreementState::Effective,
        effective_from: "2025-01-01".parse().expect("a day"),
        expires_on: "2028-12-31".parse().expect("a day"),
        annex: Annex {
            operations: OperationKind::ALL.iter().copied().collect(),
            purposes: Purpose::ALL.iter().copied().collect(),
            territory: territory.clone(),
            max_risk: RiskLevel::Extreme,
            mode: Mode::FollowUp,
            on_behalf_of: BTreeSet::new(),
            services: BTreeSet::new(),
            contract: None,
            hand_over: HandOver::default(),
            quotas: domain::Quotas::default(),
            security: domain::MessageSecurity::NONE,
        },
    }
}

fn case(municipality: MunicipalityCode) -> CaseFacts {
    CaseFacts {
        municipality: Some(municipality),
        level: Some(RiskLevel::Medium),
        ..CaseFacts::default()
    }
}

/// The shipped policies, cut to so many or repeated under other names until there are.
fn engine(folder: &Path, policies: usize) -> Engine {
    let shipped = Engine::read(folder).expect("the folder is there");
    let mut blocks = Vec::new();
    let mut texts = BTreeMap::new();
    for (name, text) in &shipped {
        if Path::new(name).extension() != Some("cedar".as_ref()) {
            texts.insert(name.clone(), text.clone());
            continue;
        }
        let mut parts = text.split("@id(\"");
        parts.next();
        blocks.extend(parts.map(|part| part.split_once('"').expect("an id")));
    }
    let mut whole = String::new();
    for at in 0..policies {
        let (id, rest) = blocks[at % blocks.len()];
        let copy = at / blocks.len();
        writeln!(whole, "@id(\"{id}.v{copy}\"{rest}").expect("a text takes it");
    }
    texts.insert("todas.cedar".to_owned(), whole);
    let engine = Engine::from_texts(&texts).expect("they hold together");
    assert_eq!(engine.policies().count(), policies);
    engine
}

/// The time of one turn: the least of several rounds, so that what else the machine does counts little.
fn measured(world: &World) -> Duration {
    const ROUNDS: u32 = 15;
    const TURNS: u32 = 4_000;
    let round = || {
        let begun = Instant::now();
        for turn in 0..TURNS {
            black_box(world.decide(turn as usize));
        }
        begun.elapsed() / TURNS
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}

fn main() {
    let usual = 60;
    let worlds = [
        (
            "municipalities",
            MUNICIPALITIES.map(|size| World::new(size, 10, usual)),
        ),
        (
            "organisms",
            ORGANISMS.map(|size| World::new(10, size, usual)),
        ),
        ("policies", POLICIES.map(|size| World::new(10, 10, size))),
    ];
    let mut criterion = Criterion::default().configure_from_args();
    for (name, [few, many]) in &worlds {
        for (size, world) in [("few", few), ("many", many)] {
            let mut turn = 0;
            criterion.bench_function(&format!("decision and mask, {size} {name}"), |bench| {
                bench.iter(|| {
                    turn += 1;
                    world.decide(turn)
                });
            });
        }
    }
    criterion.final_summary();
    report(&worlds);
}

fn report(worlds: &[(&str, [World; 2])]) {
    let first = World::new(10, 10, 60);
    let begun = Instant::now();
    black_box(first.decide(0));
    println!("the first of its kind: {:?}", begun.elapsed());
    for ((name, [few, many]), sizes) in worlds.iter().zip([MUNICIPALITIES, ORGANISMS, POLICIES]) {
        let (few, many) = (measured(few), measured(many));
        let growth = many.as_secs_f64() / few.as_secs_f64();
        println!(
            "{} to {} {name}: {few:?} to {many:?}, {growth:.2} times",
            sizes[0], sizes[1]
        );
    }
}
