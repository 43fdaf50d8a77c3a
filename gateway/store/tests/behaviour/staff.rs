//! The ministry's staff: enlisted by key, revoked for good.

use domain::{CertificateKey, Staff, StaffRole, StaffRoles};
use store::Error;

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
