//! Users forms: part of the registry's snapshot, because the gateway refuses by them.

use std::collections::BTreeMap;

use domain::OrganismId;
use domain::adhesion::{User, UsersForm};
use domain::registry::Forms;
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::registry::{BUMP, parsed};
use crate::{Error, Store};

const TABLE: &str = "organism_users";

pub(crate) const PUT: &str = "
    insert into organism_users
        (organism, officer, role, trained_on, from_day, until_day, changed_at, changed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (organism, officer) do update set role = excluded.role,
        trained_on = excluded.trained_on, from_day = excluded.from_day,
        until_day = excluded.until_day, changed_at = excluded.changed_at,
        changed_by = excluded.changed_by";

pub(crate) const OF: &str = "
    select organism, officer, role, trained_on, from_day, until_day from organism_users
    where organism = $1 order by officer";

pub(crate) const ALL: &str =
    "select organism, officer, role, trained_on, from_day, until_day from organism_users";

pub(crate) type Row = (
    String,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
);

/// Puts an officer on a form, in a transaction that has raised the registry's version.
macro_rules! put {
    ($tx:ident, ($organism:expr, $user:expr), ($by:expr, $at:expr)) => {
        let user: &domain::adhesion::User = $user;
        let text = |day: &jiff::civil::Date| day.to_string();
        sqlx::query($crate::adhesion::users::PUT)
            .bind($organism.as_str())
            .bind(user.officer.as_str())
            .bind(user.role.as_str())
            .bind(user.trained_on.as_ref().map(text))
            .bind(user.from.to_string())
            .bind(user.until.as_ref().map(text))
            .bind($at.as_microsecond())
            .bind($by)
            .execute(&mut *$tx)
            .await?;
    };
}
pub(crate) use put;

impl Store {
    /// Puts officers on the users form of an organism, or changes what it says of them; in force like any change of
    /// the registry. Nobody is ever taken out: a last day is set.
    pub async fn put_users(
        &self,
        organism: &OrganismId,
        users: &[User],
        by: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        durable!(self, "adhesion.users", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            for user in users {
                put!(tx, (organism, user), (by, at));
            }
        })
    }

    /// The users form of an organism; empty if it never sent one.
    pub async fn users_form(&self, organism: &OrganismId) -> Result<UsersForm, Error> {
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        form(rows)
    }
}

/// The form of one organism.
pub(crate) fn form(rows: Vec<Row>) -> Result<UsersForm, Error> {
    let users = rows.into_iter().map(|row| user(row).map(|(_, user)| user));
    users.collect()
}

/// The forms of all of them.
pub(crate) fn forms(rows: Vec<Row>) -> Result<Forms, Error> {
    let mut by_organism: BTreeMap<OrganismId, Vec<User>> = BTreeMap::new();
    for row in rows {
        let (organism, user) = user(row)?;
        by_organism.entry(organism).or_default().push(user);
    }
    let forms = by_organism.into_iter();
    Ok(forms
        .map(|(organism, users)| (organism, users.into_iter().collect()))
        .collect())
}

fn user(row: Row) -> Result<(OrganismId, User), Error> {
    let (organism, officer, role, trained_on, from, until) = row;
    let day = |text: Option<String>| text.map(|text| parsed(TABLE, &text)).transpose();
    let user = User {
        officer: parsed(TABLE, &officer)?,
        role: parsed(TABLE, &role)?,
        trained_on: day(trained_on)?,
        from: parsed(TABLE, &from)?,
        until: day(until)?,
    };
    Ok((parsed(TABLE, &organism)?, user))
}
