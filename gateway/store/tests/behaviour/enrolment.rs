//! Enrolment codes and certificates.

use domain::{CertificateKey, CertificateOrigin, OrganismId};
use store::certificates::{Certified, Held, Renewal, Revocation};
use store::enrolment::{Enrolled, Fate, NewCode, Withdrawal};
use store::{Error, Store};

use super::fixtures::{at, key, organism, parsed};
use super::open;

const HERENCIA: &str = "L01130473";
const MADRID: &str = "L01280796";

async fn ready(url: &str) -> Store {
    let store = open(url).await;
    store.put_organism(&organism(HERENCIA)).await.unwrap();
    store.put_organism(&organism(MADRID)).await.unwrap();
    store
}

/// A code of Herencia, good for a hundred seconds.
fn code(byte: u8) -> NewCode {
    NewCode {
        digest: [byte; 32],
        name: format!("ALTA-{byte}"),
        organism: parsed(HERENCIA),
        issued_by: "ADM-1".to_owned(),
        issued_at: at(i64::from(byte)),
        expires_at: at(100),
    }
}

fn held(byte: u8) -> Held {
    Held {
        key: key(byte),
        certificate: Certified {
            not_before: 1,
            not_after: 1_000 + i64::from(byte),
            serial: format!("0{byte}"),
            issuer: "ab".repeat(32),
        },
        origin: CertificateOrigin::Issued,
    }
}

pub(crate) async fn a_code_is_used_once(url: &str) {
    let store = ready(url).await;
    let herencia: OrganismId = parsed(HERENCIA);
    store.issue_code(&code(1)).await.unwrap();
    let version = store.registry_version().await.unwrap();
    let name = store
        .usable_code(&[1; 32], &herencia, at(99))
        .await
        .unwrap();
    assert_eq!(name.as_deref(), Some("ALTA-1"));
    let first = store
        .enrol(&[1; 32], &herencia, &held(7), at(99))
        .await
        .unwrap();
    assert_eq!(first, Enrolled::Registered);
    let again = store
        .enrol(&[1; 32], &herencia, &held(8), at(99))
        .await
        .unwrap();
    assert_eq!(again, Enrolled::CodeNotUsable);
    let registry = store.load_registry().await.unwrap();
    assert_eq!(registry.by_key(&key(7)).unwrap().id, herencia);
    assert_eq!(registry.by_key(&key(8)), None);
    assert_eq!(registry.version(), version + 1);
    let listed = store.codes().await.unwrap();
    let used = Fate::Used {
        key: key(7),
        at: at(99),
    };
    assert_eq!(
        listed.iter().map(|code| &code.fate).collect::<Vec<_>>(),
        [&used]
    );
    assert_eq!(
        store
            .usable_code(&[1; 32], &herencia, at(99))
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn a_code_that_is_not_good_changes_nothing(url: &str) {
    let store = ready(url).await;
    for byte in 1..=2 {
        store.issue_code(&code(byte)).await.unwrap();
    }
    let withdrawn = store.withdraw_code("ALTA-2", "ADM-2", at(5)).await.unwrap();
    assert_eq!(withdrawn, Withdrawal::Withdrawn);
    let version = store.registry_version().await.unwrap();
    let table = [
        (1, HERENCIA, 100, "expired"),
        (1, MADRID, 50, "another's"),
        (2, HERENCIA, 50, "withdrawn"),
        (3, HERENCIA, 50, "unknown"),
    ];
    for (byte, id, seconds, case) in table {
        let (digest, id, now) = ([byte; 32], parsed::<OrganismId>(id), at(seconds));
        assert_eq!(
            store.usable_code(&digest, &id, now).await.unwrap(),
            None,
            "{case}"
        );
        let outcome = store.enrol(&digest, &id, &held(9), now).await.unwrap();
        assert_eq!(outcome, Enrolled::CodeNotUsable, "{case}");
    }
    assert_eq!(store.registry_version().await.unwrap(), version);
    let none = store.withdraw_code("ALTA-9", "ADM-2", at(5)).await.unwrap();
    assert_eq!(none, Withdrawal::Unknown);
    let late = store.withdraw_code("ALTA-2", "ADM-2", at(6)).await.unwrap();
    assert_eq!(late, Withdrawal::TooLate);
    let fates: Vec<Fate> = store
        .codes()
        .await
        .unwrap()
        .into_iter()
        .map(|code| code.fate)
        .collect();
    let withdrawn = Fate::Withdrawn {
        by: "ADM-2".to_owned(),
        at: at(5),
    };
    assert_eq!(fates, [Fate::Unused, withdrawn]);
}

pub(crate) async fn of_many_at_once_one_uses_a_code(url: &str) {
    let store = ready(url).await;
    store.issue_code(&code(1)).await.unwrap();
    let tries: Vec<_> = (10..30_u8)
        .map(|byte| {
            let store = store.clone();
            tokio::spawn(async move {
                let id = parsed(HERENCIA);
                store
                    .enrol(&[1; 32], &id, &held(byte), at(50))
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut registered = 0;
    for one in tries {
        registered += usize::from(one.await.unwrap() == Enrolled::Registered);
    }
    assert_eq!(registered, 1);
    assert_eq!(store.load_registry().await.unwrap().keys().count(), 1);
}

pub(crate) async fn a_key_of_another_leaves_the_code_unused(url: &str) {
    let store = ready(url).await;
    store.issue_code(&code(1)).await.unwrap();
    store.put_key(&key(7), &parsed(MADRID)).await.unwrap();
    let refused = store
        .enrol(&[1; 32], &parsed(HERENCIA), &held(7), at(50))
        .await;
    assert!(
        matches!(refused, Err(Error::KeyOfAnother { .. })),
        "{refused:?}"
    );
    let good = store
        .enrol(&[1; 32], &parsed(HERENCIA), &held(8), at(50))
        .await
        .unwrap();
    assert_eq!(good, Enrolled::Registered);
}

pub(crate) async fn codes_are_of_registered_organisms(url: &str) {
    let store = open(url).await;
    let refused = store.issue_code(&code(1)).await;
    assert!(
        matches!(refused, Err(Error::UnknownOrganism(_))),
        "{refused:?}"
    );
}

pub(crate) async fn a_revoked_key_never_comes_back(url: &str) {
    let store = ready(url).await;
    let herencia: OrganismId = parsed(HERENCIA);
    store.put_certificate(&held(7), &herencia).await.unwrap();
    store.put_key(&key(8), &herencia).await.unwrap();
    let known: Vec<_> = store.certificates().await.unwrap().into_iter().collect();
    let facts = |byte: u8| {
        known
            .iter()
            .find(|it| it.key == key(byte))
            .unwrap()
            .known
            .clone()
    };
    assert_eq!(
        facts(7),
        Some((held(7).certificate, CertificateOrigin::Issued))
    );
    assert_eq!(facts(8), None);

    // A later certificate on the same key: both are revoked with it.
    let mut later = renewed(7);
    "17".clone_into(&mut later.certificate.serial);
    let renewal = store.renew_certificate(&later, &herencia, by(7, 9));
    renewal.await.unwrap();
    assert_eq!(store.revoked_certificates().await.unwrap(), []);

    let version = store.registry_version().await.unwrap();
    let revoked = store
        .revoke_key(&key(7), "ADM-1", "PRUEBA", at(1))
        .await
        .unwrap();
    assert_eq!(revoked, Revocation::Revoked);
    let again = store
        .revoke_key(&key(7), "ADM-1", "PRUEBA", at(2))
        .await
        .unwrap();
    assert_eq!(again, Revocation::NotRegistered);
    assert!(store.registry_version().await.unwrap() > version);
    assert_eq!(store.load_registry().await.unwrap().by_key(&key(7)), None);
    let listed = store.revoked_keys().await.unwrap();
    let first = listed.first().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&first.key, first.serial.as_deref()), (&key(7), Some("17")));
    let certificates = store.revoked_certificates().await.unwrap();
    let serials: Vec<_> = certificates.iter().map(|it| (&*it.serial, it.at)).collect();
    assert_eq!(serials, [("07", at(1)), ("17", at(1))]);

    store.issue_code(&code(1)).await.unwrap();
    let refused = [
        store.put_key(&key(7), &herencia).await,
        store.put_certificate(&held(7), &parsed(MADRID)).await,
        store
            .enrol(&[1; 32], &herencia, &held(7), at(50))
            .await
            .map(drop),
    ];
    for outcome in refused {
        assert!(matches!(outcome, Err(Error::KeyRevoked(_))), "{outcome:?}");
    }
}

fn renewed(byte: u8) -> Held {
    Held {
        origin: CertificateOrigin::Renewed,
        ..held(byte)
    }
}

/// A renewal by that key, when certificates begin to be good.
fn by(byte: u8, most: u8) -> Renewal {
    Renewal {
        by: key(byte),
        most,
        now: jiff::Timestamp::from_second(1).unwrap(),
    }
}

pub(crate) async fn keys_are_known_by_the_key_that_obtained_them(url: &str) {
    let store = ready(url).await;
    let herencia: OrganismId = parsed(HERENCIA);
    for byte in [1, 7] {
        store.put_certificate(&held(byte), &herencia).await.unwrap();
    }
    // 1 to 2 to 3, on to itself and back to 1; 7 to 8.
    for (parent, child) in [(1, 2), (2, 3), (3, 3), (3, 1), (7, 8), (7, 3)] {
        let next = renewed(child);
        let renewal = store.renew_certificate(&next, &herencia, by(parent, 9));
        renewal.await.unwrap();
    }
    let listed = store.certificates().await.unwrap();
    let parents: Vec<_> = listed.iter().map(|it| (it.key, it.parent)).collect();
    let expected: [(u8, Option<u8>); 5] = [
        (1, None),
        (2, Some(1)),
        (3, Some(2)),
        (7, None),
        (8, Some(7)),
    ];
    let expected = expected.map(|(child, parent)| (key(child), parent.map(key)));
    assert_eq!(parents, expected);

    let revoke = async |byte: u8| {
        let revoked = store.revoke_key(&key(byte), "ADM-1", "PRUEBA", at(1)).await;
        assert_eq!(revoked.unwrap(), Revocation::Revoked);
    };
    let descent: [(&str, u8, &[u8]); 3] = [("", 1, &[2, 3]), ("", 2, &[3]), ("", 8, &[])];
    assert_descent(&store, &descent).await;
    // What was obtained by a revoked key is still found, also beyond it.
    revoke(1).await;
    revoke(2).await;
    let descent: [(&str, u8, &[u8]); 3] =
        [("revoked", 1, &[3]), ("revoked", 2, &[3]), ("", 7, &[8])];
    assert_descent(&store, &descent).await;
    let refused = store
        .renew_certificate(&renewed(9), &herencia, by(1, 9))
        .await;
    assert!(
        matches!(refused, Err(Error::KeyRevoked(of)) if of == key(1)),
        "{refused:?}"
    );
}

/// A thief has a key and one that it obtained; staff look for what came of the first, and before they revoke it the thief
/// obtains another by the second.
pub(crate) async fn a_renewal_amid_a_revocation_is_found_by_the_next_look(url: &str) {
    let store = ready(url).await;
    let herencia: OrganismId = parsed(HERENCIA);
    store.put_certificate(&held(1), &herencia).await.unwrap();
    let renew = async |child: u8, parent: u8| {
        let next = renewed(child);
        let renewal = store.renew_certificate(&next, &herencia, by(parent, 9));
        renewal.await
    };
    let revoke = async |byte: u8| {
        let revoked = store.revoke_key(&key(byte), "ADM-1", "PRUEBA", at(1)).await;
        assert_eq!(revoked.unwrap(), Revocation::Revoked);
    };
    renew(2, 1).await.unwrap();
    revoke(1).await;
    // For each look: what is found, and what is obtained by it before it is revoked.
    for (found, obtained) in [(2, Some(3)), (3, Some(4)), (4, None)] {
        assert_descent(&store, &[("", 1, &[found])]).await;
        if let Some(child) = obtained {
            renew(child, found).await.unwrap();
        }
        revoke(found).await;
        // By what is revoked nothing more is obtained.
        let refused = renew(9, found).await;
        assert!(
            matches!(refused, Err(Error::KeyRevoked(of)) if of == key(found)),
            "{refused:?}"
        );
    }
    assert_descent(&store, &[("", 1, &[])]).await;
}

async fn assert_descent(store: &Store, table: &[(&str, u8, &[u8])]) {
    for (what, of, expected) in table {
        let expected: Vec<CertificateKey> = expected.iter().map(|byte| key(*byte)).collect();
        assert_eq!(
            store.descendants(&key(*of)).await.unwrap(),
            expected,
            "{what} {of}"
        );
    }
}

pub(crate) async fn renewals_have_a_limit(url: &str) {
    let store = ready(url).await;
    let (herencia, madrid): (OrganismId, OrganismId) = (parsed(HERENCIA), parsed(MADRID));
    for byte in [1, 2, 3] {
        store.put_certificate(&held(byte), &herencia).await.unwrap();
    }
    store.put_certificate(&held(9), &madrid).await.unwrap();
    let renew = async |byte, renewal| {
        store
            .renew_certificate(&renewed(byte), &herencia, renewal)
            .await
    };
    for byte in [4, 5] {
        renew(byte, by(1, 2)).await.unwrap();
    }
    let refused = renew(6, by(1, 2)).await;
    assert!(
        matches!(refused, Err(Error::TooManyRenewed { most: 2, .. })),
        "{refused:?}"
    );
    // The same key again is no further one; nor does another organism feel it.
    renew(5, by(5, 2)).await.unwrap();
    store
        .renew_certificate(&renewed(10), &madrid, by(9, 2))
        .await
        .unwrap();
    // One that has expired, and one that was revoked, make room.
    let after_four = Renewal {
        now: jiff::Timestamp::from_second(1_005).unwrap(),
        ..by(1, 2)
    };
    renew(6, after_four).await.unwrap();
    assert!(renew(7, after_four).await.is_err());
    store
        .revoke_key(&key(5), "ADM-1", "PRUEBA", at(1))
        .await
        .unwrap();
    renew(7, after_four).await.unwrap();
}
