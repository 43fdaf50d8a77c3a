//! A session: that someone signed in of late. It lives in a signed cookie and nowhere else, is bound to the key of the
//! certificate that signed in, and ends when idle for too long, or after a working day.
//!
//! Cookie: `id.begun.until.mac`, times in seconds since the epoch, the MAC under the key of the [veil](certs::veil),
//! so that every node knows every session.

use std::fmt::Write as _;
use std::time::Duration;

use certs::veil::{Veil, VeilError};
use domain::CertificateKey;

/// The longest that a session lasts, however busy.
const LONGEST: i64 = 12 * 3600;

/// A session that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    id: String,
    begun: i64,
    until: i64,
}

/// Why a cookie is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionFault {
    /// It was not made here for this certificate.
    Forged,
    /// It was, and is over.
    Over,
}

impl Session {
    /// A session that begins.
    pub(crate) fn begin(id: String, now: i64, idle: Duration) -> Self {
        let fresh = Self {
            id,
            begun: now,
            until: now,
        };
        fresh.prolonged(now, idle)
    }

    /// The same session, used just now.
    pub(crate) fn prolonged(self, now: i64, idle: Duration) -> Self {
        let idle = i64::try_from(idle.as_secs()).unwrap_or(LONGEST);
        let until = now
            .saturating_add(idle)
            .min(self.begun.saturating_add(LONGEST));
        Self { until, ..self }
    }

    /// Reads a cookie.
    pub(crate) fn read(
        cookie: &str,
        key: &CertificateKey,
        veil: &Veil,
        now: i64,
    ) -> Result<Self, SessionFault> {
        let session = Self::unsigned(cookie).ok_or(SessionFault::Forged)?;
        let good = session
            .cookie(key, veil)
            .map_err(|_| SessionFault::Forged)?;
        if !same(good.as_bytes(), cookie.as_bytes()) {
            return Err(SessionFault::Forged);
        }
        if session.until <= now {
            return Err(SessionFault::Over);
        }
        Ok(session)
    }

    fn unsigned(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        Some(Self {
            id: parts.next()?.to_owned(),
            begun: parts.next()?.parse().ok()?,
            until: parts.next()?.parse().ok()?,
        })
    }

    /// The cookie's value.
    pub(crate) fn cookie(&self, key: &CertificateKey, veil: &Veil) -> Result<String, VeilError> {
        let Self { id, begun, until } = self;
        let text = format!("{id}.{begun}.{until}");
        let mac = signed(veil, "sesion", key, &text)?;
        Ok(format!("{text}.{mac}"))
    }

    /// The token that every change must carry; the same for the whole session.
    pub(crate) fn token(&self, key: &CertificateKey, veil: &Veil) -> Result<String, VeilError> {
        signed(veil, "formulario", key, &self.id)
    }
}

/// The token of whoever is about to sign in.
pub(crate) fn first_token(key: &CertificateKey, veil: &Veil) -> Result<String, VeilError> {
    signed(veil, "entrada", key, "")
}

fn signed(veil: &Veil, use_: &str, key: &CertificateKey, text: &str) -> Result<String, VeilError> {
    let digest = veil.digest(format!("pasarela.consola.{use_}\0{key}\0{text}").as_bytes())?;
    Ok(digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).map(|(a, b)| a ^ b);
    one.len() == other.len() && differences.fold(0, |all, one| all | one) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_mins(30);

    fn veil() -> Veil {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("supervision.key");
        certs::secret::PrivateKey::generate()
            .unwrap()
            .save(&path)
            .unwrap();
        Veil::load(&path).unwrap()
    }

    fn key(number: u8) -> CertificateKey {
        CertificateKey::from_digest([number; 32])
    }

    #[test]
    fn a_session_is_of_its_key_and_its_time() {
        let (veil, other) = (veil(), veil());
        let cookie = Session::begin("s-1".to_owned(), 1_000, IDLE)
            .cookie(&key(1), &veil)
            .unwrap();
        let longer = cookie.replace(".2800.", ".9999.");
        assert_ne!(longer, cookie);
        let table = [
            (cookie.as_str(), key(1), &veil, 1_001, None),
            (&cookie, key(1), &veil, 2_800, Some(SessionFault::Over)),
            (&cookie, key(2), &veil, 1_001, Some(SessionFault::Forged)),
            (&cookie, key(1), &other, 1_001, Some(SessionFault::Forged)),
            (&longer, key(1), &veil, 1_001, Some(SessionFault::Forged)),
            (
                "s-1.1000.2800",
                key(1),
                &veil,
                1_001,
                Some(SessionFault::Forged),
            ),
            ("", key(1), &veil, 1_001, Some(SessionFault::Forged)),
        ];
        for (cookie, key, veil, now, fault) in table {
            let read = Session::read(cookie, &key, veil, now);
            assert_eq!(read.err(), fault, "{cookie} at {now}");
        }
    }

    #[test]
    fn use_prolongs_it_up_to_a_working_day() {
        let session = Session::begin("s-1".to_owned(), 0, IDLE);
        assert_eq!(session.until, 1_800);
        let session = session.prolonged(1_000, IDLE);
        assert_eq!(session.until, 2_800);
        assert_eq!(session.prolonged(LONGEST - 1, IDLE).until, LONGEST);
    }

    #[test]
    fn the_token_is_of_the_session() {
        let veil = veil();
        let one = Session::begin("s-1".to_owned(), 0, IDLE);
        let token = one.token(&key(1), &veil).unwrap();
        let later = one.clone().prolonged(900, IDLE);
        assert_eq!(later.token(&key(1), &veil).unwrap(), token);
        let other = Session::begin("s-2".to_owned(), 0, IDLE);
        assert_ne!(other.token(&key(1), &veil).unwrap(), token);
        assert_ne!(first_token(&key(1), &veil).unwrap(), token);
    }
}
