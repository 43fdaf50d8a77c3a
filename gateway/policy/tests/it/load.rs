//! Faulty policies are named and never run.

use contract::Visibility;
use domain::{OperationKind, OrganismKind, Problem, RiskLevel};
use policy::{Engine, Posture, Target};

use crate::asking::{HERENCIA, agreement, ask, case, organism};
use crate::shipped;

const HEAD: &str = "@id(\"plantada\")\n@titulo(\"t\")\n@clausula(\"c\")\n";

/// The shipped policies and a file more; every fault is told.
fn check(planted: &str, expected: &[&str]) {
    let mut texts = shipped::texts();
    texts.insert("plantada.cedar".to_owned(), planted.to_owned());
    let Err(errors) = Engine::from_texts(&texts) else {
        panic!("`{planted}` loads")
    };
    let told = errors.to_string();
    assert_eq!(errors.0.len(), expected.len(), "{told}");
    for words in expected {
        assert!(told.contains(words), "`{words}` is not in:\n{told}");
    }
}

fn faulty(policy: &str, expected: &[&str]) {
    check(&format!("{HEAD}{policy}"), expected);
}

#[test]
fn what_is_nested_too_deeply_for_some_stack_is_not_read() {
    let sum = |terms: usize| "1".to_owned() + &"+1".repeat(terms);
    let head = "forbid (principal is Organismo, action == Action::\"consulta\", resource)";
    faulty(
        &format!("{head} when {{ {} == 2 }};", sum(300)),
        &["`plantada` has expressions nested more deeply than is read"],
    );
    let mut texts = shipped::texts();
    let flat = format!("{HEAD}{head} when {{ {} == 2 }};", sum(60));
    texts.insert("plantada.cedar".to_owned(), flat);
    assert!(Engine::from_texts(&texts).is_ok());
}

#[test]
fn planted_faults_are_named_with_file_and_line() {
    let table: [(&str, &[&str]); 7] = [
        (
            "permit (principal is Lector, action, resource)\nwhen { principal.edad > 3 };",
            &["plantada.cedar:5: for policy `plantada`, attribute `edad`"],
        ),
        (
            "permit (principal is Lector in Clase::\"policiaLocl\", action, resource);",
            &[
                "plantada.cedar:4: for policy `plantada`: entity `Clase::\"policiaLocl\"` is of an enumerated",
            ],
        ),
        (
            "permit (principal is Lector, action, resource == Grupo::\"victima.nada\");",
            &["plantada.cedar:4: for policy `plantada`: entity `Grupo::\"victima.nada\"` is of an"],
        ),
        (
            "permit (principal is Lector, action == Action::\"ver\", resource);",
            &["plantada.cedar:4: for policy `plantada`, unrecognized action `Action::\"ver\"`"],
        ),
        (
            "permit (principal is Lector, action, resource is Caso);",
            &[
                "plantada.cedar:1: for policy `plantada`, unable",
                "policy is impossible",
            ],
        ),
        (
            "permit (principal, action resource);",
            &["plantada.cedar:4: "],
        ),
        (
            "permit (principal is Lector, action, resource)\nwhen { 1 + true == 2 };",
            &["plantada.cedar:5: "],
        ),
    ];
    for (policy, expected) in table {
        faulty(policy, expected);
    }
}

#[test]
fn annotations_are_required() {
    let plain = "permit (principal is Lector, action == Action::\"verCompleto\", resource);";
    check(
        plain,
        &["lacks `@id`", "lacks `@titulo`", "lacks `@clausula`"],
    );
    check(
        &format!("@id(\"convenio.vigente\")\n@titulo(\"t\")\n@clausula(\"\")\n{plain}"),
        &[
            "(`convenio.vigente`) lacks `@clausula`",
            "`convenio.vigente` is already taken",
        ],
    );
    check(
        &format!(
            "{HEAD}@rechazo(\"porque-si\")\n{}",
            plain.replace("permit", "forbid")
        ),
        &["unknown problem `porque-si`"],
    );
}

#[test]
fn every_fault_is_told_at_once() {
    check(
        "permit (principal, action);\n@id(\"a\") forbid (principal, action, resource;",
        &["plantada.cedar:"],
    );
    let mut texts = shipped::texts();
    texts.insert("otro.cedarschema".to_owned(), "entity Otro;".to_owned());
    texts.insert("mala.cedar".to_owned(), "permit".to_owned());
    let told = Engine::from_texts(&texts).err().unwrap().to_string();
    assert!(
        told.contains("one file `*.cedarschema` is needed, 2 found"),
        "{told}"
    );
    assert!(told.contains("mala.cedar:1"), "{told}");
}

#[test]
fn an_empty_or_missing_folder_is_a_fault() {
    let folder = std::env::temp_dir().join("no-such-folder-of-policies");
    let told = Engine::load(&folder).err().unwrap().to_string();
    assert!(told.starts_with("cannot read `"), "{told}");
    let told = Engine::from_texts(&std::collections::BTreeMap::new())
        .err()
        .unwrap()
        .to_string();
    assert!(told.contains("no policy found"), "{told}");
}

#[test]
fn the_version_changes_with_the_text() {
    let mut texts = shipped::texts();
    let before = Engine::from_texts(&texts).unwrap().version().to_owned();
    assert_eq!(before, shipped::engine().version());
    assert_eq!(before.len(), 64);
    texts.get_mut("techo.cedar").unwrap().push('\n');
    assert_ne!(before, Engine::from_texts(&texts).unwrap().version());
}

/// Organisms, places and cases are data of the agreements; kept decisions rest on it.
#[test]
fn a_policy_names_no_single_organism_or_place() {
    let organism = "names one `Organismo`";
    let table = [
        (
            "forbid (principal == Organismo::\"L01130473\", action, resource);",
            organism,
        ),
        (
            "forbid (principal is Organismo, action, resource)\nwhen { principal == Organismo::\"L01130473\" };",
            organism,
        ),
        (
            "forbid (principal is Organismo, action, resource is Caso)\nwhen { [Organismo::\"L01130473\"].contains(principal) };",
            organism,
        ),
        (
            "forbid (principal is Organismo, action, resource == Caso::\"7ZZZZZZZZZZZZZZZZZZZZZZZZZ\");",
            "names one `Caso`",
        ),
    ];
    for (policy, expected) in table {
        faulty(policy, &[expected]);
    }
}

/// What a kept decision does not depend on cannot be written: places, lists of the annex, who another organism is.
#[test]
fn a_policy_weighs_nothing_that_is_not_in_the_posture() {
    let table = [
        (
            "principal has convenio && principal.convenio.operaciones.contains(Operacion::\"busqueda\")",
            "attribute `operaciones`",
        ),
        (
            "principal has convenio && principal.convenio.ambito.isEmpty()",
            "attribute `ambito`",
        ),
        ("context.enNombreDe == principal", "attribute `enNombreDe`"),
        (
            "resource is Caso && resource.responsable == principal",
            "attribute `responsable`",
        ),
    ];
    for (condition, expected) in table {
        let policy = format!(
            "forbid (principal is Organismo, action == Action::\"consulta\", resource)\nwhen {{ {condition} }};"
        );
        faulty(&policy, &[expected]);
    }
}

#[test]
fn actions_are_in_no_groups() {
    let mut texts = shipped::texts();
    let schema = texts.get_mut("pasarela.cedarschema").unwrap();
    let with_group = schema.replace("action verCompleto, ", "action ver;\naction verCompleto in [ver] appliesTo { principal: Lector, resource: Grupo };\naction ");
    assert_ne!(*schema, with_group);
    *schema = with_group;
    let told = Engine::from_texts(&texts).err().unwrap().to_string();
    assert!(told.contains("actions may not be in groups"), "{told}");
}

#[test]
fn a_schema_of_too_many_questions_is_not_read_further() {
    let mut texts = shipped::texts();
    let schema = texts.get_mut("pasarela.cedarschema").unwrap();
    let names: Vec<String> = (0..10).map(|number| format!("T{number}")).collect();
    let all = names.join(", ");
    let more = format!(
        "entity {all};\naction mirar appliesTo {{ principal: [{all}], resource: [{all}] }};\n"
    );
    schema.push_str(&more);
    let told = Engine::from_texts(&texts).err().unwrap().to_string();
    assert!(told.contains("at most 64 kinds of questions"), "{told}");
}

/// Cedar passes over a policy that fails; were it a prohibition, too much would be open.
#[test]
fn a_policy_that_fails_opens_nothing() {
    let mut texts = shipped::texts();
    let planted = format!(
        "{HEAD}forbid (principal is Lector, action, resource)\nwhen {{ principal.techo + 9223372036854775807 > 0 }};\n{}forbid (principal is Organismo, action, resource)\nwhen {{ principal has convenio && principal.convenio.techo + 9223372036854775807 > 0 }};",
        HEAD.replace("plantada", "otra")
    );
    texts.insert("plantada.cedar".to_owned(), planted);
    let engine = Engine::from_texts(&texts).unwrap();
    let local = organism(OrganismKind::LocalPolice);
    let agreement = agreement("13047", RiskLevel::Medium);
    let inside = case(Some("13047"), HERENCIA, Some(RiskLevel::Low));
    let question = ask(
        &local,
        &agreement,
        OperationKind::Consult,
        Target::Case(&inside),
    );
    assert_eq!(engine.decide(&question).refusal(), Some(Problem::Internal));
    let viewer = Posture::of(&question).viewer().unwrap();
    let rulings = engine.rulings(viewer);
    assert!(!rulings.is_empty());
    for (group, ruling) in rulings.iter() {
        assert_eq!(
            (ruling.visibility, ruling.writable),
            (Visibility::Hidden, false),
            "{group}"
        );
    }
}
