//! Reading the journal back, for whoever verifies it.

use journal::verify::Row;
use journal::{Digest, NodeName, SignedCheckpoint};

use crate::backend::reading;
use crate::registry::parsed;
use crate::{Error, Store};

const TABLE: &str = "journal_entries";
/// How many rows come at once.
const PAGE: i64 = 1_000;

const NODES: &str = "select distinct node from journal_entries order by node";

const STATES: &str = "select node, size from journal_frontiers order by node";

const ROWS: &str = "
    select seq, bytes, leaf from journal_entries where node = $1 and seq >= $2 order by seq limit $3";

const CHECKPOINTS: &str = "select signed from journal_checkpoints where node = $1 order by size";

/// How far a node's journal has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalState {
    /// The node.
    pub node: NodeName,
    /// How many entries it has.
    pub entries: u64,
    /// Its last seal.
    pub sealed: Option<SignedCheckpoint>,
}

/// The entries of a node's journal, page after page, in order.
#[derive(Debug)]
pub struct Export {
    store: Store,
    node: NodeName,
    next: Option<i64>,
}

impl Store {
    /// The nodes that have written entries.
    pub async fn journal_nodes(&self) -> Result<Vec<NodeName>, Error> {
        let names: Vec<String> =
            reading!(self, pool => sqlx::query_scalar(NODES).fetch_all(pool).await?);
        names.iter().map(|name| parsed(TABLE, name)).collect()
    }

    /// How far every node's journal has come, and its last seal.
    pub async fn journal_states(&self) -> Result<Vec<JournalState>, Error> {
        let rows: Vec<(String, i64)> =
            reading!(self, pool => sqlx::query_as(STATES).fetch_all(pool).await?);
        let mut states = Vec::new();
        for (node, entries) in rows {
            let node: NodeName = parsed("journal_frontiers", &node)?;
            let entries = u64::try_from(entries)
                .map_err(|reason| Error::corrupt("journal_frontiers")(&reason))?;
            states.push(JournalState {
                sealed: self.last_checkpoint(&node).await?,
                node,
                entries,
            });
        }
        Ok(states)
    }

    /// The entries of a node's journal, as stored.
    pub fn export_journal(&self, node: NodeName) -> Export {
        Export {
            store: self.clone(),
            node,
            next: Some(0),
        }
    }

    /// The checkpoints of a node's journal, oldest first.
    pub async fn journal_checkpoints(
        &self,
        node: &NodeName,
    ) -> Result<Vec<SignedCheckpoint>, Error> {
        let texts: Vec<String> = reading!(self, pool => sqlx::query_scalar(CHECKPOINTS).bind(node.as_str()).fetch_all(pool).await?);
        texts
            .iter()
            .map(|text| parsed("journal_checkpoints", text))
            .collect()
    }
}

impl Export {
    /// The next page; empty at the end.
    pub async fn next_page(&mut self) -> Result<Vec<Row>, Error> {
        let Some(from) = self.next else {
            return Ok(Vec::new());
        };
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = reading!(self.store, pool => {
            sqlx::query_as(ROWS).bind(self.node.as_str()).bind(from).bind(PAGE).fetch_all(pool).await?
        });
        self.next = rows.last().and_then(|(seq, ..)| seq.checked_add(1));
        rows.into_iter().map(row).collect()
    }
}

fn row((seq, bytes, leaf): (i64, Vec<u8>, Vec<u8>)) -> Result<Row, Error> {
    let leaf = <[u8; 32]>::try_from(leaf)
        .map_err(|_| Error::corrupt(TABLE)(&"a leaf hash has 32 bytes"))?;
    let seq = u64::try_from(seq).map_err(|reason| Error::corrupt(TABLE)(&reason))?;
    Ok(Row {
        seq,
        bytes,
        leaf: Digest::from_bytes(leaf),
    })
}
