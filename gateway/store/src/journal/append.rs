//! Entries and frontier in one durable transaction, one message to the database a group.

use std::ops::ControlFlow;

use journal::merkle::Frontier;
use journal::{Digest, NodeName, Sealed, SignedCheckpoint};
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use crate::backend::{Backend, durable, reading};
use crate::registry::parsed;
use crate::transaction::{Attempts, DURABLE_SQLITE};
use crate::{Error, Store};

const TABLE: &str = "journal_frontiers";

/// Statements of groups up to this size are kept prepared.
const KEPT: usize = 32;

/// Only forward from the size it was read at: for a second writer of the same node the new size is
/// no number, which the table refuses.
const MOVE_FRONTIER: &str = "
    insert into journal_frontiers (node, size, peaks) values ($1, $2, $3)
    on conflict (node) do update set peaks = excluded.peaks,
        size = case when journal_frontiers.size = $4 then excluded.size end";

const APPEND_POSTGRES: &str = "
    with moved as (
        insert into journal_frontiers (node, size, peaks) values ($1, $2, $3)
        on conflict (node) do update set peaks = excluded.peaks,
            size = case when journal_frontiers.size = $4 then excluded.size end)
    insert into journal_entries (node, seq, bytes, leaf)
    select $1, * from unnest($5::bigint[], $6::bytea[], $7::bytea[])";

const FRONTIER: &str = "
    select (select size from journal_frontiers where node = $1),
        (select peaks from journal_frontiers where node = $1),
        (select max(seq) from journal_entries where node = $1)";

const PUT_CHECKPOINT: &str = "
    insert into journal_checkpoints (node, size, signed) values ($1, $2, $3)";

const LAST_CHECKPOINT: &str = "
    select signed from journal_checkpoints where node = $1 order by size desc limit 1";

impl Store {
    /// Commits a group of entries and the tree that holds them, which had `before` entries.
    pub(super) async fn append(
        &self,
        node: &NodeName,
        group: &[Sealed],
        before: u64,
        tree: &Frontier,
    ) -> Result<(), Error> {
        let edge = Edge {
            node: node.as_str(),
            before: number(before)?,
            size: number(tree.size())?,
            peaks: tree
                .peaks()
                .iter()
                .flat_map(|peak| *peak.as_bytes())
                .collect(),
        };
        match &self.0 {
            Backend::Sqlite { write, .. } => append_sqlite(write, group, &edge).await,
            Backend::Postgres(pool) => append_postgres(pool, group, &edge).await,
        }
    }

    /// The tree of a node as committed; an error if the entries do not end where it says.
    pub(super) async fn frontier(&self, node: &NodeName) -> Result<Frontier, Error> {
        type Found = (Option<i64>, Option<Vec<u8>>, Option<i64>);
        let (size, peaks, last): Found = reading!(self, pool => sqlx::query_as(FRONTIER).bind(node.as_str()).fetch_one(pool).await?);
        let corrupt = |what: String| Error::corrupt(TABLE)(&what);
        let (size, entries) = (size.unwrap_or(0), last.map_or(0, |last| last + 1));
        if size != entries {
            return Err(corrupt(format!(
                "the tree of node `{node}` has {size} entries, the journal {entries}"
            )));
        }
        let (peaks, rest) = peaks.as_deref().unwrap_or_default().as_chunks::<32>();
        let peaks = peaks.iter().map(|peak| Digest::from_bytes(*peak)).collect();
        u64::try_from(size)
            .ok()
            .filter(|_| rest.is_empty())
            .and_then(|size| Frontier::resume(size, peaks))
            .ok_or_else(|| {
                corrupt(format!(
                    "the tree of node `{node}` is not one of {size} entries"
                ))
            })
    }

    /// Stores a signed checkpoint.
    pub(super) async fn put_checkpoint(&self, signed: &SignedCheckpoint) -> Result<(), Error> {
        let size = number(signed.checkpoint.size)?;
        durable!(self, "journal.checkpoint", tx => {
            sqlx::query(PUT_CHECKPOINT)
                .bind(signed.checkpoint.node.as_str())
                .bind(size)
                .bind(signed.to_string())
                .execute(&mut *tx)
                .await?;
        })
    }

    /// The checkpoint over the most entries.
    pub(super) async fn last_checkpoint(
        &self,
        node: &NodeName,
    ) -> Result<Option<SignedCheckpoint>, Error> {
        let text: Option<String> = reading!(self, pool => {
            sqlx::query_scalar(LAST_CHECKPOINT).bind(node.as_str()).fetch_optional(pool).await?
        });
        text.map(|text| parsed("journal_checkpoints", &text))
            .transpose()
    }
}

/// The frontier, as the database takes it.
struct Edge<'a> {
    node: &'a str,
    before: i64,
    size: i64,
    peaks: Vec<u8>,
}

/// The whole transaction as one text: the thread that speaks to the database is woken once a group,
/// not once a statement.
async fn append_sqlite(pool: &SqlitePool, group: &[Sealed], edge: &Edge<'_>) -> Result<(), Error> {
    let text = sqlite_text(group.len());
    let mut attempts = Attempts::of("journal.append");
    loop {
        let mut connection = pool.acquire().await?;
        let statement = sqlx::query(AssertSqlSafe(text.as_str()))
            // Its text is one of a size; those of large groups seldom come twice.
            .persistent(group.len() <= KEPT)
            .bind(edge.node)
            .bind(edge.size)
            .bind(&edge.peaks)
            .bind(edge.before);
        let statement = group.iter().fold(statement, |statement, sealed| {
            let leaf = sealed.leaf().as_bytes().to_vec();
            statement.bind(sealed.bytes()).bind(leaf)
        });
        let outcome = statement.execute(&mut *connection).await;
        if outcome.is_err() {
            // Whatever had begun; without a transaction there is nothing to take back.
            let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
        }
        drop(connection);
        let outcome = outcome.map(|_| ()).map_err(Error::from);
        if let ControlFlow::Break(outcome) = attempts.judge(outcome).await {
            return outcome.map_err(moved);
        }
    }
}

/// `$1` to `$4` as in [`MOVE_FRONTIER`], then text and leaf of each entry.
fn sqlite_text(entries: usize) -> String {
    let rows: Vec<String> = (0..entries)
        .map(|row| {
            let bytes = 5 + 2 * row;
            format!("($1, $4 + {row}, ${bytes}, ${})", bytes + 1)
        })
        .collect();
    let rows = rows.join(", ");
    format!(
        "{DURABLE_SQLITE}; insert into journal_entries (node, seq, bytes, leaf) values {rows};
         {MOVE_FRONTIER}; COMMIT"
    )
}

async fn append_postgres(pool: &PgPool, group: &[Sealed], edge: &Edge<'_>) -> Result<(), Error> {
    let numbers: Vec<i64> = (edge.before..edge.size).collect();
    let texts: Vec<&[u8]> = group.iter().map(Sealed::bytes).collect();
    let leaves: Vec<Vec<u8>> = group
        .iter()
        .map(|sealed| sealed.leaf().as_bytes().to_vec())
        .collect();
    let mut attempts = Attempts::of("journal.append");
    loop {
        // One statement is one transaction.
        let outcome = sqlx::query(APPEND_POSTGRES)
            .bind(edge.node)
            .bind(edge.size)
            .bind(&edge.peaks)
            .bind(edge.before)
            .bind(&numbers)
            .bind(&texts)
            .bind(&leaves)
            .execute(pool)
            .await;
        let outcome = outcome.map(|_| ()).map_err(Error::from);
        if let ControlFlow::Break(outcome) = attempts.judge(outcome).await {
            return outcome.map_err(moved);
        }
    }
}

/// Names what a second writer of the same node meets.
fn moved(error: Error) -> Error {
    if error.is_collision() {
        Error::corrupt(TABLE)(&"another writer has moved the tree")
    } else {
        error
    }
}

fn number(value: u64) -> Result<i64, Error> {
    i64::try_from(value).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
