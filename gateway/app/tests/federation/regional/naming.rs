//! Answers that name the certificate of their signer and do not bring it.

use std::path::Path;

use adapters::wsse::SecurityFault;
use certs::signing::Naming;
use nodes::central::Behaviour;
use serde_json::json;
use toml::Table;

use crate::members::{ERTZAINTZA_SYSTEM, MOSSOS_SYSTEM, Member};
use crate::site::{prepared, run};

use super::{Federation, MOSSOS, federation};

/// Another key of Mossos: registered, its certificate never seen before a test brings it.
const UNSEEN: Member = Member {
    slug: "sistema-mossos-otra-clave",
    ..MOSSOS_SYSTEM
};
const NAMINGS: [Naming; 2] = [Naming::IssuerSerial, Naming::KeyId];

/// The entry of that member with one key more.
pub(super) fn with_another_key(member: &Member, pki: &Path) -> String {
    UNSEEN.certify(pki, crate::site::now());
    let both = format!(
        "certificados = [\"{}/{}.pem\", ",
        pki.display(),
        UNSEEN.slug
    );
    let entry = member.entry(pki, member.state);
    entry.replacen("certificados = [", &both, 1)
}

/// Has the gateway know the certificate of another system from the start: that system never answers signed.
pub(super) fn know(config: &mut Table) {
    let pki = prepared().join("pki");
    let known = pki.join("conocidos");
    std::fs::create_dir_all(&known).unwrap();
    let name = format!("{}.pem", ERTZAINTZA_SYSTEM.slug);
    std::fs::copy(pki.join(&name), known.join(&name)).unwrap();
    let signing = config["signing"].as_table_mut().unwrap();
    signing.insert("known".into(), known.display().to_string().into());
}

impl Federation {
    /// Mossos sign with that key and say so in that way.
    fn mossos_sign(&self, slug: &str, naming: Naming) {
        let files = self.site.pki.organism(slug);
        self.mossos.behave(Behaviour::SignedBy {
            certificate: files.certificate,
            key: files.key,
            naming,
        });
    }

    #[track_caller]
    fn assert_taken(&self, case: &str) {
        let hit = run(self.hit("99999709X")).json();
        assert!(hit["sinRespuesta"].is_null(), "{case}: {hit}");
    }

    /// Mossos are named as silent, and the log says so of their answer.
    #[track_caller]
    fn assert_silent(&self, case: &str, fault: SecurityFault) {
        let told = || self.site.log().matches(fault.code()).count();
        let before = told();
        let hit = run(self.hit("99999709X"));
        let silent = json!([{"@causa": "error", "#texto": MOSSOS}]);
        assert_eq!(hit.json()["sinRespuesta"], silent, "{case}: {}", hit.body);
        assert!(told() > before, "{case}: no `{}`", fault.code());
        assert_eq!(self.alarms(&hit).len(), 1, "{case}");
        self.mossos.behave(Behaviour::Honest);
        self.assert_taken(case);
    }
}

#[test]
fn the_certificate_of_an_answer_may_be_named_once_it_is_known() {
    let federation = federation();
    for naming in NAMINGS {
        // That of the honest answers has come with them.
        federation.mossos_sign(MOSSOS_SYSTEM.slug, naming);
        federation.assert_taken(&format!("known, {naming:?}"));
        federation.mossos_sign(UNSEEN.slug, naming);
        let case = format!("unseen, {naming:?}");
        federation.assert_silent(&case, SecurityFault::UnknownCertificate);
    }
    federation.mossos_sign(UNSEEN.slug, Naming::Token);
    federation.assert_taken("brought");
    for naming in NAMINGS {
        federation.mossos_sign(UNSEEN.slug, naming);
        federation.assert_taken(&format!("seen, {naming:?}"));
    }
}

/// Though it is at hand: whether it is, nobody is told.
#[test]
fn the_certificate_of_another_organism_cannot_be_named() {
    let federation = federation();
    for naming in NAMINGS {
        federation.mossos_sign(ERTZAINTZA_SYSTEM.slug, naming);
        let case = format!("another's, {naming:?}");
        federation.assert_silent(&case, SecurityFault::UnknownCertificate);
    }
}
