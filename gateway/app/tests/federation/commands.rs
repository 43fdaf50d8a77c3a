//! The other commands: what they find, and how they end.

mod partner_folders;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{pasarela, pasarela_reading, succeed};
use crate::site::{contracts, prepared, shared};

#[test]
fn check_finds_a_prepared_folder_in_order() {
    let config = prepared().join("pasarela.toml").display().to_string();
    let out = succeed(&["check", "--config", &config]);
    assert_eq!(out.trim(), "everything is in order");
}

#[test]
fn check_names_every_planted_problem_at_once() {
    let site = shared();
    let text = std::fs::read_to_string(site.config()).unwrap();
    let mut config: toml::Table = text.parse().unwrap();
    let planted = [
        ("policies", "dir", "/nada/politicas"),
        ("contracts", "context", "/nada/contexto"),
        ("tls", "crl", "/nada/lista.pem"),
        ("journal", "checkpoint_key", "/nada/sello.pem"),
        ("node", "organism", "nadie"),
        ("holder", "certificate", "/nada/cliente.pem"),
    ];
    for (part, field, value) in planted {
        config[part][field] = value.into();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pasarela.toml");
    std::fs::write(&file, config.to_string()).unwrap();
    let ended = pasarela(&["check", "--config", &file.display().to_string()]);
    assert_eq!(ended.status, 1, "{ended:?}");
    let named = [
        "policies:",
        "/nada/contexto",
        "/nada/lista.pem",
        "/nada/sello.pem",
        "node.organism:",
        "/nada/cliente.pem",
    ];
    // Two organisms of the registry have no agreement in effect.
    for finding in named.into_iter().chain(["E99990104", "E99990105"]) {
        assert!(
            ended.out.contains(finding),
            "no `{finding}` in {}",
            ended.out
        );
    }
}

#[test]
fn check_names_what_keeps_messages_from_being_signed() {
    let text = std::fs::read_to_string(shared().config()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pasarela.toml");
    let wanted = "requests = 'exigida'\nanswers = 'exigida'";
    let keyless = "no key to sign with is configured";
    for (signing, found) in [
        // The central system has no key in the registry.
        (
            None,
            "signs what it is asked, and no key of it is registered",
        ),
        (Some(""), keyless),
        (
            Some("certificate = 'no-hay.pem'\nkey = 'no-hay.key'"),
            "no-hay.pem",
        ),
        (
            Some("key = 'pkcs11:token=t;object=o'"),
            "`certificate` and `key` come together",
        ),
        (
            Some("certificate = 'a.pem'\nkey = 'pkcs11:token=t;object=o?pin-value=112233'"),
            "pin-source=file:",
        ),
    ] {
        let mut config: toml::Table = text.parse().unwrap();
        config["holder"].as_table_mut().unwrap().insert(
            "security".to_owned(),
            wanted.parse::<toml::Table>().unwrap().into(),
        );
        if let Some(signing) = signing {
            config["signing"] = signing.parse::<toml::Table>().unwrap().into();
        }
        std::fs::write(&file, config.to_string()).unwrap();
        let ended = pasarela(&["check", "--config", &file.display().to_string()]);
        assert_ne!(ended.status, 0, "{found}: {ended:?}");
        let told = format!("{}{}", ended.out, ended.err);
        assert!(told.contains(found), "no `{found}` in {told}");
        // A key that cannot be had is one finding, and no system's.
        assert_eq!(told.contains(keyless), found == keyless, "{told}");
        // The one line of the file that it may not repeat.
        assert!(!told.contains("112233"), "{told}");
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pasarela.toml");
    let good = std::fs::read_to_string(prepared().join("pasarela.toml")).unwrap();
    let own = good.lines().find(|line| line.starts_with("id = ")).unwrap();
    let own = format!("{own}\n");
    let table = [
        ("no toml", "esto no es toml".to_owned(), "pasarela.toml"),
        (
            "an unknown field",
            good.replace("[node]", "[node]\ncolor = 1"),
            "color",
        ),
        (
            "a part missing",
            good.replace("[policies]", "[otra]"),
            "otra",
        ),
        (
            "a provider without its client",
            good.replace(
                "[console]",
                "[console.oidc]\nissuer = \"https://localhost\"\n[console]",
            ),
            "client_id",
        ),
        (
            "a node by the name of a sandbox",
            good.replace("[node]\n", "[node]\nid = \"nodo-1.pruebas\"\n")
                .replace(&own, ""),
            "node id `nodo-1.pruebas`",
        ),
        ("no address", good.replace("127.0.0.1:", "aqui:"), "address"),
    ];
    for (case, text, named) in table {
        std::fs::write(&file, text).unwrap();
        for command in ["serve", "check", "migrate"] {
            let ended = pasarela(&[command, "--config", &file.display().to_string()]);
            assert_eq!(ended.status, 2, "{case}, {command}: {ended:?}");
            assert!(
                ended.err.contains(named),
                "{case}, {command}: {}",
                ended.err
            );
        }
    }
    let ended = pasarela(&["serve", "--config", "/nada.toml"]);
    assert_eq!(ended.status, 2, "{ended:?}");
}

#[test]
fn contract_check_reports_each_file() {
    let shipped = contracts().display().to_string();
    let report: Value = serde_json::from_str(&succeed(&["contract", "check", &shipped])).unwrap();
    assert_eq!(report["ok"], true, "{report}");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("plain.xsd", PLAIN);
    write("broken.xsd", "<a");
    write("absent.xsd", &PLAIN.replace("xs:string", "xs:nada"));
    let dir = folder.path().display().to_string();
    // Without annotations only by option; what does not compile, never.
    for (option, plain) in [(None, false), (Some("--ungoverned"), true)] {
        let mut arguments = vec!["contract", "check", &dir];
        arguments.extend(option);
        let ended = pasarela(&arguments);
        assert_eq!(ended.status, 1, "{ended:?}");
        let report: Value = serde_json::from_str(&ended.out).unwrap();
        assert_eq!(report["ok"], false);
        for (file, ok) in [
            ("plain.xsd", plain),
            ("broken.xsd", false),
            ("absent.xsd", false),
        ] {
            let files = report["files"].as_array().unwrap();
            let verdict = files
                .iter()
                .find(|verdict| verdict["file"] == file)
                .unwrap();
            assert_eq!(verdict["ok"], ok, "{verdict}");
            let reasons = verdict["reasons"].as_array().map_or(0, Vec::len);
            assert_eq!(reasons > 0, !ok, "{verdict}");
        }
    }
    assert_eq!(pasarela(&["contract", "check", "/nada"]).status, 2);
}

const PLAIN: &str = r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:ejemplo" elementFormDefault="qualified"><xs:element name="Nota" type="xs:string"/></xs:schema>"#;

/// Converts with the shipped contract.
fn convert(root: &str, to: &str, input: &[u8]) -> (i32, String) {
    let contract = contracts().join("viogen/2").display().to_string();
    let arguments = [
        "contract",
        "convert",
        "--contract",
        &contract,
        "--root",
        root,
        "--to",
        to,
    ];
    let ended = pasarela_reading(&arguments, input);
    (ended.status, ended.out)
}

#[test]
fn contract_convert_goes_there_and_back() {
    let examples = contracts().join("viogen/2/ejemplos");
    let mut converted = 0;
    for file in std::fs::read_dir(&examples).unwrap() {
        let path = file.unwrap().path();
        let xml = std::fs::read(&path).unwrap();
        let root = format!("{{urn:pasarela:viogen:2}}{}", element(&path));
        let (status, json) = convert(&root, "json", &xml);
        assert_eq!(status, 0, "{}: {json}", path.display());
        assert!(serde_json::from_str::<Value>(&json).is_ok(), "{json}");
        let (status, back) = convert(&root, "xml", json.as_bytes());
        assert_eq!(status, 0, "{}: {back}", path.display());
        let (status, again) = convert(&root, "json", back.as_bytes());
        assert_eq!((status, &again), (0, &json), "{}", path.display());
        converted += 1;
    }
    assert!(converted >= 10, "only {converted} examples");
}

/// The element of an example, from the name of its file.
fn element(path: &Path) -> String {
    let stem = path.file_stem().unwrap().to_string_lossy();
    let name = stem.split('-').next().unwrap();
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

#[test]
fn contract_convert_says_how_it_failed() {
    let root = "{urn:pasarela:viogen:2}ConsultarCoincidencia";
    let table = [
        (
            "no such element",
            "{urn:pasarela:viogen:2}Nada",
            "json",
            "<a/>",
            2,
        ),
        ("broken xml", root, "json", "<ConsultarCoincidencia", 1),
        ("another element", root, "json", "<a/>", 1),
        ("broken json", root, "xml", "{", 1),
        ("an unknown field", root, "xml", r#"{"color":1}"#, 1),
        ("nothing", root, "xml", "", 1),
    ];
    for (case, root, to, input, expected) in table {
        let (status, out) = convert(root, to, input.as_bytes());
        assert_eq!((status, out.as_str()), (expected, ""), "{case}");
    }
    let ended = pasarela(&["contract", "convert", "--root", "Nada"]);
    assert_eq!(ended.status, 2, "{ended:?}");
}

#[test]
fn contract_example_makes_up_messages_that_convert_takes() {
    let contract = contracts().join("viogen/2").display().to_string();
    let root = "{urn:pasarela:viogen:2}ConsultarCaso";
    let one = [
        "contract", "example", &contract, "--root", root, "--count", "3",
    ];
    let made = succeed(&one);
    assert_eq!(made.lines().count(), 3, "{made}");
    assert_eq!(succeed(&one), made, "the same seed gives the same messages");
    for line in made.lines() {
        let (status, json) = convert(root, "json", line.as_bytes());
        assert_eq!(status, 0, "{line}: {json}");
    }
    let every = succeed(&["contract", "example", &contract, "--json", "--seed", "9"]);
    let mut named = Vec::new();
    for line in every.lines() {
        let mut message: Value = serde_json::from_str(line).unwrap();
        let root = message["raiz"].as_str().unwrap().to_owned();
        let (status, xml) = convert(
            &root,
            "xml",
            message["mensaje"].take().to_string().as_bytes(),
        );
        assert_eq!(status, 0, "{line}: {xml}");
        named.push(root);
    }
    assert!(named.iter().any(|name| name == root), "{named:?}");
    // The question and the answer of each of the six operations.
    assert_eq!(named.len(), 12, "{named:?}");
}

#[test]
fn contract_example_says_how_it_failed() {
    let folder = tempfile::tempdir().unwrap();
    let never = PLAIN.replace(
        "type=\"xs:string\"/>",
        "><xs:simpleType><xs:restriction base=\"xs:string\"><xs:pattern value=\"\\p{Lo}{9}\"/></xs:restriction></xs:simpleType></xs:element>",
    );
    std::fs::write(folder.path().join("nunca.xsd"), never).unwrap();
    let dir = folder.path().display().to_string();
    let table: [(&[&str], i32); 3] = [
        (&[&dir, "--ungoverned"], 1),
        (&[&dir], 2),
        (&[&dir, "--ungoverned", "--root", "Nada"], 2),
    ];
    for (rest, status) in table {
        let ended = pasarela(&[&["contract", "example"], rest].concat());
        assert_eq!((ended.status, ended.out.as_str()), (status, ""), "{rest:?}");
    }
}

#[test]
fn contract_descriptions_are_what_the_gateway_serves() {
    let site = shared();
    let dir = contracts().join("viogen/2").display().to_string();
    let served = crate::site::run(site.herencia().get("/v2/openapi.json"));
    let printed: Value = serde_json::from_str(&succeed(&["contract", "openapi", &dir])).unwrap();
    assert_eq!(served.json(), printed);
    let schemas: Value =
        serde_json::from_str(&succeed(&["contract", "json-schema", &dir])).unwrap();
    assert!(schemas["PresentarCaso"].is_object());
    let wsdl = succeed(&["contract", "wsdl", &dir, "--url", &site.url]);
    let address = format!("{}/soap/viogen/2", site.url);
    assert!(wsdl.contains(&address), "{wsdl}");
    let served = crate::site::run(site.herencia().get("/soap/viogen/2?wsdl"));
    assert!(served.body.contains(&address), "{}", served.body);
}

#[test]
fn a_new_rsa_key_must_be_long_enough() {
    let site = shared();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("registro.toml");
    let entry = "[[organismo]]\nid = \"E99990112\"\nkind = \"fuerzaEstatal\"\nname = \"Organismo de prueba\"\n\
                 certificados = [\"rsa.pem\"]\n";
    std::fs::write(&file, entry).unwrap();
    for (bits, status) in [("2048", 2), ("3072", 0)] {
        let made = Command::new("openssl")
            .args(["req", "-x509", "-nodes", "-subj", "/CN=PRUEBA", "-newkey"])
            .arg(format!("rsa:{bits}"))
            .arg("-keyout")
            .arg(folder.path().join("rsa.key.pem"))
            .arg("-out")
            .arg(folder.path().join("rsa.pem"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let file = file.display().to_string();
        let ended = pasarela(&[
            "registry",
            "import",
            "--config",
            &site.config(),
            "--by",
            "GESTORA-1",
            &file,
        ]);
        assert_eq!(ended.status, status, "{bits}: {ended:?}");
        let refused = ended.err.contains("a new RSA key needs 3072 bits");
        assert_eq!(refused, status == 2, "{bits}: {ended:?}");
    }
}
