//! An ID token as it comes: a JSON Web Signature in its compact form (RFC 7515 §7.1). What it says counts only once its
//! signature was verified, and then only the bytes that were.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::jws::{Algorithm, JwsFault, VerifyingKey};

use super::fault::SignInFault;
use super::members::Members;

/// More than any provider gives.
const LONGEST: usize = 16 << 10;

/// A token that nobody has verified yet.
pub(super) struct Unverified<'t> {
    /// How it says to be signed.
    pub(super) algorithm: Algorithm,
    /// Which key it says to be signed with.
    pub(super) key: Option<String>,
    signed: &'t str,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

impl<'t> Unverified<'t> {
    /// Takes it apart.
    pub(super) fn read(text: &'t str) -> Result<Self, SignInFault> {
        let unreadable = SignInFault::Unreadable;
        let (signed, signature) = text.rsplit_once('.').ok_or(unreadable)?;
        let (header, claims) = signed.split_once('.').ok_or(unreadable)?;
        if text.len() > LONGEST || claims.contains('.') {
            return Err(unreadable);
        }
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| unreadable);
        let header = Members::read(&decoded(header)?).ok_or(unreadable)?;
        Ok(Self {
            algorithm: algorithm(&header)?,
            key: key(&header)?,
            signed,
            claims: decoded(claims)?,
            signature: decoded(signature)?,
        })
    }

    /// Its claims, if the key has signed them.
    pub(super) fn verified(&self, key: &VerifyingKey) -> Result<Members, SignInFault> {
        let bytes = self.signed.as_bytes();
        let verified = key.verify(self.algorithm, bytes, &self.signature);
        verified.map_err(|fault| match fault {
            JwsFault::AnotherKey | JwsFault::Key => SignInFault::OtherKey,
            JwsFault::Mismatch | JwsFault::Library(_) => SignInFault::Signature,
        })?;
        Members::read(&self.claims).ok_or(SignInFault::Unreadable)
    }
}

/// Keys that the header itself brings (`jwk`, `jku`, `x5c`, `x5u`) are not looked at: the provider's own count.
fn algorithm(header: &Members) -> Result<Algorithm, SignInFault> {
    if header.get("crit").is_some() {
        return Err(SignInFault::Critical);
    }
    let kind = header.get("typ").map(|kind| kind.as_str().unwrap_or("?"));
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("JWT")) {
        return Err(SignInFault::Kind);
    }
    let name = header.text("alg").ok_or(SignInFault::Algorithm)?;
    Algorithm::of_name(name).ok_or(SignInFault::Algorithm)
}

fn key(header: &Members) -> Result<Option<String>, SignInFault> {
    let Some(key) = header.get("kid") else {
        return Ok(None);
    };
    let key = key.as_str().ok_or(SignInFault::Unreadable)?;
    Ok(Some(key.to_owned()))
}

#[cfg(test)]
mod tests;
