//! `GET /adhesion/unirse`, `POST /adhesion/unirse` · on the listener of enrolment: the same as `POST /altas` for whoever has
//! a browser and OpenSSL. The private key is made by whoever asks, and stays there.
//!
//! There is no session, so there is nothing that another site could use: what counts is in the form, the one-time code.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use domain::Problem;
use serde_json::Value;

use super::assets;
use super::fields::Fields;
use super::frame::Frame;
use super::language::{self, Chosen};
use super::response::{self, Keep};
use super::tried::Tried;
use super::upload::Sent;
use super::visit;
use crate::body;
use crate::enrolment::desk::Attempt;
use crate::enrolment::first::{self, LIMITS, OPERATION};
use crate::enrolment::message::{Asked, Wish};
use crate::enrolment::refusal::Refusal;
use crate::enrolment::{self};

/// The address.
const PATH: &str = "/adhesion/unirse";

#[derive(Template)]
#[template(path = "joining.html")]
struct JoiningPage {
    frame: Frame,
    tried: Tried,
    /// Which attempt it was, of one that was refused.
    incident: Option<String>,
    granted: Option<Granted>,
}

/// A certificate that was issued.
struct Granted {
    organism: String,
    until: String,
    /// With that of the authority, PEM.
    chain: String,
    /// The same as an address, so that a browser keeps it without a script.
    kept: String,
}

/// Serves the page with what it refers to.
pub(crate) fn serve(services: &mut ServiceConfig) {
    services
        .configure(assets::serve)
        .route("/", web::get().to(async || response::go_to(PATH)))
        .route(PATH, web::get().to(show))
        .route(PATH, web::post().to(join));
}

async fn show(http: HttpRequest) -> HttpResponse {
    let chosen = visit::chosen(&http);
    let page = page(&http, &chosen, Tried::nothing());
    finished(StatusCode::OK, &page, &chosen)
}

fn page(http: &HttpRequest, chosen: &Chosen, tried: Tried) -> JoiningPage {
    JoiningPage {
        frame: Frame::new(chosen, "joining-title", http.path(), http.query_string()),
        tried,
        incident: None,
        granted: None,
    }
}

fn finished(status: StatusCode, page: &JoiningPage, chosen: &Chosen) -> HttpResponse {
    let told = response::page_with(status, page);
    let mut response = told.unwrap_or_else(|_| HttpResponse::InternalServerError().finish());
    if chosen.anew {
        let tag = chosen.words.tag;
        response::set_cookie(&mut response, language::COOKIE, tag, Keep::Year);
    }
    response::harden(&mut response);
    response
}

async fn join(desk: enrolment::Shop, http: HttpRequest, payload: Payload) -> HttpResponse {
    let chosen = visit::chosen(&http);
    let attempt = Attempt::begin(OPERATION);
    let mut fields = Fields::default();
    let told = match first::admitted(&desk, &attempt, &http).await {
        Err(refusal) => Err(refusal),
        Ok(()) => match answer(&desk, &attempt, (&http, payload), &mut fields).await {
            Ok(told) => Ok(told),
            Err(refusal) => Err(desk.journalled(&attempt, refusal).await),
        },
    };
    match told {
        Ok(told) => {
            let mut page = page(&http, &chosen, Tried::nothing());
            page.granted = Some(granted(&told));
            finished(StatusCode::CREATED, &page, &chosen)
        }
        Err(refusal) => refused(&http, &chosen, (&refusal, attempt.exchange), fields),
    }
}

/// The page again, with what is wrong beside its field; the code is still good.
fn refused(
    http: &HttpRequest,
    chosen: &Chosen,
    (refusal, incident): (&Refusal, String),
    fields: Fields,
) -> HttpResponse {
    let told = chosen.words.term("joinfault", refusal.word());
    let tried = Tried::of("alta", fields, field(refusal.problem), told);
    let mut page = page(http, chosen, tried);
    page.incident = Some(incident);
    let status = StatusCode::from_u16(refusal.problem.entry().http);
    finished(status.unwrap_or(StatusCode::BAD_REQUEST), &page, chosen)
}

/// The field that a problem is about; none where it is about the attempt.
fn field(problem: Problem) -> &'static str {
    if problem == Problem::InvalidEnrolmentCode {
        "codigo"
    } else if problem == Problem::InvalidCertificateRequest || problem == Problem::KeyNotEnrollable
    {
        "peticion"
    } else {
        ""
    }
}

async fn answer(
    desk: &enrolment::Shop,
    attempt: &Attempt,
    (http, payload): (&HttpRequest, Payload),
    fields: &mut Fields,
) -> Result<Value, Refusal> {
    let body = body::collect(http.headers(), payload, LIMITS).await?;
    let asked = asked(http, &body, fields)?;
    first::granted(desk, attempt, &asked, &body).await
}

/// What the form says. The code is not kept: it is written anew each time.
fn asked(http: &HttpRequest, body: &Bytes, fields: &mut Fields) -> Result<Asked, Refusal> {
    let unreadable = || Refusal::from(Problem::InvalidCertificateRequest);
    let media = http.headers().get(CONTENT_TYPE);
    let media = media
        .and_then(|media| media.to_str().ok())
        .unwrap_or_default();
    let sent = Sent::of_type(media, body).map_err(|_| unreadable())?;
    let file = sent.file("fichero").map(|file| file.bytes.clone());
    let request = match file.filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => sent.fields.text("peticion").to_owned(),
    };
    let organism = sent.fields.text("organismo").to_owned();
    *fields = Fields::of(vec![
        ("organismo".to_owned(), organism.clone()),
        ("peticion".to_owned(), request.clone()),
    ]);
    let no_code = |_| Refusal::from(Problem::InvalidEnrolmentCode);
    Ok(Asked {
        organism: organism.parse().map_err(no_code)?,
        code: sent.fields.text("codigo").parse().map_err(no_code)?,
        wish: Wish::Issue(request),
    })
}

fn granted(told: &Value) -> Granted {
    let word = |name: &str| {
        let word = told.get(name).and_then(Value::as_str);
        word.unwrap_or_default().to_owned()
    };
    let chain = format!("{}{}", word("certificado"), word("cadena"));
    Granted {
        organism: word("organismo"),
        until: word("hasta"),
        kept: kept(&chain),
        chain,
    }
}

/// A text as an address that holds it (RFC 2397).
fn kept(text: &str) -> String {
    use std::fmt::Write as _;
    let mut address = String::from("data:application/x-pem-file,");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            address.push(char::from(byte));
        } else {
            // Writing into a text does not fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_as_an_address() {
        assert_eq!(kept("-A+/\n"), "data:application/x-pem-file,%2DA%2B%2F%0A");
    }
}
