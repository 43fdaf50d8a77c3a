//! Hostile claims, each refused by its own name.

use serde_json::json;

use super::SignInFault::{
    Audience, Expired, Future, Issuer, Nobody, Nonce, NotYet, Old, Party, Unverified, Weak,
};
use super::*;

const NOW: i64 = 100_000;
const SKEW: i64 = 60;

fn good() -> Value {
    json!({
        "iss": "https://id.example", "aud": "consola", "sub": "PRUEBA-1", "nonce": "n1",
        "iat": NOW - 10, "exp": NOW + 300,
    })
}

fn judged(claims: &Value, claim: &str, acr: &[String]) -> Result<Proven, SignInFault> {
    let expected = Expected {
        issuer: "https://id.example",
        client_id: "consola",
        nonce: "n1",
        claim,
        acr,
        begun: NOW - 30,
        now: NOW,
        skew_s: SKEW,
    };
    expected.judge(&Members::read(claims.to_string().as_bytes()).unwrap())
}

/// One claim changed: null takes it away.
type Row = (&'static str, Value, Result<(), SignInFault>);

fn check(table: &[Row], claim: &str, acr: &[String]) {
    for (name, value, expected) in table {
        let mut claims = good();
        let members = claims.as_object_mut().unwrap();
        if value.is_null() {
            members.remove(*name);
        } else {
            members.insert((*name).to_owned(), value.clone());
        }
        let judged = judged(&claims, claim, acr);
        assert_eq!(judged.map(drop), *expected, "{name}: {value}");
    }
}

#[test]
fn who_issued_it_and_for_whom() {
    let table: [Row; 15] = [
        ("x", json!(1), Ok(())),
        ("iss", json!("https://id.example/"), Err(Issuer)),
        ("iss", json!("HTTPS://id.example"), Err(Issuer)),
        ("iss", json!(["https://id.example"]), Err(Issuer)),
        ("iss", Value::Null, Err(Issuer)),
        ("aud", json!(["consola"]), Ok(())),
        ("aud", json!("otra"), Err(Audience)),
        ("aud", json!(["otra"]), Err(Audience)),
        ("aud", json!([]), Err(Audience)),
        ("aud", json!({"consola": 1}), Err(Audience)),
        ("aud", Value::Null, Err(Audience)),
        ("aud", json!(["otra", "consola"]), Err(Party)),
        ("azp", json!("consola"), Ok(())),
        ("azp", json!("otra"), Err(Party)),
        ("azp", json!(["consola"]), Err(Party)),
    ];
    check(&table, "sub", &[]);
    let mut several = good();
    several["aud"] = json!(["otra", "consola"]);
    several["azp"] = json!("consola");
    assert!(judged(&several, "sub", &[]).is_ok());
}

#[test]
fn when_it_counts() {
    let table: [Row; 17] = [
        ("exp", json!(NOW - SKEW + 1), Ok(())),
        ("exp", json!(NOW - SKEW), Err(Expired)),
        ("exp", json!("mañana"), Err(Expired)),
        ("exp", json!(-1), Err(Expired)),
        ("exp", json!(1e300), Err(Expired)),
        ("exp", json!(100_000.5), Ok(())),
        ("exp", Value::Null, Err(Expired)),
        ("iat", json!(NOW + SKEW), Ok(())),
        ("iat", json!(NOW + SKEW + 1), Err(Future)),
        ("iat", json!(NOW - 30 - SKEW), Ok(())),
        ("iat", json!(NOW - 31 - SKEW), Err(Old)),
        ("iat", json!(true), Err(Old)),
        ("iat", Value::Null, Err(Old)),
        ("nbf", json!(NOW + SKEW), Ok(())),
        ("nbf", json!(NOW + SKEW + 1), Err(NotYet)),
        ("nbf", json!("x"), Err(NotYet)),
        ("nbf", json!(0), Ok(())),
    ];
    check(&table, "sub", &[]);
}

#[test]
fn of_which_attempt_and_how_proven() {
    let attempt: [Row; 4] = [
        ("nonce", json!("n2"), Err(Nonce)),
        ("nonce", json!(""), Err(Nonce)),
        ("nonce", json!(["n1"]), Err(Nonce)),
        ("nonce", Value::Null, Err(Nonce)),
    ];
    check(&attempt, "sub", &[]);
    let wanted = ["alto".to_owned(), "sustancial".to_owned()];
    let proven: [Row; 5] = [
        ("acr", json!("alto"), Ok(())),
        ("acr", json!("sustancial"), Ok(())),
        ("acr", json!("bajo"), Err(Weak)),
        ("acr", json!(["alto"]), Err(Weak)),
        ("acr", Value::Null, Err(Weak)),
    ];
    check(&proven, "sub", &wanted);
}

#[test]
fn who_it_says_is_there() {
    let subjects: [Row; 6] = [
        ("sub", json!(7), Err(Nobody)),
        ("sub", json!(""), Err(Nobody)),
        ("sub", json!("  "), Err(Nobody)),
        ("sub", json!("a\u{0}b"), Err(Nobody)),
        ("sub", json!("a".repeat(256)), Err(Nobody)),
        ("sub", Value::Null, Err(Nobody)),
    ];
    check(&subjects, "sub", &[]);
    check(&[("x", json!(1), Err(Nobody))], "dni", &[]);
    check(&[("dni", json!("99999999R"), Ok(()))], "dni", &[]);
    let mut mail = good();
    mail["email"] = json!("prueba@example.org");
    assert_eq!(judged(&mail, "email", &[]), Err(Unverified));
    for (verified, fault) in [
        (json!("true"), true),
        (json!(false), true),
        (json!(true), false),
    ] {
        mail["email_verified"] = verified;
        assert_eq!(judged(&mail, "email", &[]).is_err(), fault, "{mail}");
    }
    let proven = judged(&good(), "sub", &[]).unwrap();
    assert_eq!(
        (proven.identity.as_str(), proven.until),
        ("PRUEBA-1", NOW + 300)
    );
}
