//! An attempt to sign in, from the browser's leaving for the provider to its return: a cookie of that browser, signed.
//!
//! Cookie: `secret.begun.destination.mac`. What the provider is told and what it must tell back (`state`, `nonce`, the
//! challenge of PKCE) is derived from the secret under the key of the [veil](certs::veil): who reads an address learns
//! nothing of the cookie, and who has the cookie cannot exchange the code without this gateway.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::random;
use certs::signing::{Hash, digest};
use certs::veil::Veil;

use crate::console::door::destination;
use crate::console::refusal::Refusal;
use crate::console::session::{mac, same};

use super::fault::SignInFault;

/// How long someone may take to sign in at the provider.
pub(super) const LONGEST: i64 = 600;
/// Beyond it she comes back to the home page.
const LONGEST_DESTINATION: usize = 500;

/// An attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attempt {
    secret: String,
    /// When it began.
    pub(super) begun: i64,
    destination: String,
}

/// What the provider is told of it, and what it must tell back.
pub(super) struct Derived {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
}

impl Attempt {
    /// One that begins.
    pub(super) fn begin(wanted: Option<&str>, now: i64) -> Result<Self, Refusal> {
        let secret = random::bytes::<32>().map_err(Refusal::broken)?;
        let wanted = wanted.filter(|it| it.len() <= LONGEST_DESTINATION);
        Ok(Self {
            secret: URL_SAFE_NO_PAD.encode(secret),
            begun: now,
            destination: destination(wanted).to_owned(),
        })
    }

    /// Reads the cookie of a browser that has come back.
    pub(super) fn read(cookie: Option<&str>, veil: &Veil, now: i64) -> Result<Self, SignInFault> {
        let cookie = cookie.filter(|value| !value.is_empty());
        let cookie = cookie.ok_or(SignInFault::NoAttempt)?;
        let attempt = Self::unsigned(cookie).ok_or(SignInFault::AttemptForged)?;
        let good = attempt.cookie(veil);
        let good = good.map_err(|_| SignInFault::AttemptForged)?;
        if !same(good.as_bytes(), cookie.as_bytes()) {
            return Err(SignInFault::AttemptForged);
        }
        if attempt.until() <= now {
            return Err(SignInFault::AttemptOver);
        }
        Ok(attempt)
    }

    fn unsigned(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (secret, begun) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
        let wanted = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
        Some(Self {
            secret,
            begun,
            destination: String::from_utf8(wanted).ok()?,
        })
    }

    /// The cookie's value.
    pub(super) fn cookie(&self, veil: &Veil) -> Result<String, Refusal> {
        let wanted = URL_SAFE_NO_PAD.encode(&self.destination);
        let text = format!("{}.{}.{wanted}", self.secret, self.begun);
        let mac = mac(veil, "intento", &text).map_err(Refusal::broken)?;
        Ok(format!("{text}.{mac}"))
    }

    /// When it is over.
    pub(super) fn until(&self) -> i64 {
        self.begun.saturating_add(LONGEST)
    }

    /// Where she wanted to go; a page of this console.
    pub(super) fn destination(&self) -> &str {
        destination(Some(&self.destination))
    }

    /// What is told of it.
    pub(super) fn derived(&self, veil: &Veil) -> Result<Derived, Refusal> {
        let of = |use_: &str| mac(veil, use_, &self.secret).map_err(Refusal::broken);
        Ok(Derived {
            state: of("intento.state")?,
            nonce: of("intento.nonce")?,
            verifier: of("intento.pkce")?,
        })
    }
}

impl Derived {
    /// The challenge of PKCE, method S256 (RFC 7636 §4.2).
    pub(super) fn challenge(&self) -> Result<String, Refusal> {
        let digest = digest(Hash::Sha256, self.verifier.as_bytes()).map_err(Refusal::broken)?;
        Ok(URL_SAFE_NO_PAD.encode(digest))
    }
}

#[cfg(test)]
mod tests;
