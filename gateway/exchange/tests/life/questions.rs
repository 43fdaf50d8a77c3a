//! What may be asked, before anything leaves.

use domain::problem::Report;
use domain::{AgreementState, Context, OperationKind, Problem, Purpose, RiskLevel};
use exchange::{Refusal, Seen};
use journal::{Digest, EntryKind, Verdict};

use crate::support::{
    CASE, CENTRAL, HERENCIA, MOSSOS, agreement, caller, consult, context, engine, entry, herencia,
    known, moment, mossos, now, nowhere, permit, receive, viogen,
};

#[test]
fn the_evidence_of_a_question_says_who_asked_what_of_whom() {
    let index = entry("13047", HERENCIA, RiskLevel::Medium);
    let permitted = permit(herencia(), &consult(), Some(&index)).unwrap();
    let entry = permitted.asked(&CENTRAL.parse().unwrap());
    assert_eq!(entry.kind, EntryKind::Asked);
    assert_eq!(entry.contract.as_deref(), Some("viogen/2"));
    assert_eq!(entry.operation.as_deref(), Some("consultarCaso"));
    assert_eq!(entry.operation_kind, Some(OperationKind::Consult));
    assert_eq!(entry.organism, Some(HERENCIA.parse().unwrap()));
    assert_eq!(entry.officer.unwrap().as_str(), "PRUEBA-7");
    assert_eq!(entry.purpose, Some(Purpose::Protection));
    assert_eq!(entry.verdict, Some(Verdict::Allowed));
    assert_eq!(entry.recipient, Some(CENTRAL.parse().unwrap()));
    assert_eq!(
        entry.cases,
        std::iter::once(CASE.parse().unwrap()).collect()
    );
    assert_eq!(entry.policy_version.as_deref(), Some(engine().version()));
    assert!(!entry.policies.is_empty());
    assert!(entry.request_digest.is_some());
}

#[test]
fn out_of_reach_and_not_there_are_one_answer() {
    let missing = permit(herencia(), &consult(), None).unwrap_err();
    assert_eq!(missing.report().problem, Problem::NotFoundOrOutOfScope);
    assert_eq!(missing.entry().problem.as_deref(), Some("caso-inexistente"));
    for (what, index, policy, truth) in [
        (
            "Toledo",
            entry("45168", "L01451685", RiskLevel::Low),
            "territorio.ambito",
            "fuera-de-ambito",
        ),
        (
            "same province",
            entry("13034", HERENCIA, RiskLevel::Low),
            "territorio.ambito",
            "fuera-de-ambito",
        ),
        (
            "too high",
            entry("13047", HERENCIA, RiskLevel::High),
            "techo.nivel",
            "nivel-superior-al-convenio",
        ),
    ] {
        let refusal = permit(herencia(), &consult(), Some(&index)).unwrap_err();
        assert_eq!(refusal.report(), missing.report(), "{what}");
        assert_eq!(refusal.entry().kind, EntryKind::Refused);
        assert_eq!(refusal.entry().problem.as_deref(), Some(truth), "{what}");
        assert!(
            refusal.entry().policies.contains(policy),
            "{what}: {:?}",
            refusal.entry()
        );
        assert_eq!(refusal.entry().verdict, Some(Verdict::Denied));
    }
}

#[test]
fn an_index_entry_of_another_case_is_no_entry() {
    let mut index = entry("13047", HERENCIA, RiskLevel::Low);
    index.case = "01JQ5Z7N2R8X4V6T0K3M9B1CDG".parse().unwrap();
    let refusal = permit(herencia(), &consult(), Some(&index)).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::NotFoundOrOutOfScope);
}

#[test]
fn what_the_agreement_does_not_open_is_said_whether_or_not_there_is_a_case() {
    let mut expired = herencia();
    expired.expires_on = "2026-03-01".parse().unwrap();
    let mut suspended = herencia();
    suspended.state = AgreementState::Suspended;
    let mut only_hits = herencia();
    only_hits.annex.operations = [OperationKind::Hit].into();
    let mut other_purpose = herencia();
    other_purpose.annex.purposes = [Purpose::Coordination].into();
    let index = entry("13047", HERENCIA, RiskLevel::Low);
    for (agreement, problem) in [
        (expired, Problem::AgreementNotEffective),
        (suspended, Problem::AgreementNotEffective),
        (only_hits, Problem::OperationNotAllowed),
        (other_purpose, Problem::PurposeNotAllowed),
    ] {
        let with = permit(agreement.clone(), &consult(), Some(&index)).unwrap_err();
        let without = permit(agreement, &consult(), None).unwrap_err();
        assert_eq!(with.report().problem, problem);
        assert_eq!(with.report(), without.report());
    }
}

#[test]
fn the_last_day_of_an_agreement_ends_at_midnight_in_madrid() {
    let mut last_day = herencia();
    last_day.expires_on = "2026-03-02".parse().unwrap();
    let index = entry("13047", HERENCIA, RiskLevel::Low);
    for (at, allowed) in [
        ("2026-03-02T22:59:59Z", true),
        ("2026-03-02T23:00:00Z", false),
    ] {
        let received = receive(last_day.clone(), context(HERENCIA), &consult()).unwrap();
        let permitted = received.permit(Some(&known(&index)), engine(), at.parse().unwrap());
        assert_eq!(permitted.is_ok(), allowed, "{at}");
    }
}

#[test]
fn the_index_is_open_to_nobody() {
    for agreement in [herencia(), mossos()] {
        let refusal = permit(agreement, "<ConsultarIndice/>", None).unwrap_err();
        assert_eq!(refusal.report().problem, Problem::OperationNotAllowed);
    }
}

#[test]
fn the_requester_is_the_organism_of_the_certificate_or_one_it_acts_for() {
    let asking = |requester: &str, for_whom: Option<&str>| Context {
        on_behalf_of: for_whom.map(|id| id.parse().unwrap()),
        ..context(requester)
    };
    for (context, problem) in [
        (asking(HERENCIA, None), None),
        (asking(HERENCIA, Some(HERENCIA)), None),
        (asking(HERENCIA, Some("L01130016")), None),
        (asking("L01130016", None), None),
        (asking(MOSSOS, None), Some(Problem::RequesterNotCertificate)),
        (
            asking(HERENCIA, Some(MOSSOS)),
            Some(Problem::RequesterNotCertificate),
        ),
        (
            asking(MOSSOS, Some(HERENCIA)),
            Some(Problem::RequesterNotCertificate),
        ),
    ] {
        let received = receive(herencia(), context.clone(), &consult());
        let found = received.err().map(|refusal| refusal.report().problem);
        assert_eq!(found, problem, "{context:?}");
    }
}

#[test]
fn the_timestamp_is_of_today_or_yesterday() {
    for (timestamp, problem) in [
        ("2026-03-01T00:00:00+01:00", None),
        (
            "2026-02-28T23:59:59+01:00",
            Some(Problem::TimestampOutOfRange),
        ),
        (
            "2026-03-03T00:00:00+01:00",
            Some(Problem::TimestampOutOfRange),
        ),
    ] {
        let context = Context {
            timestamp: timestamp.parse().unwrap(),
            ..context(HERENCIA)
        };
        let received = receive(herencia(), context, &consult());
        let found = received.err().map(|refusal| refusal.report().problem);
        assert_eq!(found, problem, "{timestamp}");
    }
}

#[test]
fn a_search_is_narrowed_to_the_agreement() {
    let wide = agreement(HERENCIA, "13047 P45", RiskLevel::Medium);
    let asked = "<BuscarCasos><municipio>28079</municipio><limite>5</limite></BuscarCasos>";
    let permitted = permit(wide, asked, None).unwrap();
    let mut xml = Vec::new();
    permitted.question().write_xml(&mut xml);
    let expected = "<BuscarCasos xmlns=\"urn:pasarela:viogen:2\"><municipio>28079</municipio>\
        <limite>5</limite><ambito>P45</ambito><ambito>13047</ambito>\
        <nivelMaximo>medio</nivelMaximo></BuscarCasos>";
    assert_eq!(String::from_utf8(xml).unwrap(), expected);
}

#[test]
fn a_search_that_cannot_be_narrowed_is_not_asked() {
    let mut nothing = herencia();
    nothing.annex.territory = nowhere();
    let refusal = permit(nothing, "<BuscarCasos/>", None).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::NotFoundOrOutOfScope);

    let unsayable = agreement(HERENCIA, "13047", RiskLevel::NotAppreciated);
    let refusal = permit(unsayable, "<BuscarCasos/>", None).unwrap_err();
    assert_eq!(refusal.report().problem, Problem::NotFoundOrOutOfScope);
}

#[test]
fn a_failure_of_the_holder_keeps_the_permit_on_record() {
    let index = entry("13047", HERENCIA, RiskLevel::Low);
    let permitted = permit(herencia(), &consult(), Some(&index)).unwrap();
    let refusal = permitted.fail(Problem::HolderTimeout, now());
    assert_eq!(refusal.report().problem, Problem::HolderTimeout);
    assert_eq!(refusal.report().incident, "x-1");
    assert_eq!(refusal.entry().verdict, Some(Verdict::Allowed));
    assert_eq!(
        refusal.entry().problem.as_deref(),
        Some("cedente-sin-respuesta")
    );
}

#[test]
fn a_regional_force_reads_elsewhere_with_a_file_that_justifies_it() {
    let index = entry("13047", HERENCIA, RiskLevel::High);
    let missing = permit(mossos(), &consult(), None).unwrap_err();
    for (file, problem) in [
        (None, Some(Problem::NotFoundOrOutOfScope)),
        (Some("PRUEBA/2026/1"), None),
    ] {
        let context = Context {
            file: file.map(str::to_owned),
            ..context(MOSSOS)
        };
        let received = receive(mossos(), context, &consult()).unwrap();
        let refusal = received.permit(Some(&known(&index)), engine(), now()).err();
        let found = refusal.as_ref().map(|refusal| refusal.report().problem);
        assert_eq!(found, problem, "{file:?}");
        if let Some(refusal) = refusal {
            assert_eq!(refusal.report(), missing.report());
        }
    }
}

#[test]
fn a_request_that_could_not_be_read_is_evidence_too() {
    let report = Report {
        problem: Problem::MalformedXml,
        detail: "el XML no está bien formado (línea 3)".to_owned(),
        violations: Vec::new(),
        incident: String::new(),
        request_id: None,
        wait: None,
    };
    let contract = viogen();
    let said = context(HERENCIA);
    let seen = Seen {
        contract: Some(&contract),
        context: Some(&said),
        digest: Some(Digest::of(b"bytes")),
        ..Seen::default()
    };
    let refusal = Refusal::unread(&caller(herencia()), seen, report, &moment());
    let entry = refusal.entry();
    assert_eq!(entry.kind, EntryKind::Refused);
    assert_eq!(entry.problem.as_deref(), Some("xml-mal-formado"));
    assert_eq!(entry.officer, Some(said.officer));
    assert_eq!(entry.operation, None);
    assert_eq!(entry.request_digest, Some(Digest::of(b"bytes")));
    assert_eq!(refusal.report().incident, "x-1");
    assert_eq!(refusal.report().request_id, Some("p-1".parse().unwrap()));
}
