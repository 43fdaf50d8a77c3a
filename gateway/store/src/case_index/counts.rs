//! How many cases the index knows, by place, by who is in charge, by level and by state.

use domain::{OrganismId, RiskLevel};

use super::TABLE;
use crate::backend::reading;
use crate::registry::parsed;
use crate::{Error, Store};

/// Each case once, as the system tells it whose word counts, by the rule of [`domain::source::counts`]. Sorted, so that
/// what is made of them is always the same.
const COUNTS: &str = "
    with told as (
        select i.*, max(case when holder = '' then responsible end) over (partition by case_id) as named
        from case_index i
    ), ranked as (
        select t.*, row_number() over (partition by case_id order by
            case when named is null then (case when holder = responsible then 0 else 1 end)
                when holder = named then 0 when holder = '' then 1 else 2 end,
            named_at,
            (case when municipality is null then 1 else 0 end) + (case when level is null then 1 else 0 end),
            holder) as place
        from told t
    )
    select substr(municipality, 1, 2), responsible, level, state, count(*) from ranked where place = 1
    group by 1, 2, 3, 4 order by 1, 2, 3, 4";

/// So many cases are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseCount {
    /// The INE code of the province; absent when abroad or unknown.
    pub province: Option<u8>,
    /// Whoever is in charge.
    pub responsible: OrganismId,
    /// The level, if valued.
    pub level: Option<RiskLevel>,
    /// The state, in the words of the contract.
    pub state: String,
    /// How many.
    pub cases: u64,
}

type Row = (Option<String>, String, Option<String>, String, i64);

impl Store {
    /// Counts the cases of the index: reads all of it, so not for every request.
    pub async fn count_cases(&self) -> Result<Vec<CaseCount>, Error> {
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(COUNTS).fetch_all(pool).await?);
        rows.into_iter().map(count).collect()
    }
}

fn count((province, responsible, level, state, cases): Row) -> Result<CaseCount, Error> {
    let province = province.as_deref().map(|text| parsed(TABLE, text));
    let level = level.as_deref().map(|text| parsed(TABLE, text));
    Ok(CaseCount {
        province: province.transpose()?,
        responsible: parsed(TABLE, &responsible)?,
        level: level.transpose()?,
        state,
        cases: u64::try_from(cases).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
    })
}
