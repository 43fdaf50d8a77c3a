//! From the code to the renewal and the revocation.

use std::os::unix::fs::PermissionsExt as _;

use certs::identity::Peer;
use certs::revocation::Revocations;
use certs::secret::PrivateKey;
use nodes::client::Client;
use serde_json::{Value, json};

use super::office::{Held, NEWCOMER, Office, office, shown};
use crate::partner::{Partner, fresh};
use crate::site::{PROMPTLY, now, run};

const HIT: &str = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999999R"}"#;

#[test]
fn from_code_to_renewal_and_revocation() {
    let office = office();
    let first = joined(office);
    let second = renewed(office, &first);
    revoked(office, &first);
    office.assert_told(second.pair(), NEWCOMER, "todo-correcto");
    stays_revoked(office, &first);
    takes_its_descendants_along(office, &first, &second);
}

fn joined(office: &Office) -> Held {
    let (code, name) = office.code(NEWCOMER);
    let held = Held::new();
    let joined = office.join(&held, NEWCOMER, &code.to_lowercase(), &[]);
    assert_eq!(joined.status, 0, "{joined:?}");
    assert!(joined.out.contains("join test"), "{joined:?}");
    let mode = std::fs::metadata(&held.key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let pem = std::fs::read_to_string(&held.certificate).unwrap();
    assert_eq!(
        pem.matches("BEGIN CERTIFICATE").count(),
        2,
        "leaf and authority"
    );
    office.assert_works(held.pair(), NEWCOMER);
    let again = office.join(&held, NEWCOMER, &code, &[]);
    assert_eq!(again.status, 1, "a certificate is there already: {again:?}");
    is_evidence(office, &held, &name);
    let log = office.site.log();
    let spelt = [&code, &code.replace('-', "")];
    assert!(
        !spelt.into_iter().any(|code| log.contains(code)),
        "a code in the log"
    );
    held
}

fn is_evidence(office: &Office, held: &Held, name: &str) {
    let (journal, digest) = (office.site.journal(), held.digest());
    let own =
        |entry: &&Value| entry["tipo"] == "certificado" && entry["certificado"] == digest.as_str();
    let entry = journal.entries().iter().find(own).unwrap();
    assert_eq!(
        (&entry["operacion"], &entry["expediente"]),
        (&json!("alta"), &json!(name))
    );
    let issued =
        |entry: &&Value| entry["operacion"] == "emitirCodigoDeAlta" && entry["expediente"] == name;
    assert_eq!(journal.enrolments().iter().filter(issued).count(), 1);
}

/// A second certificate by the first, on a stronger key; both work.
fn renewed(office: &Office, first: &Held) -> Held {
    let second = Held::new();
    let out = shown(second.certificate.parent().unwrap());
    let more = ["--out", &out, "--key-kind", "p384"];
    let renewed = office.step("renew", first.pair(), NEWCOMER, &more);
    assert_eq!(renewed.status, 0, "{renewed:?}");
    office.assert_works(second.pair(), NEWCOMER);
    office.assert_told(first.pair(), NEWCOMER, "todo-correcto");
    let due = office.ministry("certificates expiring");
    assert_eq!(due.status, 1, "{due:?}");
    assert!(due.out.contains(&second.digest()), "{due:?}");
    // Evidence and registry say by which certificate it was obtained.
    let (old, new) = (first.digest(), second.digest());
    let journal = office.site.journal();
    let own =
        |entry: &&Value| entry["tipo"] == "certificado" && entry["certificado"] == new.as_str();
    let entry = journal.entries().iter().find(own).unwrap();
    assert_eq!(
        (&entry["operacion"], &entry["expediente"]),
        (&json!("renovarCertificado"), &json!(old))
    );
    assert!(due.out.contains(&format!("obtenida con {old}")), "{due:?}");
    second
}

/// Felt on a connection that stays open.
fn revoked(office: &Office, held: &Held) {
    let ca = office.site.pki.authority();
    let client = Client::new(&held.certificate, &held.key, &ca, now()).unwrap();
    let partner = Partner::new(client, NEWCOMER, &office.site.url);
    let ask = async || {
        partner
            .post("/v2/coincidencias", &fresh(), HIT)
            .await
            .status
    };
    assert_eq!(run(ask()), 200);
    let digest = held.digest();
    let revoke = format!("certificates revoke {digest} --by ADM-1 --reason PRUEBA");
    let told = office.ministry(&revoke);
    assert_eq!(told.status, 0, "{told:?}");
    assert!(
        told.out.contains("obtenida con ella, sigue vigente"),
        "{told:?}"
    );
    let felt = async || ask().await == 403;
    run(office.site.until(PROMPTLY, "the revocation is felt", felt));
    office.assert_told(held.pair(), NEWCOMER, "certificado-no-registrado");
    is_listed(office, held);
    assert_eq!(office.ministry(&revoke).status, 1, "twice");
    let listed = office.ministry(&format!("certificates list --organism {NEWCOMER}"));
    assert!(listed.out.contains("revocada por ADM-1"), "{listed:?}");
}

/// The authority's list, which the gateway keeps, says so too.
fn is_listed(office: &Office, held: &Held) {
    let peer = Peer::from_file(&held.certificate).unwrap();
    let list = office.site.folder().join("altas.crl");
    let listed = async || {
        let read = Revocations::load(std::slice::from_ref(&list), &office.site.pki.authority());
        read.is_ok_and(|read| read.contains(&peer))
    };
    run(office.site.until(PROMPTLY, "the list says so", listed));
}

fn stays_revoked(office: &Office, held: &Held) {
    let (code, _) = office.code(NEWCOMER);
    let key = PrivateKey::load(&held.key).unwrap();
    let request = certs::request::make(NEWCOMER, &key).unwrap();
    let (status, told) = office.asks(NEWCOMER, &code, &request);
    let expected = (409, &json!("clave-no-registrable"));
    assert_eq!((status, &told["codigo"]), expected, "{told}");
}

/// Also once the key itself is revoked, and what lies between.
fn takes_its_descendants_along(office: &Office, first: &Held, second: &Held) {
    let third = Held::new();
    let out = shown(third.certificate.parent().unwrap());
    let renewed = office.step("renew", second.pair(), NEWCOMER, &["--out", &out]);
    assert_eq!(renewed.status, 0, "{renewed:?}");
    let digest = first.digest();
    let revoke =
        format!("certificates revoke {digest} --with-descendants --by ADM-1 --reason PRUEBA");
    let told = office.ministry(&revoke);
    assert_eq!(told.status, 0, "{told:?}");
    for held in [second, &third] {
        let line = format!("{}: revocada para {NEWCOMER}", held.digest());
        assert!(told.out.contains(&line), "{told:?}");
    }
    let listed = office.ministry("certificates list");
    let third = format!("{}  {NEWCOMER}  revocada", third.digest());
    assert!(listed.out.contains(&third), "{listed:?}");
}
