//! Putting the population in: rows made on one thread, written on another, indexes at the end.

mod batch;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::territory::communities;
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::mpsc;

use crate::database::{DatabaseError, options};
use crate::population::{Plan, Share};

/// Grows whenever the generator makes other rows or other details from the same seed.
const GENERATOR: u32 = 2;

/// Which provinces to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provinces {
    /// All of them, and the cases abroad.
    Nation,
    /// Some, by INE code.
    Some(Vec<u8>),
}

/// Which population to load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// What everything random follows from.
    pub seed: u64,
    /// The part of the nation.
    pub provinces: Provinces,
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Cases written.
    pub done: u32,
    /// Cases to write.
    pub total: u32,
}

/// How a load went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LoadReport {
    /// Cases in the database.
    pub cases: u32,
    /// How long it took; nothing when the population was there already.
    pub elapsed: Duration,
}

impl LoadReport {
    /// Cases written a second.
    pub fn cases_per_second(&self) -> f64 {
        f64::from(self.cases) / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }
}

impl Population {
    fn shares<'p>(&self, plan: &'p Plan) -> Vec<&'p Share> {
        match &self.provinces {
            Provinces::Nation => plan.shares.iter().collect(),
            Provinces::Some(codes) => plan.subset(codes).collect(),
        }
    }

    /// The provinces as a text that two equal populations share.
    fn label(&self) -> String {
        match &self.provinces {
            Provinces::Nation => "ES".to_owned(),
            Provinces::Some(codes) => {
                let mut labels: Vec<String> = codes.iter().map(|c| format!("P{c:02}")).collect();
                labels.sort();
                labels.dedup();
                labels.join(" ")
            }
        }
    }

    #[expect(
        clippy::cast_possible_wrap,
        reason = "the bits are stored, not the number"
    )]
    fn seed_bits(&self) -> i64 {
        self.seed as i64
    }
}

/// The report of an earlier load of the same population into this file, if there was one.
pub(crate) async fn loaded(path: &Path, population: &Population) -> Option<LoadReport> {
    if !path.exists() {
        return None;
    }
    let mut connection = SqliteConnection::connect_with(&options(path)).await.ok()?;
    let cases: Option<u32> = sqlx::query_scalar(
        "SELECT casos FROM carga WHERE provincias = ? AND semilla = ? AND generador = ?",
    )
    .bind(population.label())
    .bind(population.seed_bits())
    .bind(GENERATOR)
    .fetch_optional(&mut connection)
    .await
    .ok()?;
    connection.close().await.ok()?;
    Some(LoadReport {
        cases: cases?,
        elapsed: Duration::ZERO,
    })
}

/// Makes the file anew and fills it.
pub(crate) async fn load(
    path: &Path,
    population: &Population,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<LoadReport, DatabaseError> {
    let started = Instant::now();
    let plan = Plan::published()?;
    let shares: Vec<Share> = population.shares(&plan).into_iter().cloned().collect();
    let total: u32 = shares.iter().map(Share::cases).sum();
    remove(path)?;
    let mut connection = SqliteConnection::connect_with(
        &options(path)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(false),
    )
    .await?;
    sqlx::raw_sql(include_str!("schema.sql"))
        .execute(&mut connection)
        .await?;
    territories(&mut connection).await?;
    let (sender, mut batches) = mpsc::channel(4);
    let seed = population.seed;
    let maker = tokio::task::spawn_blocking(move || batch::make(&shares, seed, &sender));
    let mut done = 0;
    let mut transaction = connection.begin().await?;
    while let Some(batch) = batches.recv().await {
        done += batch.cases;
        batch.write(&mut transaction).await?;
        progress(Progress { done, total });
    }
    if !matches!(maker.await, Ok(Ok(()))) {
        return Err(DatabaseError::Unmade);
    }
    transaction.commit().await?;
    sqlx::raw_sql(include_str!("indexes.sql"))
        .execute(&mut connection)
        .await?;
    finish(&mut connection, population, done).await?;
    connection.close().await?;
    Ok(LoadReport {
        cases: done,
        elapsed: started.elapsed(),
    })
}

async fn finish(
    connection: &mut SqliteConnection,
    population: &Population,
    cases: u32,
) -> Result<(), DatabaseError> {
    sqlx::query("INSERT INTO carga (provincias, semilla, generador, casos) VALUES (?, ?, ?, ?)")
        .bind(population.label())
        .bind(population.seed_bits())
        .bind(GENERATOR)
        .bind(cases)
        .execute(&mut *connection)
        .await?;
    sqlx::raw_sql("PRAGMA journal_mode = WAL")
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes the file and what SQLite keeps beside it.
fn remove(path: &Path) -> Result<(), DatabaseError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(DatabaseError::File(file, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

async fn territories(connection: &mut SqliteConnection) -> Result<(), DatabaseError> {
    for community in communities::all() {
        for province in communities::provinces_of(community) {
            sqlx::query("INSERT INTO territorio (provincia, comunidad) VALUES (?, ?)")
                .bind(province)
                .bind(community)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Population, Provinces};
    use crate::database::Database;

    #[tokio::test]
    async fn the_same_population_is_loaded_once_and_another_one_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("central.sqlite");
        for (seed, provinces, loads) in [
            (1, vec![51], true),
            (1, vec![51, 51], false),
            (2, vec![51], true),
            (2, vec![51, 52], true),
        ] {
            let population = Population {
                seed,
                provinces: Provinces::Some(provinces),
            };
            let mut last = None;
            let opened = Database::open(&path, &population, |progress| last = Some(progress));
            let (database, report) = opened.await.unwrap();
            assert_eq!(report.elapsed > Duration::ZERO, loads, "{population:?}");
            assert_eq!(
                last.map(|progress| progress.done),
                loads.then_some(report.cases)
            );
            assert!(last.is_none_or(|progress| progress.done == progress.total));
            database.close().await;
        }
    }
}
