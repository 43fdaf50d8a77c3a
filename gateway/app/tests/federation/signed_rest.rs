//! Signed requests of REST on the wire (RFC 9421): the base is written by hand.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::{Hash, Signer, SigningCertificate, digest};
use domain::Problem;
use jiff::Timestamp;
use journal::Digest;

use crate::answer::Answer;
use crate::members::{Member, SIGNER, SOMETIMES};
use crate::partner::{OFFICER, Partner, fresh};
use crate::site::{Site, run, shared};

/// A request with its headers, signed.
pub(crate) struct Signed {
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    signature: String,
}

pub(crate) fn signer(site: &Site, member: &Member) -> Signer {
    let files = site.pki.organism(member.slug);
    Signer::load(&files.certificate, &files.key, Timestamp::now().as_second()).unwrap()
}

pub(crate) fn question(site: &Site, partner: &Partner, signer: &Signer, request: &str) -> Signed {
    let path = format!("/v2/casos/{}", site.cases.own);
    reading(path, partner, signer, request)
}

fn reading(path: String, partner: &Partner, signer: &Signer, request: &str) -> Signed {
    reading_for((path, None), partner, signer, request)
}

/// The same for an organism that the asker acts for.
fn reading_for(
    (path, other): (String, Option<&str>),
    partner: &Partner,
    signer: &Signer,
    request: &str,
) -> Signed {
    let mut covered = vec![
        ("@method", "GET"),
        ("@authority", partner.authority()),
        ("@path", &path),
        ("pasarela-solicitante", &partner.id),
        ("pasarela-funcionario", OFFICER),
        ("pasarela-finalidad", "proteccion"),
        ("idempotency-key", request),
    ];
    covered.extend(other.map(|id| ("pasarela-en-nombre-de", id)));
    let names: Vec<String> = covered
        .iter()
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    let (created, key) = (
        Timestamp::now().as_second(),
        &signer.certificate().peer().key,
    );
    let input = format!("({});created={created};keyid=\"{key}\"", names.join(" "));
    let mut base = String::new();
    for (name, value) in &covered {
        writeln!(base, "\"{name}\": {value}").unwrap();
    }
    write!(base, "\"@signature-params\": {input}").unwrap();
    let value = BASE64.encode(signer.sign(base.as_bytes()).unwrap());
    let mut headers = vec![
        ("Idempotency-Key", request.to_owned()),
        ("Signature-Input", format!("prueba={input}")),
        ("Signature", format!("prueba=:{value}:")),
    ];
    headers.extend(other.map(|id| ("Pasarela-En-Nombre-De", id.to_owned())));
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    Signed {
        path,
        headers: headers.into_iter().map(owned).collect(),
        signature: value,
    }
}

impl Signed {
    pub(crate) fn send(&self, partner: &Partner, more: &[(&str, &str)]) -> Answer {
        let own = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<_> = own.chain(more.iter().copied()).collect();
        run(partner.rest("GET", &self.path, &headers, ""))
    }
}

/// Verifies what signs an answer to a signed request, by a base written here.
pub(crate) fn verify(site: &Site, answer: &Answer, asked: &Signed) {
    let of_request = |_: &str| format!(":{}:", asked.signature);
    assert_of(&verified(site, answer, &of_request));
}

/// The same by that certificate.
pub(crate) fn verify_by(server: &SigningCertificate, answer: &Answer, asked: &Signed) {
    let of_request = |_: &str| format!(":{}:", asked.signature);
    assert_of(&verified_by(server, (answer, b""), &of_request));
}

#[track_caller]
fn assert_of(listed: &str) {
    assert!(
        listed.contains("\"signature\";req;key=\"prueba\""),
        "{listed}"
    );
}

/// Verifies what signs an answer to a request without a body; says what it covers.
pub(crate) fn verified(
    site: &Site,
    answer: &Answer,
    of_request: &dyn Fn(&str) -> String,
) -> String {
    verified_of(site, answer, b"", of_request)
}

/// The same of a request with that body.
pub(crate) fn verified_of(
    site: &Site,
    answer: &Answer,
    body: &[u8],
    of_request: &dyn Fn(&str) -> String,
) -> String {
    let pem = std::fs::read(&site.pki.server().certificate).unwrap();
    let first = String::from_utf8(pem).unwrap();
    let der = first
        .split("-----END")
        .next()
        .unwrap()
        .split("-----\n")
        .nth(1)
        .unwrap();
    let der = BASE64.decode(der.replace('\n', "")).unwrap();
    let server = SigningCertificate::from_der(&der).unwrap();
    verified_by(&server, (answer, body), of_request)
}

/// Verifies, by that certificate, what signs an answer to a request with that body; says what it covers.
pub(crate) fn verified_by(
    server: &SigningCertificate,
    (answer, body): (&Answer, &[u8]),
    of_request: &dyn Fn(&str) -> String,
) -> String {
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("no `{name}`"));
    let own = digest(Hash::Sha256, answer.body.as_bytes()).unwrap();
    assert_eq!(
        header("content-digest"),
        format!("sha-256=:{}:", BASE64.encode(own))
    );
    let brought = Digest::of(body).to_string();
    assert_eq!(header("pasarela-resumen-peticion"), brought);
    let input = header("signature-input").strip_prefix("pasarela=").unwrap();
    assert!(input.contains("\"pasarela-resumen-peticion\""), "{input}");
    let listed = input.strip_prefix('(').unwrap().split_once(')').unwrap().0;
    let mut base = String::new();
    for component in listed.split(' ') {
        let value = match component.trim_matches('"') {
            "@status" => answer.status.to_string(),
            name => match name.split_once("\";req") {
                Some((name, _)) => of_request(name),
                None => header(name).to_owned(),
            },
        };
        writeln!(base, "{component}: {value}").unwrap();
    }
    write!(base, "\"@signature-params\": {input}").unwrap();
    let value = header("signature").strip_prefix("pasarela=:").unwrap();
    let value = BASE64.decode(value.strip_suffix(':').unwrap()).unwrap();
    assert!(
        server.verifies(server.algorithm(), base.as_bytes(), &value),
        "{base}"
    );
    listed.to_owned()
}

#[test]
fn a_signed_request_gets_a_signed_answer_once() {
    let site = shared();
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let own = signer(site, &SIGNER);
    let request = fresh();
    let asked = question(site, &partner, &own, &request);
    let answer = asked.send(&partner, &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    verify(site, &answer, &asked);
    let journal = site.journal();
    let entries = journal
        .entries()
        .iter()
        .filter(|entry| entry["peticion"] == request.as_str());
    let signed: Vec<_> = entries
        .map(|entry| entry["certificadoDeFirma"].clone())
        .collect();
    let certificate = own.certificate().peer().fingerprint.as_str();
    assert_eq!(signed, [certificate, certificate], "asked and released");
    let again = asked.send(&partner, &[]);
    assert_eq!(
        again.text("codigo").as_deref(),
        Some(Problem::SecurityReplayed.entry().code)
    );
    verify(site, &again, &asked);
}

#[test]
fn the_evidence_of_a_users_form_has_the_signature() {
    let site = shared();
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let own = signer(site, &SIGNER);
    let asked = reading("/usuarios".to_owned(), &partner, &own, &fresh());
    let answer = asked.send(&partner, &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    verify(site, &answer, &asked);
    let journal = site.journal();
    let mut entries = journal.entries().iter();
    let read = entries.find(|it| it["operacion"] == "leerUsuarios" && it["organismo"] == SIGNER.id);
    let read = read.unwrap();
    let certificate = own.certificate().peer().fingerprint.as_str();
    assert_eq!(read["certificadoDeFirma"], certificate, "{read}");
    assert!(read["firma"].is_string(), "{read}");
}

#[test]
fn what_is_not_as_agreed_is_refused_signed() {
    let site = shared();
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let asked = question(site, &partner, &signer(site, &SIGNER), &fresh());
    let another = asked.send(&partner, &[("Pasarela-Finalidad", "investigacion")]);
    assert_eq!(
        another.text("codigo").as_deref(),
        Some(Problem::SignatureInvalid.entry().code)
    );
    verify(site, &another, &asked);
    let plain = run(partner.get(&asked.path));
    assert_eq!(
        plain.text("codigo").as_deref(),
        Some(Problem::NotSigned.entry().code)
    );
    assert!(plain.header("signature").is_some(), "{}", plain.body);
    site.journal()
        .assert_refused("plain", &plain.incident(), Problem::NotSigned);
    let notices = run(partner.get("/avisos"));
    assert_eq!(
        notices.text("codigo").as_deref(),
        Some(Problem::NotSigned.entry().code)
    );
    assert!(notices.header("signature").is_some(), "{}", notices.body);
    let herencia = site.herencia();
    let signed = question(site, &herencia, &signer(site, &SIGNER), &fresh());
    let refused = signed.send(&herencia, &[]);
    assert_eq!(
        refused.text("codigo").as_deref(),
        Some(Problem::SecurityNotAgreed.entry().code)
    );
    assert!(refused.header("signature").is_none(), "{}", refused.body);
}

#[test]
fn who_acts_for_another_may_sign_with_its_key_if_the_context_names_it() {
    let site = shared();
    let own = signer(site, &SIGNER);
    // It is at hand: it has been connected.
    let of_signer = site.partner((SIGNER.slug, SIGNER.id));
    let asked = question(site, &of_signer, &own, &fresh());
    assert_eq!(asked.send(&of_signer, &[]).status, 200);
    let partner = site.partner((SOMETIMES.slug, SOMETIMES.id));
    let path = format!("/v2/casos/{}", site.cases.own);
    let acting = reading_for((path.clone(), Some(SIGNER.id)), &partner, &own, &fresh());
    let answer = acting.send(&partner, &[]);
    assert_eq!(answer.status, 200, "{}", answer.body);
    verify(site, &answer, &acting);
    let unnamed = reading(path.clone(), &partner, &own, &fresh());
    let form = reading("/usuarios".to_owned(), &partner, &own, &fresh());
    let herencia = Signer::load(
        &site.pki.organism("herencia").certificate,
        &site.pki.organism("herencia").key,
        Timestamp::now().as_second(),
    );
    site.assert_serves("nothing");
    let stranger = reading(path, &partner, &herencia.unwrap(), &fresh());
    for (case, asked, code, problem) in [
        (
            "unnamed",
            unnamed,
            "firmante-no-nombrado",
            Problem::SignerNotAllowed,
        ),
        (
            "a form",
            form,
            "firmante-no-nombrado",
            Problem::SignerNotAllowed,
        ),
        (
            "a stranger",
            stranger,
            "clave-desconocida",
            Problem::SecurityToken,
        ),
    ] {
        let answer = asked.send(&partner, &[]);
        assert_eq!(
            answer.text("codigo").as_deref(),
            Some(problem.entry().code),
            "{case}"
        );
        assert!(answer.body.contains(code), "{case}: {}", answer.body);
        site.journal()
            .assert_refused(case, &answer.incident(), problem);
    }
}

#[test]
fn an_answer_says_which_body_it_answers_whoever_signed_that() {
    let site = shared();
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let body = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999099K"}"#;
    let answer = run(partner.post("/v2/coincidencias", &fresh(), body));
    assert_eq!(
        answer.text("codigo").as_deref(),
        Some(Problem::NotSigned.entry().code)
    );
    let digest = Digest::of(body.as_bytes()).to_string();
    assert_eq!(
        answer.header("pasarela-resumen-peticion"),
        Some(digest.as_str())
    );
    let input = answer.header("signature-input").unwrap();
    assert!(input.contains("\"pasarela-resumen-peticion\""), "{input}");
}
