//! Answers of the administration interface: JSON, and problems by RFC 9457.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use store::Error;

use super::super::desk::Desk;
use super::super::refusal::Refusal;
use super::super::response;
use super::super::visit::{self, Known};

/// Why a request is not served.
pub(super) enum Fault {
    /// For a reason that pages have too.
    Refused(Refusal),
    /// What was sent cannot be read: why.
    Unreadable(String),
    /// What was sent is not taken: the word for that, and why.
    Named(&'static str, String),
    /// The store, or a rule of adhesion; what is a rule's was made evidence with the act.
    Store(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// An answer that is good.
pub(super) fn json(status: StatusCode, value: &Value) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("application/json")
        .body(value.to_string())
}

/// Puts on every answer what it must carry.
pub(super) fn hardened(mut answer: HttpResponse) -> HttpResponse {
    response::harden(&mut answer);
    answer
}

/// Tells a problem. What no act has made evidence becomes so here.
pub(super) async fn told(
    desk: &Desk,
    http: &HttpRequest,
    fault: Fault,
    known: &Known,
) -> HttpResponse {
    let (code, detail, status) = words(&fault);
    let refusal = match fault {
        Fault::Refused(refusal) => Some(refusal),
        // Under their own words in the evidence too.
        Fault::Unreadable(_) | Fault::Named(..) | Fault::Store(Error::Policies(_)) => {
            Some(Refusal::Unreadable)
        }
        Fault::Store(error) if error.code().is_none() => Some(Refusal::broken(error)),
        Fault::Store(_) => None,
    };
    let mut incident = None;
    if let Some(refusal) = refusal {
        let mut entry = visit::evidence(http, &refusal, known);
        entry.problem = Some(code.to_owned());
        incident = Some(entry.exchange.clone());
        if let Refusal::Broken(why) = &refusal {
            tracing::error!(
                incident,
                why,
                "the administration interface could not answer"
            );
        }
        if !visit::is_told(desk, http, known) {
            tracing::warn!(
                incident,
                "nobody is refused so often that it is not journalled"
            );
        } else if let Err(error) = desk.journal.record(entry).await {
            tracing::error!(%error, "a refusal of the administration interface could not be journalled");
        }
    }
    let problem = json!({
        "type": format!("urn:pasarela:problema:{code}"),
        "title": detail,
        "status": status.as_u16(),
        "codigo": code,
        "incidencia": incident,
    });
    let answer = HttpResponse::build(status)
        .content_type("application/problem+json")
        .body(problem.to_string());
    hardened(answer)
}

fn words(fault: &Fault) -> (&'static str, String, StatusCode) {
    match fault {
        Fault::Refused(refusal) => {
            let told = "la petición no se admite".to_owned();
            (refusal.code(), told, refusal.status())
        }
        Fault::Unreadable(why) => {
            let told = format!("el mensaje no se entiende: {why}");
            (Refusal::Unreadable.code(), told, StatusCode::BAD_REQUEST)
        }
        Fault::Named(code, told) => (code, told.clone(), status(code)),
        Fault::Store(error) => match error.code() {
            Some(code) => (code, error.to_string(), status(code)),
            None => (
                "error-interno",
                "error interno de la pasarela".to_owned(),
                StatusCode::INTERNAL_SERVER_ERROR,
            ),
        },
    }
}

fn status(code: &str) -> StatusCode {
    match code {
        "expediente-inexistente"
        | "organismo-inexistente"
        | "propuesta-inexistente"
        | "politicas-desconocidas" => StatusCode::NOT_FOUND,
        "expediente-existente"
        | "convenio-sin-expediente"
        | "organismo-de-otro-tipo"
        | "expediente-cambiado"
        | "otro-convenio-en-vigor"
        | "propuesta-pendiente"
        | "propuesta-decidida"
        | "politicas-cambiadas"
        | "nodo-sin-las-aprobadas"
        | "demasiadas-propuestas"
        | "comparacion-en-curso" => StatusCode::CONFLICT,
        "auditor-no-actua" | "falta-rol" | "propuesta-propia" | "propuesta-ajena" => {
            StatusCode::FORBIDDEN
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
