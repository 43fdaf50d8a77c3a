//! Signed requests of ours and the answers to them: the bases of the answers are written here by hand.

use std::fmt::Write;
use std::sync::Arc;

use adapters::signatures::{
    Answer, Head, Opened, Question, SignatureFault, digest_request, open, open_answer, sign_request,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::{Hash, Signer, SigningCertificate, digest};
use domain::{MessageSecurity, Signing};
use jiff::SignedDuration;

use crate::http::{clock, now};
use crate::round::{pki, signer};

const BODY: &[u8] = br#"{"hayCoincidencia":false}"#;
/// What the answer to a signed question covers.
const SIGNED: &str =
    "\"@status\" \"content-type\" \"content-digest\" \"signature\";req;key=\"pasarela\"";
/// What the answer to a question that is not signed covers.
const PLAIN: &str = "\"@status\" \"content-type\" \"content-digest\" \"@method\";req \"@authority\";req \
                     \"@path\";req \"@query\";req \"content-digest\";req";

fn agreed() -> MessageSecurity {
    MessageSecurity {
        requests: Signing::Required,
        answers: Signing::Required,
        ..MessageSecurity::NONE
    }
}

fn head() -> Head {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "1"),
        ("pasarela-solicitante", "E00003801"),
        ("prefer", "wait=7"),
    ];
    Head {
        method: "POST".to_owned(),
        authority: "fuerza.example:8443".to_owned(),
        path: "/v1/personas".to_owned(),
        query: Some("a=1".to_owned()),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    }
}

fn asked(signer: &Signer) -> Question {
    let times = (now(), now() + SignedDuration::from_mins(10));
    let asked = sign_request(head(), b"{}", signer, times, "1.1").unwrap();
    asked.question
}

fn trusting(signer: &Signer) -> impl Fn(&str) -> Result<Arc<SigningCertificate>, SignatureFault> {
    let certificate = Arc::new(signer.certificate().clone());
    move |_| Ok(Arc::clone(&certificate))
}

#[test]
fn a_request_of_ours_is_one_that_we_would_take_and_never_twice_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let times = (now(), now() + SignedDuration::from_mins(10));
    let mut seen = Vec::new();
    for nonce in ["1.1", "1.2"] {
        let made = sign_request(head(), b"{}", &signer, times, nonce).unwrap();
        let opened = open(
            &made.question.head,
            b"{}",
            &agreed(),
            &clock(),
            &trusting(&signer),
        );
        let Ok(Opened::Signed(verified)) = opened else {
            panic!("{opened:?}");
        };
        assert!(!seen.contains(&verified.signature));
        seen.push(verified.signature);
        let names: Vec<_> = made.headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["content-digest", "signature-input", "signature"]);
    }
}

/// The value of what an answer may cover, as the question and the answer say it.
fn value(component: &str, headers: &[(String, String)], question: &Question) -> String {
    let own = |headers: &[(String, String)], name: &str| {
        let found = headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    match component {
        "\"@status\"" => "200".to_owned(),
        "\"@method\";req" => "POST".to_owned(),
        "\"@authority\";req" => "fuerza.example:8443".to_owned(),
        "\"@path\";req" => "/v1/personas".to_owned(),
        "\"@query\";req" => "?a=1".to_owned(),
        "\"content-digest\";req" => own(&question.head.headers, "content-digest"),
        "\"signature\";req;key=\"pasarela\"" => {
            let whole = own(&question.head.headers, "signature");
            whole.trim_start_matches("pasarela=").to_owned()
        }
        "\"signature\";req" => own(&question.head.headers, "signature"),
        other => own(headers, other.trim_matches('"')),
    }
}

fn told(signer: &Signer, question: &Question, covered: &str) -> Result<Opened, SignatureFault> {
    let own = BASE64.encode(digest(Hash::Sha256, BODY).unwrap());
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("content-digest".to_owned(), format!("sha-256=:{own}:")),
    ];
    let mut base = String::new();
    for component in covered.split_whitespace() {
        let value = value(component, &headers, question);
        writeln!(base, "{component}: {value}").unwrap();
    }
    let listed: Vec<&str> = covered.split_whitespace().collect();
    let (created, key) = (now().as_second(), &signer.certificate().peer().key);
    let input = format!("({});created={created};keyid=\"{key}\"", listed.join(" "));
    write!(base, "\"@signature-params\": {input}").unwrap();
    let made = signer.sign_by(signer.certificate().algorithm(), base.as_bytes());
    let made = BASE64.encode(made.unwrap());
    headers.push(("signature-input".to_owned(), format!("f={input}")));
    headers.push(("signature".to_owned(), format!("f=:{made}:")));
    let answer = Answer {
        status: 200,
        headers: &headers,
        body: BODY,
    };
    open_answer(&answer, question, &agreed(), &clock(), &trusting(signer))
}

#[test]
fn an_answer_says_which_question_it_is_to() {
    use SignatureFault as F;
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let sealed = asked(&signer);
    let plain = digest_request(head(), b"{}").unwrap().question;
    let ours = " \"signature\";req;key=\"pasarela\"";
    let table = [
        (&sealed, SIGNED.to_owned(), None),
        (&sealed, SIGNED.replace(";key=\"pasarela\"", ""), None),
        (&plain, PLAIN.to_owned(), None),
        (&sealed, SIGNED.replace(ours, ""), Some(F::NotConfirmed)),
        (&sealed, PLAIN.to_owned(), Some(F::NotConfirmed)),
        (&plain, SIGNED.to_owned(), Some(F::NotConfirmed)),
        (
            &sealed,
            SIGNED.replace("key=\"pasarela\"", "key=\"otra\""),
            Some(F::NotConfirmed),
        ),
        (
            &plain,
            PLAIN.replace(" \"content-digest\";req", ""),
            Some(F::NotConfirmed),
        ),
        (
            &plain,
            PLAIN.replace(" \"@query\";req", ""),
            Some(F::NotConfirmed),
        ),
    ];
    for (question, covered, expected) in table {
        let found = told(&signer, question, &covered).err();
        assert_eq!(found, expected, "{covered}");
    }
}

#[test]
fn an_answer_covers_what_it_says_and_nothing_that_it_has_not() {
    use SignatureFault as F;
    let folder = tempfile::tempdir().unwrap();
    let signer = signer(&pki(folder.path()));
    let question = asked(&signer);
    let table = [
        (SIGNED.replace("\"@status\" ", ""), F::UnsignedStatus),
        (SIGNED.replace("\"content-digest\" ", ""), F::UnsignedBody),
        (SIGNED.replace("\"content-type\" ", ""), F::UnsignedBody),
        (format!("{SIGNED} \"@status\""), F::RepeatedComponent),
        (format!("{SIGNED} \"content-type\";bs"), F::Component),
        (format!("{SIGNED} \"signature\""), F::Component),
        (format!("{SIGNED} \"@method\""), F::Component),
        (format!("{SIGNED} \"etag\""), F::NoSuchComponent),
    ];
    for (covered, expected) in table {
        let found = told(&signer, &question, &covered).err();
        assert_eq!(found, Some(expected), "{covered}");
    }
}
