//! The case index: where each case belongs, so that territory is checked before anything is asked.
//!
//! Entries and cursor do not wait for the disk: a power failure undoes the newest, in order, and the
//! feed brings them again from the cursor that is left.

use std::collections::BTreeMap;

use domain::{CaseId, IndexEntry};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use crate::backend::{Backend, reading, relaxed};
use crate::registry::parsed;
use crate::transaction::{RELAXED_POSTGRES, RELAXED_SQLITE, attempts};
use crate::{Error, Store};

const TABLE: &str = "case_index";
/// How many rows one statement carries; SQLite takes 32,766 values in one.
const BATCH: usize = 2_000;

const ENTRY: &str = "
    select case_id, version, municipality, responsible, level, state from case_index where case_id = $1";

const COLUMNS: &str =
    "insert into case_index (case_id, version, municipality, responsible, level, state) ";

/// Never back: a version already overtaken changes nothing.
const ON_CONFLICT: &str = "
    on conflict (case_id) do update set version = excluded.version, municipality = excluded.municipality,
        responsible = excluded.responsible, level = excluded.level, state = excluded.state
    where case_index.version <= excluded.version";

const SIZE: &str = "select count(*) from case_index";

const CURSOR: &str = "select cursor from index_cursors where source = $1";
const SET_CURSOR: &str = "
    insert into index_cursors (source, cursor) values ($1, $2)
    on conflict (source) do update set cursor = excluded.cursor";

impl Store {
    /// What the index knows of a case.
    pub async fn index_entry(&self, case: &CaseId) -> Result<Option<IndexEntry>, Error> {
        let row: Option<Row> = reading!(self, pool => sqlx::query_as(ENTRY).bind(case.as_str()).fetch_optional(pool).await?);
        row.map(IndexEntry::try_from).transpose()
    }

    /// How many cases the index knows.
    pub async fn index_size(&self) -> Result<usize, Error> {
        let size: i64 = reading!(self, pool => sqlx::query_scalar(SIZE).fetch_one(pool).await?);
        usize::try_from(size).map_err(|reason| Error::corrupt(TABLE)(&reason))
    }

    /// Takes these entries up, in as few statements as possible; an older version than the known one
    /// changes nothing.
    pub async fn upsert_index(&self, entries: &[IndexEntry]) -> Result<(), Error> {
        // One row a case, in the same order from everyone: no statement meets a case twice, and no
        // two statements wait for each other.
        let mut newest: BTreeMap<CaseId, &IndexEntry> = BTreeMap::new();
        for entry in entries {
            let known = newest.entry(entry.case).or_insert(entry);
            if known.version <= entry.version {
                *known = entry;
            }
        }
        let rows: Vec<&IndexEntry> = newest.into_values().collect();
        for batch in rows.chunks(BATCH) {
            match &self.0 {
                Backend::Sqlite { write, .. } => upsert_sqlite(write, batch).await?,
                Backend::Postgres(pool) => upsert_postgres(pool, batch).await?,
            }
        }
        Ok(())
    }

    /// How far the feed of `source` has been read.
    pub async fn index_cursor(&self, source: &str) -> Result<Option<String>, Error> {
        Ok(
            reading!(self, pool => sqlx::query_scalar(CURSOR).bind(source).fetch_optional(pool).await?),
        )
    }

    /// Remembers how far the feed of `source` has been read.
    pub async fn set_index_cursor(&self, source: &str, cursor: &str) -> Result<(), Error> {
        relaxed!(self, "index.set_cursor", tx => {
            sqlx::query(SET_CURSOR).bind(source).bind(cursor).execute(&mut *tx).await?;
        })
    }
}

async fn upsert_sqlite(pool: &SqlitePool, batch: &[&IndexEntry]) -> Result<(), Error> {
    attempts!("index.upsert", pool, RELAXED_SQLITE, tx => {
        let mut statement = QueryBuilder::<Sqlite>::new(COLUMNS);
        statement.push_values(batch, |mut row, entry| {
            row.push_bind(entry.case.as_str())
                .push_bind(i64::from(entry.version))
                .push_bind(entry.municipality.map(|code| code.to_string()))
                .push_bind(entry.responsible.as_str())
                .push_bind(entry.level.map(domain::RiskLevel::as_str))
                .push_bind(&entry.state);
        });
        statement.push(ON_CONFLICT);
        // Not kept prepared: its text depends on the number of rows.
        statement.build().persistent(false).execute(&mut *tx).await?;
    })
}

async fn upsert_postgres(pool: &PgPool, batch: &[&IndexEntry]) -> Result<(), Error> {
    let arrays = "select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) ";
    let column =
        |value: fn(&IndexEntry) -> &str| batch.iter().map(|entry| value(entry)).collect::<Vec<_>>();
    let cases: Vec<String> = batch.iter().map(|entry| entry.case.to_string()).collect();
    let versions: Vec<i64> = batch.iter().map(|entry| i64::from(entry.version)).collect();
    let municipalities: Vec<Option<String>> = batch
        .iter()
        .map(|entry| entry.municipality.map(|code| code.to_string()))
        .collect();
    let levels: Vec<Option<&str>> = batch
        .iter()
        .map(|entry| entry.level.map(domain::RiskLevel::as_str))
        .collect();
    attempts!("index.upsert", pool, RELAXED_POSTGRES, tx => {
        sqlx::query(sqlx::AssertSqlSafe([COLUMNS, arrays, ON_CONFLICT].concat()))
            .bind(&cases)
            .bind(&versions)
            .bind(&municipalities)
            .bind(column(|entry| entry.responsible.as_str()))
            .bind(&levels)
            .bind(column(|entry| &entry.state))
            .execute(&mut *tx)
            .await?;
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    version: i64,
    municipality: Option<String>,
    responsible: String,
    level: Option<String>,
    state: String,
}

impl TryFrom<Row> for IndexEntry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            case: parsed(TABLE, &row.case_id)?,
            version: u32::try_from(row.version).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
            municipality: row
                .municipality
                .as_deref()
                .map(|text| parsed(TABLE, text))
                .transpose()?,
            responsible: parsed(TABLE, &row.responsible)?,
            level: row
                .level
                .as_deref()
                .map(|text| parsed(TABLE, text))
                .transpose()?,
            state: row.state,
        })
    }
}
