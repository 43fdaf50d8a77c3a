//! A second opinion: the rules of the canonical record written once more, naively, and asked about random organisms,
//! officers, purposes, operations, cases and instants. Policies and oracle must agree on every decision and on every
//! field group.
//!
//! `PASARELA_ORACLE=1000000 cargo test -p policy --test naive` draws that many from all purposes, levels and ceilings;
//! without it 20,000 are drawn from some of them. Every run draws the same.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

mod naive;
mod world;

use std::path::Path;

use policy::{Engine, Posture};

use crate::naive::{Cell, Verdict};
use crate::world::{Draw, World};

const USUAL: u64 = 20_000;
/// As many draws at once, whatever the machine, so that every run draws the same.
const SHARES: u64 = 2;

fn wanted() -> u64 {
    match std::env::var("PASARELA_ORACLE") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => USUAL,
    }
}

fn told(world: &World, engine: &Engine) -> Verdict {
    let question = world.question();
    match engine.decide(&question).refusal() {
        Some(problem) => Verdict::Refused(problem),
        None => match Posture::of(&question).viewer() {
            None => Verdict::Allowed(None),
            Some(viewer) => {
                let rulings = engine.rulings(viewer);
                let cells = engine.groups().iter().map(|group| Cell {
                    visibility: rulings[group].visibility,
                    writable: rulings[group].writable,
                });
                Verdict::Allowed(Some(cells.collect()))
            }
        },
    }
}

#[test]
fn policies_and_oracle_agree_on_every_field() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let engine = Engine::load(&folder).unwrap();
    let table = naive::Table::read(engine.groups());
    let (engine, table) = (&engine, &table);
    let (wanted, begun) = (wanted(), std::time::Instant::now());
    let mut seen = naive::Tally::default();
    std::thread::scope(|scope| {
        let shares: Vec<_> = (0..SHARES)
            .map(|share| scope.spawn(move || checked(engine, table, share, wanted)))
            .collect();
        for share in shares {
            seen.add(&share.join().unwrap());
        }
    });
    let took = begun.elapsed();
    println!("{wanted} checks in {took:?}; {seen:?}");
    // A draw that never gets past the agreement would prove nothing.
    seen.assert_covers();
}

/// One share of the checks, drawn from a seed of its own.
fn checked(engine: &Engine, table: &naive::Table, share: u64, wanted: u64) -> naive::Tally {
    let mut draw = Draw::new(0x5eed_ca5e + share, wanted > USUAL);
    let mut seen = naive::Tally::default();
    for number in (share..wanted).step_by(usize::try_from(SHARES).unwrap()) {
        let world = World::draw(&mut draw);
        let (expected, found) = (naive::judge(&world, table), told(&world, engine));
        if expected != found {
            let fields = differing(&expected, &found, engine);
            panic!(
                "check {number}\noracle {expected:?}\npolicies {found:?}\nfields {fields:?}\n{world:#?}"
            );
        }
        seen.count(&world, &found);
    }
    seen
}

fn differing(expected: &Verdict, found: &Verdict, engine: &Engine) -> Vec<String> {
    match (expected, found) {
        (Verdict::Allowed(Some(one)), Verdict::Allowed(Some(other))) => engine
            .groups()
            .iter()
            .zip(one.iter().zip(other))
            .filter(|(_, (one, other))| one != other)
            .map(|(group, (one, other))| format!("{group}: oracle {one:?}, policies {other:?}"))
            .collect(),
        (Verdict::Allowed(_) | Verdict::Refused(_), _) => Vec::new(),
    }
}

/// A planted fault must be found: an oracle that agrees with anything proves nothing.
#[test]
fn a_planted_leak_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut texts = std::collections::BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        texts.insert(name, std::fs::read_to_string(path).unwrap());
    }
    let former = texts.get_mut("traspaso.cedar").unwrap();
    // Into the permit, and into what the prohibition spares.
    let leak = former.replace(
        "Grupo::\"cabecera.calidad\", Grupo::\"victima.identidad\"",
        "Grupo::\"cabecera.calidad\", Grupo::\"responsabilidad.residencia\", Grupo::\"victima.identidad\"",
    );
    let leak = leak.replace(
        "Grupo::\"cabecera.calidad\",\n    Grupo::\"victima.identidad\"",
        "Grupo::\"cabecera.calidad\", Grupo::\"responsabilidad.residencia\",\n    Grupo::\"victima.identidad\"",
    );
    assert_ne!(*former, leak);
    *former = leak;
    let engine = Engine::from_texts(&texts).unwrap();
    let table = naive::Table::read(engine.groups());
    let mut draw = Draw::new(7, false);
    let found = (0..USUAL).any(|_| {
        let world = World::draw(&mut draw);
        naive::judge(&world, &table) != told(&world, &engine)
    });
    assert!(found);
}
