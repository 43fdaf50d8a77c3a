//! Looking for entries in the journal, the newest first, a bounded stretch at a time.
//!
//! The text of an entry is canonical, so a field with its value is a piece of it: the database sifts by these pieces,
//! and only what is left is read. Without an index, and so without anything to keep beside the evidence.

use jiff::Timestamp;
use journal::{Entry, NodeName};

use crate::backend::{Backend, reading};
use crate::{Error, Store};

const TABLE: &str = "journal_entries";
/// The most pieces that a search sifts by.
pub(super) const PIECES: usize = 6;

const SIFT_SQLITE: &str = "
    select seq, bytes from journal_entries
    where node = $1 and seq >= $2 and seq < $3
        and instr(bytes, $4) > 0 and instr(bytes, $5) > 0 and instr(bytes, $6) > 0
        and instr(bytes, $7) > 0 and instr(bytes, $8) > 0 and instr(bytes, $9) > 0
    order by seq desc limit $10";

const SIFT_POSTGRES: &str = "
    select seq, bytes from journal_entries
    where node = $1 and seq >= $2 and seq < $3
        and position($4 in bytes) > 0 and position($5 in bytes) > 0 and position($6 in bytes) > 0
        and position($7 in bytes) > 0 and position($8 in bytes) > 0 and position($9 in bytes) > 0
    order by seq desc limit $10";

const ONE: &str = "select bytes from journal_entries where node = $1 and seq = $2";

/// A stretch of a node's journal to look through.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The node.
    pub node: NodeName,
    /// The first entry looked at.
    pub from: u64,
    /// The entry after the last one looked at.
    pub until: u64,
}

impl Store {
    /// The newest entries of a stretch whose text holds every one of the pieces; at most `most`, and of more
    /// than six pieces only the first.
    pub async fn sift_journal(
        &self,
        stretch: &Stretch,
        pieces: &[String],
        most: u32,
    ) -> Result<Vec<(u64, Entry)>, Error> {
        let (from, until) = (number(stretch.from)?, number(stretch.until)?);
        let piece = |at: usize| pieces.get(at).map_or(&[][..], String::as_bytes);
        let rows: Vec<(i64, Vec<u8>)> = match &self.0 {
            Backend::Sqlite { read, .. } => {
                let mut query = sqlx::query_as(SIFT_SQLITE)
                    .bind(stretch.node.as_str())
                    .bind(from)
                    .bind(until);
                for at in 0..PIECES {
                    query = query.bind(piece(at));
                }
                query.bind(i64::from(most)).fetch_all(read).await?
            }
            Backend::Postgres(pool) => {
                let mut query = sqlx::query_as(SIFT_POSTGRES)
                    .bind(stretch.node.as_str())
                    .bind(from)
                    .bind(until);
                for at in 0..PIECES {
                    query = query.bind(piece(at));
                }
                query.bind(i64::from(most)).fetch_all(pool).await?
            }
        };
        rows.into_iter().map(entry).collect()
    }

    /// When an entry was made.
    pub async fn journal_instant(
        &self,
        node: &NodeName,
        seq: u64,
    ) -> Result<Option<Timestamp>, Error> {
        let seq = number(seq)?;
        let bytes: Option<Vec<u8>> = reading!(self, pool => {
            sqlx::query_scalar(ONE).bind(node.as_str()).bind(seq).fetch_optional(pool).await?
        });
        let found = bytes.map(|bytes| entry((seq, bytes))).transpose()?;
        Ok(found.map(|(_, entry)| entry.at))
    }

    /// The first entry of a node's journal, of `size`, that is not older than `at`: entries stand nearly in the order of
    /// their times, so halving finds it but for those written at the same moment.
    pub async fn journal_since(
        &self,
        node: &NodeName,
        size: u64,
        at: Timestamp,
    ) -> Result<u64, Error> {
        let (mut low, mut high) = (0, size);
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(written) = self.journal_instant(node, middle).await? else {
                return Ok(low);
            };
            if written < at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

fn entry((seq, bytes): (i64, Vec<u8>)) -> Result<(u64, Entry), Error> {
    let opened = journal::sealed::open(&bytes).map_err(|reason| Error::corrupt(TABLE)(&reason))?;
    let seq = u64::try_from(seq).map_err(|reason| Error::corrupt(TABLE)(&reason))?;
    Ok((seq, opened.entry))
}

fn number(value: u64) -> Result<i64, Error> {
    i64::try_from(value).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
