//! Who is let in.

use std::process::Command;
use std::time::Duration;

use certs::testpki::TestPki;

use super::visitor::{AUDITOR, Desk, MANAGER, NOBODY, SUPERVISOR, is_prepared, shared, token};
use crate::program::{pasarela, succeed};
use crate::site::{now, prepared, run};

#[test]
fn whoever_signs_in_sees_the_home_page_under_her_pseudonym() {
    let desk = shared();
    for (slug, role) in [
        (MANAGER, "Gestión de adhesiones"),
        (SUPERVISOR, "Supervisión"),
        (AUDITOR, "Auditoría"),
    ] {
        let before = desk.visitor(slug).get("/salud");
        assert_eq!(before.status, 303, "{slug}");
        assert_eq!(before.header("location"), Some("/entrar?destino=/salud"));
        let home = desk.signed_in(slug).get("/");
        assert_eq!(home.status, 200, "{slug}: {}", home.body);
        assert!(home.body.contains(&slug.to_uppercase()), "{slug}");
        assert!(home.body.contains(role), "{slug}");
    }
}

#[test]
fn a_certificate_of_nobody_is_refused_and_remembered() {
    assert!(is_prepared());
    let desk = shared();
    let before = desk.refusals("personal-desconocido");
    let refused = desk.visitor(NOBODY).get("/");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("no figura entre los del personal"));
    assert!(desk.refusals("personal-desconocido") > before);
}

#[test]
fn without_certificate_there_is_no_connection() {
    let desk = shared();
    let ca = desk.site.pki.authority();
    let curl = Command::new("curl")
        .args(["--silent", "--cacert"])
        .arg(ca)
        .arg(format!("{}/entrar", desk.url))
        .output()
        .unwrap();
    assert!(!curl.status.success(), "the handshake ends with an alert");
    assert!(curl.stdout.is_empty());
}

#[test]
fn a_member_revoked_while_signed_in_is_refused_at_once() {
    let desk = shared();
    let slug = desk.enlist("revocada-1", "supervisor");
    let visitor = desk.signed_in(slug);
    assert_eq!(visitor.get("/salud").status, 200);
    let config = desk.site.config();
    succeed(&["staff", "revoke", "--config", &config, "REVOCADA-1"]);
    let refused = visitor.get("/salud");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("está revocada"), "{}", refused.body);
    assert_eq!(desk.refusals("personal-revocado"), 1);
    let listed = succeed(&["staff", "list", "--config", &config]);
    let line = listed.lines().find(|line| line.starts_with("REVOCADA-1"));
    assert!(line.unwrap().contains("revocado el"), "{listed}");
    let again = pasarela(&["staff", "revoke", "--config", &config, "REVOCADA-1"]);
    assert_eq!(again.status, 1, "{again:?}");
}

#[test]
fn a_certificate_revoked_by_its_authority_is_refused_within_seconds() {
    // A list of its own: that of the other sites is rewritten by other tests.
    let own = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "ca.key.pem", "crl.pem"] {
        std::fs::copy(prepared().join("pki").join(name), own.path().join(name)).unwrap();
    }
    let pki = TestPki::open(own.path());
    let list = pki.revocation_list().display().to_string();
    let desk = Desk::start_with(|config| config["console"]["crl"] = list.into());
    let slug = desk.enlist("revocada-2", "gestor");
    let visitor = desk.signed_in(slug);
    let files = desk.site.pki.organism(slug);
    pki.revoke(40, now(), &[files]).unwrap();
    run(desk
        .site
        .until(Duration::from_secs(5), "the list is in force", async || {
            visitor.status("/salud").await != Some(200)
        }));
}

#[test]
fn forged_and_foreign_sessions_are_refused_in_the_visitors_language() {
    let desk = shared();
    let good = desk.signed_in(MANAGER);
    let forged = {
        let last = if good.cookie.ends_with('0') { "1" } else { "0" };
        format!("{}{last}", &good.cookie[..good.cookie.len() - 1])
    };
    for cookie in [
        forged.as_str(),
        "__Host-sesion=x.1.2.3",
        "__Host-sesion=admin",
    ] {
        let mut visitor = desk.visitor(MANAGER);
        visitor.cookie = cookie.to_owned();
        let refused = visitor.get("/salud");
        assert_eq!(refused.status, 401, "{cookie}");
        assert!(refused.body.contains("La sesión no es válida"), "{cookie}");
        let cleared = refused.header("set-cookie").unwrap();
        assert!(cleared.contains("Max-Age=0"), "{cleared}");
        visitor.cookie.push_str("; idioma=en");
        assert!(
            visitor
                .get("/salud")
                .body
                .contains("The session is not valid")
        );
    }
    // The session of one is nothing in the hands of another.
    let mut thief = desk.visitor(AUDITOR);
    thief.cookie.clone_from(&good.cookie);
    assert_eq!(thief.get("/salud").status, 401);
    assert!(desk.refusals("sesion-falsa") >= 4);
    assert_eq!(good.get("/salud").status, 200, "the good session goes on");
}

#[test]
fn every_form_wants_the_token_of_its_session() {
    let desk = shared();
    let (one, other) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let before = desk.refusals("formulario-ajeno");
    let bad = [
        String::new(),
        "token=".to_owned(),
        format!("token={}", other.token),
    ];
    for form in &bad {
        let refused = one.post("/salir", form);
        assert_eq!(refused.status, 403, "{form}");
        assert!(refused.body.contains("no procede de esta sesión"), "{form}");
        let entering = desk.visitor(MANAGER).post("/entrar", form);
        assert_eq!(entering.status, 403, "{form}");
    }
    assert_eq!(desk.refusals("formulario-ajeno") - before, 2 * bad.len());
    let left = one.send("/salir", "");
    assert_eq!(
        (left.status, left.header("location")),
        (303, Some("/entrar"))
    );
    let cleared = left.headers.iter().filter(|(name, _)| name == "set-cookie");
    assert!(
        cleared
            .map(|(_, value)| value)
            .any(|it| it.contains("Max-Age=0"))
    );
}

#[test]
fn nobody_is_sent_to_another_site_after_signing_in() {
    let desk = shared();
    let visitor = desk.visitor(AUDITOR);
    for (wanted, expected) in [("/salud", "/salud"), ("https://otro.example", "/")] {
        let page = visitor.get(&format!("/entrar?destino={wanted}"));
        assert!(
            page.body
                .contains(&format!("name=\"destino\" value=\"{expected}\""))
        );
        let form = format!("token={}&destino={wanted}", token(&page.body));
        let entered = visitor.post("/entrar", &form);
        assert_eq!(entered.header("location"), Some(expected));
    }
}
