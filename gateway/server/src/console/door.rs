//! Who is there, and whether she has signed in.

use actix_web::HttpRequest;
use domain::{CertificateKey, Staff};
use jiff::Timestamp;

use crate::connection;

use super::desk::Desk;
use super::refusal::Refusal;
use super::response::cookie;
use super::session::{Session, SessionFault};
use super::visit::Known;

/// The cookie of the session; its prefix makes browsers insist on what it must carry.
pub(crate) const COOKIE: &str = "__Host-sesion";

/// Where everyone signs in.
pub(crate) const SIGN_IN: &str = "/entrar";

/// The member of staff whose certificate the connection shows, as the database says at this moment.
pub(crate) async fn identify(
    desk: &Desk,
    http: &HttpRequest,
    now: Timestamp,
    known: &mut Known,
) -> Result<(Staff, CertificateKey), Refusal> {
    let shown = connection::shown(http, &desk.acceptor.revocations(), now);
    let (_, key) = shown.map_err(|nobody| {
        known.key = nobody.key;
        Refusal::Certificate(nobody.problem)
    })?;
    known.key = Some(key);
    let enlisted = desk.store.staff_by_key(&key).await?;
    let enlisted = enlisted.ok_or(Refusal::Stranger)?;
    known.staff = Some(enlisted.staff.clone());
    if enlisted.revoked_at.is_some() {
        return Err(Refusal::Revoked);
    }
    Ok((enlisted.staff, key))
}

/// The session of the request; nothing if it brings none.
pub(crate) fn session(
    desk: &Desk,
    http: &HttpRequest,
    key: &CertificateKey,
    now: Timestamp,
) -> Result<Option<Session>, Refusal> {
    let Some(cookie) = cookie(http, COOKIE).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    match Session::read(cookie, key, &desk.veil, now.as_second()) {
        Ok(session) => Ok(Some(session)),
        Err(SessionFault::Forged) => Err(Refusal::Forged),
        Err(SessionFault::Over) => Err(Refusal::Over),
    }
}

/// The address to sign in at, and to come back from to the page that was wanted.
pub(crate) fn sign_in_before(http: &HttpRequest) -> String {
    match http.path() {
        "/" => SIGN_IN.to_owned(),
        path => format!("{SIGN_IN}?destino={path}"),
    }
}

/// A destination of this console; the home page if it is not one.
pub(crate) fn destination(wanted: Option<&str>) -> &str {
    let plain = |path: &&str| {
        let ours = path.starts_with('/') && !path.starts_with("//");
        ours && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    wanted.filter(plain).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        let table = [
            (Some("/salud"), "/salud"),
            (Some("/evidencias?caso=1"), "/evidencias?caso=1"),
            (Some("//otro.example"), "/"),
            (Some("/\\otro.example"), "/"),
            (Some("https://otro.example"), "/"),
            (Some("/a b"), "/"),
            (None, "/"),
        ];
        for (wanted, expected) in table {
            assert_eq!(destination(wanted), expected, "{wanted:?}");
        }
    }
}
