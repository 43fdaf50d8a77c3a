//! The two databases behind one type.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::Error;
use crate::idempotency::Gathered;

/// How long a statement waits for another program that writes to the same SQLite file.
const BUSY: Duration = Duration::from_secs(10);
/// How long a caller waits for a connection before it is told that the database fails.
const ACQUIRE: Duration = Duration::from_secs(10);

/// An open database; clones share its connections.
#[derive(Clone, Debug)]
pub struct Store(pub(crate) Backend, pub(crate) Gathered);

/// Which database it is.
#[derive(Clone, Debug)]
pub(crate) enum Backend {
    /// One file. Writers queue for the one writing connection, in order, instead of polling for the
    /// file's lock; readers are many.
    Sqlite {
        /// Only reads.
        read: SqlitePool,
        /// The one connection that writes.
        write: SqlitePool,
    },
    /// A server, shared by several nodes.
    Postgres(PgPool),
}

impl Store {
    /// Opens the database at `sqlite:path` (made if missing) or `postgres://…`; applies no migration.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let backend = match url.split_once(':') {
            Some(("sqlite", _)) => open_sqlite(url).await?,
            Some(("postgres" | "postgresql", _)) => open_postgres(url).await?,
            Some(_) | None => return Err(Error::Address),
        };
        Ok(Self(backend.clone(), Gathered::start(backend)))
    }

    /// Closes every connection; later calls on any clone fail.
    pub async fn close(&self) {
        match &self.0 {
            Backend::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Backend::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(url: &str) -> Result<Backend, Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // The safe choice to begin with; every transaction then says its own.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY);
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE)
    };
    // The writer first: it makes the file.
    let write = pool(1).connect_with(options.clone()).await?;
    let read = pool(8)
        .connect_with(options.pragma("query_only", "on"))
        .await?;
    Ok(Backend::Sqlite { read, write })
}

async fn open_postgres(url: &str) -> Result<Backend, Error> {
    // Said here so that no server setting makes evidence less than durable.
    let options = PgConnectOptions::from_str(url)?.options([("synchronous_commit", "on")]);
    let pool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(ACQUIRE);
    Ok(Backend::Postgres(pool.connect_with(options).await?))
}

/// Runs an expression with `$pool` bound to the connections that read, whichever database it is.
macro_rules! reading {
    ($store:expr, $pool:ident => $body:expr) => {
        match &$store.0 {
            $crate::backend::Backend::Sqlite { read: $pool, .. } => $body,
            $crate::backend::Backend::Postgres($pool) => $body,
        }
    };
}

/// Runs a block as one writing transaction, named, tried again where that may help, and measured;
/// durable once it returns.
///
/// In the block `$tx` is the transaction and `?` takes an [`Error`]; its value is that of the whole.
macro_rules! durable {
    ($store:expr, $name:literal, $tx:ident => $body:expr) => {
        match &$store.0 {
            $crate::backend::Backend::Sqlite { write, .. } => {
                $crate::transaction::attempts!($name, write, $crate::transaction::DURABLE_SQLITE, $tx => $body)
            }
            $crate::backend::Backend::Postgres(pool) => {
                $crate::transaction::attempts!($name, pool, $crate::transaction::DURABLE_POSTGRES, $tx => $body)
            }
        }
    };
}

/// The same for what a power failure may undo: it does not wait for the disk.
macro_rules! relaxed {
    ($store:expr, $name:literal, $tx:ident => $body:expr) => {
        match &$store.0 {
            $crate::backend::Backend::Sqlite { write, .. } => {
                $crate::transaction::attempts!($name, write, $crate::transaction::RELAXED_SQLITE, $tx => $body)
            }
            $crate::backend::Backend::Postgres(pool) => {
                $crate::transaction::attempts!($name, pool, $crate::transaction::RELAXED_POSTGRES, $tx => $body)
            }
        }
    };
}

/// The same for what is only tried: nothing of it stays.
macro_rules! attempted {
    ($store:expr, $name:literal, $tx:ident => $body:expr) => {
        match &$store.0 {
            $crate::backend::Backend::Sqlite { write, .. } => {
                $crate::transaction::attempts!($name, write, $crate::transaction::RELAXED_SQLITE, rollback, $tx => $body)
            }
            $crate::backend::Backend::Postgres(pool) => {
                $crate::transaction::attempts!($name, pool, $crate::transaction::RELAXED_POSTGRES, rollback, $tx => $body)
            }
        }
    };
}

pub(crate) use {attempted, durable, reading, relaxed};
