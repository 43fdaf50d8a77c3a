//! The certificates of an organism in the console: what opens access takes two people and one code, what closes it one.

use std::fmt::Write as _;

use domain::{CertificateKey, CertificateOrigin, OrganismId};
use store::Store;
use store::certificates::{Certified, Held, Renewal};

use super::visitor::{AUDITOR, MANAGER, SUPERVISOR, Visitor, shared};
use crate::answer::Answer;
use crate::members::{COORDINATION, STRANGER};
use crate::site::{PROMPTLY, prepared, run};

const TOWN: &str = "L01130473";

fn page(of: &str) -> String {
    format!("/organismos/{of}/certificados")
}

/// A text as forms send it.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        write!(encoded, "%{byte:02X}").unwrap();
    }
    encoded
}

/// The last proposal that the page shows.
fn proposal(page: &str) -> String {
    let rest = page.rsplit("name=\"propuesta\" value=\"").next().unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[track_caller]
fn is(answer: &Answer, status: u16, told: &str) {
    assert_eq!(answer.status, status, "{told}: {}", answer.body);
    assert!(answer.body.contains(told), "{told}: {}", answer.body);
}

fn decides(visitor: &Visitor, of: &str, proposal: &str, decision: &str) -> Answer {
    let form = format!("propuesta={proposal}&decision={decision}");
    visitor.send(&format!("{}/propuesta", page(of)), &form)
}

#[test]
fn a_code_takes_two_people_and_is_shown_once() {
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let ask = format!("{}/codigo", page(TOWN));
    for days in ["0", "31", "x", ""] {
        is(
            &manager.send(&ask, &format!("dias={days}")),
            422,
            "Los días van de 1 a 30",
        );
    }
    assert_eq!(manager.send(&ask, "dias=3").status, 303);
    let waiting = manager.get(&page(TOWN)).body;
    assert!(waiting.contains("Código de alta por 3 días"), "{waiting}");
    let proposed = proposal(&waiting);
    is(
        &decides(&manager, TOWN, &proposed, "aprobar"),
        409,
        "lo aprueba o lo rechaza otra",
    );
    is(
        &decides(&supervisor, TOWN, &proposed, "retirar"),
        409,
        "Solo quien lo propuso",
    );
    is(
        &decides(&supervisor, "E99990190", &proposed, "aprobar"),
        409,
        "ya se ha decidido",
    );
    let issued = decides(&supervisor, TOWN, &proposed, "aprobar");
    is(&issued, 200, "No se volverá a mostrar");
    let code = after_mark(&issued.body, "<code>");
    assert_eq!(code.len(), 34, "{code}");
    is(
        &decides(&supervisor, TOWN, &proposed, "aprobar"),
        409,
        "ya se ha decidido",
    );
    let after = supervisor.get(&page(TOWN)).body;
    assert!(!after.contains(&code), "shown again");
    withdrawn(&manager, &format!("ALTA-{}", after_mark(&after, "ALTA-")));
    let journal = desk.site.journal();
    for (who, what) in [
        ("GESTORA-1", "proponerCodigoDeAlta"),
        ("SUPERVISORA-1", "emitirCodigoDeAlta"),
        ("GESTORA-1", "retirarCodigoDeAlta"),
    ] {
        let mut entries = journal.entries().iter();
        assert!(
            entries.any(|it| it["personal"] == who && it["operacion"] == what),
            "{who} {what}"
        );
    }
    assert!(!journal.text().contains(&code), "a code in the evidence");
}

/// What stands between a mark and the next tag.
fn after_mark(page: &str, mark: &str) -> String {
    let (_, rest) = page.split_once(mark).unwrap();
    rest.split('<').next().unwrap().to_owned()
}

fn withdrawn(manager: &Visitor, name: &str) {
    let path = format!("{}/codigo/retirar", page(TOWN));
    let form = format!("codigo={name}");
    assert_eq!(manager.send(&path, &form).status, 303);
    is(&manager.send(&path, &form), 409, "ya se usó o se retiró");
    is(&manager.get(&page(TOWN)), 200, "Retirado por GESTORA-1");
    assert_eq!(manager.send(&path, "codigo=ALTA-0").status, 404);
}

#[test]
fn a_code_comes_after_the_request() {
    let desk = shared();
    let manager = desk.signed_in(MANAGER);
    let ask = format!("{}/codigo", page("E99990190"));
    is(
        &manager.send(&ask, "dias=3"),
        409,
        "falta que conste el envío de la solicitud",
    );
}

fn file(name: &str) -> String {
    std::fs::read_to_string(prepared().join("pki").join(format!("{name}.pem"))).unwrap()
}

fn unfit_certificates_are_refused(manager: &Visitor, ask: &str) {
    for (pem, told) in [
        ("PRUEBA".to_owned(), "No se puede leer"),
        (file("nacional"), "No nombra al organismo"),
        (file("server"), "No es para autenticación de cliente"),
    ] {
        is(
            &manager.send(ask, &format!("certificado={}", encoded(&pem))),
            422,
            told,
        );
    }
}

#[test]
fn a_certificate_of_a_provider_takes_two_people_and_its_revocation_one() {
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let id = COORDINATION.id;
    let ask = format!("{}/registro", page(id));
    unfit_certificates_are_refused(&manager, &ask);
    let good = format!("certificado={}", encoded(&file(STRANGER.slug)));
    assert_eq!(manager.send(&ask, &good).status, 303);
    let proposed = proposal(&manager.get(&page(id)).body);
    is(
        &decides(&manager, id, &proposed, "aprobar"),
        409,
        "lo aprueba o lo rechaza otra",
    );
    let seen = supervisor.get(&page(id));
    is(&seen, 200, "BEGIN CERTIFICATE");
    is(&seen, 200, "Huella del certificado");
    assert_eq!(decides(&supervisor, id, &proposed, "aprobar").status, 303);
    let partner = desk.site.partner((STRANGER.slug, id));
    let path = format!("/v2/casos/{}", desk.site.cases.own);
    let answers = async |status: u16| partner.get(&path).await.status == status;
    run(desk
        .site
        .until(PROMPTLY, "it is registered", async || answers(200).await));
    let peer = certs::identity::Peer::from_file(
        &prepared()
            .join("pki")
            .join(format!("{}.pem", STRANGER.slug)),
    );
    let key = peer.unwrap().key;
    let revoke = format!("{}/revocar", page(id));
    is(
        &manager.send(&revoke, &format!("clave={key}&motivo=x")),
        422,
        "entre 3 y 200 caracteres",
    );
    is(
        &manager.send(
            &format!("{}/revocar", page(TOWN)),
            &format!("clave={key}&motivo=PRUEBA"),
        ),
        409,
        "no está registrada",
    );
    let revoked = manager.send(&revoke, &format!("clave={key}&motivo=PRUEBA+de+revocacion"));
    assert_eq!(revoked.status, 303, "{}", revoked.body);
    run(desk
        .site
        .until(PROMPTLY, "it is revoked", async || answers(403).await));
    is(&manager.get(&page(id)), 200, "PRUEBA de revocacion");
    // It never comes back.
    assert_eq!(manager.send(&ask, &good).status, 303);
    let proposed = proposal(&manager.get(&page(id)).body);
    is(
        &decides(&supervisor, id, &proposed, "aprobar"),
        409,
        "o se revocó",
    );
}

/// Keys that were obtained by one another: the second and the fourth by the first, the third by the second.
fn family(desk: &super::visitor::Desk, id: &str) -> Vec<CertificateKey> {
    let file = desk.site.folder().join("pasarela.sqlite");
    let organism: OrganismId = id.parse().unwrap();
    let keys: Vec<_> = (0xE0..0xE4)
        .map(|n| CertificateKey::from_digest([n; 32]))
        .collect();
    run(async {
        let store = Store::open(&format!("sqlite://{}", file.display()))
            .await
            .unwrap();
        for (at, key) in keys.iter().enumerate() {
            let held = Held {
                key: *key,
                certificate: Certified {
                    not_before: 0,
                    not_after: 4_000_000_000,
                    serial: format!("{at}"),
                    issuer: "PRUEBA".to_owned(),
                },
                origin: CertificateOrigin::Existing,
            };
            let parent = match at {
                0 => None,
                2 => keys.get(1),
                _ => keys.first(),
            };
            let Some(by) = parent.copied() else {
                store.put_certificate(&held, &organism).await.unwrap();
                continue;
            };
            let renewal = Renewal {
                by,
                most: 8,
                now: jiff::Timestamp::now(),
            };
            store
                .renew_certificate(&held, &organism, renewal)
                .await
                .unwrap();
        }
    });
    keys
}

#[test]
fn what_came_of_a_key_goes_with_it_also_afterwards() {
    const OTHER: &str = "E99990190";
    let desk = shared();
    let supervisor = desk.signed_in(SUPERVISOR);
    let keys = family(desk, OTHER);
    let revoke = format!("{}/revocar", page(OTHER));
    let form = format!("clave={}&motivo=PRUEBA", keys[0]);
    let left = || {
        let page = supervisor.get(&page(OTHER)).body;
        let (table, _) = page.split_once("tabla-revocadas").unwrap_or((&page, ""));
        keys.iter()
            .filter(|key| table.contains(&format!("<th scope=\"row\"><code>{key}")))
            .count()
    };
    assert_eq!(left(), 4);
    assert_eq!(supervisor.send(&revoke, &form).status, 303);
    assert_eq!(left(), 3);
    is(&supervisor.send(&revoke, &form), 409, "no está registrada");
    is(
        &supervisor.get(&page(OTHER)),
        200,
        "Revocar lo obtenido con una clave ya revocada",
    );
    let whole = format!("{form}&derivados=si");
    assert_eq!(supervisor.send(&revoke, &whole).status, 303);
    assert_eq!(left(), 0);
    // Of another organism it is nothing, revoked or not.
    let elsewhere = format!("{}/revocar", page(TOWN));
    is(
        &supervisor.send(&elsewhere, &whole),
        409,
        "no está registrada",
    );
}

/// Whoever holds a key renews by it, and by what she gets, while staff revoke it with what came of it: whatever she has
/// got by then, nothing of it is left.
#[test]
fn what_is_renewed_amid_a_revocation_goes_with_it() {
    let desk = super::visitor::Desk::start();
    let id = COORDINATION.id;
    let organism: OrganismId = id.parse().unwrap();
    let file = desk.site.folder().join("pasarela.sqlite");
    let first = CertificateKey::from_digest([0xA0; 32]);
    let held = move |key, origin| Held {
        key,
        certificate: Certified {
            not_before: 0,
            not_after: 4_000_000_000,
            serial: "0a".to_owned(),
            issuer: "PRUEBA".to_owned(),
        },
        origin,
    };
    let store = run(Store::open(&format!("sqlite://{}", file.display()))).unwrap();
    run(store.put_certificate(&held(first, CertificateOrigin::Existing), &organism)).unwrap();
    let (thief, of) = (store.clone(), organism.clone());
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let renews = std::thread::spawn(move || {
        // By the last one that she has, until that is refused.
        let (mut by, mut got) = (first, 0u8);
        while stopped.try_recv().is_err() && got < 200 {
            let next = CertificateKey::from_digest([got.wrapping_add(1); 32]);
            let renewal = Renewal {
                by,
                most: 250,
                now: jiff::Timestamp::now(),
            };
            let next_held = held(next, CertificateOrigin::Renewed);
            match run(thief.renew_certificate(&next_held, &of, renewal)) {
                Ok(()) => (by, got) = (next, got + 1),
                Err(store::Error::KeyRevoked(_)) => break,
                Err(error) => panic!("{error}"),
            }
        }
        got
    });
    let supervisor = desk.signed_in(SUPERVISOR);
    let form = format!("clave={first}&motivo=PRUEBA&derivados=si");
    let revoke = format!("{}/revocar", page(id));
    let mut revoked = supervisor.send(&revoke, &form);
    // Whoever is told that some are left does the same again.
    for _ in 0..10 {
        if revoked.status == 303 {
            break;
        }
        is(&revoked, 409, "");
        revoked = supervisor.send(&revoke, &form);
    }
    assert_eq!(revoked.status, 303, "{}", revoked.body);
    // What she has by now is revoked; by it she gets nothing more.
    let got = renews.join().unwrap();
    drop(stop);
    assert!(got > 0, "she renewed nothing, so that nothing was tried");
    assert_eq!(run(store.descendants(&first)).unwrap(), Vec::new());
    let left = run(store.certificates_of(&organism)).unwrap();
    let left = left.iter().filter(|it| it.parent.is_some());
    assert_eq!(left.count(), 0);
}

#[test]
fn an_auditor_sees_and_is_offered_nothing() {
    let auditor = shared().signed_in(AUDITOR);
    let seen = auditor.get(&page(TOWN));
    is(&seen, 200, "Claves registradas del organismo");
    assert!(!seen.body.contains("/certificados/"), "{}", seen.body);
}
