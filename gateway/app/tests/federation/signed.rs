//! Signed messages on the wire: accepted, answered signed, recorded; and refused, each by its name.

use std::path::Path;
use std::sync::Arc;

use adapters::soap::SoapVersion;
use adapters::wsse::{Clock, Opened, SecurityFault, Signed, Stamp, Token, Trust, open, sign};
use certs::signing::{Naming, Signer, SigningCertificate};
use contract::Limits;
use domain::{MessageSecurity, Signing};
use jiff::{SignedDuration, Timestamp};
use journal::Digest;

use crate::answer::Answer;
use crate::members::{Member, SIGNER, SOMETIMES};
use crate::partner::{envelope, fresh, operation};
use crate::site::{Site, run, shared};

impl Member {
    fn name(&self) -> (&'static str, &'static str) {
        (self.slug, self.id)
    }
}

pub(crate) fn signer(site: &Site, slug: &str) -> Signer {
    let files = site.pki.organism(slug);
    Signer::load(&files.certificate, &files.key, Timestamp::now().as_second()).unwrap()
}

/// A good question of that partner, with that context, not signed.
pub(crate) fn question(site: &Site, version: SoapVersion, context: &str) -> Vec<u8> {
    let body = format!("<idCaso>{}</idCaso>", site.cases.own);
    let message = envelope(version, context, &operation("ConsultarCaso", &body));
    let ours = [
        ("<s:", "<soap:"),
        ("</s:", "</soap:"),
        ("xmlns:s=", "xmlns:soap="),
    ];
    let message = ours
        .iter()
        .fold(message, |text, (from, to)| text.replace(from, to));
    message.into_bytes()
}

/// The same, signed as of `age` ago.
pub(crate) fn signed_by(
    signer: &Signer,
    version: SoapVersion,
    message: &[u8],
    age: SignedDuration,
) -> String {
    let created = Timestamp::now() - age;
    let stamp = Stamp {
        created,
        expires: created + SignedDuration::from_mins(5),
        answers: None,
    };
    String::from_utf8(sign(message, version, signer, &stamp).unwrap()).unwrap()
}

/// Opens a message that must be signed, by whomever.
pub(crate) fn opened(message: &[u8]) -> Signed {
    let trust = |token: &Token| match token {
        Token::Certificate(der) => {
            let read = SigningCertificate::from_der(der);
            read.map(Arc::new).map_err(|e| SecurityFault::from(&e))
        }
        Token::IssuerSerial { .. } | Token::KeyId(_) => Err(SecurityFault::UnknownCertificate),
    };
    opened_by(message, &trust)
}

/// The same, where that trusts whoever signed.
pub(crate) fn opened_by(message: &[u8], trust: &Trust<'_>) -> Signed {
    let agreed = MessageSecurity {
        requests: Signing::Required,
        ..MessageSecurity::NONE
    };
    let clock = Clock {
        now: Timestamp::now(),
        skew: SignedDuration::from_secs(5),
        longest: SignedDuration::from_mins(10),
    };
    match open(message, &Limits::default(), &agreed, &clock, trust) {
        Ok(Opened::Signed(signed)) => *signed,
        other => panic!("{other:?}: {}", String::from_utf8_lossy(message)),
    }
}

/// The refusal says so: problem, fault, code of WS-Security, version.
#[track_caller]
fn assert_refused(case: &str, version: SoapVersion, answer: &Answer, fault: SecurityFault) {
    let problem = fault.problem();
    assert_eq!(
        answer.text("codigo").as_deref(),
        Some(problem.entry().code),
        "{case}: {}",
        answer.body
    );
    assert!(
        answer
            .body
            .contains(&format!("<codigo>{}</codigo>", fault.code())),
        "{case}: {}",
        answer.body
    );
    let code = format!(">wsse:{}</", fault.soap().local());
    assert!(
        answer.body.contains(&code),
        "{case}: no `{code}` in {}",
        answer.body
    );
    assert!(
        answer.body.contains(version.namespace()),
        "{case}: {}",
        answer.body
    );
    let status = if version == SoapVersion::V12 {
        400
    } else {
        500
    };
    assert_eq!(answer.status, status, "{case}");
}

/// What is signed of the answer says which body it answers.
#[track_caller]
fn assert_digest(answer: &Answer, question: &str) {
    let verified = String::from_utf8(opened(answer.body.as_bytes()).message).unwrap();
    let digest = Digest::of(question.as_bytes());
    let block = "<ResumenPeticion xmlns=\"urn:pasarela:contexto:1\"";
    let (_, rest) = verified
        .split_once(block)
        .unwrap_or_else(|| panic!("{verified}"));
    let told = rest
        .split_once('>')
        .and_then(|(_, rest)| rest.split_once('<'));
    assert_eq!(told.unwrap().0, digest.to_string(), "{verified}");
}

#[test]
fn a_signed_question_gets_a_signed_answer_and_stands_in_the_evidence() {
    let site = shared();
    let partner = site.partner(SIGNER.name());
    let own = signer(site, SIGNER.slug);
    for version in SoapVersion::ALL {
        let request = fresh();
        let message = question(site, *version, &partner.context(&request));
        let message = signed_by(&own, *version, &message, SignedDuration::ZERO);
        let answer = run(partner.soap(*version, &message));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_digest(&answer, &message);
        let answered = opened(answer.body.as_bytes());
        assert_eq!(answered.confirmed, [opened(message.as_bytes()).signature]);
        let server = SigningCertificate::from_der(answered.signer.der()).unwrap();
        assert_eq!(
            server.peer().common_name.as_deref(),
            Some("Pasarela de pruebas")
        );
        let journal = site.journal();
        let entries: Vec<_> = journal
            .entries()
            .iter()
            .filter(|entry| entry["peticion"] == request.as_str())
            .collect();
        assert_eq!(entries.len(), 2, "asked and released");
        for entry in entries {
            assert_eq!(
                entry["certificadoDeFirma"],
                own.certificate().peer().fingerprint.as_str()
            );
            assert_eq!(entry["firma"].as_str().map(str::len), Some(64));
            assert_eq!(entry["resumenPeticion"].as_str().map(str::len), Some(64));
        }
    }
}

/// Who sends what is not as agreed, signed by whom, how long ago; and by what name it is refused.
const NOT_AS_AGREED: [(&str, &str, &str, i64, SecurityFault); 6] = [
    (
        "firmante",
        "E99990112",
        "firmante",
        60,
        SecurityFault::Expired,
    ),
    (
        "firmante",
        "E99990112",
        "firmante",
        -60,
        SecurityFault::FromTheFuture,
    ),
    (
        "firmante",
        "E99990112",
        "herencia",
        0,
        SecurityFault::AnotherOrganism,
    ),
    (
        "firmante",
        "E99990112",
        "desconocido",
        0,
        SecurityFault::NotRegistered,
    ),
    (
        "firma-a-veces",
        "E99990113",
        "firmante",
        0,
        SecurityFault::NotNamed,
    ),
    (
        "herencia",
        "L01130473",
        "herencia",
        0,
        SecurityFault::NotAgreed,
    ),
];

#[test]
fn what_is_not_as_agreed_is_refused_by_name_and_recorded() {
    let site = shared();
    let v11 = SoapVersion::V11;
    for (slug, id, by, minutes, fault) in NOT_AS_AGREED {
        let partner = site.partner((slug, id));
        let message = question(site, v11, &partner.context(&fresh()));
        let age = SignedDuration::from_mins(minutes);
        let message = signed_by(&signer(site, by), v11, &message, age);
        let answer = run(partner.soap(v11, &message));
        assert_refused(slug, v11, &answer, fault);
        let journal = site.journal();
        journal.assert_refused(slug, &answer.incident(), fault.problem());
    }
    let partner = site.partner(SIGNER.name());
    let plain = question(site, v11, &partner.context(&fresh()));
    let own = signer(site, SIGNER.slug);
    let changed = signed_by(&own, v11, &plain, SignedDuration::ZERO);
    let changed = changed.replace("AGENTE-0001", "AGENTE-0002");
    let plain = String::from_utf8(plain).unwrap();
    for (message, fault) in [
        (plain, SecurityFault::NotSigned),
        (changed, SecurityFault::DigestMismatch),
    ] {
        let answer = run(partner.soap(v11, &message));
        assert_refused("changed", v11, &answer, fault);
        assert_digest(&answer, &message);
    }
    site.assert_serves("refusals");
}

#[test]
fn a_signed_message_counts_once() {
    let site = shared();
    let partner = site.partner(SIGNER.name());
    for version in SoapVersion::ALL {
        let message = question(site, *version, &partner.context(&fresh()));
        let message = signed_by(
            &signer(site, SIGNER.slug),
            *version,
            &message,
            SignedDuration::ZERO,
        );
        assert_eq!(run(partner.soap(*version, &message)).status, 200);
        let again = run(partner.soap(*version, &message));
        assert_refused("again", *version, &again, SecurityFault::Replayed);
        opened(again.body.as_bytes());
    }
}

#[test]
fn an_organism_signs_for_another_that_the_context_names() {
    let site = shared();
    let partner = site.partner(SOMETIMES.name());
    let context = partner.context(&fresh()).replace(
        "</Solicitante>",
        &format!("</Solicitante><EnNombreDe>{}</EnNombreDe>", SIGNER.id),
    );
    let message = question(site, SoapVersion::V12, &context);
    let message = signed_by(
        &signer(site, SIGNER.slug),
        SoapVersion::V12,
        &message,
        SignedDuration::ZERO,
    );
    let answer = run(partner.soap(SoapVersion::V12, &message));
    assert_eq!(answer.status, 200, "{}", answer.body);
    opened(answer.body.as_bytes());
    let unsigned = question(site, SoapVersion::V12, &partner.context(&fresh()));
    let answer = run(partner.soap(SoapVersion::V12, &String::from_utf8(unsigned).unwrap()));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("Signature"), "{}", answer.body);
}

#[test]
fn a_certificate_may_be_named_and_not_sent() {
    let site = shared();
    let partner = site.partner(SIGNER.name());
    for naming in [Naming::IssuerSerial, Naming::KeyId] {
        let own = signer(site, SIGNER.slug).naming(naming).unwrap();
        for version in SoapVersion::ALL {
            let message = question(site, *version, &partner.context(&fresh()));
            let message = signed_by(&own, *version, &message, SignedDuration::ZERO);
            assert!(!message.contains("BinarySecurityToken"), "{message}");
            let answer = run(partner.soap(*version, &message));
            assert_eq!(answer.status, 200, "{naming:?}: {}", answer.body);
        }
    }
}

#[test]
fn who_acts_for_another_may_name_its_certificate_and_nobody_elses() {
    let site = shared();
    let v11 = SoapVersion::V11;
    // Both are at hand: each has been connected.
    site.assert_serves("nothing");
    let of_signer = site.partner(SIGNER.name());
    let message = question(site, v11, &of_signer.context(&fresh()));
    let own = signer(site, SIGNER.slug);
    let message = signed_by(&own, v11, &message, SignedDuration::ZERO);
    assert_eq!(run(of_signer.soap(v11, &message)).status, 200);
    let partner = site.partner(SOMETIMES.name());
    let acting = format!("</Solicitante><EnNombreDe>{}</EnNombreDe>", SIGNER.id);
    for naming in [Naming::IssuerSerial, Naming::KeyId] {
        let context = partner.context(&fresh()).replace("</Solicitante>", &acting);
        let message = question(site, v11, &context);
        let named = signer(site, SIGNER.slug).naming(naming).unwrap();
        let message = signed_by(&named, v11, &message, SignedDuration::ZERO);
        let answer = run(partner.soap(v11, &message));
        assert_eq!(answer.status, 200, "{naming:?}: {}", answer.body);

        let unnamed = question(site, v11, &partner.context(&fresh()));
        let message = signed_by(&named, v11, &unnamed, SignedDuration::ZERO);
        let answer = run(partner.soap(v11, &message));
        assert_refused("unnamed", v11, &answer, SecurityFault::NotNamed);

        let stranger = signer(site, "herencia").naming(naming).unwrap();
        let message = question(site, v11, &context.replace("PET-", "PET-OTRA-"));
        let message = signed_by(&stranger, v11, &message, SignedDuration::ZERO);
        let answer = run(partner.soap(v11, &message));
        let fault = SecurityFault::UnknownCertificate;
        assert_refused("another", v11, &answer, fault);
        let journal = site.journal();
        journal.assert_refused("another", &answer.incident(), fault.problem());
    }
}

/// A site whose gateway signs so; with the folder of certificates that it knows from the start.
fn configured(reference: &str, known: &Path) -> Site {
    run(Site::start(|config| {
        let signing = config["signing"].as_table_mut().unwrap();
        signing.insert("reference".into(), reference.into());
        signing.insert("known".into(), known.display().to_string().into());
    }))
}

#[test]
fn what_names_the_gateways_certificate_is_configured_and_others_are_known_from_a_folder() {
    let known = tempfile::tempdir().unwrap();
    let files = shared().pki.organism(SIGNER.slug);
    std::fs::copy(&files.certificate, known.path().join("firmante.pem")).unwrap();
    let site = configured("issuer-serial", known.path());
    let partner = site.partner(SOMETIMES.name());
    let acting = format!("</Solicitante><EnNombreDe>{}</EnNombreDe>", SIGNER.id);
    let context = partner.context(&fresh()).replace("</Solicitante>", &acting);
    let message = question(&site, SoapVersion::V12, &context);
    // It has never been connected here.
    let named = signer(&site, SIGNER.slug).naming(Naming::KeyId).unwrap();
    let message = signed_by(&named, SoapVersion::V12, &message, SignedDuration::ZERO);
    let answer = run(partner.soap(SoapVersion::V12, &message));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("<ds:X509IssuerSerial>"),
        "{}",
        answer.body
    );
    assert!(
        !answer.body.contains("BinarySecurityToken"),
        "{}",
        answer.body
    );
    let pem = std::fs::read(&site.pki.server().certificate).unwrap();
    let server = Arc::new(SigningCertificate::from_pem(&pem).unwrap());
    let trust = |token: &Token| match token {
        Token::IssuerSerial { issuer, serial } if server.is_issued_as(issuer, serial) => {
            Ok(Arc::clone(&server))
        }
        Token::IssuerSerial { .. } | Token::KeyId(_) | Token::Certificate(_) => {
            Err(SecurityFault::UnknownCertificate)
        }
    };
    let signed = opened_by(answer.body.as_bytes(), &trust);
    assert_eq!(signed.signer.der(), server.der());
}
