//! Hostile tokens, each refused by its own name before anything that it says is believed.

use certs::testpki::TestJwsKey;
use serde_json::{Value, json};

use super::SignInFault::{
    Algorithm, Broken, Critical, Kind, OtherKey, Signature, TooLarge, UnknownKey, Unreadable,
};
use super::*;
use crate::console::oidc::keys::Keys;

const CLAIMS: &str = r#"{"sub":"PRUEBA-1"}"#;

fn encoded(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn jwk(key: &TestJwsKey, id: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "alg": "ES256",
        "x": encoded(&key.x), "y": encoded(&key.y)})
}

fn token(key: &TestJwsKey, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let signature = key.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", encoded(signature))
}

fn verified(token: &str, keys: &Value) -> Result<Members, SignInFault> {
    let keys = Keys::read(keys.to_string().as_bytes())?;
    let token = Unverified::read(token)?;
    keys.judge(&token)
}

#[test]
fn headers_that_are_not_one_of_ours() {
    let key = TestJwsKey::generate().unwrap();
    let keys = json!({"keys": [jwk(&key, "1")]});
    let own = encoded(jwk(&key, "9").to_string());
    let table: [(&str, Option<SignInFault>); 20] = [
        (r#"{"alg":"ES256","kid":"1"}"#, None),
        (r#"{"alg":"ES256","kid":"1","typ":"JWT"}"#, None),
        (r#"{"alg":"ES256"}"#, None),
        (r#"{"alg":"none","kid":"1"}"#, Some(Algorithm)),
        (r#"{"alg":"NONE"}"#, Some(Algorithm)),
        (r#"{"alg":"HS256","kid":"1"}"#, Some(Algorithm)),
        (r#"{"alg":"ES512","kid":"1"}"#, Some(Algorithm)),
        (r#"{"alg":["ES256"],"kid":"1"}"#, Some(Algorithm)),
        (r#"{"kid":"1"}"#, Some(Algorithm)),
        // The key is on a curve, and the header says RSA.
        (r#"{"alg":"RS256","kid":"1"}"#, Some(OtherKey)),
        (r#"{"alg":"ES384","kid":"1"}"#, Some(OtherKey)),
        (r#"{"alg":"ES256","kid":"2"}"#, Some(UnknownKey)),
        (r#"{"alg":"ES256","kid":""}"#, Some(UnknownKey)),
        (r#"{"alg":"ES256","kid":1}"#, Some(Unreadable)),
        (
            r#"{"alg":"ES256","kid":"1","crit":["b64"],"b64":false}"#,
            Some(Critical),
        ),
        (r#"{"alg":"ES256","kid":"1","crit":[]}"#, Some(Critical)),
        (r#"{"alg":"ES256","kid":"1","typ":"at+jwt"}"#, Some(Kind)),
        (r#"{"alg":"ES256","kid":"1","typ":7}"#, Some(Kind)),
        (
            r#"{"alg":"none","alg":"ES256","kid":"1"}"#,
            Some(Unreadable),
        ),
        (r#"["ES256"]"#, Some(Unreadable)),
    ];
    for (header, fault) in table {
        let said = verified(&token(&key, header, CLAIMS), &keys);
        assert_eq!(said.err(), fault, "{header}");
    }
    // A key that the header brings itself is nobody's.
    let foreign = TestJwsKey::generate().unwrap();
    let brings = json!({"alg": "ES256", "kid": "9", "jwk": jwk(&foreign, "9"), "jku": own});
    let said = verified(&token(&foreign, &brings.to_string(), CLAIMS), &keys);
    assert_eq!(said.err(), Some(UnknownKey));
    let said = verified(
        &token(&foreign, r#"{"alg":"ES256","kid":"1"}"#, CLAIMS),
        &keys,
    );
    assert_eq!(said.err(), Some(Signature));
}

#[test]
fn texts_that_are_no_token() {
    let key = TestJwsKey::generate().unwrap();
    let keys = json!({"keys": [jwk(&key, "1")]});
    let good = token(&key, r#"{"alg":"ES256","kid":"1"}"#, CLAIMS);
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("three parts: {good}")
    };
    let other = encoded(r#"{"sub":"PRUEBA-2"}"#);
    let table = [
        (good.clone(), None),
        (format!("{header}.{other}.{signature}"), Some(Signature)),
        (format!("{header}.{claims}."), Some(Signature)),
        (
            format!("{header}.{claims}.{}", encoded([0; 64])),
            Some(Signature),
        ),
        (format!("{header}.{claims}"), Some(Unreadable)),
        (format!("{good}.x"), Some(Unreadable)),
        (format!("{good}=="), Some(Unreadable)),
        (format!(" {good}"), Some(Unreadable)),
        (
            format!("{}.{claims}.{signature}", encoded("{")),
            Some(Unreadable),
        ),
        (String::new(), Some(Unreadable)),
        ("..".to_owned(), Some(Unreadable)),
        ("a".repeat(LONGEST + 1), Some(Unreadable)),
        (
            format!("{header}.{}.{signature}", "A".repeat(LONGEST)),
            Some(Unreadable),
        ),
        (token(&key, r#"{"alg":"ES256"}"#, "[1]"), Some(Unreadable)),
        (
            token(&key, r#"{"alg":"ES256"}"#, r#"{"sub":"a","sub":"b"}"#),
            Some(Unreadable),
        ),
        (
            token(&key, r#"{"alg":"ES256"}"#, r#"{"sub":"a"}{}"#),
            Some(Unreadable),
        ),
    ];
    for (text, fault) in table {
        assert_eq!(verified(&text, &keys).err(), fault, "{text}");
    }
}

#[test]
fn keys_that_are_for_something_else() {
    let (key, other) = (
        TestJwsKey::generate().unwrap(),
        TestJwsKey::generate().unwrap(),
    );
    let good = token(&key, r#"{"alg":"ES256","kid":"1"}"#, CLAIMS);
    let nameless = token(&key, r#"{"alg":"ES256"}"#, CLAIMS);
    let with = |name: &str, value: Value| {
        let mut changed = jwk(&key, "1");
        changed[name] = value;
        json!({"keys": [changed]})
    };
    let two = json!({"keys": [jwk(&key, "1"), jwk(&other, "2")]});
    let twins = json!({"keys": [jwk(&other, "1"), jwk(&key, "1")]});
    let many = json!({"keys": vec![jwk(&key, "1"); 65]});
    let table = [
        (&good, two.clone(), None),
        (&nameless, two, Some(UnknownKey)),
        (&good, twins, Some(UnknownKey)),
        (&good, with("use", json!("enc")), Some(OtherKey)),
        (&good, with("key_ops", json!(["sign"])), Some(OtherKey)),
        (&good, with("key_ops", json!(["verify"])), None),
        (&good, with("alg", json!("ES384")), Some(OtherKey)),
        (&good, with("alg", json!("HS256")), Some(OtherKey)),
        (&good, with("kty", json!("oct")), Some(OtherKey)),
        (&good, with("crv", json!("P-384")), Some(OtherKey)),
        (&good, with("x", json!(encoded(&key.y))), Some(OtherKey)),
        (&good, with("x", json!("*")), Some(OtherKey)),
        (&good, json!({"keys": []}), Some(UnknownKey)),
        (&good, json!({"keys": [7, null, {}]}), Some(UnknownKey)),
        (&good, many, Some(TooLarge)),
        (&good, json!({}), Some(Broken)),
        (&good, json!([]), Some(Broken)),
    ];
    for (token, keys, fault) in table {
        assert_eq!(verified(token, &keys).err(), fault, "{keys}");
    }
}
