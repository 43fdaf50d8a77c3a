//! The ministry's own staff, by pseudonym, and what each may do.

use std::collections::BTreeSet;

use crate::text::{identifier, is_token, words};

const GATEWAY: &str = "pasarela";

identifier! {
    /// A pseudonymous identifier of a member of staff: 1 to 40 characters of `A-Z a-z 0-9 . _ -`.
    ///
    /// Only the ministry knows the person behind it.
    StaffId is "a staff identifier" if |text| is_token(text, 40, b"._-")
}

impl StaffId {
    /// Whether it is the name under which the gateway itself makes entries; nobody is enlisted by it.
    pub fn is_gateway(&self) -> bool {
        self.as_str().eq_ignore_ascii_case(GATEWAY)
    }
}

words! {
    /// What a member of staff may do.
    StaffRole is "a role of staff" {
        /// Keeps the files of adhesion, and proposes.
        Manager = "gestor",
        /// Approves or rejects what another has proposed.
        Supervisor = "supervisor",
        /// Sees everything and changes nothing; goes with no other role (ENS op.acc.3).
        Auditor = "auditor",
    }
}

/// The roles of one member of staff: at least one, and an auditor has no other.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "BTreeSet<StaffRole>", into = "BTreeSet<StaffRole>")]
pub struct StaffRoles(BTreeSet<StaffRole>);

/// Why roles do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RolesFault {
    /// There is none.
    #[error("a member of staff has at least one role")]
    None,
    /// An auditor with another role would watch itself.
    #[error("the role `auditor` goes with no other")]
    AuditorNotAlone,
}

impl StaffRoles {
    /// Puts roles together.
    ///
    /// # Errors
    /// There is none, or `auditor` is not alone.
    pub fn new(roles: impl IntoIterator<Item = StaffRole>) -> Result<Self, RolesFault> {
        let roles: BTreeSet<StaffRole> = roles.into_iter().collect();
        if roles.is_empty() {
            Err(RolesFault::None)
        } else if roles.len() > 1 && roles.contains(&StaffRole::Auditor) {
            Err(RolesFault::AuditorNotAlone)
        } else {
            Ok(Self(roles))
        }
    }

    /// Whether one of them is `role`.
    pub fn has(&self, role: StaffRole) -> bool {
        self.0.contains(&role)
    }

    /// The roles, in order.
    pub fn iter(&self) -> impl Iterator<Item = StaffRole> {
        self.0.iter().copied()
    }
}

impl TryFrom<BTreeSet<StaffRole>> for StaffRoles {
    type Error = RolesFault;

    fn try_from(roles: BTreeSet<StaffRole>) -> Result<Self, RolesFault> {
        Self::new(roles)
    }
}

impl From<StaffRoles> for BTreeSet<StaffRole> {
    fn from(roles: StaffRoles) -> Self {
        roles.0
    }
}

/// A member of staff who acts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// What she may do.
    pub roles: StaffRoles,
}

impl Staff {
    /// The gateway itself, where it enters what it has seen: keeps files, and approves nothing.
    pub fn gateway() -> Self {
        Self {
            id: StaffId(GATEWAY.into()),
            roles: StaffRoles(BTreeSet::from([StaffRole::Manager])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateway_keeps_files_and_approves_nothing() {
        let gateway = Staff::gateway();
        assert!(gateway.id.is_gateway());
        assert!(gateway.roles.iter().eq([StaffRole::Manager]));
        for (id, expected) in [("Pasarela", true), ("pasarela-1", false), ("ADM-1", false)] {
            assert_eq!(
                id.parse::<StaffId>().unwrap().is_gateway(),
                expected,
                "{id}"
            );
        }
    }

    #[test]
    fn an_auditor_is_nothing_else() {
        use StaffRole::{Auditor, Manager, Supervisor};
        let table: [(&[StaffRole], Option<RolesFault>); 7] = [
            (&[], Some(RolesFault::None)),
            (&[Manager], None),
            (&[Manager, Supervisor], None),
            (&[Auditor], None),
            (&[Auditor, Auditor], None),
            (&[Auditor, Manager], Some(RolesFault::AuditorNotAlone)),
            (&[Supervisor, Auditor], Some(RolesFault::AuditorNotAlone)),
        ];
        for (roles, expected) in table {
            let made = StaffRoles::new(roles.iter().copied());
            assert_eq!(made.err(), expected, "{roles:?}");
        }
    }
}
