//! The rules and forms that the VioGén contract comes with, and files that are no good.

use std::fs;

use contract::{Facts, Rulebook};
use serde_json::{Value, json};

use crate::{contract, contracts, from_json, from_xml};

fn now() -> Facts {
    Facts {
        now: "2026-01-10T12:00:00Z".to_owned(),
        ..Facts::default()
    }
}

fn judged(case: &Value) -> Vec<(String, String)> {
    let contract = contract("viogen/2");
    let book = Rulebook::load(&contracts().join("viogen/2"), &contract).unwrap();
    let message = from_json(
        &contract,
        "PresentarCaso",
        &json!({"caso":case}).to_string(),
    );
    let breaches = book.judge(&message, &now()).unwrap();
    breaches
        .into_iter()
        .map(|breach| {
            (
                breach.path.replacen("/PresentarCaso/caso/", "", 1),
                breach.code.to_string(),
            )
        })
        .collect()
}

#[test]
fn the_shipped_rules_do_what_they_say() {
    let contract = contract("viogen/2");
    let loaded = Rulebook::load(&contracts().join("viogen/2"), &contract);
    let book = loaded.unwrap_or_else(|errors| panic!("{errors}"));
    let (tests, wrong) = book.prove();
    assert_eq!(wrong, Vec::<String>::new());
    let (rules, forms) = book.len();
    assert!(
        rules >= 20 && tests >= 2 * rules,
        "{rules} rules, {tests} tests"
    );
    assert_eq!(forms, 3);
}

#[test]
fn the_examples_of_requests_break_no_rule() {
    let contract = contract("viogen/2");
    let book = Rulebook::load(&contracts().join("viogen/2"), &contract).unwrap();
    for name in ["presentarCaso-alta", "presentarCaso-version"] {
        let path = contracts().join(format!("viogen/2/ejemplos/{name}.xml"));
        let document = from_xml(
            &contract,
            "PresentarCaso",
            &fs::read_to_string(path).unwrap(),
        );
        assert_eq!(book.judge(&document, &now()).unwrap(), [], "{name}");
    }
    let path = contracts().join("viogen/2/ejemplos/consultarCasoRespuesta-tipica.xml");
    let text = fs::read_to_string(path).unwrap();
    let answer = from_xml(&contract, "ConsultarCasoRespuesta", &text);
    assert_eq!(
        book.judge(&answer, &now()).unwrap(),
        [],
        "no rule is about answers"
    );
}

#[test]
fn all_breaches_are_told_at_once_each_with_its_path() {
    let case = json!({
        "cabecera":{"estado":"baja"},
        "victima":{"identidad":{"tipoDocumento":"DNI","numeroDocumento":"99999018E"}},
        "valoracion":{"evaluacion":[
            {"nivelCalculado":"bajo","nivelAsignado":"bajo"},
            {"nivelCalculado":"alto","nivelAsignado":"bajo"}]}});
    let told = judged(&case);
    let expected = [
        ("cabecera/baja", "baja-con-causa"),
        (
            "valoracion/evaluacion[2]/nivelAsignado",
            "nivel-no-inferior-al-calculado",
        ),
        ("victima/identidad/numeroDocumento", "letra-de-dni"),
    ];
    let expected: Vec<_> = expected
        .map(|(path, code)| (path.to_owned(), code.to_owned()))
        .into();
    assert_eq!(told, expected);
}

#[test]
fn a_form_that_does_not_fit_is_refused_by_indicator() {
    let assessed = |form: &str, version: &str, answers: Value| json!({"valoracion":{"evaluacion":[{"formulario":form,"versionFormulario":version,"respuesta":answers}]}});
    let answer = |code: &str, value: &str| json!({"indicador":code,"valor":value});
    let graded = |code: &str, value: &str, grade: &str| json!({"indicador":code,"valor":value,"intensidad":grade});
    let table = [
        (
            assessed(
                "VPR",
                "5.0-H",
                json!([
                    answer("BREAKUP_6M", "si"),
                    graded("PHYSICAL_VIOLENCE", "si", "grave")
                ]),
            ),
            vec![],
        ),
        (
            assessed("OTRO", "1", json!([answer("LO_QUE_SEA", "si")])),
            vec![],
        ),
        (
            assessed("VPR", "6.0", json!([answer("BREAKUP_6M", "si")])),
            vec![("versionFormulario", "formulario-desconocido")],
        ),
        (
            assessed(
                "VPR",
                "5.0-H",
                json!([
                answer("DISTANCING", "si"), answer("BREAKUP_6M", "si"), answer("BREAKUP_6M", "no"),
                graded("BREAKUP_6M", "si", "leve"), graded("PHYSICAL_VIOLENCE", "no", "leve"), {"valor":"si"}, {"indicador":"HARASSMENT"}]),
            ),
            vec![
                ("respuesta[1]/indicador", "indicador-desconocido"),
                ("respuesta[3]/indicador", "indicador-repetido"),
                ("respuesta[4]/indicador", "indicador-repetido"),
                ("respuesta[4]/intensidad", "intensidad-no-admitida"),
                ("respuesta[5]/intensidad", "intensidad-sin-respuesta"),
                ("respuesta[6]/indicador", "indicador-ausente"),
                ("respuesta[7]/valor", "respuesta-no-admitida"),
            ],
        ),
        (
            json!({"valoracion":{"evaluacion":[{"formulario":"VPR","respuesta":[answer("HARASSMENT", "si")]}]}}),
            vec![("versionFormulario", "formulario-sin-identificar")],
        ),
        (
            json!({"valoracion":{"evaluacion":[{"formulario":"VPR"}]}}),
            vec![],
        ),
        (
            assessed(
                "VPER_C",
                "4.1",
                json!([
                    answer("DISTANCING", "si"),
                    graded("MEASURE_BREACHES", "si", "leve")
                ]),
            ),
            vec![],
        ),
    ];
    for (case, expected) in table {
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(path, code)| (format!("valoracion/evaluacion[1]/{path}"), code.to_owned()))
            .collect();
        assert_eq!(judged(&case), expected, "{case}");
    }
}

#[test]
fn the_initial_form_has_its_35_indicators_in_five_factors() {
    let text = fs::read_to_string(contracts().join("viogen/2/formularios/vpr-5.0-h.toml")).unwrap();
    let form: toml::Table = text.parse().unwrap();
    let indicators = form["indicador"].as_array().unwrap();
    let mut by_factor = std::collections::BTreeMap::new();
    for (at, indicator) in indicators.iter().enumerate() {
        assert_eq!(indicator["numero"].as_integer(), Some(at as i64 + 1));
        *by_factor
            .entry(indicator["factor"].as_str().unwrap())
            .or_insert(0) += 1;
    }
    let counts: Vec<i32> = by_factor.values().copied().collect();
    assert_eq!(counts, [6, 17, 5, 3, 4]);
    assert!(!text.contains("peso"), "weights are nowhere");
}

/// A contract folder with one file of rules.
fn loaded(rules: &str) -> Result<Rulebook, String> {
    // What is judged must be of the very contract that was loaded: `contract` gives the same one each time.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("reglas")).unwrap();
    fs::write(folder.path().join("reglas/x.toml"), rules).unwrap();
    Rulebook::load(folder.path(), &contract("viogen/2")).map_err(|errors| errors.to_string())
}

const GOOD: &str = r#"
en = ["PresentarCaso/caso"]
[[regla]]
id = "una-regla"
mensaje = "Mensaje de PRUEBA"
fuente = "PRUEBA"
requiere = ["cabecera/estado"]
rutas = ["cabecera/estado"]
expresion = "caso.cabecera.estado == 'activo'"
prueba = [{ acepta = '{"cabecera":{"estado":"activo"}}' }, { rechaza = '{"cabecera":{"estado":"baja"}}' }]
"#;

#[test]
fn files_that_are_no_good_are_refused_by_name() {
    assert!(loaded(GOOD).is_ok());
    let table = [
        (
            "cabecera/estado\"]\nexpresion",
            "cabecera/estdo\"]\nexpresion",
            "`cabecera/estdo` is not in the contract",
        ),
        (
            "PresentarCaso/caso",
            "PresentarCaso/cosa",
            "`PresentarCaso/cosa` is not in the contract",
        ),
        ("una-regla", "Una regla", "`Una regla` is no identifier"),
        ("Mensaje de PRUEBA", " ", "a rule needs a message"),
        ("== 'activo'", "=", "not an expression"),
        ("caso.cabecera.estado", "cosa.estado", "`cosa` is no name"),
        (
            ", { rechaza = '{\"cabecera\":{\"estado\":\"baja\"}}' }",
            "",
            "a rule needs a test",
        ),
        ("\"estado\":\"baja\"", "\"estado\":\"alegre\"", "test 2: "),
        (
            "{ acepta = ",
            "{ acepta = '{}', rechaza = ",
            "one of `acepta` and `rechaza`",
        ),
        ("fuente =", "fuentes =", "unknown field"),
    ];
    for (from, to, expected) in table {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        let errors = loaded(&text).expect_err(expected);
        assert!(errors.contains(expected), "{expected}\n{errors}");
        assert!(errors.starts_with("reglas/x.toml:"), "{errors}");
    }
    let twice = format!(
        "{GOOD}{}",
        GOOD.replace("en = [\"PresentarCaso/caso\"]", "")
    );
    assert!(
        loaded(&twice)
            .unwrap_err()
            .contains("`una-regla` is no identifier of its own")
    );
}

#[test]
fn a_rule_that_says_another_thing_than_its_tests_is_found() {
    let book = loaded(&GOOD.replace("== 'activo'", "!= 'activo'")).unwrap();
    let (count, wrong) = book.prove();
    assert_eq!((count, wrong.len()), (2, 2));
}

#[test]
fn a_rule_that_fails_is_a_failure_and_never_a_pass() {
    let text = GOOD.replace(
        "caso.cabecera.estado == 'activo'",
        "caso.cabecera.nada == 'activo'",
    );
    let book = loaded(&text).unwrap();
    let contract = contract("viogen/2");
    let message = from_json(
        &contract,
        "PresentarCaso",
        r#"{"caso":{"cabecera":{"estado":"activo"}}}"#,
    );
    let failed = book.judge(&message, &now()).unwrap_err().to_string();
    assert_eq!(failed, "rule `una-regla`: failed: no such key");
    let (_, wrong) = book.prove();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
}

#[test]
fn a_message_with_too_much_to_judge_is_refused_in_bounded_time() {
    let complaint = json!({"organismo":"L01470758"});
    let many = vec![complaint; 2_001];
    let told = judged(&json!({"hechos":{"denuncia":many}}));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1, "digito-de-control-de-la-denuncia");
}
