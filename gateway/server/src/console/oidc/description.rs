//! How a provider describes itself (`OpenID` Connect Discovery 1.0 §3).

use peers::provider::{Address, Plain};
use serde_json::Value;

use super::fault::SignInFault;
use super::members::Members;

/// Where it does, below its identifier.
pub(super) const PLACE: &str = "/.well-known/openid-configuration";

/// What of it counts.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) authorization: Address,
    pub(super) token: Address,
    pub(super) keys: Address,
    /// Where its own session ends, where it offers that.
    pub(super) end: Option<Address>,
    /// Whether it names itself when it sends a browser back (RFC 9207).
    pub(super) names_itself: bool,
}

impl Description {
    /// Reads it; it must be that of the issuer, letter by letter.
    pub(super) fn read(text: &[u8], issuer: &str, plain: Plain) -> Result<Self, SignInFault> {
        let members = Members::read(text).ok_or(SignInFault::Broken)?;
        if members.text("issuer") != Some(issuer) {
            return Err(SignInFault::Described);
        }
        let address = |text: &str| Address::parse(text, plain).map_err(|_| SignInFault::Address);
        let place = |name: &str| {
            members
                .text(name)
                .ok_or(SignInFault::Broken)
                .and_then(address)
        };
        let methods = members.get("code_challenge_methods_supported");
        let methods = methods.and_then(Value::as_array);
        if methods.is_some_and(|known| !known.iter().any(|it| it == "S256")) {
            return Err(SignInFault::NoPkce);
        }
        let named = members.get("authorization_response_iss_parameter_supported");
        Ok(Self {
            authorization: place("authorization_endpoint")?,
            token: place("token_endpoint")?,
            keys: place("jwks_uri")?,
            end: members
                .text("end_session_endpoint")
                .map(address)
                .transpose()?,
            names_itself: named == Some(&Value::Bool(true)),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SignInFault::{Broken, Described, NoPkce};
    use super::*;

    const ISSUER: &str = "https://id.example";

    fn read(text: &str) -> Option<SignInFault> {
        Description::read(text.as_bytes(), ISSUER, Plain::Never).err()
    }

    #[test]
    fn a_description_is_that_of_the_issuer_with_addresses_that_may_be_asked() {
        let plain = json!("http://id.example/x");
        let script = json!("javascript:alert(1)");
        let address = Some(SignInFault::Address);
        let table = [
            ("x", json!(1), None),
            ("issuer", json!("https://id.example/"), Some(Described)),
            ("issuer", json!([ISSUER]), Some(Described)),
            ("authorization_endpoint", plain.clone(), address),
            ("token_endpoint", plain.clone(), address),
            ("jwks_uri", plain.clone(), address),
            ("end_session_endpoint", plain, address),
            ("end_session_endpoint", script, address),
            ("token_endpoint", Value::Null, Some(Broken)),
            ("code_challenge_methods_supported", json!(["S256"]), None),
            (
                "code_challenge_methods_supported",
                json!(["plain"]),
                Some(NoPkce),
            ),
        ];
        for (name, value, fault) in table {
            let mut text = json!({
                "issuer": ISSUER,
                "authorization_endpoint": "https://id.example/a",
                "token_endpoint": "https://id.example/t",
                "jwks_uri": "https://id.example/k",
            });
            text[name] = value;
            assert_eq!(read(&text.to_string()), fault, "{text}");
        }
        let twice = r#"{"issuer":"x","issuer":"https://id.example"}"#;
        for text in ["", "[]", "{", twice] {
            assert_eq!(read(text), Some(Broken), "{text}");
        }
    }
}
