//! The evidence of a whole run: complete, in order, tamper-evident, and without a word of any case.

use std::collections::BTreeSet;
use std::path::Path;

use adapters::soap::SoapVersion;
use serde_json::Value;

use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::{PROMPTLY, Site, run};

/// Values that stand in one submitted case and may stand nowhere in the gateway. Nobody real.
const CANARIES: [&str; 7] = [
    "99999030K",
    "CANARIANOMBRE",
    "CANARIAPELLIDO",
    "+34900111222",
    "canaria@prueba.example",
    "CALLECANARIA",
    "OBSERVACANARIA",
];

/// A force submits by both protocols, a police consults, searches, and asks for what it may not know.
fn live(site: &Site) {
    let (national, herencia) = (site.national(), site.herencia());
    let [document, name, surname, phone, mail, street, note] = CANARIES;
    let victim = format!(
        "<victima><identidad><tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento>\
         <nombre>{name}</nombre><apellido1>{surname}</apellido1></identidad>\
         <contacto><telefono>{phone}</telefono><correo>{mail}</correo></contacto>\
         <domicilio><direccion><via>{street}</via><municipio>13034</municipio></direccion></domicilio>\
         <salud><observaciones>{note}</observaciones></salud></victima>"
    );
    let case = format!(
        "<caso><cabecera><estado>activo</estado></cabecera>\
         <responsabilidad><municipioResidencia>13034</municipioResidencia></responsabilidad>{victim}</caso>"
    );
    let created = run(national.call(SoapVersion::V12, "PresentarCaso", &case));
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.text("idCaso").unwrap();
    let seen = run(national.get(&format!("/v2/casos/{id}")));
    assert!(
        seen.body.contains(name),
        "the submitted case is not shown: {}",
        seen.body
    );
    let hit = format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}"}}"#);
    assert_eq!(
        run(national.post("/v2/coincidencias", &fresh(), &hit)).status,
        200
    );
    // The same values where they are refused: broken, unknown, masked, not writable.
    let broken =
        format!(r#"{{"tipoDocumento":"DNI","numeroDocumento":"{document}","nombre":"{name}""#);
    let unknown = format!(r#"{{"tipoDocumento":"{note}","{surname}":"{mail}"}}"#);
    for (body, status) in [(&broken, 400), (&unknown, 400)] {
        assert_eq!(
            run(herencia.post("/v2/coincidencias", &fresh(), body)).status,
            status,
            "{body}"
        );
    }
    let message = envelope(
        SoapVersion::V11,
        &herencia.context(&fresh()),
        &operation("PresentarCaso", &case),
    );
    for text in [message.clone(), message.replace("</telefono>", "")] {
        let refused = run(herencia.soap(SoapVersion::V11, &text));
        assert_eq!(refused.status, 500, "{}", refused.body);
    }
    for case in [&id, &site.cases.outside] {
        assert_eq!(run(herencia.get(&format!("/v2/casos/{case}"))).status, 404);
    }
}

/// Names and documents of the people in the cases of the municipality, as a force sees them.
fn people(partner: &Partner) -> BTreeSet<String> {
    let page = run(partner.get("/v2/casos?municipio=13047&estado=activo&limite=20")).json();
    let mut found = BTreeSet::new();
    for summary in page["caso"].as_array().unwrap() {
        let case = summary["idCaso"].as_str().unwrap();
        let answer = run(partner.get(&format!("/v2/casos/{case}")));
        // The index may not hold it yet; the search knew it all the same.
        if answer.status == 200 {
            collect(&answer.json(), &mut found);
        }
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    const PERSONAL: [&str; 5] = ["numeroDocumento", "apellido1", "apellido2", "correo", "via"];
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    // Digits alone may be anything, a fraction of a second in the log.
                    Some(text)
                        if PERSONAL.contains(&name.as_str())
                            && text.contains(char::is_alphabetic) =>
                    {
                        found.insert(text.to_owned());
                    }
                    Some(_) | None => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Nothing the gateway keeps or says holds any of these texts.
#[track_caller]
fn assert_absent(site: &Site, exported: &Path, texts: &[&str]) {
    let folders = [site.folder(), exported];
    let files = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // The central system's own database, which must hold them.
        if name.starts_with("central.") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let held = String::from_utf8_lossy(&bytes);
        for text in texts {
            assert!(!held.contains(*text), "`{name}` holds `{text}`");
        }
    }
}

/// Every answer that left has its question before it; no entry stands without its exchange.
#[track_caller]
fn assert_in_order(entries: &[Value]) {
    let mut asked = BTreeSet::new();
    for entry in entries {
        let exchange = entry["intercambio"].as_str().unwrap();
        match entry["tipo"].as_str().unwrap() {
            "pregunta" => assert!(asked.insert(exchange), "asked twice: {entry}"),
            "entrega" => assert!(
                asked.remove(exchange),
                "answered without a question: {entry}"
            ),
            "denegacion" | "conexionDenegada" => {}
            other => panic!("an entry of kind `{other}`"),
        }
    }
}

#[test]
fn of_a_whole_run() {
    let site = run(Site::start(|_| ()));
    live(&site);
    let people = people(&site.national());
    assert!(people.len() > 10, "{people:?}");
    let key = site.pki.seal_public();
    let covered = async || {
        let verified = site.journal().verify(&key);
        verified.status == 0 && !verified.out.contains(" 0 of them")
    };
    run(site.until(PROMPTLY, "a checkpoint over the journal", covered));
    let journal = site.journal();
    assert_in_order(journal.entries());
    let people = people.iter().map(String::as_str);
    let texts: Vec<&str> = CANARIES.into_iter().chain(people).collect();
    assert_absent(&site, journal.folder(), &texts);
    for entry in journal
        .entries()
        .iter()
        .filter(|entry| entry["tipo"] == "entrega")
    {
        for field in [
            "organismo",
            "funcionario",
            "finalidad",
            "peticion",
            "convenio",
            "certificado",
            "resumenPeticion",
            "resumenRespuesta",
        ] {
            assert!(entry[field].is_string(), "no `{field}`: {entry}");
        }
    }
    tampering_is_named(&site, &key);
}

/// What an auditor finds after each way to tamper with an exported journal.
fn tampering_is_named(site: &Site, key: &Path) {
    let lines: Vec<String> = site.journal().text().lines().map(str::to_owned).collect();
    let last = lines.len() - 1;
    let flipped = |number: usize| {
        let mut lines = lines.clone();
        let at = lines[number].find("\"fecha\":\"2").unwrap() + 9;
        lines[number].replace_range(at..=at, "3");
        lines
    };
    let mut missing = lines.clone();
    missing.remove(1);
    let mut swapped = lines.clone();
    swapped.swap(1, 2);
    let table = [
        ("the first flipped", flipped(0), "entry 0 "),
        (
            "one in the middle flipped",
            flipped(last / 2),
            &*format!("entry {} ", last / 2),
        ),
        (
            "the last flipped",
            flipped(last),
            &*format!("entry {last} "),
        ),
        ("one missing", missing, "entry 1 "),
        ("two swapped", swapped, "entry 1 "),
    ]
    .map(|(case, lines, named)| (case, lines, named.to_owned()));
    for (case, lines, named) in table {
        let journal = site.journal();
        std::fs::write(journal.file(), lines.join("\n") + "\n").unwrap();
        let verified = journal.verify(key);
        assert_eq!(verified.status, 1, "{case}: {verified:?}");
        assert!(
            verified.err.contains(&named),
            "{case}: no `{named}` in {}",
            verified.err
        );
    }
    let journal = site.journal();
    let other = crate::site::prepared().join("pki/other.pub.pem");
    let wrong = certs::secret::PrivateKey::generate()
        .unwrap()
        .public_pem()
        .unwrap();
    std::fs::write(&other, wrong).unwrap();
    assert_eq!(journal.verify(&other).status, 1, "another key verifies it");
}
