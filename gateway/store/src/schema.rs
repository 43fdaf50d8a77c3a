//! The tables and their migrations, one folder a database.

use std::collections::BTreeSet;

use sqlx::migrate::Migrator;

use crate::backend::{Backend, reading};
use crate::{Error, Store};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How the tables stand to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// As this program wants them.
    Current,
    /// Migrations are still to be applied, or files to be folded anew; on an empty database all.
    Behind,
    /// A later program has been here.
    Ahead,
}

impl Store {
    /// Applies the migrations that are missing, and folds anew what earlier programs listed; safe from several nodes
    /// at once.
    pub async fn migrate(&self) -> Result<(), Error> {
        match &self.0 {
            Backend::Sqlite { write, .. } => SQLITE.run(write).await?,
            Backend::Postgres(pool) => POSTGRES.run(pool).await?,
        }
        self.relist().await
    }

    /// How the tables stand to this program; changes nothing.
    pub async fn schema(&self) -> Result<Schema, Error> {
        let applied: BTreeSet<i64> = if self.is_migrated_at_all().await? {
            reading!(self, pool => sqlx::query_scalar("select version from _sqlx_migrations").fetch_all(pool).await?)
                .into_iter()
                .collect()
        } else {
            BTreeSet::new()
        };
        let known: BTreeSet<i64> = self
            .migrator()
            .iter()
            .map(|migration| migration.version)
            .collect();
        Ok(if applied == known {
            if self.unlisted().await?.is_empty() {
                Schema::Current
            } else {
                Schema::Behind
            }
        } else if applied.is_subset(&known) {
            Schema::Behind
        } else {
            Schema::Ahead
        })
    }

    fn migrator(&self) -> &'static Migrator {
        match &self.0 {
            Backend::Sqlite { .. } => &SQLITE,
            Backend::Postgres(_) => &POSTGRES,
        }
    }

    async fn is_migrated_at_all(&self) -> Result<bool, Error> {
        let found: i64 = match &self.0 {
            Backend::Sqlite { read, .. } => {
                let tables = "select count(*) from sqlite_master where name = '_sqlx_migrations'";
                sqlx::query_scalar(tables).fetch_one(read).await?
            }
            Backend::Postgres(pool) => {
                let tables = "select count(to_regclass('_sqlx_migrations'))";
                sqlx::query_scalar(tables).fetch_one(pool).await?
            }
        };
        Ok(found > 0)
    }
}
