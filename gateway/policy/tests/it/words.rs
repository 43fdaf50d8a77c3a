//! The schema speaks the words of a posture and no others: a condition that a policy can write is one that some
//! question fulfils and another does not.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::agreement::Standing;
use domain::{Mode, OperationKind, OrganismKind, Purpose, RiskLevel};
use policy::{
    Acting, Bearing, Charge, Engine, File, Granted, Peril, Posture, Relation, Subject, System,
    Terms, Viewer,
};

use crate::shipped;

/// What may be said of an organism that asks about a case: attribute, then its words.
const ASKS: &str = "
principal in Clase:: policiaLocal policiaAutonomica fuerzaEstatal juzgado institucionPenitenciaria unidadCoordinacion ministerio
principal.convenio.situacion == Situacion:: vigente pendiente suspendido expirado noPublicado resuelto
principal.convenio.modo == Modo:: consulta colaboracion seguimiento
principal.convenio.listaOperacion == true false
principal.convenio.listaFinalidad == true false
principal.convenio.techo == 0 1 2 3 4
principal.convenio.accesoExcepcional == true false
context.operacion == Operacion:: coincidencia consulta busqueda presentacion indice
context.finalidad == Finalidad:: proteccion valoracion investigacion procedimientoJudicial coordinacion
context.conExpediente == true false
context.peligro == true false
context.representacion == Representacion:: propia participante ajena
resource.relacion == Relacion:: enTerritorio presencia traspaso huella peligro otro
resource.cargo == Cargo:: propio ajeno nadie
resource.nivel == 0 1 2 3 4
resource.sistemaPropio == true false
";

/// What may be said of a kind of reader.
const READS: &str = "
principal in Clase:: policiaLocal policiaAutonomica fuerzaEstatal juzgado institucionPenitenciaria unidadCoordinacion ministerio
principal.modo == Modo:: consulta colaboracion seguimiento
principal.relacion == Relacion:: enTerritorio presencia traspaso huella peligro otro
principal.responsable == true false
principal.finalidad == Finalidad:: proteccion valoracion investigacion procedimientoJudicial coordinacion
principal.techo == 0 1 2 3 4
principal.nivel == 0 1 2 3 4
";

/// Every condition of a table: what it says, and what must be there for it to be said.
fn conditions(table: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty()) {
        let [subject, operator, rest @ ..] = &*line.split(' ').collect::<Vec<_>>() else {
            panic!("`{line}`")
        };
        let (kind, words) = match rest {
            [kind, words @ ..] if kind.ends_with("::") => (*kind, words),
            words => ("", words),
        };
        for word in words {
            let word = if kind.is_empty() {
                (*word).to_owned()
            } else {
                format!("{kind}\"{word}\"")
            };
            let present = match *subject {
                it if it.starts_with("principal.convenio") => "principal has convenio",
                "resource.nivel" => "resource has nivel",
                "principal.nivel" => "principal has nivel",
                _ => "true",
            };
            found.push((format!("{subject} {operator} {word}"), present.to_owned()));
        }
    }
    found
}

/// The schema that ships, with one permit for each condition and nothing else.
fn engine(head: &str, conditions: &[(String, String)]) -> Engine {
    let mut texts = shipped::texts();
    texts.retain(|file, _| !shipped::holds_policies(file));
    let mut planted = String::new();
    for (at, (says, present)) in conditions.iter().enumerate() {
        writeln!(
            planted,
            "@id(\"{at}\")\n@titulo(\"t\")\n@clausula(\"c\")\npermit ({head})\nwhen {{ {present} && {says} }};"
        )
        .unwrap();
    }
    texts.insert("plantada.cedar".to_owned(), planted);
    Engine::from_texts(&texts).unwrap()
}

/// Each condition held at least once, and at least once it did not.
#[track_caller]
fn assert_each_tells(conditions: &[(String, String)], fired: &[Vec<usize>]) {
    for (at, (says, _)) in conditions.iter().enumerate() {
        let held = fired.iter().filter(|fired| fired.contains(&at)).count();
        assert!(held > 0, "`{says}` never holds");
        assert!(held < fired.len(), "`{says}` always holds");
    }
}

fn numbers<'i>(ids: impl IntoIterator<Item = &'i std::sync::Arc<str>>) -> Vec<usize> {
    ids.into_iter().map(|id| id.parse().unwrap()).collect()
}

const BEARING: Bearing = Bearing {
    relation: Relation::InTerritory,
    charge: Some(Charge::Own),
    level: Some(RiskLevel::Low),
    system: System::Central,
};
const TERMS: Terms = Terms {
    standing: Standing::Effective,
    mode: Mode::FollowUp,
    operation: Granted::Yes,
    purpose: Granted::Yes,
    ceiling: RiskLevel::Medium,
    exceptional: Granted::Yes,
};
const POSTURE: Posture = Posture {
    kind: OrganismKind::LocalPolice,
    terms: Some(TERMS),
    operation: OperationKind::Consult,
    purpose: Purpose::Protection,
    file: File::Named,
    peril: Peril::Undeclared,
    acting: Acting::Itself,
    subject: Subject::Case(BEARING),
};

/// Postures that differ in one thing from the first.
fn postures() -> Vec<Posture> {
    let kinds = OrganismKind::ALL.iter().map(|it| Posture {
        kind: *it,
        ..POSTURE
    });
    let operations = OperationKind::ALL.iter().map(|it| Posture {
        operation: *it,
        ..POSTURE
    });
    let purposes = Purpose::ALL.iter().map(|it| Posture {
        purpose: *it,
        ..POSTURE
    });
    let acting =
        [Acting::ForParticipant, Acting::ForStranger].map(|acting| Posture { acting, ..POSTURE });
    let without_file = Posture {
        file: File::Missing,
        ..POSTURE
    };
    let terms = terms().into_iter().map(|terms| Posture {
        terms: Some(terms),
        ..POSTURE
    });
    let cases = bearings().into_iter().map(|bearing| Posture {
        subject: Subject::Case(bearing),
        ..POSTURE
    });
    let in_peril = Posture {
        peril: Peril::Declared,
        ..POSTURE
    };
    [POSTURE, without_file, in_peril]
        .into_iter()
        .chain(kinds.chain(operations).chain(purposes).chain(acting))
        .chain(terms.chain(cases))
        .collect()
}

fn terms() -> Vec<Terms> {
    let modes = Mode::ALL.iter().map(|it| Terms { mode: *it, ..TERMS });
    let ceilings = RiskLevel::ALL.iter().map(|it| Terms {
        ceiling: *it,
        ..TERMS
    });
    let closed = [
        Terms {
            operation: Granted::No,
            ..TERMS
        },
        Terms {
            purpose: Granted::No,
            ..TERMS
        },
        Terms {
            exceptional: Granted::No,
            ..TERMS
        },
    ];
    let standings = STANDINGS.map(|standing| Terms { standing, ..TERMS });
    modes
        .chain(ceilings)
        .chain(closed)
        .chain(standings)
        .collect()
}

fn bearings() -> Vec<Bearing> {
    let relations = Relation::ALL.iter().map(|it| Bearing {
        relation: *it,
        ..BEARING
    });
    let levels = RiskLevel::ALL.iter().map(|it| Bearing {
        level: Some(*it),
        ..BEARING
    });
    let charges = [None, Some(Charge::Foreign)].map(|charge| Bearing { charge, ..BEARING });
    let remote = Bearing {
        system: System::Remote,
        ..BEARING
    };
    relations
        .chain(levels)
        .chain(charges)
        .chain([remote])
        .collect()
}

const STANDINGS: [Standing; 6] = [
    Standing::Effective,
    Standing::NotYet,
    Standing::Suspended,
    Standing::Expired,
    Standing::NotPublished,
    Standing::Resolved,
];

#[test]
fn every_word_about_a_question_tells_questions_apart() {
    let conditions = conditions(ASKS);
    let engine = engine(
        "principal is Organismo, action, resource is Caso",
        &conditions,
    );
    let fired: Vec<_> = postures()
        .iter()
        .map(|posture| numbers(&engine.decide_posture(posture).policies))
        .collect();
    assert_each_tells(&conditions, &fired);
}

#[test]
fn every_word_about_a_reader_tells_readers_apart() {
    let conditions = conditions(READS);
    let engine = engine(
        "principal is Lector, action == Action::\"verCompleto\", resource",
        &conditions,
    );
    let levels = [None, Some(RiskLevel::Medium)].into_iter();
    let levels = levels.chain(RiskLevel::ALL.iter().copied().map(Some));
    let levels: Vec<_> = levels
        .map(|level| Viewer {
            level,
            ..POSTURE.viewer().unwrap()
        })
        .collect();
    let ceilings = RiskLevel::ALL.iter().map(|it| Viewer {
        ceiling: *it,
        ..levels[0]
    });
    let viewers = Purpose::ALL
        .iter()
        .flat_map(|purpose| shipped::viewers(*purpose));
    let fired: Vec<_> = viewers
        .chain(levels.iter().copied())
        .chain(ceilings)
        .map(|viewer| numbers(&engine.ruling(viewer, "cabecera.estado").seen_by))
        .collect();
    assert_each_tells(&conditions, &fired);
}

/// An attribute that nobody has put to the test above does not stand in the schema.
#[test]
fn the_schema_has_no_other_words() {
    let texts = shipped::texts();
    let schema = cedar_policy::SchemaFragment::from_cedarschema_str(&texts["pasarela.cedarschema"]);
    let json = schema.unwrap().0.to_json_value().unwrap();
    let mut found = BTreeSet::new();
    let shapes = json[""]["entityTypes"].as_object().unwrap().iter();
    let shapes = shapes.map(|(name, kind)| (name.clone(), kind["shape"].clone()));
    let contexts = json[""]["actions"].as_object().unwrap().values();
    let contexts = contexts.map(|it| ("context".to_owned(), it["appliesTo"]["context"].clone()));
    for (of, shape) in shapes.chain(contexts) {
        let attributes = shape["attributes"].as_object().into_iter().flatten();
        found.extend(attributes.map(|(name, _)| format!("{of}.{name}")));
    }
    let told = |table: &str, of: &[(&str, &str)]| -> BTreeSet<String> {
        let lines = table.lines().filter_map(|line| line.split(' ').next());
        lines
            .filter_map(|words| {
                let (owner, name) = words.rsplit_once('.')?;
                let (_, of) = of.iter().find(|(known, _)| *known == owner)?;
                Some(format!("{of}.{name}"))
            })
            .collect()
    };
    let mut tested = told(
        ASKS,
        &[
            ("principal.convenio", "Convenio"),
            ("resource", "Caso"),
            ("context", "context"),
        ],
    );
    tested.extend(told(READS, &[("principal", "Lector")]));
    tested.insert("Organismo.convenio".to_owned());
    assert_eq!(found, tested);
}
