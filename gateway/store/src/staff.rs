//! The ministry's own staff: who signs in with which certificate key or under which identity of the provider, and since
//! when not any more.
//!
//! Not part of the registry's snapshot: a console asks at each request, so that a revocation is in force at once.

use domain::{Staff, StaffId, StaffKey, StaffRole, StaffRoles};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

const TABLE: &str = "staff_keys";

/// A key of another, or a revoked one, is left as it is.
const PUT: &str = "
    insert into staff_keys (key, staff, roles, since) values ($1, $2, $3, $4)
    on conflict (key) do update set roles = excluded.roles
    where staff_keys.staff = excluded.staff and staff_keys.revoked_at is null";

/// The roles are the person's, whichever key she shows.
const SAME_ROLES: &str = "update staff_keys set roles = $2 where staff = $1 and revoked_at is null";

const REVOKE: &str =
    "update staff_keys set revoked_at = $2 where staff = $1 and revoked_at is null";

const BY_KEY: &str = "select key, staff, roles, since, revoked_at from staff_keys where key = $1";

const ALL: &str =
    "select key, staff, roles, since, revoked_at from staff_keys order by staff, since, key";

/// A member of staff with one of her keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enlisted {
    /// Who, and what she may do.
    pub staff: Staff,
    /// The key of her certificate, or her identity.
    pub key: StaffKey,
    /// When it was enlisted.
    pub since: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    /// Enlists a member of staff with a key, or changes her roles; a key of another or a revoked one is refused.
    pub async fn put_staff(
        &self,
        staff: &Staff,
        key: impl Into<StaffKey>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let key = key.into();
        let roles = roles_text(&staff.roles);
        durable!(self, "staff.put", tx => {
            let put = sqlx::query(PUT)
                .bind(key.to_string())
                .bind(staff.id.as_str())
                .bind(&roles)
                .bind(at.as_microsecond())
                .execute(&mut *tx)
                .await?;
            if put.rows_affected() == 0 {
                return Err(Error::StaffKeyTaken { key, staff: staff.id.clone() });
            }
            sqlx::query(SAME_ROLES).bind(staff.id.as_str()).bind(&roles).execute(&mut *tx).await?;
        })
    }

    /// Revokes every key of a member of staff; says how many were not yet.
    pub async fn revoke_staff(&self, staff: &StaffId, at: Timestamp) -> Result<u64, Error> {
        durable!(self, "staff.revoke", tx => {
            let revoked = sqlx::query(REVOKE)
                .bind(staff.as_str())
                .bind(at.as_microsecond())
                .execute(&mut *tx)
                .await?;
            revoked.rows_affected()
        })
    }

    /// Whose key it is, revoked or not.
    pub async fn staff_by_key(&self, key: impl Into<StaffKey>) -> Result<Option<Enlisted>, Error> {
        let key = key.into();
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(BY_KEY).bind(key.to_string()).fetch_optional(pool).await?);
        row.map(enlisted).transpose()
    }

    /// Everyone with every key, revoked ones too.
    pub async fn staff(&self) -> Result<Vec<Enlisted>, Error> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(ALL).fetch_all(pool).await?);
        rows.into_iter().map(enlisted).collect()
    }
}

type Row = (String, String, String, i64, Option<i64>);

fn enlisted((key, staff, roles, since, revoked_at): Row) -> Result<Enlisted, Error> {
    Ok(Enlisted {
        staff: Staff {
            id: parsed(TABLE, &staff)?,
            roles: read_roles(&roles)?,
        },
        key: parsed(TABLE, &key)?,
        since: instant(since)?,
        revoked_at: revoked_at.map(instant).transpose()?,
    })
}

fn roles_text(roles: &StaffRoles) -> String {
    let words: Vec<&str> = roles.iter().map(StaffRole::as_str).collect();
    words.join(",")
}

fn read_roles(text: &str) -> Result<StaffRoles, Error> {
    let roles = text.split(',').map(|word| parsed(TABLE, word));
    let roles: Vec<StaffRole> = roles.collect::<Result<_, _>>()?;
    StaffRoles::new(roles).map_err(|fault| Error::corrupt(TABLE)(&fault))
}

fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|fault| Error::corrupt(TABLE)(&fault))
}
