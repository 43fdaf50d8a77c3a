//! What is sent to `POST /altas` and `POST /certificados`, and what comes back; JSON, names in Spanish.

use certs::identity::Peer;
use domain::{EnrolmentCode, OrganismId, Problem};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;

/// What whoever has no certificate yet asks for.
pub(crate) struct Asked {
    pub(crate) organism: OrganismId,
    pub(crate) code: EnrolmentCode,
    pub(crate) wish: Wish,
}

/// A certificate of ours, or one that is there already.
pub(crate) enum Wish {
    /// One of the federation's authority, on this request (PEM).
    Issue(String),
    /// To register this certificate (PEM), whose key has signed the statement.
    Register { certificate: String, proof: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    organismo: String,
    codigo: String,
    peticion: Option<String>,
    certificado: Option<String>,
    prueba: Option<String>,
}

impl Asked {
    /// Reads a message. A code that cannot be one is refused like one that is not known.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let unreadable = (
            "mensaje-ilegible",
            "se espera JSON con organismo, codigo y peticion (o certificado y prueba)",
        );
        let unreadable = || Refusal::of(Problem::InvalidCertificateRequest, unreadable);
        let text: Text = serde_json::from_slice(body).map_err(|_| unreadable())?;
        let wish = match (text.peticion, text.certificado, text.prueba) {
            (Some(request), None, None) => Wish::Issue(request),
            (None, Some(certificate), Some(proof)) => Wish::Register { certificate, proof },
            _ => return Err(unreadable()),
        };
        let no_code = |_| Refusal::from(Problem::InvalidEnrolmentCode);
        Ok(Self {
            organism: text.organismo.parse().map_err(no_code)?,
            code: text.codigo.parse().map_err(no_code)?,
            wish,
        })
    }
}

/// What is answered once a certificate is registered: the certificate too, where it is ours.
pub(crate) fn answer(organism: &OrganismId, peer: &Peer, issued: Option<(&str, &str)>) -> Value {
    let mut told = json!({
        "organismo": organism.as_str(),
        "clave": peer.key,
        "desde": instant(peer.not_before),
        "hasta": instant(peer.not_after),
    });
    if let (Value::Object(members), Some((certificate, chain))) = (&mut told, issued) {
        members.insert("certificado".to_owned(), json!(certificate));
        members.insert("cadena".to_owned(), json!(chain));
    }
    told
}

fn instant(seconds: i64) -> Option<String> {
    let at = Timestamp::from_second(seconds).ok()?;
    Some(at.to_string())
}
