//! The ministry's staff of a demonstration: one of each role, obviously invented.

use certs::testpki::TestPki;
use domain::{Staff, StaffRole, StaffRoles};
use jiff::Timestamp;
use store::Store;

use crate::commands::staff::key_of;
use crate::exit::{Failure, Outcome};

/// A member of staff: the name of her files is her pseudonym in small letters.
struct Member {
    slug: &'static str,
    id: &'static str,
    role: StaffRole,
}

const STAFF: [Member; 4] = [
    Member {
        slug: "gestora-1",
        id: "GESTORA-1",
        role: StaffRole::Manager,
    },
    Member {
        slug: "supervisora-1",
        id: "SUPERVISORA-1",
        role: StaffRole::Supervisor,
    },
    Member {
        slug: "supervisora-2",
        id: "SUPERVISORA-2",
        role: StaffRole::Supervisor,
    },
    Member {
        slug: "auditora-1",
        id: "AUDITORA-1",
        role: StaffRole::Auditor,
    },
];

/// Gives everyone a certificate and enlists her.
pub(super) async fn enlist(store: &Store, pki: &TestPki) -> Outcome {
    let now = Timestamp::now();
    for member in &STAFF {
        let files = pki.person(member.slug, now.as_second());
        let files = files.map_err(|e| Failure::broken("test PKI", e))?;
        let broken = |e: &dyn std::fmt::Display| Failure::broken(member.id, e);
        let staff = Staff {
            id: member.id.parse().map_err(|e| broken(&e))?,
            roles: StaffRoles::new([member.role]).map_err(|e| broken(&e))?,
        };
        let key = key_of(&files.certificate)?;
        let put = store.put_staff(&staff, &key, now).await;
        put.map_err(|e| broken(&e))?;
    }
    Ok(())
}

/// Everyone, by the name of her files, with her role.
pub(super) fn roles() -> impl Iterator<Item = (&'static str, &'static str)> {
    STAFF
        .iter()
        .map(|member| (member.slug, member.role.as_str()))
}
