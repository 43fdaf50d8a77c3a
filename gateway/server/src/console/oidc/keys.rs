//! The keys of the provider: a JSON Web Key Set (RFC 7517 §5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use certs::jws::{Algorithm, Curve, VerifyingKey};
use serde_json::Value;

use super::fault::SignInFault;
use super::members::Members;
use super::token::Unverified;

/// More than any provider has.
const MOST: usize = 64;

/// The keys that may sign.
pub(super) struct Keys(Vec<Known>);

struct Known {
    id: Option<String>,
    /// The algorithm that it is for, where it says so.
    algorithm: Option<String>,
    /// None: not for signatures, or of a kind that is not accepted.
    key: Option<VerifyingKey>,
}

impl Keys {
    /// Reads a set; a key that cannot be used is known, and verifies nothing.
    pub(super) fn read(text: &[u8]) -> Result<Self, SignInFault> {
        let set = Members::read(text).ok_or(SignInFault::Broken)?;
        let keys = set.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(SignInFault::Broken)?;
        if keys.len() > MOST {
            return Err(SignInFault::TooLarge);
        }
        Ok(Self(keys.iter().map(known).collect()))
    }

    /// The claims of a token that one of them has signed.
    pub(super) fn judge(&self, token: &Unverified<'_>) -> Result<Members, SignInFault> {
        token.verified(self.of(token)?)
    }

    /// The key that the token names; if it names none, the only one of its algorithm.
    fn of(&self, token: &Unverified<'_>) -> Result<&VerifyingKey, SignInFault> {
        let named = |known: &&Known| token.key.is_none() || known.id == token.key;
        let named: Vec<&Known> = self.0.iter().filter(named).collect();
        if named.is_empty() {
            return Err(SignInFault::UnknownKey);
        }
        let mut usable = named.iter().filter_map(|known| known.of(token.algorithm));
        match (usable.next(), usable.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(SignInFault::OtherKey),
            (Some(_), Some(_)) => Err(SignInFault::UnknownKey),
        }
    }
}

impl Known {
    fn of(&self, algorithm: Algorithm) -> Option<&VerifyingKey> {
        let told = self.algorithm.as_deref();
        let fits = told.is_none_or(|told| told == algorithm.name());
        self.key.as_ref().filter(|key| fits && key.is_of(algorithm))
    }
}

fn known(key: &Value) -> Known {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let verifies = |operations: &Value| {
        let all = operations.as_array();
        all.is_some_and(|all| all.iter().any(|it| it == "verify"))
    };
    let for_signatures =
        key.get("use").is_none_or(|it| it == "sig") && key.get("key_ops").is_none_or(verifies);
    Known {
        id: text("kid").map(str::to_owned),
        algorithm: text("alg").map(str::to_owned),
        key: for_signatures.then(|| public(&text)).flatten(),
    }
}

fn public<'k>(text: &impl Fn(&str) -> Option<&'k str>) -> Option<VerifyingKey> {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
    match text("kty")? {
        "RSA" => VerifyingKey::rsa(&number("n")?, &number("e")?).ok(),
        "EC" => VerifyingKey::ec(Curve::of_name(text("crv")?)?, &number("x")?, &number("y")?).ok(),
        _ => None,
    }
}
