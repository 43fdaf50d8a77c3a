//! Signed requests of REST: the base is written here by hand, so that nothing vouches for itself.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use adapters::signatures::{Head, Opened, Question, SignatureFault, Verified, open, sign};
use adapters::wsse::Clock;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::{Hash, Signer, SigningCertificate, digest};
use domain::{MessageSecurity, SignedPart, Signing};
use jiff::{SignedDuration, Timestamp};

use crate::round::{NOW, made, pki, signer};

const BODY: &[u8] = br#"{"tipoDocumento":"DNI"}"#;
const COVERED: &str =
    "@method @target-uri content-digest content-type pasarela-solicitante pasarela-finalidad";

/// How a request differs from a good one.
#[derive(Clone)]
struct Request {
    covered: String,
    parameters: String,
    signed_body: &'static [u8],
    sent_body: &'static [u8],
    /// Headers changed after signing.
    after: Vec<(&'static str, &'static str)>,
    query: Option<&'static str>,
    /// The file of an RSA key that signs it by RSASSA-PSS with SHA-512.
    pss: Option<PathBuf>,
}

fn good(signer: &Signer) -> Request {
    let created = now().as_second();
    let key = &signer.certificate().peer().key;
    Request {
        covered: COVERED.to_owned(),
        parameters: format!(";created={created};keyid=\"{key}\""),
        signed_body: BODY,
        sent_body: BODY,
        after: Vec::new(),
        query: None,
        pss: None,
    }
}

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

pub(crate) fn clock() -> Clock {
    Clock {
        now: now(),
        skew: SignedDuration::from_secs(60),
        longest: SignedDuration::from_mins(10),
    }
}

fn content_digest(body: &[u8]) -> String {
    let own = digest(Hash::Sha256, body).unwrap();
    format!("sha-256=:{}:", BASE64.encode(own))
}

impl Request {
    /// The value of the signature over that base.
    fn signature(&self, signer: &Signer, base: &[u8]) -> Vec<u8> {
        match &self.pss {
            Some(key) => pss(key, base),
            // Nothing but the way that the registry names for the key.
            None => signer
                .sign_by(signer.certificate().algorithm(), base)
                .unwrap(),
        }
    }

    fn head(&self, signer: &Signer) -> Head {
        let mut head = Head {
            method: "POST".to_owned(),
            authority: "Pasarela.example:8443".to_owned(),
            path: "/v2/coincidencias".to_owned(),
            query: self.query.map(str::to_owned),
            headers: Vec::new(),
        };
        for (name, value) in [
            ("content-type", "application/json"),
            ("content-digest", content_digest(self.signed_body).as_str()),
            ("pasarela-solicitante", "L01130473"),
            ("pasarela-finalidad", "proteccion"),
        ] {
            head.headers.push((name.to_owned(), value.to_owned()));
        }
        let names: Vec<&str> = self
            .covered
            .split(' ')
            .filter(|it| !it.is_empty())
            .collect();
        let mut base = String::new();
        for name in &names {
            let value = match *name {
                "@method" => "POST".to_owned(),
                "@authority" => "pasarela.example:8443".to_owned(),
                "@path" => head.path.clone(),
                "@query" => format!("?{}", self.query.unwrap_or_default()),
                "@target-uri" => {
                    let query = self.query.map(|query| format!("?{query}"));
                    format!(
                        "https://pasarela.example:8443{}{}",
                        head.path,
                        query.unwrap_or_default()
                    )
                }
                header => {
                    let found = head.headers.iter().find(|(other, _)| other == header);
                    found.map(|(_, value)| value.clone()).unwrap_or_default()
                }
            };
            writeln!(base, "\"{name}\": {value}").unwrap();
        }
        let listed: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let input = format!("({}){}", listed.join(" "), self.parameters);
        write!(base, "\"@signature-params\": {input}").unwrap();
        let value = self.signature(signer, base.as_bytes());
        let value = BASE64.encode(value);
        let mut put = |name: &str, value: String| head.headers.push((name.to_owned(), value));
        put("signature-input", format!("s1={input}"));
        put("signature", format!("s1=:{value}:"));
        for (name, value) in &self.after {
            head.headers.retain(|(other, _)| other != name);
            if !value.is_empty() {
                head.headers.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        head
    }
}

/// A signature by RSASSA-PSS, made by another program.
fn pss(key: &Path, base: &[u8]) -> Vec<u8> {
    let file = key.with_extension("base");
    std::fs::write(&file, base).unwrap();
    let made = Command::new("openssl")
        .args(["dgst", "-sha512", "-sigopt", "rsa_padding_mode:pss"])
        .args(["-sigopt", "rsa_pss_saltlen:64", "-sign"])
        .arg(key)
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    made.stdout
}

fn agreed(requests: Signing) -> MessageSecurity {
    MessageSecurity {
        requests,
        ..MessageSecurity::NONE
    }
}

fn look(
    signer: &Signer,
    request: &Request,
    agreed: &MessageSecurity,
) -> Result<Option<Verified>, SignatureFault> {
    let certificate = Arc::new(signer.certificate().clone());
    let trust = |key: &str| -> Result<Arc<SigningCertificate>, SignatureFault> {
        if certificate.peer().key == key {
            Ok(Arc::clone(&certificate))
        } else {
            Err(SignatureFault::UnknownKey)
        }
    };
    match open(
        &request.head(signer),
        request.sent_body,
        agreed,
        &clock(),
        &trust,
    )? {
        Opened::Plain => Ok(None),
        Opened::Signed(verified) => Ok(Some(verified)),
    }
}

#[test]
fn good_requests_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let good = good(&signer);
    let apart = COVERED.replace("@target-uri", "@authority @path");
    let asked = COVERED.replace("@target-uri", "@authority @path @query");
    let table = [
        good.clone(),
        Request {
            covered: apart,
            ..good.clone()
        },
        Request {
            covered: asked,
            query: Some("a=1"),
            ..good.clone()
        },
        Request {
            query: Some("a=1"),
            ..good.clone()
        },
        Request {
            parameters: format!(
                "{};alg=\"ecdsa-p256-sha256\";nonce=\"1\";tag=\"pasarela\"",
                good.parameters
            ),
            ..good.clone()
        },
        Request {
            parameters: good.parameters.replace(
                ";keyid",
                &format!(";expires={};keyid", now().as_second() + 60),
            ),
            ..good.clone()
        },
    ];
    for request in table {
        for signing in [Signing::Optional, Signing::Required] {
            let verified = look(&signer, &request, &agreed(signing)).unwrap().unwrap();
            assert_eq!(verified.label, "s1");
            assert_eq!(verified.signer.peer(), signer.certificate().peer());
        }
    }
}

/// Requests that differ from a good one, each in one thing.
struct Odd<'s> {
    signer: &'s Signer,
    good: Request,
}

impl Odd<'_> {
    fn with(&self, covered: &str) -> Request {
        Request {
            covered: covered.to_owned(),
            ..self.good.clone()
        }
    }

    fn without(&self, name: &str) -> Request {
        let kept = COVERED.split(' ').filter(|it| *it != name);
        self.with(&kept.collect::<Vec<_>>().join(" "))
    }

    fn said(&self, parameters: &str) -> Request {
        Request {
            parameters: parameters.to_owned(),
            ..self.good.clone()
        }
    }

    fn more(&self, parameters: &str) -> Request {
        self.said(&format!("{}{parameters}", self.good.parameters))
    }

    fn after(&self, name: &'static str, value: &'static str) -> Request {
        Request {
            after: vec![(name, value)],
            ..self.good.clone()
        }
    }

    fn at(&self, seconds: i64) -> Request {
        let created = now().as_second() + seconds;
        let key = &self.signer.certificate().peer().key;
        self.said(&format!(";created={created};keyid=\"{key}\""))
    }

    fn refused(&self, request: &Request, expected: SignatureFault) {
        let head = request.head(self.signer);
        let found = look(self.signer, request, &agreed(Signing::Required)).unwrap_err();
        assert_eq!(found, expected, "{head:?}");
    }
}

#[test]
fn what_is_not_covered_has_a_name() {
    use SignatureFault as F;
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let odd = Odd {
        good: good(&signer),
        signer: &signer,
    };
    let table = [
        (odd.without("@method"), F::UnsignedMethod),
        (odd.without("@target-uri"), F::UnsignedTarget),
        (
            odd.with(&COVERED.replace("@target-uri", "@path")),
            F::UnsignedTarget,
        ),
        (
            Request {
                query: Some("a=1"),
                ..odd.with(&COVERED.replace("@target-uri", "@authority @path"))
            },
            F::UnsignedTarget,
        ),
        (odd.without("content-digest"), F::UnsignedBody),
        (odd.without("content-type"), F::UnsignedBody),
        (odd.without("pasarela-finalidad"), F::UnsignedContext),
        (odd.after("if-match", "\"v1\""), F::UnsignedHeader),
        (odd.after("idempotency-key", "1"), F::UnsignedHeader),
        (odd.after("pasarela-nombre", "x"), F::UnsignedContext),
        (
            odd.with(&format!("{COVERED} @method")),
            F::RepeatedComponent,
        ),
        (odd.with(&format!("{COVERED} @status")), F::Component),
        (odd.with(&format!("{COVERED} Content-Type")), F::Component),
        (odd.with(&format!("{COVERED} signature")), F::Component),
        (odd.with(&format!("{COVERED} x-otra")), F::NoSuchComponent),
        (
            Request {
                sent_body: b"{}",
                ..odd.good.clone()
            },
            F::DigestMismatch,
        ),
    ];
    for (request, expected) in table {
        odd.refused(&request, expected);
    }
}

#[test]
fn what_is_not_well_said_has_a_name() {
    use SignatureFault as F;
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let odd = Odd {
        good: good(&signer),
        signer: &signer,
    };
    let table = [
        (
            odd.after("content-digest", "sha-512=:AAAA:"),
            F::DigestAlgorithm,
        ),
        (odd.after("content-digest", "sha-256=AAAA"), F::Malformed),
        (
            odd.after("content-type", "text/plain"),
            F::SignatureMismatch,
        ),
        (
            odd.after("pasarela-finalidad", "investigacion"),
            F::SignatureMismatch,
        ),
        (odd.after("signature", "s1=:AAAA:"), F::SignatureMismatch),
        (odd.after("signature", "s2=:AAAA:"), F::NoSuchLabel),
        (odd.after("signature", "s1=AAAA"), F::Malformed),
        (
            odd.after("signature", "s1=:AAAA:, s2=:AAAA:"),
            F::TwoSignatures,
        ),
        (odd.after("signature", ""), F::NoSuchLabel),
        (odd.after("signature-input", "(("), F::Malformed),
        (odd.after("signature-input", ""), F::NoSuchLabel),
        (odd.said(";keyid=\"x\""), F::NoCreated),
        (
            odd.said(&format!(";created={}", now().as_second())),
            F::NoKey,
        ),
        (
            odd.said(&format!(";created={};keyid=\"x\"", now().as_second())),
            F::UnknownKey,
        ),
        (odd.at(61), F::FromTheFuture),
        (odd.at(-661), F::Expired),
        (
            odd.more(&format!(";expires={}", now().as_second() - 61)),
            F::Expired,
        ),
        (
            odd.more(&format!(";expires={}", now().as_second())),
            F::Expired,
        ),
        (odd.more(";alg=\"hmac-sha256\""), F::Algorithm),
        (odd.more(";alg=\"rsa-v1_5-sha256\""), F::Algorithm),
        (odd.more(";tag=\"otra\""), F::Tag),
        (odd.more(";otro=1"), F::Parameter),
    ];
    for (request, expected) in table {
        odd.refused(&request, expected);
    }
}

/// Kinds of keys, the hash function that messages of SOAP would be signed with, and what the registry calls the way.
const KEYS: [(&str, Option<Hash>, &str); 4] = [
    ("rsa:3072", None, "rsa-v1_5-sha256"),
    ("rsa:3072", Some(Hash::Sha384), "rsa-v1_5-sha256"),
    ("P-256", None, "ecdsa-p256-sha256"),
    ("P-384", None, "ecdsa-p384-sha384"),
];

#[test]
fn every_kind_of_key_signs_as_the_registry_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let times = (now(), now() + SignedDuration::from_mins(10));
    let named = |request: &Request, algorithm: &str| Request {
        parameters: format!("{};alg=\"{algorithm}\"", request.parameters),
        ..request.clone()
    };
    let all = KEYS.map(|(_, _, algorithm)| algorithm);
    for (kind, hash, algorithm) in KEYS {
        let (signer, _) = made(folder.path(), kind);
        let signer = hash.map_or(Ok(signer.clone()), |hash| signer.hashing(hash));
        let signer = signer.unwrap();
        let good = good(&signer);
        for request in [good.clone(), named(&good, algorithm)] {
            let seen = look(&signer, &request, &agreed(Signing::Required));
            assert!(seen.unwrap().is_some(), "{kind}");
        }
        for other in all.iter().filter(|other| **other != algorithm) {
            let seen = look(&signer, &named(&good, other), &agreed(Signing::Required));
            assert_eq!(
                seen.err(),
                Some(SignatureFault::Algorithm),
                "{kind}: {other}"
            );
        }
        let question = Question {
            head: good.head(&signer),
            label: Some("s1".to_owned()),
        };
        let answer = sign((200, &[], BODY), &question, &signer, times).unwrap();
        let said = format!(";alg=\"{algorithm}\"");
        assert!(answer[1].1.contains(&said), "{kind}: {}", answer[1].1);
    }
}

#[test]
fn rsa_may_sign_by_pss_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (signer, certificate) = made(folder.path(), "rsa:3072");
    let good = good(&signer);
    let pss = Request {
        parameters: format!("{};alg=\"rsa-pss-sha512\"", good.parameters),
        pss: Some(certificate.with_extension("key")),
        ..good.clone()
    };
    let required = agreed(Signing::Required);
    assert!(look(&signer, &pss, &required).unwrap().is_some());
    let silent = Request {
        parameters: good.parameters.clone(),
        ..pss.clone()
    };
    let plain = Request {
        pss: None,
        ..pss.clone()
    };
    let changed = Request {
        sent_body: b"{}",
        ..pss
    };
    for (request, expected) in [
        (silent, SignatureFault::SignatureMismatch),
        (plain, SignatureFault::SignatureMismatch),
        (changed, SignatureFault::DigestMismatch),
    ] {
        let seen = look(&signer, &request, &required);
        assert_eq!(seen.err(), Some(expected));
    }
    let (curve, _) = made(folder.path(), "P-256");
    let named = Request {
        parameters: format!("{};alg=\"rsa-pss-sha512\"", self::good(&curve).parameters),
        ..self::good(&curve)
    };
    let seen = look(&curve, &named, &required);
    assert_eq!(seen.err(), Some(SignatureFault::Algorithm));
}

#[test]
fn what_was_agreed_is_held_to() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let good = good(&signer);
    let plain = Request {
        after: vec![("signature", ""), ("signature-input", "")],
        ..good.clone()
    };
    let found = |request, signing| look(&signer, request, &agreed(signing)).map(|it| it.is_some());
    assert_eq!(
        found(&good, Signing::Absent),
        Err(SignatureFault::NotAgreed)
    );
    assert_eq!(
        found(&plain, Signing::Required),
        Err(SignatureFault::NotSigned)
    );
    assert_eq!(found(&plain, Signing::Absent), Ok(false));
    assert_eq!(found(&plain, Signing::Optional), Ok(false));
    let changed = Request {
        sent_body: b"{}",
        ..plain.clone()
    };
    assert_eq!(
        found(&changed, Signing::Absent),
        Err(SignatureFault::DigestMismatch)
    );
    let context = MessageSecurity {
        unsigned: [SignedPart::Context].into(),
        ..agreed(Signing::Required)
    };
    let bare = Request {
        covered: "@method @target-uri content-digest content-type".to_owned(),
        ..good
    };
    assert!(look(&signer, &bare, &context).unwrap().is_some());
}

#[test]
fn an_answer_is_bound_to_its_request() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let head = good(&signer).head(&signer);
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    let times = (now(), now() + SignedDuration::from_mins(10));
    for label in [Some("s1"), None] {
        let question = Question {
            head: head.clone(),
            label: label.map(str::to_owned),
        };
        let made = sign((200, &headers, BODY), &question, &signer, times).unwrap();
        let [(_, own), (_, input), (_, value)] = &made;
        assert_eq!(*own, content_digest(BODY));
        let covered = input.strip_prefix("pasarela=").unwrap();
        let of_request = |name: &str| {
            let found = head.headers.iter().find(|(other, _)| other == name);
            found.unwrap().1.clone()
        };
        let request = match label {
            Some(_) => {
                let value = of_request("signature");
                let value = value.strip_prefix("s1=").unwrap();
                format!("\"signature\";req;key=\"s1\": {value}\n")
            }
            None => format!(
                "\"@method\";req: POST\n\"@authority\";req: pasarela.example:8443\n\"@path\";req: /v2/coincidencias\n\
                 \"@query\";req: ?\n\"content-digest\";req: {}\n",
                of_request("content-digest")
            ),
        };
        let base = format!(
            "\"@status\": 200\n\"content-type\": application/json\n\"content-digest\": {own}\n{request}\
             \"@signature-params\": {covered}"
        );
        let value = value
            .strip_prefix("pasarela=:")
            .and_then(|it| it.strip_suffix(':'));
        let value = BASE64.decode(value.unwrap()).unwrap();
        let certificate = signer.certificate();
        assert!(
            certificate.verifies(certificate.algorithm(), base.as_bytes(), &value),
            "{base}"
        );
        assert!(!certificate.verifies(certificate.algorithm(), b"otra", &value));
    }
}

#[test]
fn every_fault_has_a_name_of_its_own() {
    let codes: std::collections::BTreeSet<_> =
        SignatureFault::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(codes.len(), SignatureFault::ALL.len());
}
