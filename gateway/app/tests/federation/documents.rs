//! Documents in cases: parts of a package for those who want them so, base64 for the others, nothing for those who may not.

use std::sync::Arc;

use adapters::soap::{Packed, SoapVersion, pack, unpack};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use contract::{Contract, Governance, Limits};
use domain::Problem;
use jiff::{SignedDuration, Timestamp};
use journal::Digest;
use nodes::client::Reply;

use crate::answer::{Answer, Protocol};
use crate::members::{COORDINATION, FIRST_VERSION, SIGNER};
use crate::partner::{Partner, envelope, fresh, operation};
use crate::signed::{opened, signed_by, signer};
use crate::site::{Site, run, shared};

pub(crate) const PACKAGE: &str = "multipart/related; type=\"application/xop+xml\"";

fn viogen() -> Arc<Contract> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schemas/contracts/viogen/2"
    );
    Contract::load(folder.as_ref(), Governance::Required).unwrap()
}

/// Something that begins as a PDF does and then has every byte there is, line ends and dashes among them.
pub(crate) fn pdf() -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\r\n% PRUEBA\r\n--limite\r\n".to_vec();
    bytes.extend((0..=u8::MAX).cycle().take(90_000));
    bytes.extend_from_slice(b"\r\n%%EOF\r\n");
    bytes
}

/// A submission of a case with that plan.
fn submission(partner: &Partner, version: SoapVersion, plan: &[u8]) -> String {
    let plan = BASE64.encode(plan);
    let case = format!(
        "<caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>13034</municipioResidencia>\
         </responsabilidad><proteccion><plan><area><ambito>vivienda</ambito><pauta>Pauta de PRUEBA</pauta></area>\
         <documento>{plan}</documento></plan></proteccion></caso>"
    );
    enveloped(partner, version, &operation("PresentarCaso", &case))
}

/// An envelope around a body, with the prefix that the tests' signatures are made for.
fn enveloped(partner: &Partner, version: SoapVersion, body: &str) -> String {
    envelope(version, &partner.context(&fresh()), body)
        .replace("<s:", "<soap:")
        .replace("</s:", "</soap:")
        .replace("xmlns:s=", "xmlns:soap=")
}

fn packed(version: SoapVersion, message: &str) -> Packed {
    let packed = pack(version, message.as_bytes(), &viogen(), "prueba");
    packed.unwrap()
}

fn send(partner: &Partner, packed: &Packed, more: &[(&str, &str)]) -> Reply {
    let media = ("Content-Type", packed.content_type.as_str());
    let headers: Vec<_> = [media].into_iter().chain(more.iter().copied()).collect();
    run(partner.soap_bytes("/soap/viogen/2", &headers, packed.body.clone()))
}

/// A case with a plan, submitted in a package.
fn created(partner: &Partner, version: SoapVersion) -> String {
    let package = packed(version, &submission(partner, version, &pdf()));
    let answer = Answer::from(send(partner, &package, &[]));
    assert_eq!(answer.status, 200, "{}", answer.body);
    // There is nothing binary in it.
    assert_eq!(answer.header("content-type"), Some(version.content_type()));
    answer.text("idCaso").unwrap()
}

pub(crate) fn asked(partner: &Partner, version: SoapVersion, case: &str, accept: &str) -> Reply {
    let body = operation("ConsultarCaso", &format!("<idCaso>{case}</idCaso>"));
    let message = enveloped(partner, version, &body);
    let headers = [("Content-Type", version.content_type()), ("Accept", accept)];
    run(partner.soap_bytes("/soap/viogen/2", &headers, message.into_bytes()))
}

/// What a package is without being one.
pub(crate) fn plain(reply: &Reply) -> String {
    let limits = Limits::default();
    let unpacked = unpack(Some(&reply.content_type), &reply.body, &viogen(), &limits);
    String::from_utf8(unpacked.unwrap().unwrap().message).unwrap()
}

/// The document in an envelope.
pub(crate) fn document(envelope: &str) -> Vec<u8> {
    let (_, rest) = envelope.split_once("<documento>").unwrap();
    BASE64.decode(rest.split_once('<').unwrap().0).unwrap()
}

#[test]
fn a_plan_travels_byte_for_byte_by_every_protocol() {
    let site = shared();
    let national = site.national();
    for version in SoapVersion::ALL {
        let case = created(&national, *version);
        let reply = asked(&national, *version, &case, PACKAGE);
        assert_eq!(reply.status, 200);
        assert!(
            reply.content_type.starts_with(PACKAGE),
            "{}",
            reply.content_type
        );
        assert!(reply.body.windows(pdf().len()).any(|bytes| bytes == pdf()));
        assert_eq!(document(&plain(&reply)), pdf());

        let reply = asked(&national, *version, &case, "*/*");
        assert_eq!(reply.content_type, version.content_type());
        assert_eq!(document(&String::from_utf8(reply.body).unwrap()), pdf());

        let answer = run(national.get(&format!("/v2/casos/{case}")));
        let told = &answer.json()["caso"]["proteccion"]["plan"]["documento"];
        assert_eq!(BASE64.decode(told.as_str().unwrap()).unwrap(), pdf());
    }
}

#[test]
fn who_may_not_see_the_plan_gets_no_part_of_it() {
    let site = shared();
    let case = created(&site.national(), SoapVersion::V12);
    let summary = site.partner((COORDINATION.slug, COORDINATION.id));
    let reply = asked(&summary, SoapVersion::V12, &case, PACKAGE);
    assert_eq!(reply.content_type, SoapVersion::V12.content_type());
    let answer = Answer::from(reply);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(
        answer.body.contains("<ambito>vivienda</ambito>"),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("documento>"), "{}", answer.body);
    assert!(
        answer.body.contains("proteccion/plan/documento</retenido>"),
        "{}",
        answer.body
    );

    let older = site.partner((FIRST_VERSION.slug, FIRST_VERSION.id));
    let answer = run(older.get(&format!("/v1/casos/{case}")));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("JVBERi"), "{}", answer.body);
    assert!(
        answer.body.contains("La version 1 no lleva documentos"),
        "{}",
        answer.body
    );
}

#[test]
fn a_signature_is_over_what_the_package_means() {
    let site = shared();
    let partner = site.partner((SIGNER.slug, SIGNER.id));
    let own = signer(site, SIGNER.slug);
    let version = SoapVersion::V12;
    let message = submission(&partner, version, &pdf());
    let message = signed_by(&own, version, message.as_bytes(), SignedDuration::ZERO);
    let answer = Answer::from(send(&partner, &packed(version, &message), &[]));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let case = answer.text("idCaso").unwrap();

    let body = operation("ConsultarCaso", &format!("<idCaso>{case}</idCaso>"));
    let message = enveloped(&partner, version, &body);
    let message = signed_by(&own, version, message.as_bytes(), SignedDuration::ZERO);
    let headers = [
        ("Content-Type", version.content_type()),
        ("Accept", PACKAGE),
    ];
    let reply = run(partner.soap_bytes("/soap/viogen/2", &headers, message.into_bytes()));
    assert!(
        reply.content_type.starts_with(PACKAGE),
        "{}",
        reply.content_type
    );
    let verified = opened(plain(&reply).as_bytes());
    assert_eq!(
        document(&String::from_utf8(verified.message).unwrap()),
        pdf()
    );
}

#[test]
fn what_is_wrong_with_a_package_is_named_in_the_version_of_the_question() {
    let site = shared();
    let national = site.national();
    for version in SoapVersion::ALL {
        let mut package = packed(*version, &submission(&national, *version, &pdf()));
        package.body.truncate(2_000);
        let answer = Answer::from(send(&national, &package, &[("Accept", PACKAGE)]));
        let protocol = Protocol::Soap(*version);
        answer.assert_is("cut", protocol, Problem::SchemaViolation);
        assert!(
            answer.body.contains("sin-delimitador-final"),
            "{}",
            answer.body
        );
        let digest = Digest::of(&package.body).to_string();
        assert_recorded(site, &answer, &digest);

        let odd = submission(&national, *version, b"PK\x03\x04 PRUEBA, que no es un PDF");
        let answer = run(national.soap(*version, &odd));
        answer.assert_is("no pdf", protocol, Problem::RulesBroken);
        assert!(answer.body.contains("plan-en-pdf"), "{}", answer.body);
    }
}

/// The evidence names the digest of what HTTP brought.
fn assert_recorded(site: &Site, answer: &Answer, digest: &str) {
    let journal = site.journal();
    journal.assert_refused("cut", &answer.incident(), Problem::SchemaViolation);
    let mut entries = journal.entries().iter();
    assert!(entries.any(|entry| entry["resumenPeticion"] == digest));
}

/// A submission of a case with an automated note and a plan of that size each.
fn both(partner: &Partner, version: SoapVersion, bytes: usize) -> String {
    let document = |first: u8| {
        let mut document = b"%PDF-1.7\n% PRUEBA\n".to_vec();
        document.extend(
            (0..=u8::MAX)
                .cycle()
                .skip(first.into())
                .take(bytes - document.len()),
        );
        BASE64.encode(document)
    };
    let note = format!(
        "<valoracion><diligencia><tipo>menoresEnRiesgo</tipo><fecha>{}</fecha><documento>{}</documento></diligencia></valoracion>",
        Timestamp::now(),
        document(0)
    );
    let plan = format!("<documento>{}</documento></plan>", document(7));
    submission(partner, version, b"x")
        .replace("<proteccion>", &format!("{note}<proteccion>"))
        .replace("<documento>eA==</documento></plan>", &plan)
}

#[test]
fn both_documents_at_their_largest_fit_in_one_message() {
    const LARGEST: usize = 512 << 10;
    // As it comes: nothing is said of limits.
    let site = run(Site::start(|_| ()));
    let national = site.national();
    let version = SoapVersion::V12;
    let send_both = |message: &str| {
        let inline = run(national.soap(version, message));
        let other = message.replace("<IdPeticion>", "<IdPeticion>OTRA-");
        let package = packed(version, &other);
        assert!(package.body.len() > 2 * LARGEST && package.body.len() < message.len());
        [inline, Answer::from(send(&national, &package, &[]))]
    };
    let whole = both(&national, version, LARGEST);
    assert!(whole.len() > 4 * LARGEST / 3 * 2);
    for answer in send_both(&whole) {
        // It was read to its end, and judged: the note is no submitter's to write.
        answer.assert_is("both", Protocol::Soap(version), Problem::GroupNotWritable);
    }
    for answer in send_both(&both(&national, version, LARGEST + 1)) {
        answer.assert_is("more", Protocol::Soap(version), Problem::SchemaViolation);
    }
    let plan = submission(&national, version, &vec![b'x'; LARGEST]);
    let plan = plan.replace(
        &BASE64.encode(vec![b'x'; LARGEST]),
        &BASE64.encode([b"%PDF-1.7\n", &vec![b'x'; LARGEST - 9][..]].concat()),
    );
    let created = run(national.soap(version, &plan));
    assert_eq!(created.status, 200, "{}", created.body);
    let case = created.text("idCaso").unwrap();
    for accept in [PACKAGE, "*/*"] {
        let reply = asked(&national, version, &case, accept);
        assert_eq!(reply.status, 200);
        assert!(reply.body.len() > LARGEST);
    }
}
