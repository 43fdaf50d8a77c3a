//! The corpus, and how it is opened.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adapters::soap::{FaultCode, Rejection, SoapVersion};
use adapters::wsse::{Clock, Opened, SecurityFault, Signed, Token, open};
use certs::signing::SigningCertificate;
use contract::Limits;
use domain::{MessageSecurity, SignedPart, Signing, Tolerance};
use jiff::SignedDuration;

pub(crate) const STRICT: MessageSecurity = MessageSecurity {
    requests: Signing::Required,
    answers: Signing::Absent,
    unsigned: BTreeSet::new(),
    tolerates: BTreeSet::new(),
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/security")
}

pub(crate) fn clock(now: &str) -> Clock {
    Clock {
        now: now.parse().unwrap(),
        skew: SignedDuration::from_secs(60),
        longest: SignedDuration::from_mins(10),
    }
}

/// A minute after the messages of the corpus were made.
fn then() -> Clock {
    clock("2026-01-15T10:01:00Z")
}

/// Accepts whatever certificate comes, and knows one that does not.
fn trust(token: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    let read = |der: &[u8]| SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e));
    let known = read(&fs::read(folder().join("good/signer.der")).unwrap())?;
    let found = match token {
        Token::Certificate(der) => Some(read(der)?),
        Token::IssuerSerial { issuer, serial } => {
            Some(known).filter(|it| it.is_issued_as(issuer, serial))
        }
        Token::KeyId(id) => Some(known).filter(|it| it.has_key_id(id)),
    };
    found.map(Arc::new).ok_or(SecurityFault::UnknownCertificate)
}

pub(crate) fn opened(
    bytes: &[u8],
    agreed: &MessageSecurity,
    clock: &Clock,
) -> Result<Opened, Rejection> {
    open(bytes, &Limits::default(), agreed, clock, &trust)
}

#[track_caller]
pub(crate) fn signed(what: &str, opened: Result<Opened, Rejection>) -> Signed {
    match opened {
        Ok(Opened::Signed(signed)) => *signed,
        other => panic!("{what}: {other:?}"),
    }
}

/// The name by which a message is refused and what that is as a fault, as a row of `faults.txt` begins, and the version it is
/// answered in.
fn refusal(what: &str, opened: Result<Opened, Rejection>) -> (String, String, SoapVersion) {
    let Err(rejection) = opened else {
        panic!("{what} is accepted: {opened:?}");
    };
    let report = rejection.error.report("prueba".to_owned(), None);
    let name = report.violations[0].code.clone();
    let entry = report.problem.entry();
    let code = match FaultCode::of(&rejection.error) {
        FaultCode::Security(code) => code.local(),
        FaultCode::Table
        | FaultCode::MustUnderstand(_)
        | FaultCode::VersionMismatch
        | FaultCode::Addressing(_) => "-",
    };
    let (blame, retry) = (entry.blame.as_str(), entry.retry.as_str());
    let row = format!("{name} | {} | {code} | {blame} | {retry} | ", entry.code);
    (name, row, rejection.version)
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|it| it == "xml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn good_messages_are_opened() {
    let (ours, foreign) = (folder().join("good"), folder().join("foreign"));
    let messages = [files(&ours), files(&foreign)].concat();
    assert!(messages.len() >= 18);
    for (name, bytes) in messages {
        let signed = signed(&name, opened(&bytes, &STRICT, &then()));
        let text = String::from_utf8(signed.message).unwrap();
        assert!(text.contains("L01130473"), "{name}: {text}");
        assert!(!text.contains("Security"), "{name}: {text}");
        let optional = MessageSecurity {
            requests: Signing::Optional,
            ..STRICT
        };
        assert!(
            matches!(opened(&bytes, &optional, &then()), Ok(Opened::Signed(_))),
            "{name}"
        );
    }
}

#[test]
fn hostile_messages_are_refused_each_by_its_name() {
    let folder = folder();
    let table = fs::read_to_string(folder.join("hostile.txt")).unwrap();
    let rows: Vec<(&str, &str)> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(" | ").unwrap())
        .collect();
    let faults = fs::read_to_string(folder.join("faults.txt")).unwrap();
    let mut wrong = Vec::new();
    for (code, name) in &rows {
        let bytes = fs::read(folder.join(format!("hostile/{name}.xml"))).unwrap();
        let (found, fault, version) = refusal(name, opened(&bytes, &STRICT, &then()));
        let soap12 = String::from_utf8(bytes)
            .unwrap()
            .contains("2003/05/soap-envelope");
        let own = if soap12 {
            SoapVersion::V12
        } else {
            SoapVersion::V11
        };
        if found != *code || version != own {
            wrong.push(format!("{name}: {found} in {version:?} instead of {code}"));
        }
        if faults.lines().filter(|it| it.starts_with(&fault)).count() != 1 {
            wrong.push(format!("{name}: no row of `faults.txt` is `{fault}…`"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let named: BTreeSet<&str> = rows.iter().map(|(_, name)| *name).collect();
    let kept = files(&folder.join("hostile"));
    assert!(kept.iter().all(|(name, _)| named.contains(name.as_str())));
    assert_eq!(kept.len(), rows.len());
    assert!(rows.len() >= 60);
}

#[test]
fn no_bit_of_a_signed_message_can_be_turned() {
    let bytes = fs::read(folder().join("good/rsa-sha256.xml")).unwrap();
    let whole = signed("good", opened(&bytes, &STRICT, &then())).message;
    // Every hundredth place, so that all parts are hit.
    for at in (0..bytes.len()).step_by(101) {
        let mut turned = bytes.clone();
        turned[at] ^= 1;
        if let Ok(Opened::Signed(signed)) = opened(&turned, &STRICT, &then()) {
            let same = signed.message == whole;
            assert!(same, "turned at {at}: {}", String::from_utf8_lossy(&turned));
        }
    }
}

#[test]
fn what_is_agreed_decides() {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let unsigned = |part| MessageSecurity {
        unsigned: [part].into(),
        ..STRICT
    };
    let tolerant = |tolerance| MessageSecurity {
        tolerates: [tolerance].into(),
        ..STRICT
    };
    for (name, agreed) in [
        (
            "hostile/unsigned-context.xml",
            unsigned(SignedPart::Context),
        ),
        (
            "hostile/unsigned-address.xml",
            unsigned(SignedPart::Addressing),
        ),
        ("hostile/plain-id.xml", tolerant(Tolerance::PlainId)),
        (
            "hostile/transform-enveloped-first.xml",
            tolerant(Tolerance::EnvelopedTransform),
        ),
    ] {
        let signed = signed(name, opened(&read(name), &agreed, &then()));
        assert!(
            String::from_utf8(signed.message)
                .unwrap()
                .contains("L01130473"),
            "{name}"
        );
    }
    let plain = read("hostile/no-security.xml");
    for (requests, accepted) in [
        (Signing::Absent, true),
        (Signing::Optional, true),
        (Signing::Required, false),
    ] {
        let agreed = MessageSecurity { requests, ..STRICT };
        assert_eq!(
            opened(&plain, &agreed, &then()).is_ok(),
            accepted,
            "{requests}"
        );
    }
}

#[test]
fn a_block_that_is_not_signed_is_not_handed_on() {
    let bytes = fs::read(folder().join("good/rsa-sha256.xml")).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let block = "<x:Otro xmlns:x='urn:prueba' s:mustUnderstand='1'>secreto</x:Otro></s:Header>";
    let with = text.replacen("</s:Header>", block, 1);
    let message = signed("a block", opened(with.as_bytes(), &STRICT, &then())).message;
    let message = String::from_utf8(message).unwrap();
    assert!(!message.contains("secreto"), "{message}");
    assert!(
        message.contains("<Otro xmlns=\"urn:prueba\" pasarela:mustUnderstand=\"1\"/>"),
        "{message}"
    );
}

#[test]
fn clocks_may_be_off_a_little() {
    let bytes = fs::read(folder().join("good/rsa-sha256.xml")).unwrap();
    for (now, accepted) in [
        ("2026-01-15T09:58:59Z", false),
        ("2026-01-15T09:59:01Z", true),
        ("2026-01-15T10:05:59Z", true),
        ("2026-01-15T10:06:01Z", false),
    ] {
        assert_eq!(
            opened(&bytes, &STRICT, &clock(now)).is_ok(),
            accepted,
            "{now}"
        );
    }
}
