//! An attempt is of its browser and its time, and leads back to this console.

use super::*;

fn veil() -> Veil {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("supervision.key");
    let key = certs::secret::PrivateKey::generate().unwrap();
    key.save(&path).unwrap();
    Veil::load(&path).unwrap()
}

#[test]
fn the_cookie_is_believed_for_ten_minutes_and_by_who_made_it() {
    use SignInFault::{AttemptForged, AttemptOver, NoAttempt};
    let (own, other) = (veil(), veil());
    let attempt = Attempt::begin(Some("/salud"), 1_000).unwrap();
    let cookie = attempt.cookie(&own).unwrap();
    let later = cookie.replace(".1000.", ".1600.");
    let elsewhere = cookie.replace(
        &URL_SAFE_NO_PAD.encode("/salud"),
        &URL_SAFE_NO_PAD.encode("//otro.example"),
    );
    assert!(later != cookie && elsewhere != cookie);
    let table: [(Option<&str>, &Veil, i64, Option<SignInFault>); 9] = [
        (Some(&cookie), &own, 1_599, None),
        (Some(&cookie), &own, 1_600, Some(AttemptOver)),
        (Some(&cookie), &other, 1_001, Some(AttemptForged)),
        (Some(&later), &own, 1_700, Some(AttemptForged)),
        (Some(&elsewhere), &own, 1_001, Some(AttemptForged)),
        (Some("x.1000.x.x"), &own, 1_001, Some(AttemptForged)),
        (Some("x"), &own, 1_001, Some(AttemptForged)),
        (Some(""), &own, 1_001, Some(NoAttempt)),
        (None, &own, 1_001, Some(NoAttempt)),
    ];
    for (cookie, veil, now, fault) in table {
        let read = Attempt::read(cookie, veil, now);
        assert_eq!(read.as_ref().err(), fault.as_ref(), "{cookie:?} at {now}");
        if let Ok(read) = read {
            assert_eq!(read, attempt);
        }
    }
}

#[test]
fn nobody_is_led_elsewhere() {
    let long = format!("/{}", "a".repeat(LONGEST_DESTINATION));
    let table = [
        (Some("/salud?x=1"), "/salud?x=1"),
        (Some("//otro.example"), "/"),
        (Some("/\\otro.example"), "/"),
        (Some("https://otro.example"), "/"),
        (Some("javascript:alert(1)"), "/"),
        (Some(long.as_str()), "/"),
        (None, "/"),
    ];
    for (wanted, expected) in table {
        let attempt = Attempt::begin(wanted, 0).unwrap();
        assert_eq!(attempt.destination(), expected, "{wanted:?}");
    }
}

#[test]
fn what_is_derived_is_of_the_attempt_and_does_not_tell_the_rest() {
    let veil = veil();
    let [one, other] = [(); 2].map(|()| Attempt::begin(None, 0).unwrap());
    let [first, again, second] = [&one, &one, &other].map(|it| it.derived(&veil).unwrap());
    assert_eq!(first.state, again.state);
    let all = [
        &first.state,
        &first.nonce,
        &first.verifier,
        &second.state,
        &second.nonce,
        &second.verifier,
        &one.secret,
    ];
    let different: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    // RFC 7636 §4.1: 43 to 128 unreserved characters.
    assert!((43..=128).contains(&first.verifier.len()));
    assert!(first.verifier.bytes().all(|it| it.is_ascii_alphanumeric()));
}

/// RFC 7636, appendix B.
#[test]
fn the_challenge_is_the_one_of_the_standard() {
    let derived = Derived {
        state: String::new(),
        nonce: String::new(),
        verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
    };
    let challenge = derived.challenge().unwrap();
    assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
