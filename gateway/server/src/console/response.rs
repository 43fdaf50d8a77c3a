//! Answers of the console: what every one of them says to the browser.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::refusal::Refusal;

/// What a handler gives.
pub(crate) type Reply = Result<HttpResponse, Refusal>;

/// On every answer: nothing but our own style and forms, nothing kept, nothing told to others.
const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-frame-options", "DENY"),
];

/// A page.
pub(crate) fn page(template: &impl Template) -> Reply {
    page_with(StatusCode::OK, template)
}

/// A page of another status.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Reply {
    let text = template.render().map_err(Refusal::broken)?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(text))
}

/// A file to keep, such as a table as CSV.
pub(crate) fn download(media: &str, name: &str, content: String) -> HttpResponse {
    let named = format!("attachment; filename=\"{name}\"");
    HttpResponse::Ok()
        .content_type(media)
        .insert_header((header::CONTENT_DISPOSITION, named))
        .body(content)
}

/// Sends the browser to another page of the console, after something was done.
pub(crate) fn go_to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, path))
        .finish()
}

/// Puts the headers of every answer on.
pub(crate) fn harden(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'r>(request: &'r HttpRequest, name: &str) -> Option<&'r str> {
    let all = request.headers().get_all(header::COOKIE);
    let pairs = all
        .filter_map(|header| header.to_str().ok())
        .flat_map(|text| text.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// How long a cookie is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keep {
    /// Until the browser is closed.
    Browser,
    /// A year. It says no more than the language, and other sites send it too, when they lead here: the identity provider
    /// leads back to the language that one left in.
    Year,
    /// As long as someone may take to sign in at the identity provider, which leads back: other sites send it too, when they
    /// lead here.
    Attempt,
    /// Not any more.
    Forget,
}

/// Sets a cookie that no script reads; that of the session no other site sends.
pub(crate) fn set_cookie(response: &mut HttpResponse, name: &str, value: &str, keep: Keep) {
    let rest = match keep {
        Keep::Browser => "Strict",
        Keep::Year => "Lax; Max-Age=31536000",
        Keep::Attempt => "Lax; Max-Age=600",
        Keep::Forget => "Strict; Max-Age=0",
    };
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={rest}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
