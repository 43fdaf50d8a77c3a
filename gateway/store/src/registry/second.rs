//! What of an import takes a second person: whatever opens access. One imports the file, which is her proposal; another,
//! who supervises, imports the same and it is done. A proposal waits for a week.
//!
//! A registry without organisms is filled by one: there is nobody's access yet that could be widened.

use std::collections::BTreeSet;
use std::fmt;

use domain::{
    Agreement, AgreementId, CertificateKey, OrganismId, Registry, Staff, StaffId, StaffRole,
};
use jiff::{SignedDuration, Timestamp};
use journal::Digest;

use super::import::Enrolment;
use super::parsed;
use crate::backend::{durable, reading};
use crate::{Error, Store};

/// How long a proposal waits.
const WAITS: SignedDuration = SignedDuration::from_hours(7 * 24);

const PROPOSE: &str = "
    insert into import_proposals (digest, proposed_by, proposed_at) values ($1, $2, $3)
    on conflict (digest) do update set proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at";
const WAITING: &str =
    "select proposed_by from import_proposals where digest = $1 and proposed_at > $2";
pub(super) const END: &str = "delete from import_proposals where digest = $1";

/// Something that an import opens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opening {
    /// What an organism is, which says what its kind may see.
    Kind(OrganismId),
    /// A key that is registered to an organism.
    Key(OrganismId, CertificateKey),
    /// An agreement that gives access, or will.
    Agreement(OrganismId, AgreementId),
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(organism) => write!(f, "el tipo de {organism}"),
            Self::Key(organism, key) => write!(f, "la clave {key} de {organism}"),
            Self::Agreement(organism, id) => write!(f, "el convenio {id} de {organism}"),
        }
    }
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Import,
    Propose,
}

/// What the file opens that is not open.
pub(super) fn openings(
    registry: &Registry,
    enrolments: &[Enrolment],
    now: Timestamp,
) -> Vec<Opening> {
    if registry.organisms().next().is_none() {
        return Vec::new();
    }
    let present: BTreeSet<(&CertificateKey, &OrganismId)> = registry.keys().collect();
    let mut openings = BTreeSet::new();
    for enrolment in enrolments {
        let id = &enrolment.organism.id;
        let known = registry.organism(id);
        if known.is_some_and(|known| known.kind != enrolment.organism.kind) {
            openings.insert(Opening::Kind(id.clone()));
        }
        let keys = enrolment
            .keys
            .iter()
            .chain(enrolment.certificates.iter().map(|it| &it.key));
        let keys = keys.filter(|key| !present.contains(&(*key, id)));
        openings.extend(keys.map(|key| Opening::Key(id.clone(), *key)));
        let agreements = enrolment.agreements.iter();
        let agreements = agreements.filter(|it| opens(registry, it, now));
        openings.extend(agreements.map(|it| Opening::Agreement(id.clone(), it.id.clone())));
    }
    openings.into_iter().collect()
}

/// Whether an agreement gives access otherwise than it does already.
fn opens(registry: &Registry, agreement: &Agreement, now: Timestamp) -> bool {
    let present = registry.agreements().any(|present| present == agreement);
    !present && agreement.standing(now).opens()
}

/// What whoever imports may do, by what the file opens and who has proposed the same.
pub(super) fn step(
    by: &Staff,
    openings: &[Opening],
    pending: Option<&StaffId>,
) -> Result<Step, Error> {
    let (manages, supervises) = (
        by.roles.has(StaffRole::Manager),
        by.roles.has(StaffRole::Supervisor),
    );
    match pending.filter(|_| !openings.is_empty()) {
        Some(other) if *other == by.id => Err(Error::OwnProposal),
        Some(_) if supervises => Ok(Step::Import),
        Some(_) => Err(Error::WrongRole(StaffRole::Supervisor)),
        None if !manages => Err(Error::WrongRole(StaffRole::Manager)),
        None if openings.is_empty() => Ok(Step::Import),
        None => Ok(Step::Propose),
    }
}

/// What opens was found out by the version before.
pub(super) fn same_version(seen: i64, raised: i64) -> Result<(), Error> {
    if seen.checked_add(1) == Some(raised) {
        Ok(())
    } else {
        Err(Error::RegistryMoved)
    }
}

impl Store {
    /// Who has proposed to import what has that digest, while that waits.
    pub(super) async fn import_proposal(
        &self,
        says: &Digest,
        now: Timestamp,
    ) -> Result<Option<StaffId>, Error> {
        let since = now.checked_sub(WAITS).unwrap_or(Timestamp::MIN);
        let by: Option<String> = reading!(self, pool => {
            sqlx::query_scalar(WAITING)
                .bind(says.to_string())
                .bind(since.as_microsecond())
                .fetch_optional(pool)
                .await?
        });
        by.map(|by| parsed("import_proposals", &by)).transpose()
    }

    /// Keeps who proposes to import what has that digest.
    pub(super) async fn propose_import(
        &self,
        says: &Digest,
        by: &StaffId,
        now: Timestamp,
    ) -> Result<(), Error> {
        durable!(self, "registry.propose_import", tx => {
            sqlx::query(PROPOSE)
                .bind(says.to_string())
                .bind(by.as_str())
                .bind(now.as_microsecond())
                .execute(&mut *tx)
                .await?;
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::StaffRoles;

    use super::*;

    #[test]
    fn who_proposes_and_who_carries_out() {
        const MANAGER: &[StaffRole] = &[StaffRole::Manager];
        const SUPERVISOR: &[StaffRole] = &[StaffRole::Supervisor];
        const BOTH: &[StaffRole] = &[StaffRole::Manager, StaffRole::Supervisor];
        const AUDITOR: &[StaffRole] = &[StaffRole::Auditor];
        let opens = [Opening::Kind("L01130473".parse().unwrap())];
        // By whom, whether it opens anything, who has proposed it.
        let table = [
            (MANAGER, false, None, Ok(Step::Import)),
            (SUPERVISOR, false, None, Err("papel-insuficiente")),
            (AUDITOR, false, None, Err("papel-insuficiente")),
            (MANAGER, true, None, Ok(Step::Propose)),
            (BOTH, true, None, Ok(Step::Propose)),
            (SUPERVISOR, true, None, Err("papel-insuficiente")),
            (MANAGER, true, Some("OTRA"), Err("papel-insuficiente")),
            (SUPERVISOR, true, Some("OTRA"), Ok(Step::Import)),
            (BOTH, true, Some("OTRA"), Ok(Step::Import)),
            (BOTH, true, Some("PRUEBA"), Err("propuesta-propia")),
            (AUDITOR, true, Some("OTRA"), Err("papel-insuficiente")),
            // What has come to open nothing needs nobody else.
            (MANAGER, false, Some("OTRA"), Ok(Step::Import)),
        ];
        for (roles, opens_any, proposed, expected) in table {
            let by = Staff {
                id: "PRUEBA".parse().unwrap(),
                roles: StaffRoles::new(roles.iter().copied()).unwrap(),
            };
            let pending: Option<StaffId> = proposed.map(|id| id.parse().unwrap());
            let openings: &[Opening] = if opens_any { &opens } else { &[] };
            let found = step(&by, openings, pending.as_ref());
            let found = found.map_err(|error| error.code().unwrap());
            assert_eq!(found, expected, "{roles:?} {opens_any} {proposed:?}");
        }
    }
}
