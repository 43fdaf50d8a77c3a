//! What a verified ID token must say (`OpenID` Connect Core §3.1.3.7) before anybody is believed to be there.

use serde_json::Value;

use crate::console::session::same;

use super::fault::SignInFault;
use super::members::Members;

/// The claim that a person may have changed herself, and counts only once the provider has verified it.
const MAIL: &str = "email";
/// `OpenID` Connect Core §2: no subject is longer.
const LONGEST: usize = 255;

/// What the token must say.
pub(super) struct Expected<'e> {
    pub(super) issuer: &'e str,
    pub(super) client_id: &'e str,
    pub(super) nonce: &'e str,
    /// The claim that names a person.
    pub(super) claim: &'e str,
    /// How she must have proven who she is.
    pub(super) acr: &'e [String],
    /// When the attempt began, and the time now.
    pub(super) begun: i64,
    pub(super) now: i64,
    pub(super) skew_s: i64,
}

/// What it then proves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proven {
    /// What the provider calls her.
    pub(super) identity: String,
    /// Until when the token is good.
    pub(super) until: i64,
}

impl Expected<'_> {
    /// Believes the claims, or says which not.
    pub(super) fn judge(&self, claims: &Members) -> Result<Proven, SignInFault> {
        if claims.text("iss") != Some(self.issuer) {
            return Err(SignInFault::Issuer);
        }
        self.audience(claims)?;
        let until = self.times(claims)?;
        let nonce = claims.text("nonce").unwrap_or_default();
        if !same(nonce.as_bytes(), self.nonce.as_bytes()) {
            return Err(SignInFault::Nonce);
        }
        let shown = claims.text("acr");
        if !self.acr.is_empty() && !self.acr.iter().any(|acr| Some(acr.as_str()) == shown) {
            return Err(SignInFault::Weak);
        }
        let identity = self.identity(claims)?;
        Ok(Proven { identity, until })
    }

    fn audience(&self, claims: &Members) -> Result<(), SignInFault> {
        let audience: Vec<&Value> = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        };
        if !audience.iter().any(|it| *it == self.client_id) {
            return Err(SignInFault::Audience);
        }
        match claims.get("azp") {
            Some(party) if party == self.client_id => Ok(()),
            None if audience.len() == 1 => Ok(()),
            Some(_) | None => Err(SignInFault::Party),
        }
    }

    fn times(&self, claims: &Members) -> Result<i64, SignInFault> {
        let (late, early) = (
            self.now.saturating_add(self.skew_s),
            self.now.saturating_sub(self.skew_s),
        );
        let until = seconds(claims.get("exp")).ok_or(SignInFault::Expired)?;
        if until <= early {
            return Err(SignInFault::Expired);
        }
        let issued = seconds(claims.get("iat")).ok_or(SignInFault::Old)?;
        if issued > late {
            return Err(SignInFault::Future);
        }
        if issued < self.begun.saturating_sub(self.skew_s) {
            return Err(SignInFault::Old);
        }
        let from = claims.get("nbf").map(|it| seconds(Some(it)));
        match from {
            Some(from) if from.is_none_or(|from| from > late) => Err(SignInFault::NotYet),
            Some(_) | None => Ok(until),
        }
    }

    fn identity(&self, claims: &Members) -> Result<String, SignInFault> {
        let name = claims.text(self.claim).unwrap_or_default();
        if name.trim().is_empty() || name.len() > LONGEST || name.contains(char::is_control) {
            return Err(SignInFault::Nobody);
        }
        let verified = claims.get("email_verified") == Some(&Value::Bool(true));
        if self.claim == MAIL && !verified {
            return Err(SignInFault::Unverified);
        }
        Ok(name.to_owned())
    }
}

/// A time in seconds since the epoch (RFC 7519 §2, `NumericDate`), without its fraction.
fn seconds(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    let whole = value.as_i64();
    // Beyond what a fraction can be told of, it is no time.
    let fraction = || {
        let value = value.as_f64().filter(|it| it.abs() < 1e15)?;
        format!("{:.0}", value.floor()).parse().ok()
    };
    whole.or_else(fraction)
}

#[cfg(test)]
mod tests;
