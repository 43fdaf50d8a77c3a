//! A session: that someone signed in of late. It lives in a signed cookie and nowhere else, is bound to the key of the
//! certificate that signed in, or to the identity that the provider has told, and ends when idle for too long, or when its
//! longest time is over.
//!
//! Cookie: `id.last.until.who.mac`, times in seconds since the epoch; `who` is `-` where the connection must show the
//! certificate, else the identity. The MAC is under the key of the [veil](certs::veil), so that every node knows every
//! session.

use std::fmt::Write as _;
use std::time::Duration;

use certs::veil::{Veil, VeilError};
use domain::{ProviderIdentity, StaffKey};

/// The longest that a session lasts, however busy.
pub(crate) const LONGEST: i64 = 12 * 3600;

/// A session that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    id: String,
    last: i64,
    until: i64,
}

/// How long a session lasts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// How long it may be idle.
    pub idle: Duration,
    /// When it is over at the latest; never after [`LONGEST`].
    pub last: i64,
}

/// Why a cookie is no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionFault {
    /// It was not made here for this key.
    Forged,
    /// It was, and is over.
    Over,
}

impl Session {
    /// A session that begins.
    pub(crate) fn begin(id: String, now: i64, terms: Terms) -> Self {
        let fresh = Self {
            id,
            last: terms.last.min(now.saturating_add(LONGEST)),
            until: now,
        };
        fresh.prolonged(now, terms.idle)
    }

    /// The same session, used just now.
    pub(crate) fn prolonged(self, now: i64, idle: Duration) -> Self {
        let idle = i64::try_from(idle.as_secs()).unwrap_or(LONGEST);
        let until = now.saturating_add(idle).min(self.last);
        Self { until, ..self }
    }

    /// Reads a cookie.
    pub(crate) fn read(
        cookie: &str,
        key: &StaffKey,
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

    /// The identity that a cookie says to be of, before anything of it is believed.
    pub(crate) fn claimed(cookie: &str) -> Option<ProviderIdentity> {
        cookie.split('.').nth(3)?.parse().ok()
    }

    fn unsigned(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        Some(Self {
            id: parts.next()?.to_owned(),
            last: parts.next()?.parse().ok()?,
            until: parts.next()?.parse().ok()?,
        })
    }

    /// The cookie's value.
    pub(crate) fn cookie(&self, key: &StaffKey, veil: &Veil) -> Result<String, VeilError> {
        let Self { id, last, until } = self;
        let who = key.identity().map(|identity| identity.to_string());
        let who = who.as_deref().unwrap_or("-");
        let text = format!("{id}.{last}.{until}.{who}");
        let mac = signed(veil, "sesion", key, &text)?;
        Ok(format!("{text}.{mac}"))
    }

    /// The token that every change must carry; the same for the whole session.
    pub(crate) fn token(&self, key: &StaffKey, veil: &Veil) -> Result<String, VeilError> {
        signed(veil, "formulario", key, &self.id)
    }
}

/// The token of whoever is about to sign in.
pub(crate) fn first_token(key: &StaffKey, veil: &Veil) -> Result<String, VeilError> {
    signed(veil, "entrada", key, "")
}

fn signed(veil: &Veil, use_: &str, key: &StaffKey, text: &str) -> Result<String, VeilError> {
    mac(veil, use_, &format!("{key}\0{text}"))
}

/// The MAC of a text for one use of the console's.
pub(crate) fn mac(veil: &Veil, use_: &str, text: &str) -> Result<String, VeilError> {
    let digest = veil.digest(format!("pasarela.consola.{use_}\0{text}").as_bytes())?;
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
    use domain::CertificateKey;

    use super::*;

    const IDLE: Duration = Duration::from_mins(30);

    fn terms(last: i64) -> Terms {
        Terms { idle: IDLE, last }
    }

    fn veil() -> Veil {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("supervision.key");
        certs::secret::PrivateKey::generate()
            .unwrap()
            .save(&path)
            .unwrap();
        Veil::load(&path).unwrap()
    }

    fn key(number: u8) -> StaffKey {
        CertificateKey::from_digest([number; 32]).into()
    }

    fn identity(number: u8) -> StaffKey {
        ProviderIdentity::from_digest([number; 32]).into()
    }

    #[test]
    fn a_session_is_of_its_key_and_its_time() {
        let (veil, other) = (veil(), veil());
        for (own, another) in [(key(1), identity(1)), (identity(1), key(1))] {
            let session = Session::begin("s-1".to_owned(), 1_000, terms(9_000));
            let cookie = session.cookie(&own, &veil).unwrap();
            assert_eq!(Session::claimed(&cookie), own.identity());
            let longer = cookie.replace(".2800.", ".9999.");
            let later = cookie.replace(".9000.", ".9999.");
            assert!(longer != cookie && later != cookie);
            let stranger = own.identity().map_or(key(2), |_| identity(2));
            let forged = Some(SessionFault::Forged);
            let table = [
                (cookie.as_str(), own, &veil, 1_001, None),
                (&cookie, own, &veil, 2_800, Some(SessionFault::Over)),
                (&cookie, stranger, &veil, 1_001, forged),
                (&cookie, another, &veil, 1_001, forged),
                (&cookie, own, &other, 1_001, forged),
                (&longer, own, &veil, 1_001, forged),
                (&later, own, &veil, 1_001, forged),
                ("s-1.9000.2800.-", own, &veil, 1_001, forged),
                ("", own, &veil, 1_001, forged),
            ];
            for (cookie, key, veil, now, fault) in table {
                let read = Session::read(cookie, &key, veil, now);
                assert_eq!(read.err(), fault, "{cookie} at {now}");
            }
        }
    }

    #[test]
    fn use_prolongs_it_up_to_its_end_and_never_beyond_a_working_day() {
        let session = Session::begin("s-1".to_owned(), 0, terms(i64::MAX));
        assert_eq!(session.until, 1_800);
        let session = session.prolonged(1_000, IDLE);
        assert_eq!(session.until, 2_800);
        assert_eq!(session.prolonged(LONGEST - 1, IDLE).until, LONGEST);
        let short = Session::begin("s-2".to_owned(), 0, terms(900));
        assert_eq!(short.until, 900);
        assert_eq!(short.prolonged(800, IDLE).until, 900);
        let over = Session::begin("s-3".to_owned(), 1_000, terms(900));
        assert!(over.until <= 1_000, "a token that is over begins nothing");
    }

    #[test]
    fn the_token_is_of_the_session() {
        let veil = veil();
        let one = Session::begin("s-1".to_owned(), 0, terms(9_000));
        let token = one.token(&key(1), &veil).unwrap();
        let later = one.clone().prolonged(900, IDLE);
        assert_eq!(later.token(&key(1), &veil).unwrap(), token);
        assert_ne!(one.token(&identity(1), &veil).unwrap(), token);
        let other = Session::begin("s-2".to_owned(), 0, terms(9_000));
        assert_ne!(other.token(&key(1), &veil).unwrap(), token);
        assert_ne!(first_token(&key(1), &veil).unwrap(), token);
    }
}
