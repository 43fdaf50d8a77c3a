//! What is left when the story is over: commands to paste, and a description for other programs.

use certs::testpki::{BROWSER_PASSWORD, Bad, Files, TestPki};
use nodes::padron::Resident;
use serde_json::{Map, Value, json};

use super::cast::{CAST, HERENCIA};
use super::federation::{CENTRAL, Federation, Started};
use super::folder::Folder;
use super::partner::OFFICER;
use super::staff;
use super::story::Told;
use super::words::Words;
use crate::commands::serve::told_to_stop;
use crate::exit::{Failure, Outcome};

/// The municipality of the local police of the story, and one that is not its own.
const HERENCIA_TOWN: &str = "13047";
const OTHER_TOWN: &str = "08019";

/// Describes a federation whose parts will be run one by one.
pub(super) fn describe(federation: &Federation) -> Outcome {
    write(
        &federation.folder,
        &common(&federation.folder, &federation.pki),
    )
}

/// Describes a federation that is up.
pub(super) fn describe_story(federation: &Started, told: &Told) -> Outcome {
    let mut description = common(&federation.folder, &federation.pki);
    let url = federation.url();
    let up = json!({
        "url": url,
        "wsdl": format!("{url}/soap/viogen/2?wsdl"),
        "wsdl_dialect": format!("{url}/soap/mossos/1?wsdl"),
        "openapi": format!("{url}/v2/openapi.json"),
        "cases": { "own": told.own, "foreign": told.foreign },
        "documents": { "own_victim": { "type": told.document.0, "number": told.document.1 } },
        "padron": padron(&url),
        "console": federation.console(),
        "console_pages": console_pages(),
    });
    if let (Value::Object(all), Value::Object(up)) = (&mut description, up) {
        all.extend(up);
    }
    write(&federation.folder, &description)
}

/// The service of others that is fronted beside our own contract.
fn padron(url: &str) -> Value {
    let resident = |town| Resident::of(town).map(|resident| resident.document);
    json!({
        "wsdl": format!("{url}/soap/padron/1?wsdl"),
        "openapi": format!("{url}/padron/v1/openapi.json"),
        "residents": { "own": resident(HERENCIA_TOWN), "foreign": resident(OTHER_TOWN) },
    })
}

/// Prints what to try, and stays up until told to stop.
pub(super) async fn stay(federation: &Started, told: &Told, words: Words) -> Outcome {
    let (url, ca) = (federation.url(), federation.pki.authority());
    let both = federation.pki.organism(HERENCIA.slug).both;
    let curl = format!(
        "curl --cacert {} --cert {} -H 'Pasarela-Solicitante: {}' -H 'Pasarela-Funcionario: {OFFICER}' -H 'Pasarela-Finalidad: proteccion'",
        ca.display(),
        both.display(),
        HERENCIA.id,
    );
    let (kind, number) = &told.document;
    println!("\n{}\n", words.ready);
    println!("{}\n{curl} {url}/v2/casos/{}\n", words.try_rest, told.own);
    println!(
        "{}\n{curl} -H 'Content-Type: application/json' -d '{{\"tipoDocumento\":\"{kind}\",\"numeroDocumento\":\"{number}\"}}' {url}/v2/coincidencias\n",
        words.try_hit
    );
    println!(
        "{}\n{curl} {url}/v2/casos/{}\n",
        words.try_refused, told.foreign
    );
    println!(
        "{}\n{curl} '{url}/soap/viogen/2?wsdl'\n{curl} {url}/v2/openapi.json\n",
        words.descriptions
    );
    let folder = &federation.folder;
    let places =
        [folder.pki(), folder.config(), folder.evidence()].map(|path| path.display().to_string());
    words.tell(words.certificates, &places.each_ref().map(String::as_str));
    if let Some(console) = federation.console() {
        let browser = folder.pki().join("supervisora-1.p12");
        let browser = browser.display().to_string();
        words.tell(words.console, &[&console, &browser, BROWSER_PASSWORD]);
    }
    println!("{}", words.stop);
    told_to_stop().await
}

fn common(folder: &Folder, pki: &TestPki) -> Value {
    let mut organisms: Map<String, Value> = CAST
        .iter()
        .map(|member| {
            (
                member.slug.to_owned(),
                organism(member.id, &pki.organism(member.slug)),
            )
        })
        .collect();
    organisms.extend(
        Bad::ALL
            .iter()
            .map(|bad| (bad.name().to_owned(), organism(HERENCIA.id, &pki.bad(*bad)))),
    );
    let (server, client) = (pki.server(), pki.gateway());
    json!({
        "ca": pki.authority(),
        "organisms": organisms,
        "staff": people(pki),
        "gateway_organism": CENTRAL,
        "gateway_config": folder.config(),
        "central_config": folder.central_config(),
        "central_path": "/servicios/viogen/2",
        "pki": {
            "ca": pki.authority(),
            "server_cert": server.certificate, "server_key": server.key,
            "client_cert": client.certificate, "client_key": client.key,
        },
    })
}

/// The addresses of the console's pages.
fn console_pages() -> Vec<&'static str> {
    let all = server::console_addresses().into_iter();
    all.filter(|address| address.method == "GET")
        .map(|address| address.path)
        .collect()
}

/// The ministry's staff: their files and their roles.
fn people(pki: &TestPki) -> Map<String, Value> {
    let people = staff::roles().map(|(slug, role)| {
        let files = pki.organism(slug);
        let described = json!({ "role": role, "certificate": files.certificate, "key": files.key });
        (slug.to_owned(), described)
    });
    people.collect()
}

fn organism(id: &str, files: &Files) -> Value {
    json!({ "id": id, "certificate": files.certificate, "key": files.key, "both": files.both })
}

/// Writes beside and renames: whoever waits for the file never sees half of it.
fn write(folder: &Folder, description: &Value) -> Outcome {
    let (path, beside) = (
        folder.description(),
        folder.description().with_extension("new"),
    );
    std::fs::write(&beside, format!("{description:#}\n"))
        .and_then(|()| std::fs::rename(&beside, &path))
        .map_err(|e| Failure::broken(&format!("`{}`", path.display()), e))
}
