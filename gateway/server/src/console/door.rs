//! Who is there, and whether she has signed in.

use actix_web::HttpRequest;
use domain::{Problem, Staff, StaffKey};
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

/// The member of staff whose certificate the connection shows, or whose session the provider has begun, as the database
/// says at this moment.
pub(crate) async fn identify(
    desk: &Desk,
    http: &HttpRequest,
    now: Timestamp,
    known: &mut Known,
) -> Result<(Staff, StaffKey), Refusal> {
    let key = match certificate(desk, http, now, known) {
        Err(Refusal::Anonymous) => identity(desk, http, now)?,
        shown => shown?,
    };
    enlisted(desk, key, known).await
}

/// The member of staff whose certificate the connection shows: for programs, which have no session.
pub(crate) async fn certified(
    desk: &Desk,
    http: &HttpRequest,
    now: Timestamp,
    known: &mut Known,
) -> Result<Staff, Refusal> {
    let key = certificate(desk, http, now, known)?;
    enlisted(desk, key, known).await.map(|(staff, _)| staff)
}

/// Whether the connection shows a certificate, good or not: then nothing else says who is there.
pub(crate) fn shows_certificate(http: &HttpRequest) -> bool {
    connection::presented(http).is_some()
}

fn certificate(
    desk: &Desk,
    http: &HttpRequest,
    now: Timestamp,
    known: &mut Known,
) -> Result<StaffKey, Refusal> {
    let shown = connection::shown(http, &desk.acceptor.revocations(), now);
    let (_, key) = shown.map_err(|nobody| {
        known.key = nobody.key.map(StaffKey::from);
        if nobody.problem == Problem::NoCertificate && desk.gate.is_some() {
            Refusal::Anonymous
        } else {
            Refusal::Certificate(nobody.problem)
        }
    })?;
    Ok(key.into())
}

/// The identity of the session that the cookie brings, believed only once its MAC was.
fn identity(desk: &Desk, http: &HttpRequest, now: Timestamp) -> Result<StaffKey, Refusal> {
    let claimed = cookie(http, COOKIE).and_then(Session::claimed);
    let key = claimed.map(StaffKey::from).ok_or(Refusal::Anonymous)?;
    match session(desk, http, &key, now)? {
        Some(_) => Ok(key),
        None => Err(Refusal::Anonymous),
    }
}

async fn enlisted(
    desk: &Desk,
    key: StaffKey,
    known: &mut Known,
) -> Result<(Staff, StaffKey), Refusal> {
    known.key = Some(key);
    let enlisted = desk.store.staff_by_key(key).await?;
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
    key: &StaffKey,
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
