//! The same fields by the first version of the contract: what a kind may not see is not seen there either.

use std::collections::BTreeSet;

use adapters::soap::SoapVersion;

use super::beside::Place;
use super::callers::{self, Caller};
use super::{Case, Ground, TOLD_BY_A_HIT, TOWN, ground, leaks, shown};
use crate::answer::Answer;
use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::run;

const VIOGEN_1: &str = "urn:pasarela:viogen:1";
const PROTOCOLS: usize = 1 + SoapVersion::ALL.len();

/// The three questions about one case, by every protocol.
fn answers(partner: &Partner, case: &Case) -> Vec<(&'static str, Answer)> {
    let hit = format!(
        "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>{}</numeroDocumento>",
        case.document
    );
    let consult = format!("<idCaso>{}</idCaso>", case.id);
    let search = format!("<municipio>{}</municipio>", case.town);
    let mut all = vec![
        (
            "consulta",
            run(partner.get(&format!("/v1/casos/{}", case.id))),
        ),
        (
            "busqueda",
            run(partner.get(&format!("/v1/casos?municipio={}", case.town))),
        ),
        (
            "coincidencia",
            run(partner.post("/v1/coincidencias", &fresh(), &hit_json(case))),
        ),
    ];
    for version in SoapVersion::ALL {
        for (name, element, content) in [
            ("consulta", "ConsultarCaso", &consult),
            ("busqueda", "BuscarCasos", &search),
            ("coincidencia", "ConsultarCoincidencia", &hit),
        ] {
            let body = operation(element, content).replace("urn:pasarela:viogen:2", VIOGEN_1);
            let message = envelope(*version, &partner.context(&fresh()), &body);
            let media = version.content_type();
            let answer = run(partner.soap_version("/soap/viogen/1", media, message.as_bytes()));
            all.push((name, answer));
        }
    }
    all
}

fn hit_json(case: &Case) -> String {
    let number = case.document;
    format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{number}"}}"#)
}

/// What one caller saw that it may not, and the canaries of the case in its territory that it saw.
fn seen(
    ground: &Ground,
    caller: &Caller,
    told: &mut [usize; 2],
) -> (BTreeSet<String>, BTreeSet<String>) {
    let partner = ground
        .site()
        .partner(caller.member().map(|it| (it.slug, it.id)).unwrap());
    let (mut wrong, mut read) = (BTreeSet::new(), BTreeSet::new());
    for (side, case) in ground.cases.iter().enumerate() {
        for (name, answer) in answers(&partner, case) {
            let anywhere = if name == "coincidencia" {
                TOLD_BY_A_HIT
            } else {
                &[]
            };
            let leaked = leaks(ground, (caller, Place::Gateway), (&answer, anywhere)).into_iter();
            wrong.extend(leaked.map(|leak| format!("{}, {name}: {leak}", caller.name)));
            let consulted = name == "consulta" && answer.body.contains(&case.id);
            told[side] += usize::from(consulted && answer.status == 200);
            let own = shown(&ground.cases, &answer).into_iter();
            let own = own.filter(|(case, _)| case.town == TOWN);
            read.extend(own.map(|(_, canary)| canary.path.clone()));
        }
    }
    (wrong, read)
}

#[test]
fn the_first_version_shows_no_field_that_may_not_be_seen() {
    let ground = ground();
    let callers = callers::first_version();
    let (mut told, mut wrong, mut read) = ([0, 0], BTreeSet::new(), BTreeSet::new());
    for caller in &callers {
        let (leaked, seen) = seen(&ground, caller, &mut told);
        wrong.extend(leaked);
        read.extend(seen);
    }
    assert!(wrong.is_empty(), "shown to who may not see it: {wrong:#?}");
    assert_eq!(told[1], 0, "consultations beyond the territory");
    // The ministry is told of no case.
    assert_eq!(
        told[0],
        (callers.len() - 1) * PROTOCOLS,
        "consultations within it"
    );
    for path in [
        "victima/identidad/apellido1",
        "victima/domicilio/direccion/via",
    ] {
        assert!(
            read.iter().any(|it| it.ends_with(path)),
            "nobody saw {path}: {read:#?}"
        );
    }
}
