//! The first certificate: made here or brought along, registered by a one-time code.

use std::path::Path;

use certs::client::Client;
use certs::identity::Peer;
use certs::possession;
use certs::request;
use certs::secret::PrivateKey;
use domain::EnrolmentCode;
use serde_json::{Value, json};

use super::First;
use super::address::Address;
use super::folder::{CERTIFICATE, Folder, REQUEST};
use super::http::{self, Reply, Request};
use crate::exit::{Failure, Outcome};

/// Joins.
pub(super) fn run(args: &First) -> Outcome {
    let code = code(args.code.as_deref())?;
    match (&args.existing, &args.key) {
        (Some(certificate), Some(key)) => bring(args, &code, certificate, key),
        (Some(_) | None, _) => ask(args, &code),
    }
}

/// The code as given, or the first line of standard input.
fn code(given: Option<&str>) -> Result<EnrolmentCode, Failure> {
    let mut line = String::new();
    if given.is_none() {
        eprintln!("Código de alta:");
        let read = std::io::stdin().read_line(&mut line);
        read.map_err(|e| Failure::broken("standard input", e))?;
    }
    let code = given.unwrap_or(&line).parse();
    code.map_err(|_| {
        Failure::Unfit(
            "ese no es un código de alta: falta o sobra algún carácter, o alguno está mal escrito"
                .to_owned(),
        )
    })
}

/// Makes a key, and asks for a certificate on it.
fn ask(args: &First, code: &EnrolmentCode) -> Outcome {
    let folder = Folder::prepare(&args.out)?;
    let key = folder.key(args.kind.into())?;
    let organism = args.organism.as_str();
    let pem = request::make(organism, &key).map_err(|e| Failure::broken("request", e))?;
    folder.write(REQUEST, &pem)?;
    let told = send(
        args,
        &json!({
            "organismo": organism,
            "codigo": code.canonical(),
            "peticion": String::from_utf8_lossy(&pem),
        }),
    )?;
    keep(&folder, &told)?;
    let (certificate, key) = (folder.certificate(), folder.key_path());
    println!(
        "Alta hecha. El certificado de {organism} vale hasta {}.",
        word(&told, "hasta")
    );
    println!("  certificado y cadena: {}", certificate.display());
    println!(
        "  clave privada:        {} (solo la lee su dueño; no ha salido de aquí)",
        key.display()
    );
    next(args, &certificate, &key);
    Ok(())
}

/// Registers a certificate that is there already.
fn bring(args: &First, code: &EnrolmentCode, certificate: &Path, key: &Path) -> Outcome {
    let unusable = |e| Failure::broken("certificate", e);
    let peer = Peer::from_file(certificate).map_err(unusable)?;
    let private = PrivateKey::load(key).map_err(unusable)?;
    let organism = args.organism.as_str();
    let statement = possession::statement(organism, code.canonical(), &peer.fingerprint);
    let proof = possession::prove(&private, &statement).map_err(|e| Failure::broken("key", e))?;
    let pem = std::fs::read_to_string(certificate);
    let told = send(
        args,
        &json!({
            "organismo": organism,
            "codigo": code.canonical(),
            "certificado": pem.map_err(|e| Failure::broken("certificate", e))?,
            "prueba": proof,
        }),
    )?;
    println!(
        "Alta hecha. El certificado de {organism} queda registrado; vale hasta {}.",
        word(&told, "hasta")
    );
    next(args, certificate, key);
    Ok(())
}

fn send(args: &First, message: &Value) -> Result<Value, Failure> {
    let client = Client::new(&args.ca, None).map_err(|e| Failure::broken("--ca", e))?;
    let body = message.to_string().into_bytes();
    let request = Request {
        method: "POST",
        path: "/altas",
        content_type: "application/json",
        headers: &[],
        body: &body,
    };
    enrolled(&exchange(&client, &args.gateway, &request)?)
}

/// Sends one request on a connection of its own.
pub(super) fn exchange(
    client: &Client,
    gateway: &Address,
    request: &Request<'_>,
) -> Result<Reply, Failure> {
    let place = gateway.authority();
    let broken = |e: &dyn std::fmt::Display| Failure::broken(&place, e);
    let stream = gateway.connect().map_err(|e| broken(&e))?;
    let channel = client.connect(&gateway.host, stream);
    let mut channel = channel.map_err(|e| broken(&e))?;
    http::send(&mut channel, gateway, request).map_err(|e| broken(&e))
}

/// What was answered to an enrolment or a renewal that went well; else what the gateway says of it.
pub(super) fn enrolled(reply: &Reply) -> Result<Value, Failure> {
    let told: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    if reply.status == 201 {
        return Ok(told);
    }
    let (status, detail) = (reply.status, word(&told, "detail"));
    let (code, incident) = (word(&told, "codigo"), word(&told, "incidencia"));
    Err(Failure::Unfit(format!(
        "la pasarela no lo admite ({status} {code}): {detail} Incidencia: {incident}"
    )))
}

/// Writes the certificate and its chain.
pub(super) fn keep(folder: &Folder, told: &Value) -> Outcome {
    let mut pem = word(told, "certificado").to_owned();
    if pem.is_empty() {
        return Err(Failure::Broken(
            "the gateway sent no certificate".to_owned(),
        ));
    }
    pem.push_str(word(told, "cadena"));
    folder.write(CERTIFICATE, pem.as_bytes())
}

/// A text member of an answer, empty if absent.
pub(super) fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn next(args: &First, certificate: &Path, key: &Path) {
    println!();
    println!(
        "Siguiente paso: pruebe la conexión con la dirección de servicio que figura en su convenio:"
    );
    println!(
        "  pasarela join test --gateway https://PASARELA --ca {} --cert {} --key {} --organism {}",
        args.ca.display(),
        certificate.display(),
        key.display(),
        args.organism
    );
}
