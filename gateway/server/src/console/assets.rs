//! `GET /estilo.css`, `GET /icono.svg` · what pages refer to; the same for everyone, so kept by browsers.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};

use super::response;

const STYLE: &str = include_str!("../../templates/style.css");
const ICON: &str = include_str!("../../templates/icon.svg");

/// Serves them.
pub(crate) fn serve(services: &mut ServiceConfig) {
    services
        .route(
            "/estilo.css",
            web::get().to(async || file("text/css; charset=utf-8", STYLE)),
        )
        .route(
            "/icono.svg",
            web::get().to(async || file("image/svg+xml", ICON)),
        );
}

fn file(media: &str, content: &'static str) -> HttpResponse {
    let mut response = HttpResponse::Ok()
        .content_type(media)
        .insert_header((header::CACHE_CONTROL, "private, max-age=300"))
        .body(content);
    response::harden(&mut response);
    response
}
