//! What coverage is measured with: the municipalities that have local police, and their inhabitants.

use std::collections::{BTreeMap, BTreeSet};

use domain::coverage::police::PoliceList;
use domain::coverage::population::Population;
use domain::{MunicipalityCode, StaffId};
use jiff::Timestamp;
use journal::Digest;

use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

const TABLE: &str = "coverage_lists";
const POLICE: &str = "policia-local";
const RESIDENTS: &str = "habitantes";

const PUT: &str = "
    insert into coverage_lists (kind, imported_at, imported_by, digest, year, lines) values ($1, $2, $3, $4, $5, $6)
    on conflict (kind, imported_at) do update set imported_by = excluded.imported_by, digest = excluded.digest,
        year = excluded.year, lines = excluded.lines";

const NEWEST: &str = "
    select imported_at, imported_by, digest, year, lines from coverage_lists
    where kind = $1 order by imported_at desc limit 1";

/// Who imported a file, and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: StaffId,
    /// The digest of the file.
    pub digest: Digest,
}

/// The lists in force; nothing of what was never imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageLists {
    /// The municipalities that have local police.
    pub police: Option<(Import, BTreeSet<MunicipalityCode>)>,
    /// The inhabitants, with the year they are of.
    pub residents: Option<(Import, i16, BTreeMap<MunicipalityCode, u32>)>,
}

type Row = (i64, String, String, Option<i64>, String);

impl Store {
    /// Puts a list of the municipalities that have local police in force.
    pub async fn put_police_list(&self, import: &Import, list: &PoliceList) -> Result<(), Error> {
        let lines: Vec<String> = list.codes.iter().map(ToString::to_string).collect();
        self.put_list(POLICE, import, None, &lines.join("\n")).await
    }

    /// Puts the official inhabitants of a year in force.
    pub async fn put_population(
        &self,
        import: &Import,
        population: &Population,
    ) -> Result<(), Error> {
        let lines: Vec<String> = population
            .residents
            .iter()
            .map(|(code, residents)| format!("{code},{residents}"))
            .collect();
        let year = Some(i64::from(population.year));
        self.put_list(RESIDENTS, import, year, &lines.join("\n"))
            .await
    }

    /// The lists in force.
    pub async fn coverage_lists(&self) -> Result<CoverageLists, Error> {
        let police = self.newest(POLICE).await?.map(police).transpose()?;
        let residents = self.newest(RESIDENTS).await?.map(residents).transpose()?;
        Ok(CoverageLists { police, residents })
    }

    async fn put_list(
        &self,
        kind: &'static str,
        import: &Import,
        year: Option<i64>,
        lines: &str,
    ) -> Result<(), Error> {
        durable!(self, "coverage.put", tx => {
            sqlx::query(PUT)
                .bind(kind)
                .bind(import.at.as_microsecond())
                .bind(import.by.as_str())
                .bind(import.digest.to_string())
                .bind(year)
                .bind(lines)
                .execute(&mut *tx)
                .await?;
        })
    }

    async fn newest(&self, kind: &'static str) -> Result<Option<Row>, Error> {
        Ok(reading!(self, pool => sqlx::query_as(NEWEST).bind(kind).fetch_optional(pool).await?))
    }
}

fn import(at: i64, by: &str, digest: &str) -> Result<Import, Error> {
    Ok(Import {
        at: Timestamp::from_microsecond(at).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
        by: parsed(TABLE, by)?,
        digest: parsed(TABLE, digest)?,
    })
}

fn police((at, by, digest, _, lines): Row) -> Result<(Import, BTreeSet<MunicipalityCode>), Error> {
    let codes: Result<_, _> = lines.lines().map(|line| parsed(TABLE, line)).collect();
    Ok((import(at, &by, &digest)?, codes?))
}

type Residents = (Import, i16, BTreeMap<MunicipalityCode, u32>);

fn residents((at, by, digest, year, lines): Row) -> Result<Residents, Error> {
    let year = year
        .and_then(|year| i16::try_from(year).ok())
        .ok_or_else(|| Error::corrupt(TABLE)(&"no year"))?;
    let line = |line: &str| {
        let (code, residents) = line.split_once(',').unwrap_or((line, ""));
        Ok((parsed(TABLE, code)?, parsed(TABLE, residents)?))
    };
    let residents: Result<_, Error> = lines.lines().map(line).collect();
    Ok((import(at, &by, &digest)?, year, residents?))
}
