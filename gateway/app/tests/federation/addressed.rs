//! Messages with WS-Addressing on the wire: answered as they are addressed, under the answer's own signature where
//! there is one; and refused by name.

use adapters::soap::{ADDRESSING, SoapVersion};
use domain::Problem;
use jiff::SignedDuration;

use crate::answer::{Answer, Protocol};
use crate::members::{SIGNER, SOMETIMES};
use crate::partner::{Partner, envelope, fresh, operation};
use crate::signed::{opened, signed_by, signer};
use crate::site::{Site, run, shared};

const ACTION: &str = "urn:pasarela:viogen:2:consultarCaso";

/// The blocks of a message of that name.
fn blocks(site: &Site, name: &str, action: &str) -> String {
    let block =
        |local: &str, text: &str| format!("<{local} xmlns=\"{ADDRESSING}\">{text}</{local}>");
    let to = format!("{}/soap/viogen/2", site.url);
    let anonymous = format!("<Address>{ADDRESSING}/anonymous</Address>");
    [
        block("Action", action),
        block("MessageID", name),
        block("To", &to),
        block("ReplyTo", &anonymous),
    ]
    .concat()
}

/// A good question with these blocks, with the prefix that the tests' signatures are made for.
fn question(site: &Site, partner: &Partner, version: SoapVersion, blocks: &str) -> String {
    let content = format!("<idCaso>{}</idCaso>", site.cases.own);
    let header = format!("{}{blocks}", partner.context(&fresh()));
    envelope(version, &header, &operation("ConsultarCaso", &content))
        .replace("<s:", "<soap:")
        .replace("</s:", "</soap:")
        .replace("xmlns:s=", "xmlns:soap=")
}

/// What a block of addressing in an answer says.
fn told(answer: &str, local: &str) -> Option<String> {
    let begin = format!("<{local} xmlns=\"{ADDRESSING}\"");
    let (_, rest) = answer.split_once(&begin)?;
    let (_, rest) = rest.split_once('>')?;
    rest.split_once('<').map(|(text, _)| text.to_owned())
}

#[track_caller]
fn assert_addressed(answer: &str, name: &str, action: &str) {
    assert_eq!(told(answer, "Action").as_deref(), Some(action), "{answer}");
    assert_eq!(told(answer, "RelatesTo").as_deref(), Some(name), "{answer}");
    let own = told(answer, "MessageID").unwrap();
    assert!(own.starts_with("urn:uuid:") && own != name, "{own}");
}

#[test]
fn an_addressed_message_gets_an_addressed_answer_and_no_other_does() {
    let site = shared();
    let herencia = site.herencia();
    for version in SoapVersion::ALL {
        let name = format!("urn:uuid:{}", fresh());
        let message = question(site, &herencia, *version, &blocks(site, &name, ACTION));
        let answer = run(herencia.soap(*version, &message));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_addressed(&answer.body, &name, &format!("{ACTION}Respuesta"));

        let plain = question(site, &herencia, *version, "");
        let answer = run(herencia.soap(*version, &plain));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(!answer.body.contains(ADDRESSING), "{}", answer.body);
        assert!(!answer.body.contains("ResumenPeticion"), "{}", answer.body);
    }
}

#[test]
fn refusals_are_addressed_and_recorded() {
    let site = shared();
    let herencia = site.herencia();
    let fault = format!("{ADDRESSING}/fault");
    for version in SoapVersion::ALL {
        let send = |name: &str, message: String| -> Answer {
            let answer = run(herencia.soap(*version, &message));
            let relates = told(&answer.body, "RelatesTo");
            assert_eq!(relates.as_deref(), Some(name), "{}", answer.body);
            answer
        };
        // One of addressing itself.
        let name = format!("urn:uuid:{}", fresh());
        let other = blocks(site, &name, "urn:pasarela:viogen:2:presentarCaso");
        let answer = send(&name, question(site, &herencia, *version, &other));
        let code = Problem::SchemaViolation.entry().code;
        assert_eq!(answer.text("codigo").as_deref(), Some(code));
        assert!(
            answer.body.contains(">wsa:ActionMismatch</"),
            "{}",
            answer.body
        );
        assert_addressed(&answer.body, &name, &fault);
        let journal = site.journal();
        journal.assert_refused("action", &answer.incident(), Problem::SchemaViolation);

        // One of what is asked.
        let name = format!("urn:uuid:{}", fresh());
        let absent = question(site, &herencia, *version, &blocks(site, &name, ACTION))
            .replace(&site.cases.own, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
        let answer = send(&name, absent);
        let problem = Problem::NotFoundOrOutOfScope;
        answer.assert_is("absent", Protocol::Soap(*version), problem);
        assert_addressed(&answer.body, &name, "urn:pasarela:contexto:1:Error");

        // An answer to somewhere else is told here.
        let name = format!("urn:uuid:{}", fresh());
        let elsewhere = blocks(site, &name, ACTION)
            .replace(&format!("{ADDRESSING}/anonymous"), "https://otro.invalid/r");
        let answer = send(&name, question(site, &herencia, *version, &elsewhere));
        let code = ">wsa:OnlyAnonymousAddressSupported</";
        assert!(answer.body.contains(code), "{}", answer.body);
    }
}

#[test]
fn an_answer_that_nobody_wants_is_on_record_and_not_told() {
    let site = shared();
    let herencia = site.herencia();
    let nobody =
        blocks(site, &format!("urn:uuid:{}", fresh()), ACTION).replace("anonymous", "none");
    let message = question(site, &herencia, SoapVersion::V12, &nobody);
    let answer = run(herencia.soap(SoapVersion::V12, &message));
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    let absent = message.replace(&site.cases.own, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    let absent = absent.replace("<IdPeticion>", "<IdPeticion>OTRA-");
    let answer = run(herencia.soap(SoapVersion::V12, &absent));
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    let journal = site.journal();
    let refused = journal.entries().iter().any(|entry| {
        let name = entry["peticion"].as_str().unwrap_or_default();
        name.starts_with("OTRA-") && entry["incidencia"].is_string()
    });
    assert!(refused, "what is refused without a word is evidence");
}

#[test]
fn what_addresses_a_signed_answer_is_signed() {
    let site = shared();
    for member in [&SIGNER, &SOMETIMES] {
        let partner = site.partner((member.slug, member.id));
        let own = signer(site, member.slug);
        for version in SoapVersion::ALL {
            let name = format!("urn:uuid:{}", fresh());
            let message = question(site, &partner, *version, &blocks(site, &name, ACTION));
            let message = signed_by(&own, *version, message.as_bytes(), SignedDuration::ZERO);
            let answer = run(partner.soap(*version, &message));
            assert_eq!(answer.status, 200, "{}", answer.body);
            let verified = String::from_utf8(opened(answer.body.as_bytes()).message).unwrap();
            assert_addressed(&verified, &name, &format!("{ACTION}Respuesta"));

            // Put in after signing, a block is as any other that is not signed.
            let later = blocks(site, &name, ACTION);
            let plain = question(site, &partner, *version, "");
            let signed = signed_by(&own, *version, plain.as_bytes(), SignedDuration::ZERO);
            let added = signed.replace("</soap:Header>", &format!("{later}</soap:Header>"));
            let answer = run(partner.soap(*version, &added));
            let code = "<codigo>direccionamiento-sin-firmar</codigo>";
            assert!(answer.body.contains(code), "{}", answer.body);
            let verified = String::from_utf8(opened(answer.body.as_bytes()).message).unwrap();
            assert_addressed(&verified, &name, "urn:pasarela:contexto:1:Error");
        }
    }
}
