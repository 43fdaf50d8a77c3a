//! What is signed between a holder and us, direction by direction. (That an answer confirms the very question, only a
//! holder that reads it can show: the tests of the federation do.)

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use adapters::soap::SoapVersion::{V11, V12};
use adapters::wsse::{Clock, Expected, Opened, SecurityFault, Stamp, Token, open_answer, sign};
use certs::signing::{Signer, SigningCertificate};
use certs::testpki::slow_signer;
use contract::example::{Maker, Random, example};
use contract::{Contract, Governance, Limits};
use domain::{MessageSecurity, Problem, Signing, Silence};
use jiff::{SignedDuration, Timestamp};

use super::pages::page;
use super::server::{Deed, Server, soap};
use super::site::{IN_VAIN, Site, context, now, site};
use crate::breaker::Outcome;
use crate::holder::{Question, Repeat};
use crate::{BadSignature, ConnectError, Holder, PeerFault, Signatures, Speech, Waits};
use Signing::{Absent, Optional, Required};

fn signer(site: &Site) -> Arc<Signer> {
    let files = site.pki.server();
    Arc::new(Signer::load(&files.certificate, &files.key, now()).unwrap())
}

fn holder(
    site: &Site,
    server: &Server,
    agreed: (Signing, Signing),
    signer: Option<Arc<Signer>>,
) -> Result<Holder, ConnectError> {
    holder_within(site, server, (agreed, signer), Waits::default().whole)
}

fn holder_within(
    site: &Site,
    server: &Server,
    (agreed, signer): ((Signing, Signing), Option<Arc<Signer>>),
    whole: Duration,
) -> Result<Holder, ConnectError> {
    let speech = Speech {
        signatures: Some(signatures(agreed, signer)),
        ..Speech::default()
    };
    let mut config = site.config(server.address);
    config.waits.whole = whole;
    Holder::speaking(config, site.contract.clone(), speech, now())
}

fn signatures(agreed: (Signing, Signing), signer: Option<Arc<Signer>>) -> Signatures {
    Signatures {
        agreed: MessageSecurity {
            requests: agreed.0,
            answers: agreed.1,
            ..MessageSecurity::NONE
        },
        signer,
        skew: SignedDuration::from_secs(5),
        longest: SignedDuration::from_mins(5),
    }
}

type Trusts = fn(&Token) -> Result<Arc<SigningCertificate>, SecurityFault>;

/// Whoever signed, it is the holder.
fn anybody(token: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    let Token::Certificate(der) = token else {
        return Err(SecurityFault::UnknownCertificate);
    };
    let read = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
    Ok(Arc::new(read))
}

fn nobody(_: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    Err(SecurityFault::NotRegistered)
}

/// A page of the index as a holder signs it, as of `minutes` ago, the signature of no question in it.
fn page_signed(site: &Site, minutes: i64) -> Vec<u8> {
    page_answering(site, minutes, None)
}

/// The same, in answer to the question of that signature.
fn page_answering(site: &Site, minutes: i64, answers: Option<&[u8]>) -> Vec<u8> {
    let files = site.pki.central();
    let signer = Signer::load(&files.certificate, &files.key, now()).unwrap();
    let created = Timestamp::now() - SignedDuration::from_mins(minutes);
    let stamp = Stamp {
        created,
        expires: created + SignedDuration::from_mins(5),
        answers,
    };
    sign(&site.envelope(V12, &page()), V12, &signer, &stamp).unwrap()
}

#[tokio::test]
async fn a_question_is_signed_as_agreed() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    for (agreed, key, signed) in [
        (Absent, true, false),
        (Optional, true, true),
        (Optional, false, false),
        (Required, true, true),
    ] {
        let signer = key.then(|| signer(&site));
        let holder = holder(&site, &server, (agreed, Absent), signer).unwrap();
        let context = context();
        let asked = holder.index_feed(&context, (None, 10), &nobody);
        asked.await.unwrap();
        let asked = server.questions.lock().unwrap().pop().unwrap();
        assert_eq!(asked.body.contains("SignatureValue"), signed, "{agreed:?}");
    }
    let keyless = holder(&site, &server, (Required, Absent), None);
    assert!(matches!(keyless.err(), Some(ConnectError::NoKey)));
}

#[tokio::test]
async fn a_service_of_others_is_asked_signed_in_its_own_words() {
    let site = site();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/padron/1");
    let contract = Contract::load(&folder, Governance::Required).unwrap();
    let operation = contract.operations().first().unwrap();
    let (mut maker, mut random) = (Maker::new(&contract), Random::new(1));
    let document = example(&contract, operation.request, &mut maker, &mut random).unwrap();
    let server = Server::start(&site.pki, Deed::Answer(soap("200 OK", b"<a/>")));
    let speech = Speech {
        signatures: Some(signatures((Required, Absent), Some(signer(&site)))),
        ..Speech::default()
    };
    let config = site.config(server.address);
    let holder = Holder::speaking(config, contract.clone(), speech, now()).unwrap();
    let (context, trust) = (context(), nobody);
    let question = Question {
        context: &context,
        operation,
        document: &document,
        expected: operation.response,
        repeat: Repeat::Never,
        longest: Waits::default().whole,
        trace: None,
        trust: &trust,
    };
    let told = holder.document(&question).await;
    assert!(told.is_err(), "it answers nothing of use");
    let asked = server.questions.lock().unwrap().pop().unwrap();
    assert!(
        !asked.body.contains("Contexto"),
        "nothing of ours is around it"
    );
    let clock = Clock {
        now: Timestamp::now(),
        skew: SignedDuration::from_secs(5),
        longest: SignedDuration::from_mins(5),
    };
    let expected = Expected {
        agreed: &MessageSecurity {
            answers: Required,
            ..MessageSecurity::NONE
        },
        clock: &clock,
        request: None,
    };
    let limits = Limits::default();
    let opened = open_answer(asked.body.as_bytes(), &limits, &expected, &anybody);
    let Ok(Opened::Signed(signed)) = opened else {
        panic!("{opened:?}");
    };
    assert_eq!(signed.version, V11, "the edition that its WSDL binds");
}

#[tokio::test]
async fn an_answer_is_taken_as_agreed() {
    let site = &site();
    let plain = &site.envelope(V12, &page());
    let (fresh, stale) = (&page_signed(site, 0), &page_signed(site, 60));
    let others = &page_answering(site, 0, Some(b"the signature of another's question"));
    let changed = String::from_utf8(fresh.clone()).unwrap();
    let changed = &changed.replacen("activo", "inactivo", 1).into_bytes();
    let (anybody, nobody): (Trusts, Trusts) = (anybody, nobody);
    let table = [
        (Absent, plain, nobody, None),
        (Optional, plain, nobody, None),
        (Optional, fresh, anybody, None),
        (Required, fresh, anybody, None),
        (Absent, fresh, anybody, Some(SecurityFault::NotAgreed)),
        (Required, plain, anybody, Some(SecurityFault::NotSigned)),
        (Required, fresh, nobody, Some(SecurityFault::NotRegistered)),
        (Optional, fresh, nobody, Some(SecurityFault::NotRegistered)),
        (Required, stale, anybody, Some(SecurityFault::Expired)),
        // Ours was not signed: whatever it confirms is another's.
        (Required, others, anybody, Some(SecurityFault::NotConfirmed)),
        (Optional, others, anybody, Some(SecurityFault::NotConfirmed)),
        (
            Required,
            changed,
            anybody,
            Some(SecurityFault::DigestMismatch),
        ),
    ];
    for (agreed, answer, trust, expected) in table {
        let server = Server::start(&site.pki, Deed::Answer(soap("200 OK", answer)));
        let holder = holder(site, &server, (Absent, agreed), None).unwrap();
        let told = holder.index_feed(&context(), (None, 10), &trust).await;
        let fault = told.as_ref().err().map(|fault| {
            let PeerFault::Signature(BadSignature::Envelope(error)) = fault else {
                panic!("{agreed:?}: {fault}");
            };
            error.fault
        });
        assert_eq!(fault, expected, "{agreed:?}");
        if let Err(fault) = told {
            assert_eq!(fault.problem(), Problem::HolderSignature);
            assert_eq!(fault.silence(), Silence::Faulty);
        }
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_none() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &page_signed(&site, 0)));
    let server = Server::start(&site.pki, deed);
    let key = Some(signer(&site));
    let holder = holder(&site, &server, (Required, Required), key).unwrap();
    let told = holder.index_feed(&context(), (None, 10), &anybody).await;
    let Err(PeerFault::Signature(BadSignature::Envelope(error))) = told else {
        panic!("{told:?}");
    };
    assert_eq!(error.fault, SecurityFault::NotConfirmed);
}

/// A key that hangs is ours: nothing leaves, and nothing is held against the holder.
#[tokio::test]
async fn a_key_that_takes_too_long_is_no_fault_of_the_holder() {
    let site = site();
    let deed = Deed::Answer(soap("200 OK", &site.envelope(V12, &page())));
    let server = Server::start(&site.pki, deed);
    let slow = slow_signer(&site.pki.server().certificate, 5 * IN_VAIN).unwrap();
    let signs = ((Required, Absent), Some(Arc::new(slow)));
    let holder = holder_within(&site, &server, signs, IN_VAIN).unwrap();
    let told = holder.index_feed(&context(), (None, 10), &nobody).await;
    let fault = told.unwrap_err();
    assert!(matches!(fault, PeerFault::Unsignable(_)), "{fault}");
    assert_eq!(fault.problem(), Problem::SigningUnavailable);
    assert!(matches!(fault.outcome(), Outcome::Untold), "{fault}");
    assert!(server.questions.lock().unwrap().is_empty());
}
