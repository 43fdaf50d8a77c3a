//! Whose word counts for cases, as far as it is settled.

use std::collections::{BTreeMap, BTreeSet};

use domain::{CaseId, Claim, OrganismId, Source};
use jiff::Timestamp;

use super::{TABLE, source};
use crate::backend::Backend;
use crate::registry::parsed;
use crate::{Error, Store};

const COLUMNS: &str = "
    select case_id, holder, responsible, named_at,
        (case when municipality is null then 0 else 1 end) + (case when level is null then 0 else 1 end)
    from case_index where case_id ";
const ORDER: &str = " order by case_id, holder";
const AMONG_SQLITE: &str = "in (select value from json_each($1))";
const AMONG_POSTGRES: &str = "= any($1)";

type Row = (String, String, String, i64, i32);

/// What a system tells of a case.
struct Told {
    source: Source,
    responsible: OrganismId,
    since: Timestamp,
    /// How much it tells.
    facts: usize,
}

impl Store {
    /// Of those cases that the index knows, whose word counts, by the rule of [`domain::source::counts`]; not of those
    /// that several call theirs and the central system does not know.
    pub async fn settled_cases(
        &self,
        cases: &BTreeSet<CaseId>,
    ) -> Result<BTreeMap<CaseId, Source>, Error> {
        if cases.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<&str> = cases.iter().map(CaseId::as_str).collect();
        let rows: Vec<Row> = match &self.0 {
            Backend::Sqlite { read, .. } => {
                // Nothing in an identifier is written otherwise in JSON.
                let list = format!("[\"{}\"]", ids.join("\",\""));
                let text = sqlx::AssertSqlSafe([COLUMNS, AMONG_SQLITE, ORDER].concat());
                sqlx::query_as(text).bind(list).fetch_all(read).await?
            }
            Backend::Postgres(pool) => {
                let text = sqlx::AssertSqlSafe([COLUMNS, AMONG_POSTGRES, ORDER].concat());
                sqlx::query_as(text).bind(ids).fetch_all(pool).await?
            }
        };
        let mut told: BTreeMap<CaseId, Vec<Told>> = BTreeMap::new();
        for row in &rows {
            let case = parsed(TABLE, &row.0)?;
            told.entry(case).or_default().push(read(row)?);
        }
        let settled = told
            .into_iter()
            .filter_map(|(case, told)| Some((case, settle(&told)?)));
        Ok(settled.collect())
    }
}

fn read((_, holder, responsible, named_at, told): &Row) -> Result<Told, Error> {
    let since = Timestamp::from_microsecond(*named_at);
    Ok(Told {
        source: source(holder)?,
        responsible: parsed(TABLE, responsible)?,
        since: since.map_err(|reason| Error::corrupt(TABLE)(&reason))?,
        facts: usize::try_from(*told).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
    })
}

fn settle(told: &[Told]) -> Option<Source> {
    let claims: Vec<Claim<'_>> = told
        .iter()
        .map(|one| Claim {
            source: &one.source,
            responsible: Some(&one.responsible),
            since: Some(one.since),
            told: one.facts,
        })
        .collect();
    if !domain::source::rivals(&claims).is_empty() {
        return None;
    }
    let counts = told.get(domain::source::counts(&claims)?)?;
    Some(counts.source.clone())
}
