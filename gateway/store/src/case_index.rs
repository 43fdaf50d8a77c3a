//! The case index: where each case belongs and belonged, so that territory is checked before anything is asked.
//!
//! Entries and cursor do not wait for the disk: a power failure undoes the newest, in order, and the
//! feed brings them again from the cursor that is left.

mod counts;
mod settled;

use std::collections::{BTreeMap, BTreeSet};

use domain::{CaseId, Claim, FormerResidence, IndexEntry, KnownCase, MunicipalityCode, Source};
use jiff::Timestamp;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;
use sqlx::{QueryBuilder, Sqlite};

use crate::backend::{Backend, reading, relaxed};
use crate::registry::parsed;
use crate::transaction::{RELAXED_POSTGRES, RELAXED_SQLITE, attempts};
use crate::{Error, Store};

pub use counts::CaseCount;

const TABLE: &str = "case_index";
const MOVES: &str = "case_moves";
/// How many rows one statement carries; SQLite takes 32,766 values in one.
const BATCH: usize = 2_000;

/// One statement, whether the case ever moved or not, and however many systems tell of it: every system that does,
/// with every place that she left by its word or that of the central system. What another says opens no window.
const KNOWN: &str = "
    select i.case_id, i.holder, i.version, i.municipality, i.responsible, i.level, i.state, i.stays, i.named_at,
        m.municipality as left_municipality, m.left_at
    from case_index i left join case_moves m on m.case_id = i.case_id and m.holder in ('', i.holder)
    where i.case_id = $1 order by i.holder, m.left_at desc, m.version desc";

const COLUMNS: &str = "
    insert into case_index
        (case_id, holder, version, municipality, responsible, level, state, stays, seen_at, named_at) ";

/// Never back: a version already overtaken changes nothing. Since when a system names whom it names, it keeps until it names another.
const ON_CONFLICT: &str = "
    on conflict (case_id, holder) do update set version = excluded.version, municipality = excluded.municipality,
        responsible = excluded.responsible, level = excluded.level, state = excluded.state,
        stays = coalesce(excluded.stays, case_index.stays), seen_at = excluded.seen_at,
        named_at = case when case_index.responsible = excluded.responsible then case_index.named_at else excluded.named_at end
    where case_index.version <= excluded.version";

const SIZE: &str = "select count(distinct case_id) from case_index";

const CURSOR: &str = "select cursor from index_cursors where source = $1";
const SET_CURSOR: &str = "
    insert into index_cursors (source, cursor) values ($1, $2)
    on conflict (source) do update set cursor = excluded.cursor";

impl Store {
    /// What the index knows of a case, its former residences included.
    pub async fn known_case(&self, case: &CaseId) -> Result<Option<KnownCase>, Error> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(KNOWN).bind(case.as_str()).fetch_all(pool).await?);
        let mut rows = rows.into_iter().peekable();
        let mut told: Vec<Known> = Vec::new();
        while let Some(row) = rows.next() {
            let mut former = Vec::new();
            former.extend(left(&row)?);
            while let Some(same) = rows.next_if(|next| next.holder == row.holder) {
                former.extend(left(&same)?);
            }
            let since = Timestamp::from_microsecond(row.named_at);
            let since = since.map_err(|reason| Error::corrupt(TABLE)(&reason))?;
            let entry = IndexEntry::try_from(row)?;
            told.push((KnownCase { entry, former }, since));
        }
        Ok(one(told))
    }

    /// How many cases the index knows.
    pub async fn index_size(&self) -> Result<usize, Error> {
        let size: i64 = reading!(self, pool => sqlx::query_scalar(SIZE).fetch_one(pool).await?);
        usize::try_from(size).map_err(|reason| Error::corrupt(TABLE)(&reason))
    }

    /// Takes these entries up, each as told by its system, as seen at `seen`, in as few statements as possible; an older version than
    /// the known one changes nothing. A case that has moved since is kept with the place it left.
    pub async fn upsert_index(&self, entries: &[IndexEntry], seen: Timestamp) -> Result<(), Error> {
        let seen = seen.as_microsecond();
        // One row a case and system, in the same order from everyone: no statement meets a case twice, and no
        // two statements wait for each other.
        let mut newest: BTreeMap<(CaseId, &Source), &IndexEntry> = BTreeMap::new();
        for entry in entries {
            let known = newest.entry((entry.case, &entry.source)).or_insert(entry);
            if known.version <= entry.version {
                *known = entry;
            }
        }
        let rows: Vec<&IndexEntry> = newest.into_values().collect();
        for batch in rows.chunks(BATCH) {
            match &self.0 {
                Backend::Sqlite { write, .. } => upsert_sqlite(write, batch, seen).await?,
                Backend::Postgres(pool) => upsert_postgres(pool, batch, seen).await?,
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

async fn upsert_sqlite(pool: &SqlitePool, batch: &[&IndexEntry], seen: i64) -> Result<(), Error> {
    attempts!("index.upsert", pool, RELAXED_SQLITE, tx => {
        let mut statement = QueryBuilder::<Sqlite>::new(COLUMNS);
        statement.push_values(batch, |mut row, entry| {
            row.push_bind(entry.case.as_str())
                .push_bind(holder(&entry.source))
                .push_bind(i64::from(entry.version))
                .push_bind(entry.municipality.map(|code| code.to_string()))
                .push_bind(entry.responsible.as_str())
                .push_bind(entry.level.map(domain::RiskLevel::as_str))
                .push_bind(&entry.state)
                .push_bind(stays_text(entry))
                .push_bind(seen)
                .push_bind(seen);
        });
        statement.push(ON_CONFLICT);
        // Not kept prepared: its text depends on the number of rows.
        statement.build().persistent(false).execute(&mut *tx).await?;
    })
}

async fn upsert_postgres(pool: &PgPool, batch: &[&IndexEntry], seen: i64) -> Result<(), Error> {
    let arrays = "select *, $9::bigint, $9::bigint from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) ";
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
    let stays: Vec<Option<String>> = batch.iter().map(|entry| stays_text(entry)).collect();
    attempts!("index.upsert", pool, RELAXED_POSTGRES, tx => {
        sqlx::query(sqlx::AssertSqlSafe([COLUMNS, arrays, ON_CONFLICT].concat()))
            .bind(&cases)
            .bind(column(|entry| holder(&entry.source)))
            .bind(&versions)
            .bind(&municipalities)
            .bind(column(|entry| entry.responsible.as_str()))
            .bind(&levels)
            .bind(column(|entry| &entry.state))
            .bind(&stays)
            .bind(seen)
            .execute(&mut *tx)
            .await?;
    })
}

/// What a system tells of a case, and since when it names whom it names.
type Known = (KnownCase, Timestamp);

/// Of what several systems tell of one case, what counts.
fn one(mut told: Vec<Known>) -> Option<KnownCase> {
    let claims: Vec<Claim<'_>> = told
        .iter()
        .map(|(KnownCase { entry, .. }, since)| Claim {
            source: &entry.source,
            responsible: Some(&entry.responsible),
            since: Some(*since),
            told: usize::from(entry.municipality.is_some()) + usize::from(entry.level.is_some()),
        })
        .collect();
    let rivals = domain::source::rivals(&claims);
    if !rivals.is_empty() {
        let names = rivals.iter().filter_map(|at| claims.get(*at));
        let names: Vec<&str> = names.map(|claim| holder(claim.source)).collect();
        let systems = names.join(", ");
        tracing::warn!(%systems, "several systems call a case theirs that the central one does not know: the first counts");
    }
    let place = domain::source::counts(&claims)?;
    (place < told.len()).then(|| told.swap_remove(place).0)
}

/// A system as the column names it.
fn holder(source: &Source) -> &str {
    match source {
        Source::Central => "",
        Source::Partner(organism) => organism.as_str(),
    }
}

fn source(text: &str) -> Result<Source, Error> {
    match text {
        "" => Ok(Source::Central),
        organism => Ok(Source::Partner(parsed(TABLE, organism)?)),
    }
}

/// The places of a stay in one text, as the column holds them.
fn stays_text(entry: &IndexEntry) -> Option<String> {
    let codes = entry.stays.as_ref()?.iter().map(ToString::to_string);
    Some(codes.collect::<Vec<_>>().join(","))
}

fn stays(text: &str) -> Result<BTreeSet<MunicipalityCode>, Error> {
    let codes = text.split(',').filter(|code| !code.is_empty());
    codes.map(|code| parsed(TABLE, code)).collect()
}

/// The place that a row says was left, if it does.
fn left(row: &Row) -> Result<Option<FormerResidence>, Error> {
    let Some(left) = row.left_at else {
        return Ok(None);
    };
    let municipality = row.left_municipality.as_deref();
    Ok(Some(FormerResidence {
        municipality: municipality.map(|text| parsed(MOVES, text)).transpose()?,
        left: Timestamp::from_microsecond(left).map_err(|reason| Error::corrupt(MOVES)(&reason))?,
    }))
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    holder: String,
    version: i64,
    municipality: Option<String>,
    responsible: String,
    level: Option<String>,
    state: String,
    stays: Option<String>,
    named_at: i64,
    left_municipality: Option<String>,
    left_at: Option<i64>,
}

impl TryFrom<Row> for IndexEntry {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            source: source(&row.holder)?,
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
            stays: row.stays.as_deref().map(stays).transpose()?,
        })
    }
}
