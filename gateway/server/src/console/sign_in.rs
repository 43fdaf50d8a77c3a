//! `GET /entrar`, `POST /entrar`, `POST /salir` · the certificate says who it is; signing in says that she is there.

use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::clock;

use super::desk::{Desk, act};
use super::door::{self, SIGN_IN, destination};
use super::fields::Fields;
use super::frame::Frame;
use super::language::Chosen;
use super::refusal::Refusal;
use super::response::{self, Keep, Reply};
use super::session::{Session, first_token};
use super::visit::{self, Known};

/// Where everyone signs out.
const SIGN_OUT: &str = "/salir";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    id: String,
    roles: Vec<String>,
    destination: String,
}

/// Serves them.
pub(crate) fn serve(services: &mut ServiceConfig) {
    services
        .route(SIGN_IN, web::get().to(show))
        .route(SIGN_IN, web::post().to(enter))
        .route(SIGN_OUT, web::post().to(leave));
}

async fn show(desk: Data<Desk>, http: HttpRequest) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = shown(&desk, &http, &mut known, &chosen).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn shown(desk: &Desk, http: &HttpRequest, known: &mut Known, chosen: &Chosen) -> Reply {
    let (staff, key) = door::identify(desk, http, clock::now(), known).await?;
    let query = Fields::read(http.query_string())?;
    let mut frame = Frame::new(chosen, "sign-in-title", SIGN_IN, http.query_string());
    frame.token = first_token(&key, &desk.veil).map_err(Refusal::broken)?;
    let roles = staff.roles.iter();
    response::page(&SignInPage {
        id: staff.id.to_string(),
        roles: roles
            .map(|role| frame.term("role", role.as_str()))
            .collect(),
        destination: destination(query.get("destino")).to_owned(),
        frame,
    })
}

async fn enter(desk: Data<Desk>, http: HttpRequest, payload: Payload) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = entered(&desk, &http, payload, &mut known).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn entered(desk: &Desk, http: &HttpRequest, payload: Payload, known: &mut Known) -> Reply {
    let now = clock::now();
    let (staff, key) = door::identify(desk, http, now, known).await?;
    let token = first_token(&key, &desk.veil).map_err(Refusal::broken)?;
    let query = Fields::default();
    let (_, form) = visit::sent(desk, http, payload, &query, &token).await?;
    let entry = act("entrar");
    let session = Session::begin(entry.exchange.clone(), now.as_second(), desk.idle);
    desk.record(entry, &staff).await?;
    known.session = Some(session);
    Ok(response::go_to(destination(form.get("destino"))))
}

async fn leave(desk: Data<Desk>, http: HttpRequest, payload: Payload) -> HttpResponse {
    let (mut known, chosen) = (Known::default(), visit::chosen(&http));
    let reply = left(&desk, &http, payload, &mut known).await;
    visit::finish(&desk, &http, reply, (&known, &chosen)).await
}

async fn left(desk: &Desk, http: &HttpRequest, payload: Payload, known: &mut Known) -> Reply {
    let now = clock::now();
    let (staff, key) = door::identify(desk, http, now, known).await?;
    if let Some(session) = door::session(desk, http, &key, now)? {
        let token = session.token(&key, &desk.veil).map_err(Refusal::broken)?;
        visit::sent(desk, http, payload, &Fields::default(), &token).await?;
        desk.record(act("salir"), &staff).await?;
    }
    let mut response = response::go_to(SIGN_IN);
    response::set_cookie(&mut response, door::COOKIE, "", Keep::Forget);
    Ok(response)
}
