use std::path::Path;

use contract::{Contract, Governance};
use domain::RiskLevel;

use super::{Form, SECTIONS, assemble, sections};
use crate::body::Body;
use crate::database::row::{Origin, Person, Stored};
use crate::population::person::document;

fn form() -> Form {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2");
    Form::of(&Contract::load(&folder, Governance::Required).unwrap()).unwrap()
}

fn person(number: u32) -> Person {
    Person {
        number: i64::from(number),
        document: document(number),
    }
}

/// A generated row of every kind: state, body, level, with and without municipality.
fn rows() -> Vec<Stored> {
    let states = [
        "activo",
        "inactivo",
        "inactivoGestionadoPorCcaa",
        "baja",
        "extranjero",
    ];
    let levels = [
        None,
        Some(RiskLevel::Low),
        Some(RiskLevel::Medium),
        Some(RiskLevel::Extreme),
    ];
    let mut rows = Vec::new();
    for state in states {
        for body in [
            Body::NationalPolice,
            Body::CivilGuard,
            Body::Mossos,
            Body::Local(8),
        ] {
            for level in levels {
                let number = i64::try_from(rows.len()).unwrap() + 1;
                let aggressor = (state != "baja").then(|| person(7));
                rows.push(Stored {
                    number,
                    id: format!("01JQ5Z7N2R8X4V6T0K3M9B{number:04}"),
                    version: 1,
                    responsible: body.organism().unwrap_or("L01130473").to_owned(),
                    municipality: (state != "extranjero").then(|| "13047".parse().unwrap()),
                    state: state.to_owned(),
                    level,
                    source_level: level.map(|level| level.as_str().to_owned()),
                    said: None,
                    created: 1_400_000_000,
                    updated: 1_500_000_000,
                    origin: Origin::Generated,
                    victim: Some(person(5)),
                    aggressor,
                });
            }
        }
    }
    rows
}

#[test]
fn every_kind_of_case_fits_the_contract_and_says_that_it_is_a_test() {
    let form = form();
    for stored in rows() {
        let mut xml = Vec::new();
        assemble(&form, 1, &stored, &[])
            .unwrap()
            .write_xml(&mut xml);
        let text = String::from_utf8(xml).unwrap();
        assert!(
            text.contains("<nombre>PRUEBA</nombre><apellido1>SINTETICA</apellido1>"),
            "{text}"
        );
        assert_eq!(text.contains("<agresor>"), stored.state != "baja", "{text}");
        let in_force = text.contains("<estado>vigente</estado>");
        assert!(!in_force || stored.state == "activo", "{text}");
    }
}

#[test]
fn a_typical_case_takes_about_four_kilobytes() {
    let form = form();
    let stored = rows()
        .into_iter()
        .find(|row| row.level == Some(RiskLevel::Medium))
        .unwrap();
    let mut xml = Vec::new();
    assemble(&form, 1, &stored, &[])
        .unwrap()
        .write_xml(&mut xml);
    assert!((3500..6500).contains(&xml.len()), "{}", xml.len());
}

#[test]
fn details_follow_from_the_seed_and_the_row() {
    let form = form();
    let stored = rows().remove(2);
    let bytes = |seed| {
        let mut xml = Vec::new();
        assemble(&form, seed, &stored, &[])
            .unwrap()
            .write_xml(&mut xml);
        xml
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn stored_sections_make_the_same_case_again() {
    let form = form();
    for stored in rows() {
        let generated = assemble(&form, 1, &stored, &[]).unwrap();
        let kept = sections(&form, &generated).unwrap();
        assert!(
            kept.iter()
                .all(|(name, _)| SECTIONS.contains(&name.as_str()))
        );
        let written = Stored {
            origin: Origin::Submitted,
            ..stored
        };
        let again = assemble(&form, 2, &written, &kept).unwrap();
        let (mut one, mut other) = (Vec::new(), Vec::new());
        generated.write_xml(&mut one);
        again.write_xml(&mut other);
        assert_eq!(
            String::from_utf8(other).unwrap(),
            String::from_utf8(one).unwrap()
        );
    }
}
