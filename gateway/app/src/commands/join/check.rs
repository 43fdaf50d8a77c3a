//! `pasarela join check`: a run of the conformance profile in the sandbox.
//!
//! The sandbox says which requests to send and judges by its own evidence what became of them; here they are sent, and
//! what it found is told.

use std::path::Path;

use certs::client::Client;
use domain::OfficerId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::first::{exchange, word};
use super::http::{Reply, Request};
use super::{Connection, Protocol};
use crate::exit::{Failure, Outcome};

/// Runs, tells, and keeps the report.
pub(super) fn run(
    connection: &Connection,
    (officer, protocol): (&OfficerId, Protocol),
    report: &Path,
    own_client: Option<&Path>,
) -> Outcome {
    let identity = Some((connection.cert.as_path(), connection.key.as_path()));
    let client = Client::new(&connection.ca, identity);
    let client = client.map_err(|e| Failure::broken("certificates", e))?;
    let begun = begin(connection, &client, (officer, protocol))?;
    let requests = list(&begun, "peticiones");
    println!(
        "Prueba {} del perfil {} (versión {}), contrato {} ({}).",
        word(&begun, "ejecucion"),
        word(&begun, "perfil"),
        begun.get("version").unwrap_or(&Value::Null),
        word(&begun, "contrato"),
        word(&begun, "protocolo"),
    );
    match own_client {
        Some(file) => wait(file, requests)?,
        None => requests
            .iter()
            .try_for_each(|it| send(connection, &client, it))?,
    }
    let path = format!("/conformidad/{}", word(&begun, "ejecucion"));
    let reply = exchange(&client, &connection.gateway, &post(&path, b""))?;
    let told = answered(&reply, 200)?;
    std::fs::write(report, &reply.body)
        .map_err(|e| Failure::broken(&format!("`{}`", report.display()), e))?;
    tell(&told, &reply, report)
}

fn begin(
    connection: &Connection,
    client: &Client,
    (officer, protocol): (&OfficerId, Protocol),
) -> Result<Value, Failure> {
    let now = Timestamp::now().to_string();
    let body =
        json!({ "hora": now, "funcionario": officer.as_str(), "protocolo": protocol.word() });
    let body = body.to_string();
    let request = post("/conformidad", body.as_bytes());
    let reply = exchange(client, &connection.gateway, &request)?;
    if reply.header("pasarela-entorno") != Some("pruebas") {
        return Err(Failure::Unfit(format!(
            "`{}` no es el entorno de pruebas: no se le envía nada. Pida su dirección a la Administración Central",
            connection.gateway.authority()
        )));
    }
    answered(&reply, 201)
}

fn post<'r>(path: &'r str, body: &'r [u8]) -> Request<'r> {
    Request {
        method: "POST",
        path,
        content_type: "application/json",
        headers: &[],
        body,
    }
}

/// What was answered with that status; else what the sandbox says is wrong.
fn answered(reply: &Reply, status: u16) -> Result<Value, Failure> {
    let told: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    if reply.status == status {
        return Ok(told);
    }
    Err(Failure::Unfit(format!(
        "la prueba no puede hacerse ({} {}): {} Incidencia: {}",
        reply.status,
        word(&told, "codigo"),
        word(&told, "detail"),
        word(&told, "incidencia")
    )))
}

/// Sends one of the requests. How it is answered is for the sandbox to say; only that it is answered matters here.
fn send(connection: &Connection, client: &Client, asked: &Value) -> Outcome {
    let headers = asked.get("cabeceras").and_then(Value::as_object);
    let headers: Vec<(&str, &str)> = headers
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let (method, path) = (word(asked, "metodo"), word(asked, "ruta"));
    let kind = word(asked, "tipo");
    let words = headers.iter().flat_map(|(name, value)| [*name, *value]);
    if words
        .chain([method, path, kind])
        .any(|it| it.contains(char::is_control))
    {
        return Err(Failure::Broken(
            "a request of the sandbox is malformed".to_owned(),
        ));
    }
    let request = Request {
        method,
        path,
        content_type: kind,
        headers: &headers,
        body: word(asked, "cuerpo").as_bytes(),
    };
    let reply = exchange(client, &connection.gateway, &request)?;
    println!("  {} → {}", word(asked, "prueba"), reply.status);
    Ok(())
}

/// Lets the force's own system send them.
fn wait(file: &Path, requests: &[Value]) -> Outcome {
    let text = serde_json::to_vec_pretty(requests).map_err(|e| Failure::broken("requests", e))?;
    std::fs::write(file, text).map_err(|e| Failure::broken(&format!("`{}`", file.display()), e))?;
    println!("Las peticiones están en {}.", file.display());
    println!(
        "Envíelas en ese orden con su sistema y el mismo certificado, y pulse Intro (antes de media hora)."
    );
    let read = std::io::stdin().read_line(&mut String::new());
    read.map(drop)
        .map_err(|e| Failure::broken("standard input", e))
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    let found = value.get(name).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

fn tell(told: &Value, reply: &Reply, report: &Path) -> Outcome {
    let findings = list(told, "pruebas");
    let failed = |it: &&Value| word(it, "resultado") != "superada";
    println!();
    for finding in findings {
        let mark = if failed(&finding) { "FALLA" } else { "bien " };
        println!(
            "[{mark}] {}: {}",
            word(finding, "prueba"),
            word(finding, "titulo")
        );
        if failed(&finding) {
            println!("    se esperaba: {}", word(finding, "espera"));
            println!("    consta:      {}", word(finding, "consta"));
            println!("    qué hacer:   {}", word(finding, "remedio"));
        }
    }
    println!();
    println!("Informe: {}", report.display());
    println!(
        "Resumen (SHA-256): {}",
        reply.header("pasarela-resumen").unwrap_or_default()
    );
    println!(
        "{}",
        filed(reply.header("pasarela-incorporado").unwrap_or_default())
    );
    match findings.iter().filter(failed).count() {
        0 => {
            println!("Resultado: superada.");
            Ok(())
        }
        many => Err(Failure::Unfit(format!(
            "no superada: fallan {many} de {}",
            findings.len()
        ))),
    }
}

/// What became of the report, in words.
fn filed(word: &str) -> String {
    match word {
        "incorporado" => "El resultado y su informe constan en el expediente de adhesión.".to_owned(),
        "sin-cambio" => {
            "En el expediente ya consta ese resultado: no se ha incorporado otra vez.".to_owned()
        }
        "convenio-en-vigor" => {
            "El convenio ya está en vigor: el resultado consta en el registro, no en el expediente.".to_owned()
        }
        "propuesta-pendiente" => {
            "El expediente espera una aprobación y no admite el resultado ahora: repita la prueba después.".to_owned()
        }
        code => format!("El expediente no ha admitido el resultado ({code}): avise a la Administración Central."),
    }
}
