//! What the emitters say of the contracts that travel with the program, judged by what the codecs do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use contract::emit::{Direction, json_schema, openapi, wsdl};
use contract::{Contract, ElementId, Governance, Limits, QName, catalogue, check, json, xml};
use serde_json::{Value, json};

fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")
}

fn contract(name: &str) -> Arc<Contract> {
    match Contract::load(&contracts().join(name), Governance::Required) {
        Ok(contract) => contract,
        Err(errors) => panic!("{errors}"),
    }
}

/// The examples that travel with the contract: their root and their JSON form.
fn examples(contract: &Arc<Contract>, folder: &str) -> Vec<(String, ElementId, Value)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(contracts().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read(&path).unwrap();
        let root = root_of(contract, &String::from_utf8_lossy(&text));
        let document = xml::decode(contract, root, &text, &Limits::default())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut out = Vec::new();
        document.write_json(&mut out);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.push((name, root, serde_json::from_slice(&out).unwrap()));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(!found.is_empty());
    found
}

/// The root whose name the text's first tag has.
fn root_of(contract: &Contract, text: &str) -> ElementId {
    let tag = text
        .split('<')
        .find(|tag| !tag.starts_with(['?', '!']) && !tag.trim().is_empty());
    let name = tag.unwrap().split([' ', '>', '\n', '/']).next().unwrap();
    let local = name.rsplit(':').next().unwrap();
    contract
        .root(&QName::new(Some(contract.namespace()), local))
        .unwrap()
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::validator_for(schema).unwrap_or_else(|error| panic!("{error}: {schema:#}"))
}

#[test]
fn every_schema_is_a_valid_schema_whose_references_resolve() {
    for name in ["viogen/2", "contexto/1"] {
        let contract = contract(name);
        for root in contract.roots() {
            for way in [Direction::Request, Direction::Response] {
                let schema = json_schema::of_root(&contract, *root, way);
                assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
                assert_references_resolve(&schema);
            }
        }
    }
}

#[test]
fn the_schema_accepts_every_example() {
    let contract = contract("viogen/2");
    for (name, root, value) in examples(&contract, "viogen/2/ejemplos") {
        let schema = json_schema::of_root(&contract, root, Direction::of(&contract, root));
        let errors: Vec<String> = validator(&schema)
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

/// Whatever the codec accepts the schema accepts, for every example with one thing changed.
#[test]
fn the_schema_is_never_stricter_than_the_codec() {
    let contract = contract("viogen/2");
    let (mut accepted, mut refused, mut caught) = (0, 0, 0);
    for (name, root, value) in examples(&contract, "viogen/2/ejemplos") {
        let way = Direction::of(&contract, root);
        let validator = validator(&json_schema::of_root(&contract, root, way));
        for (what, changed) in changes(&value) {
            let text = serde_json::to_vec(&changed).unwrap();
            let valid = validator.is_valid(&changed);
            match json::decode(&contract, root, &text, &Limits::default()) {
                Ok(_) => {
                    accepted += 1;
                    assert!(
                        valid,
                        "{name}: {what}: the codec accepts, the schema refuses"
                    );
                }
                Err(_) => {
                    refused += 1;
                    caught += u32::from(!valid);
                }
            }
        }
    }
    assert!(accepted > 300, "{accepted} accepted");
    assert!(refused > 1000, "{refused} refused");
    assert!(
        caught * 100 >= refused * 95,
        "the schema catches {caught} of {refused}"
    );
}

/// The value with one node removed, replaced, wrapped or renamed, for every node.
fn changes(value: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    places_of(value, "", &mut places);
    for place in places {
        let at = value.pointer(&place).unwrap().clone();
        for other in replacements(&at) {
            let mut changed = value.clone();
            *changed.pointer_mut(&place).unwrap() = other.clone();
            found.push((format!("{place} = {other}"), changed));
        }
        let (parent, key) = place.rsplit_once('/').unwrap_or(("", ""));
        let mut changed = value.clone();
        if let Some(Value::Object(members)) = changed.pointer_mut(parent)
            && members.shift_remove(key).is_some()
        {
            found.push((format!("{place} removed"), changed.clone()));
            if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
                members.insert(format!("{key}X"), at);
            }
            found.push((format!("{place} renamed"), changed));
        }
    }
    found
}

fn places_of(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                places_of(member, &format!("{place}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places_of(item, &format!("{place}/{at}"), places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn replacements(value: &Value) -> Vec<Value> {
    let mut others = vec![
        Value::Null,
        json!(7),
        json!(true),
        json!([]),
        json!({}),
        json!([value]),
    ];
    match value {
        Value::String(text) => {
            others.extend([
                json!(""),
                json!(format!("{text}X")),
                json!("*".repeat(5)),
                json!("2"),
            ]);
            others.push(json!(text.to_lowercase()));
        }
        Value::Number(_) => {
            others.extend([json!(0), json!(-1), json!(1e9), json!("1"), json!(1.5)])
        }
        Value::Array(items) => {
            others.push(items.iter().chain(items).cloned().collect());
            others.extend(items.first().cloned());
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => {}
    }
    others
}

/// Every `$ref` of the document leads to something inside it.
fn assert_references_resolve(document: &Value) {
    let mut places = Vec::new();
    places_of(document, "", &mut places);
    for place in places.iter().filter(|place| place.ends_with("/$ref")) {
        let reference = document.pointer(place).unwrap().as_str().unwrap();
        let target = reference
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{reference}"));
        assert!(document.pointer(target).is_some(), "{place}: {reference}");
    }
}

fn openapi() -> Value {
    let (viogen, context) = (contract("viogen/2"), contract("contexto/1"));
    let problem = |status, code| openapi::Problem {
        status,
        code,
        title: "PRUEBA",
    };
    let options = openapi::Options {
        title: "VioGén",
        base: "/v2",
        context: Some(&context),
        purposes: &["proteccion", "valoracion"],
        problems: &[
            problem(404, "no-encontrado"),
            problem(400, "esquema-incumplido"),
            problem(412, "conflicto-de-version"),
            problem(400, "falta-contexto"),
        ],
    };
    openapi::document(&viogen, &options)
}

#[test]
fn openapi_describes_every_rest_shape() {
    let document = openapi();
    assert_references_resolve(&document);
    assert_eq!(
        document,
        openapi(),
        "the same contract gives the same document"
    );
    let shapes: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .map(|method| (path.clone(), method.clone()))
        })
        .collect();
    let expected = [
        ("/casos", "get"),
        ("/casos", "post"),
        ("/casos/{idCaso}", "get"),
        ("/casos/{idCaso}", "put"),
        ("/coincidencias", "post"),
    ];
    let expected = expected.map(|(path, method)| (path.to_owned(), method.to_owned()));
    assert_eq!(shapes, expected.into_iter().collect());
}

#[test]
fn openapi_says_what_travels_outside_the_body() {
    let document = openapi();
    let named = |path: &str, method: &str| -> Vec<String> {
        let parameters = document["paths"][path][method]["parameters"]
            .as_array()
            .unwrap();
        parameters
            .iter()
            .map(|parameter| match parameter["$ref"].as_str() {
                Some(reference) => document.pointer(&reference[1..]).unwrap(),
                None => parameter,
            })
            .map(|it| format!("{}:{}:{}", it["in"], it["name"], it["required"]).replace('"', ""))
            .collect()
    };
    let search = named("/casos", "get");
    for expected in [
        "query:municipio:false",
        "query:limite:false",
        "header:Idempotency-Key:false",
    ] {
        assert!(
            search.iter().any(|name| name == expected),
            "{expected} in {search:?}"
        );
    }
    for hidden in ["query:ambito:false", "query:nivelMaximo:false"] {
        assert!(
            !search.iter().any(|name| name == hidden),
            "{hidden} in {search:?}"
        );
    }
    let change = named("/casos/{idCaso}", "put");
    for expected in [
        "path:idCaso:true",
        "header:If-Match:true",
        "header:Idempotency-Key:true",
    ] {
        assert!(
            change.iter().any(|name| name == expected),
            "{expected} in {change:?}"
        );
    }
    assert!(document["paths"]["/casos/{idCaso}"]["put"]["responses"]["412"].is_object());
    assert!(document["paths"]["/casos/{idCaso}"]["get"]["responses"]["412"].is_null());
    let headers = |path: &str, method: &str, status: &str| {
        document["paths"][path][method]["responses"][status]["headers"].clone()
    };
    assert!(headers("/casos/{idCaso}", "get", "200")["ETag"].is_object());
    assert!(headers("/casos", "get", "200")["ETag"].is_null());
    assert!(headers("/casos", "post", "201")["Location"].is_object());
}

fn wsdl() -> String {
    let (viogen, context) = (contract("viogen/2"), contract("contexto/1"));
    let locate = |of: &Contract, path: &str| format!("?xsd={}/{path}", of.name());
    let options = wsdl::Options {
        context: Some(&context),
        address: "https://pasarela.example/soap/viogen/2",
        locate: &locate,
    };
    wsdl::document(&viogen, &options)
}

/// Rewritten by `UPDATE_GOLDEN=1 cargo test -p contract`. What changes here changes for every partner.
#[test]
fn descriptions_do_not_drift() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let openapi = serde_json::to_string_pretty(&openapi()).unwrap() + "\n";
    for (name, text) in [
        ("viogen-2.wsdl", wsdl()),
        ("viogen-2.openapi.json", openapi),
        (
            "viogen-2.catalogo.md",
            catalogue::markdown(&contract("viogen/2")),
        ),
    ] {
        let golden = folder.join(name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&golden, &text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap();
        let differs = expected
            .lines()
            .zip(text.lines())
            .find(|(one, other)| one != other);
        assert_eq!(
            differs, None,
            "{name} differs: see the comment of this test"
        );
        assert_eq!(
            expected.len(),
            text.len(),
            "{name} differs: see the comment of this test"
        );
    }
}

#[test]
fn wsdl_declares_what_it_refers_to() {
    let (viogen, text) = (contract("viogen/2"), wsdl());
    let attribute = |name: &str| -> BTreeSet<&str> {
        let start = format!(" {name}=\"");
        text.split(&start)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect()
    };
    let names = attribute("name");
    for key in ["message", "binding", "type"] {
        for reference in attribute(key) {
            assert!(
                names.contains(reference.strip_prefix("tns:").unwrap()),
                "{key} {reference}"
            );
        }
    }
    for operation in viogen.operations() {
        assert!(text.contains(&format!("soapAction=\"{}\"", operation.soap_action)));
    }
    assert!(
        text.contains(r#"schemaLocation="?xsd=contexto/contexto.xsd""#),
        "{text}"
    );
}

#[test]
fn schema_files_point_where_they_are_served() {
    let contract = contract("viogen/2");
    let locate = |of: &Contract, path: &str| format!("?xsd={}/{path}", of.name());
    for file in contract.files() {
        let served = wsdl::schema(&contract, &file.path, &locate).unwrap();
        for location in served.split("schemaLocation=\"").skip(1) {
            let location = location.split('"').next().unwrap();
            let path = location.strip_prefix("?xsd=viogen/").unwrap();
            assert!(
                contract.files().iter().any(|file| *file.path == *path),
                "{location}"
            );
        }
    }
    assert_eq!(wsdl::schema(&contract, "no.xsd", &locate), None);
}

#[test]
fn the_catalogue_names_every_leaf_and_who_decides() {
    let contract = contract("viogen/2");
    let root = contract.operation("consultarCaso").unwrap().response;
    let fields = catalogue::fields(&contract, root);
    assert!(fields.len() > 100, "{}", fields.len());
    assert!(
        fields
            .iter()
            .all(|field| field.group.is_some() && field.sensitivity.is_some())
    );
    let paths: BTreeSet<&str> = fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(paths.len(), fields.len(), "each leaf once");
    let text = catalogue::markdown(&contract);
    assert!(
        fields
            .iter()
            .all(|field| text.contains(&format!("| `{}` |", field.path)))
    );
}

#[test]
fn the_check_gives_one_verdict_a_root_file() {
    let report = check::check(&contracts(), Governance::Required).unwrap();
    assert!(report.ok, "{report:#?}");
    let files: Vec<&str> = report
        .files
        .iter()
        .map(|verdict| verdict.file.as_str())
        .collect();
    assert_eq!(
        files,
        ["contexto/1/contexto.xsd", "viogen/2/operaciones.xsd"]
    );
}

#[test]
fn the_check_takes_for_a_root_what_nobody_refers_to() {
    let including = |target: &str| {
        format!(
            r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
               <xs:include schemaLocation="{target}"/></xs:schema>"#
        )
    };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("x")).unwrap();
    for (path, text) in [
        ("a.xsd", including("x/part.xsd")),
        ("x/part.xsd", including("../common.xsd")),
        ("common.xsd", including("common.xsd")),
        ("one.xsd", including("other.xsd")),
        ("other.xsd", including("one.xsd")),
        ("broken.xsd", "<xs:schema".to_owned()),
        ("far.xsd", including("https://example.org/b.xsd")),
        ("README.md", String::new()),
    ] {
        fs::write(folder.path().join(path), text).unwrap();
    }
    let report = check::check(folder.path(), Governance::Required).unwrap();
    let verdicts: Vec<(&str, bool)> = report
        .files
        .iter()
        .map(|verdict| (verdict.file.as_str(), verdict.ok))
        .collect();
    let expected = [
        ("a.xsd", true),
        ("broken.xsd", false),
        ("far.xsd", false),
        ("one.xsd", true),
    ];
    assert_eq!(verdicts, expected, "{report:#?}");
    assert!(!report.ok);
    for verdict in report.files.iter().filter(|verdict| !verdict.ok) {
        assert_eq!(verdict.reasons[0].file, verdict.file, "{report:#?}");
    }
}

#[test]
fn the_check_of_nothing_is_not_a_success() {
    let empty = tempfile::tempdir().unwrap();
    assert!(!check::check(empty.path(), Governance::Required).unwrap().ok);
    assert!(check::check(&empty.path().join("no"), Governance::Required).is_err());
}
