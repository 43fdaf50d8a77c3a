//! What every force does, of whatever name: each as far as the capabilities of its folder go.

use std::collections::BTreeSet;

use adapters::soap::FaultReport;
use contract::{Document, Role};
use domain::{OperationKind, Problem, Signing};
use nodes::desk::{Desk, DeskError};
use serde_json::json;

use super::folders::{Force, INVENTED};
use super::{Federation, federation, hit, known, question, text};
use crate::answer::Protocol;
use crate::partner::fresh;
use crate::site::{contract, partners, run};

/// The list of forces is that of the folders with a dialect, those included that were made a moment ago.
#[test]
fn every_folder_with_a_dialect_is_a_force_of_this_suite() {
    let federation = federation();
    let dirs = adapters::partner::folders(&partners()).unwrap();
    let loaded = dirs
        .iter()
        .map(|dir| adapters::partner::Partner::load(dir, &contract()).unwrap());
    let own = loaded.filter(|it| it.dialect.is_some()).map(|it| it.slug);
    let invented = INVENTED.map(|(_, name)| name.to_owned());
    let expected: BTreeSet<String> = own.chain(invented).collect();
    let forces = federation.forces.iter();
    let forces: BTreeSet<String> = forces.map(|it| it.slug().to_owned()).collect();
    assert_eq!(forces, expected);
    // Nothing in them is left of the name that they were copied from.
    for (like, name) in INVENTED {
        let dialect = federation.named(name).folder.dialect.as_ref().unwrap();
        let namespace = dialect.contract.namespace();
        assert!(namespace.contains(name) && !namespace.contains(like));
        let security = &federation.named(name).folder.settings.security;
        assert_eq!(security.requests, Signing::Required, "{name}");
    }
    let signs = |it: &Force| it.folder.settings.security.requests == Signing::Required;
    assert!(
        federation.forces.iter().any(signs),
        "one signs what it asks"
    );
}

impl Federation {
    /// Somebody else who answers for persons.
    fn other(&self, force: &Force) -> &Force {
        let mut others = self.answering(OperationKind::Hit).into_iter();
        let other = others.find(|it| it.slug() != force.slug());
        other.unwrap()
    }
}

#[test]
fn a_force_that_answers_for_persons_is_heard_and_only_it_said_so() {
    let federation = federation();
    for force in federation.answering(OperationKind::Hit) {
        let (slug, known) = (force.slug(), known());
        federation.plant(force, &known);
        let told = run(federation.hit(&known.document));
        assert_eq!(told["hayCoincidencia"], true, "{slug}: {told}");
        assert!(told["sinRespuesta"].is_null(), "{slug}: {told}");
        let found = told["coincidencia"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{slug}: {told}");
        assert_eq!(found[0]["idCaso"], known.id, "{slug}: {told}");
        assert!(found[0]["nivel"].is_string(), "{slug}: {told}");
        // Where she lives nobody is told by a hit, be it that the force said so.
        assert!(found[0]["municipioResidencia"].is_null(), "{slug}: {told}");
        // Of a case of another place a local police learns nothing, whoever holds it.
        let body = format!(
            r#"{{"tipoDocumento":"DNI","numeroDocumento":"{}"}}"#,
            known.document
        );
        let herencia = federation.site.herencia();
        let outside = run(herencia.post("/v2/coincidencias", &fresh(), &body));
        assert_eq!(
            outside.json()["hayCoincidencia"],
            false,
            "{slug}: {}",
            outside.body
        );
        assert!(!outside.body.contains(&known.id), "{slug}: {outside:?}");
    }
}

#[test]
fn a_force_with_an_index_is_asked_for_its_cases() {
    let federation = federation();
    for force in federation.answering(OperationKind::Index) {
        let (slug, known) = (force.slug(), known());
        federation.plant(force, &known);
        federation.until_known(&known.id);
        let national = federation.site.national();
        let case = run(national.get(&format!("/v2/casos/{}", known.id))).json()["caso"].clone();
        assert_eq!(case["cabecera"]["idCaso"], known.id, "{slug}");
        let town = &case["responsabilidad"]["municipioResidencia"];
        assert_eq!(town, force.town.as_str(), "{slug}: {case}");
    }
}

#[test]
fn a_force_that_answers_searches_is_searched_and_who_does_not_is_named() {
    let federation = federation();
    for force in federation.answering(OperationKind::Search) {
        let (slug, known) = (force.slug(), known());
        federation.plant(force, &known);
        let path = format!("/v2/casos?municipio={}&limite=50", force.town);
        let page = run(federation.site.national().get(&path)).json();
        let found = page["caso"].to_string();
        assert!(found.contains(&known.id), "{slug}: {page}");
        let silent = page["sinRespuesta"].to_string();
        for other in federation.answering(OperationKind::Hit) {
            let named = silent.contains(other.system.id);
            let searches = other.answers(OperationKind::Search);
            assert_eq!(named, !searches, "{}: {page}", other.slug());
        }
    }
}

#[test]
fn a_force_that_asks_for_persons_hears_of_the_cases_of_others() {
    let federation = federation();
    for force in federation.asking(OperationKind::Hit) {
        let known = known();
        federation.plant(federation.other(force), &known);
        let heard = text(&federation.ask(force, &hit(&known.document)));
        assert!(heard.contains(&known.id), "{}: {heard}", force.slug());
    }
}

#[test]
fn a_force_that_consults_reads_a_case_of_another() {
    let federation = federation();
    let other = federation.answering(OperationKind::Index)[0];
    let known = known();
    federation.plant(other, &known);
    federation.until_known(&known.id);
    for force in federation.asking(OperationKind::Consult) {
        let asked = question("ConsultarCaso", &[("idCaso", &known.id)]);
        let heard = text(&federation.ask(force, &asked));
        assert!(heard.contains(&known.id), "{}: {heard}", force.slug());
    }
}

#[test]
fn a_force_that_searches_finds_the_cases_of_another() {
    let federation = federation();
    let other = federation.answering(OperationKind::Search)[0];
    let known = known();
    federation.plant(other, &known);
    let leaves = [("municipio", other.town.as_str()), ("limite", "50")];
    for force in federation.asking(OperationKind::Search) {
        let heard = text(&federation.ask(force, &question("BuscarCasos", &leaves)));
        assert!(heard.contains(&known.id), "{}: {heard}", force.slug());
    }
}

#[test]
fn a_force_that_submits_is_given_an_identifier_and_the_same_one_again() {
    let federation = federation();
    for force in federation.asking(OperationKind::Submit) {
        let (slug, known) = (force.slug(), known());
        federation.plant(force, &known);
        let case = run(federation.system(force).submission(&known.id));
        let (case, desk, name) = (case.unwrap().unwrap(), federation.desk(force), fresh());
        let send = || run(desk.ask(&case, name.parse().unwrap()));
        let answer = send().unwrap_or_else(|error| panic!("{slug}: {error}"));
        let given = answer.value_of(Role::CaseId).unwrap().to_owned();
        assert_ne!(given, known.id, "{slug}");
        // The same request again is the same case.
        let again = send().unwrap();
        assert_eq!(again.value_of(Role::CaseId), Some(&*given), "{slug}");
        let read = run(federation
            .site
            .national()
            .get(&format!("/v2/casos/{given}")));
        assert_eq!(read.status, 200, "{slug}: {}", read.body);
    }
}

/// What a force is refused it is told in its own protocol, by the same name.
#[test]
fn a_refusal_comes_back_in_the_words_of_whoever_asked() {
    let federation = federation();
    let absent = "01JQ5Z7N2R8X4V6T0K3M9B1CZZ";
    let case = question("ConsultarCaso", &[("idCaso", absent)]);
    for force in federation.asking(OperationKind::Consult) {
        let told = refused(force, federation.try_ask(force, &case));
        let expected = Some(Problem::NotFoundOrOutOfScope);
        assert_eq!(told.problem, expected, "{}", force.slug());
    }
    let national = federation.site.national();
    let read = run(national.get(&format!("/v2/casos/{absent}")));
    read.assert_is("nobody", Protocol::Rest, Problem::NotFoundOrOutOfScope);
}

/// Nobody asks in the name of another, whatever the dialect. A fault of the dialect's own may have no word for it.
#[test]
fn a_force_that_says_it_is_another_is_refused_in_its_own_words() {
    let federation = federation();
    for force in federation.asking(OperationKind::Hit) {
        let desk = Desk {
            organism: federation.other(force).client.id.parse().unwrap(),
            ..federation.desk(force)
        };
        let name = fresh().parse().unwrap();
        let told = refused(force, run(desk.ask(&hit(&known().document), name)));
        let contract = &desk.partner.dialect.as_ref().unwrap().contract;
        let expected = match contract.fronting() {
            Some(_) => None,
            None => Some(Problem::RequesterNotCertificate),
        };
        assert_eq!(told.problem, expected, "{}: {told:?}", force.slug());
    }
}

fn refused(force: &Force, outcome: Result<Document, DeskError>) -> FaultReport {
    match outcome {
        Err(DeskError::Refused(report)) => *report,
        other => panic!("{}: {other:?}", force.slug()),
    }
}

#[test]
fn a_person_in_cases_of_several_systems_is_told_of_all_of_them() {
    let federation = federation();
    let person = known();
    let mut expected = Vec::new();
    for force in federation.answering(OperationKind::Hit) {
        let one = super::Known {
            document: person.document.clone(),
            ..known()
        };
        federation.plant(force, &one);
        expected.push(json!(one.id));
    }
    let told = run(federation.hit(&person.document));
    let found = told["coincidencia"].as_array().unwrap().iter();
    let found: Vec<_> = found.map(|it| it["idCaso"].clone()).collect();
    assert_eq!(found, expected, "{told}");
}
