//! The ministry's staff: enlisted by key, revoked for good.

use domain::{CertificateKey, ProviderIdentity, Staff, StaffKey, StaffRole, StaffRoles};
use store::Error;
use store::sign_ins::Taken;

use super::fixtures::{at, parsed};
use super::open;

fn staff(id: &str, roles: &[StaffRole]) -> Staff {
    Staff {
        id: parsed(id),
        roles: StaffRoles::new(roles.iter().copied()).unwrap(),
    }
}

fn key(number: u8) -> CertificateKey {
    CertificateKey::from_digest([number; 32])
}

pub(crate) async fn roles_are_of_the_person(url: &str) {
    let store = open(url).await;
    let manager = staff("G-1", &[StaffRole::Manager]);
    store.put_staff(&manager, &key(1), at(1)).await.unwrap();
    let both = staff("G-1", &[StaffRole::Manager, StaffRole::Supervisor]);
    store.put_staff(&both, &key(2), at(2)).await.unwrap();
    let all = store.staff().await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|enlisted| enlisted.staff == both));
    let first = store.staff_by_key(&key(1)).await.unwrap().unwrap();
    assert_eq!((first.since, first.revoked_at), (at(1), None));
    assert_eq!(store.staff_by_key(&key(9)).await.unwrap(), None);
}

pub(crate) async fn a_revoked_member_stays_revoked(url: &str) {
    let store = open(url).await;
    let auditor = staff("A-1", &[StaffRole::Auditor]);
    store.put_staff(&auditor, &key(1), at(1)).await.unwrap();
    assert_eq!(store.revoke_staff(&auditor.id, at(5)).await.unwrap(), 1);
    assert_eq!(store.revoke_staff(&auditor.id, at(6)).await.unwrap(), 0);
    let known = store.staff_by_key(&key(1)).await.unwrap().unwrap();
    assert_eq!(known.revoked_at, Some(at(5)));
    let again = store.put_staff(&auditor, &key(1), at(7)).await;
    assert!(
        matches!(again, Err(Error::StaffKeyTaken { .. })),
        "{again:?}"
    );
}

pub(crate) async fn a_staff_key_has_one_holder(url: &str) {
    let store = open(url).await;
    let one = staff("G-1", &[StaffRole::Manager]);
    store.put_staff(&one, &key(1), at(1)).await.unwrap();
    let other = staff("G-2", &[StaffRole::Manager]);
    let taken = store.put_staff(&other, &key(1), at(2)).await;
    assert!(
        matches!(taken, Err(Error::StaffKeyTaken { .. })),
        "{taken:?}"
    );
    assert_eq!(store.staff().await.unwrap().len(), 1);
}

pub(crate) async fn an_identity_is_one_more_key_of_the_same_person(url: &str) {
    let store = open(url).await;
    let identity = StaffKey::from(ProviderIdentity::from_digest([1; 32]));
    let one = staff("G-1", &[StaffRole::Manager]);
    store.put_staff(&one, &key(1), at(1)).await.unwrap();
    store.put_staff(&one, identity, at(2)).await.unwrap();
    let by_identity = store.staff_by_key(identity).await.unwrap().unwrap();
    let by_key = store.staff_by_key(key(1)).await.unwrap().unwrap();
    assert_eq!(by_identity.staff, by_key.staff);
    assert_eq!(by_identity.key, identity);
    let taken = store
        .put_staff(&staff("G-2", &[StaffRole::Manager]), identity, at(3))
        .await;
    assert!(
        matches!(taken, Err(Error::StaffKeyTaken { .. })),
        "{taken:?}"
    );
    assert_eq!(store.revoke_staff(&one.id, at(5)).await.unwrap(), 2);
    let revoked = store.staff_by_key(identity).await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(at(5)));
}

pub(crate) async fn an_attempt_to_sign_in_comes_back_once(url: &str) {
    let store = open(url).await;
    let table = [
        ("a-1", 0, 10, Taken::First),
        ("a-1", 1, 10, Taken::Again),
        ("a-2", 1, 11, Taken::First),
        ("a-1", 9, 10, Taken::Again),
        // Over: its cookie is refused before, and nothing need remember it.
        ("a-1", 10, 20, Taken::First),
        ("a-2", 10, 11, Taken::Again),
    ];
    for (step, (attempt, now, until, expected)) in table.into_iter().enumerate() {
        let taken = store.take_sign_in(attempt, (at(now), at(until))).await;
        assert_eq!(taken.unwrap(), expected, "step {step}");
    }
}
