//! The central system's database: SQLite in one file, write-ahead log.

mod changes;
pub(crate) mod create;
pub(crate) mod find;
mod load;
mod plant;
pub(crate) mod row;
pub(crate) mod search;
pub(crate) mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::RiskLevel;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use tokio::sync::Mutex;

use crate::population::PlanError;

pub use load::{LoadReport, Population, Progress, Provinces};
pub use plant::Planted;

/// Connections that the server reads with; each has a thread of its own.
const CONNECTIONS: u32 = 4;

/// What went wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite refused or failed.
    #[error("the database failed")]
    Sql(#[from] sqlx::Error),
    /// The population cannot be made.
    #[error("the population cannot be made")]
    Plan(#[from] PlanError),
    /// The file cannot be replaced.
    #[error("`{}` cannot be removed", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The rows could not be made to the end.
    #[error("the population was not made to the end")]
    Unmade,
    /// A row holds what the program never writes.
    #[error("the database holds an unreadable `{0}`")]
    Unreadable(&'static str),
}

/// An open database that holds a population.
#[derive(Debug, Clone)]
pub struct Database {
    pool: SqlitePool,
    /// Held by whoever writes: SQLite has one writer, and waiting here costs nothing.
    writer: Arc<Mutex<()>>,
    seed: u64,
}

impl Database {
    /// Opens the file, making and loading it unless it holds this very population already.
    ///
    /// # Errors
    /// When the file cannot be written or holds something else than a database of this program.
    pub async fn open(
        path: &Path,
        population: &Population,
        progress: impl FnMut(Progress) + Send,
    ) -> Result<(Database, LoadReport), DatabaseError> {
        let report = match load::loaded(path, population).await {
            Some(report) => report,
            None => load::load(path, population, progress).await?,
        };
        let options = options(path).synchronous(SqliteSynchronous::Normal);
        Ok((Self::connected(options, population.seed).await?, report))
    }

    /// Opens a file that is there, to read what it holds, be it served meanwhile.
    ///
    /// # Errors
    /// There is none, or it is something else.
    pub async fn existing(path: &Path, seed: u64) -> Result<Database, DatabaseError> {
        let options = options(path).create_if_missing(false).read_only(true);
        Self::connected(options, seed).await
    }

    async fn connected(options: SqliteConnectOptions, seed: u64) -> Result<Self, DatabaseError> {
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS);
        let pool = pool.connect_with(options).await?;
        Ok(Self {
            pool,
            writer: Arc::default(),
            seed,
        })
    }

    /// The connections to ask with.
    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The seed that derived details follow from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(10))
        .pragma("mmap_size", "1073741824")
        .pragma("cache_size", "-16384")
}

/// A level as the tables hold it, so that they can compare.
fn rank(level: RiskLevel) -> i64 {
    match level {
        RiskLevel::NotAppreciated => 0,
        RiskLevel::Low => 1,
        RiskLevel::Medium => 2,
        RiskLevel::High => 3,
        RiskLevel::Extreme => 4,
    }
}

/// The level that the tables hold.
fn level_of(rank: i64) -> Result<RiskLevel, DatabaseError> {
    match rank {
        0 => Ok(RiskLevel::NotAppreciated),
        1 => Ok(RiskLevel::Low),
        2 => Ok(RiskLevel::Medium),
        3 => Ok(RiskLevel::High),
        4 => Ok(RiskLevel::Extreme),
        _ => Err(DatabaseError::Unreadable("nivel")),
    }
}
