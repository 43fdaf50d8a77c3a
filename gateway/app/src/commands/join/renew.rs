//! The next certificate, by the present one.

use std::path::Path;

use certs::client::Client;
use certs::request;

use super::first::{enrolled, exchange, keep, word};
use super::folder::{Folder, REQUEST};
use super::http::Request;
use super::{Connection, Kind};
use crate::exit::{Failure, Outcome};

/// Renews.
pub(super) fn run(connection: &Connection, out: &Path, kind: Kind) -> Outcome {
    let identity = Some((connection.cert.as_path(), connection.key.as_path()));
    let client = Client::new(&connection.ca, identity);
    let client = client.map_err(|e| Failure::broken("certificates", e))?;
    let folder = Folder::prepare(out)?;
    let key = folder.key(kind.into())?;
    let organism = connection.organism.as_str();
    let pem = request::make(organism, &key).map_err(|e| Failure::broken("request", e))?;
    folder.write(REQUEST, &pem)?;
    let request = Request {
        method: "POST",
        path: "/certificados",
        content_type: "application/pkcs10",
        headers: &[],
        body: &pem,
    };
    let told = enrolled(&exchange(&client, &connection.gateway, &request)?)?;
    keep(&folder, &told)?;
    println!(
        "Renovación hecha: {} vale hasta {}.",
        folder.certificate().display(),
        word(&told, "hasta")
    );
    println!(
        "El certificado anterior sigue valiendo: pruebe el nuevo con `pasarela join test`, cámbielo en su"
    );
    println!("sistema y pida después a la Administración Central que revoque el anterior.");
    Ok(())
}
