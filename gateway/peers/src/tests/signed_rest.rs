//! What is signed between a holder that speaks REST and us, direction by direction.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use adapters::signatures::{self, Head, Opened, Question, SignatureFault, sign};
use adapters::wsse::{Clock, SecurityFault, Token};
use certs::signing::{Signer, SigningCertificate};
use certs::testpki::Files;
use domain::{MessageSecurity, Problem, Signing, Silence};
use jiff::{SignedDuration, Timestamp};

use super::rest::{JSON, NOBODY, PROBLEM, ask_trusting, speaking};
use super::server::{Asked, Deed, Server};
use super::site::{Site, now, site};
use crate::breaker::Outcome;
use crate::{BadSignature, ConnectError, PeerFault, Signatures};
use Signing::{Absent, Optional, Required};

/// Ten minutes, which is as long as a signature counts here.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

fn key(files: &Files) -> Arc<Signer> {
    Arc::new(Signer::load(&files.certificate, &files.key, now()).unwrap())
}

fn between(requests: Signing, answers: Signing, signer: Option<Arc<Signer>>) -> Signatures {
    Signatures {
        agreed: MessageSecurity {
            requests,
            answers,
            ..MessageSecurity::NONE
        },
        signer,
        skew: SignedDuration::from_secs(5),
        longest: LONGEST,
    }
}

/// Whoever is connected is the holder.
fn anybody(token: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    let Token::Certificate(der) = token else {
        return Err(SecurityFault::UnknownCertificate);
    };
    let read = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
    Ok(Arc::new(read))
}

fn another(_: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    Err(SecurityFault::AnotherOrganism)
}

type Trusts = fn(&Token) -> Result<Arc<SigningCertificate>, SecurityFault>;

/// A question as its holder sees it.
fn head(asked: &Asked) -> Head {
    let mut line = asked.line.split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let host = asked.headers.iter().find(|(name, _)| name == "host");
    Head {
        method: method.to_owned(),
        authority: host.unwrap().1.clone(),
        path: path.to_owned(),
        query,
        headers: asked.headers.clone(),
    }
}

fn question(asked: &Asked) -> Question {
    let head = head(asked);
    Question {
        label: signatures::label(&head),
        head,
    }
}

/// How an answer differs from a good one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Twist {
    None,
    Unsigned,
    Another,
    Tampered,
    OtherStatus,
    Stale,
    OtherQuestion,
    OtherBody,
}

/// Signs what it answers, or does something else.
fn holder(site: &Site, twist: Twist, status: u16, media: &'static str) -> Deed {
    let (own, other) = (key(&site.pki.central()), key(&site.pki.server()));
    Deed::Reply(Arc::new(move |asked: &Asked| {
        let signer = if twist == Twist::Another {
            &other
        } else {
            &own
        };
        let mut question = question(asked);
        let change = if twist == Twist::OtherQuestion {
            "signature"
        } else if twist == Twist::OtherBody {
            "content-digest"
        } else {
            ""
        };
        for (name, value) in &mut question.head.headers {
            if name == change {
                let label = if change == "signature" {
                    "pasarela"
                } else {
                    "sha-256"
                };
                *value = format!("{label}=:AAAA:");
            }
        }
        let minutes = if twist == Twist::Stale { 60 } else { 0 };
        let created = Timestamp::now() - SignedDuration::from_mins(minutes);
        let headers = [("content-type".to_owned(), media.to_owned())];
        let answer = (status, &headers[..], NOBODY);
        let made = sign(answer, &question, signer, (created, created + LONGEST)).unwrap();
        let mut head = String::new();
        for (name, value) in &made {
            if twist != Twist::Unsigned {
                write!(head, "{name}: {value}\r\n").unwrap();
            }
        }
        let mut sent = String::from_utf8_lossy(NOBODY).into_owned();
        if twist == Twist::Tampered {
            sent = sent.replace("false", "true ");
        }
        let said = if twist == Twist::OtherStatus {
            201
        } else {
            status
        };
        let length = sent.len();
        format!("HTTP/1.1 {said} X\r\n{head}content-type: {media}\r\ncontent-length: {length}\r\n\r\n{sent}")
            .into_bytes()
    }))
}

#[tokio::test]
async fn a_question_over_rest_is_signed_as_agreed_and_anew_each_time() {
    let site = site();
    let ours = key(&site.pki.server());
    let mut seen: Vec<Vec<u8>> = Vec::new();
    for (agreed, keyed, is_signed) in [
        (Absent, true, false),
        (Optional, false, false),
        (Optional, true, true),
        (Required, true, true),
    ] {
        let server = Server::start(&site.pki, holder(&site, Twist::None, 200, JSON));
        let between = between(agreed, Required, keyed.then(|| ours.clone()));
        let speaks = speaking(&site, &server, Some(between)).unwrap();
        for _ in 0..2 {
            ask_trusting(&site, &speaks, &anybody).await.unwrap();
            let asked = server.questions.lock().unwrap().pop().unwrap();
            let certificate = Arc::new(ours.certificate().clone());
            let trust = |named: &str| {
                assert_eq!(named, certificate.peer().key);
                Ok(certificate.clone())
            };
            let clock = Clock {
                now: Timestamp::now(),
                skew: SignedDuration::from_secs(5),
                longest: LONGEST,
            };
            let took = MessageSecurity {
                requests: if is_signed { Required } else { Absent },
                ..MessageSecurity::NONE
            };
            let opened =
                signatures::open(&head(&asked), asked.body.as_bytes(), &took, &clock, &trust);
            match (opened.unwrap(), is_signed) {
                (Opened::Plain, false) => {}
                (Opened::Signed(verified), true) => {
                    assert!(!seen.contains(&verified.signature), "{agreed:?}");
                    seen.push(verified.signature);
                }
                (told, _) => panic!("{agreed:?}: {told:?}"),
            }
        }
    }
    let server = Server::start(&site.pki, Deed::Answer(Vec::new()));
    let keyless = speaking(&site, &server, Some(between(Required, Absent, None)));
    assert!(matches!(keyless.err(), Some(ConnectError::NoKey)));
}

/// What is agreed, what the holder does, who vouches for its key, and what that comes to.
type Row = (Signing, Signing, Twist, Trusts, Option<SignatureFault>);

fn rows() -> Vec<Row> {
    use SignatureFault as F;
    let (anybody, another): (Trusts, Trusts) = (anybody, another);
    let taken = |requests, answers, twist| (requests, answers, twist, anybody, None);
    let refused = |twist, fault| (Required, Required, twist, anybody, Some(fault));
    vec![
        taken(Required, Absent, Twist::Unsigned),
        taken(Required, Optional, Twist::Unsigned),
        taken(Required, Optional, Twist::None),
        taken(Required, Required, Twist::None),
        taken(Absent, Required, Twist::None),
        (Required, Absent, Twist::None, anybody, Some(F::NotAgreed)),
        (
            Required,
            Required,
            Twist::None,
            another,
            Some(F::AnotherOrganism),
        ),
        (
            Required,
            Optional,
            Twist::Tampered,
            anybody,
            Some(F::DigestMismatch),
        ),
        refused(Twist::Unsigned, F::NotSigned),
        refused(Twist::Another, F::UnknownKey),
        refused(Twist::Tampered, F::DigestMismatch),
        refused(Twist::OtherStatus, F::SignatureMismatch),
        refused(Twist::Stale, F::Expired),
        // A good signature over the signature of another question: its value is not ours.
        refused(Twist::OtherQuestion, F::SignatureMismatch),
        (
            Absent,
            Required,
            Twist::OtherBody,
            anybody,
            Some(F::SignatureMismatch),
        ),
    ]
}

#[tokio::test]
async fn an_answer_over_rest_is_taken_as_agreed() {
    let site = site();
    for (requests, answers, twist, trust, expected) in rows() {
        let server = Server::start(&site.pki, holder(&site, twist, 200, JSON));
        let signs = between(requests, answers, Some(key(&site.pki.server())));
        let speaks = speaking(&site, &server, Some(signs)).unwrap();
        let told = ask_trusting(&site, &speaks, &trust).await;
        let case = format!("{requests:?} {answers:?} {twist:?}: {told:?}");
        let fault = told.as_ref().err().map(|fault| {
            let PeerFault::Signature(BadSignature::Http(fault)) = fault else {
                panic!("{case}");
            };
            *fault
        });
        assert_eq!(fault, expected, "{case}");
        if let Err(fault) = told {
            assert_eq!(fault.problem(), Problem::HolderSignature);
            assert_eq!(fault.silence(), Silence::Faulty);
            assert!(matches!(fault.outcome(), Outcome::Fails), "{fault}");
        }
    }
}

/// The answer of yesterday, kept and told again: it is the answer to another question.
#[tokio::test]
async fn an_answer_that_was_given_before_is_none() {
    let site = site();
    let deed = holder(&site, Twist::None, 200, JSON);
    let Deed::Reply(reply) = deed else {
        panic!("it signs what comes");
    };
    let kept = Mutex::new(None);
    let again = Deed::Reply(Arc::new(move |asked: &Asked| {
        kept.lock()
            .unwrap()
            .get_or_insert_with(|| reply(asked))
            .clone()
    }));
    let server = Server::start(&site.pki, again);
    let signs = between(Required, Required, Some(key(&site.pki.server())));
    let speaks = speaking(&site, &server, Some(signs)).unwrap();
    ask_trusting(&site, &speaks, &anybody).await.unwrap();
    let told = ask_trusting(&site, &speaks, &anybody).await.unwrap_err();
    let expected = BadSignature::Http(SignatureFault::SignatureMismatch);
    assert!(
        matches!(&told, PeerFault::Signature(fault) if *fault == expected),
        "{told}"
    );
}

/// What a holder says is wrong counts as little without its signature as what it answers.
#[tokio::test]
async fn a_problem_is_signed_as_an_answer_is() {
    let site = site();
    for (twist, problem) in [
        (Twist::None, Problem::HolderRefused),
        (Twist::Unsigned, Problem::HolderSignature),
        (Twist::Another, Problem::HolderSignature),
    ] {
        let server = Server::start(&site.pki, holder(&site, twist, 400, PROBLEM));
        let signs = between(Required, Required, Some(key(&site.pki.server())));
        let speaks = speaking(&site, &server, Some(signs)).unwrap();
        let told = ask_trusting(&site, &speaks, &anybody).await.unwrap_err();
        assert_eq!(told.problem(), problem, "{twist:?}: {told}");
    }
}
