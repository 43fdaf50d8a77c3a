//! The journal on disk: one writer a node, group commit, nothing answered before it is durable.

mod append;
mod export;
mod search;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use journal::{Digest, Entry, NodeName, SignedCheckpoint};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::{Error, Store};
pub use export::{Export, JournalState};
pub use search::Stretch;

/// How many jobs are looked at at once.
const GROUP: usize = 256;
/// How many entries share one commit at most; SQLite takes 32,766 values in one statement.
const COMMIT: usize = 1_024;
/// How many may wait before whoever comes next waits as well.
const QUEUE: usize = 4 * GROUP;

/// Signs the text of a checkpoint with the key of the node.
pub type Signer = Box<dyn Fn(&[u8]) -> Result<Vec<u8>, SignerError> + Send + Sync>;
/// Why a text could not be signed.
pub type SignerError = Box<dyn std::error::Error + Send + Sync>;

/// Hands entries to the one writer of a node's journal; clones share it.
#[derive(Clone, Debug)]
pub struct JournalWriter {
    node: NodeName,
    jobs: mpsc::Sender<Job>,
    commits: Arc<AtomicU64>,
}

/// Where an entry went, once it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its number in the journal of the node, from 0.
    pub seq: u64,
    /// The hash of its leaf.
    pub leaf: Digest,
    /// How many entries the tree had after the commit that took it up.
    pub tree_size: u64,
}

/// The journal cannot be written, so nothing may be asked or answered.
#[derive(Clone, Debug, thiserror::Error)]
pub enum JournalUnavailable {
    /// The entries could not be committed; whether they were is known only to the database.
    #[error("the journal cannot be written: {0}")]
    NotCommitted(Arc<Error>),
    /// The entry has no canonical text.
    #[error("the entry cannot be sealed: {0}")]
    NotSealed(Arc<serde_json::Error>),
    /// The checkpoint could not be signed.
    #[error("the checkpoint cannot be signed: {0}")]
    NotSigned(Arc<dyn std::error::Error + Send + Sync>),
    /// The writer has ended.
    #[error("the writer of the journal has ended")]
    Ended,
}

/// Whoever waits for an entry.
type Waiting = oneshot::Sender<Result<Receipt, JournalUnavailable>>;

enum Job {
    Record(Vec<(Entry, Waiting)>),
    Checkpoint(
        Timestamp,
        oneshot::Sender<Result<SignedCheckpoint, JournalUnavailable>>,
    ),
}

impl JournalWriter {
    /// Takes up the journal of `node` where it was left, and starts its writer.
    ///
    /// The task ends once every handle is dropped and all that waited is written: await it before
    /// the program ends.
    pub async fn start(
        store: &Store,
        node: NodeName,
        signer: Signer,
    ) -> Result<(Self, JoinHandle<()>), Error> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let commits = Arc::new(AtomicU64::new(0));
        let writer =
            writer::Writer::resume(store.clone(), node.clone(), signer, commits.clone()).await?;
        Ok((
            Self {
                node,
                jobs,
                commits,
            },
            tokio::spawn(writer.run(queue)),
        ))
    }

    /// Records an entry; returns once it is durable.
    pub async fn record(&self, entry: Entry) -> Result<Receipt, JournalUnavailable> {
        self.ask(|answer| Job::Record(vec![(entry, answer)])).await
    }

    /// Records entries that come together; returns once those that can be are durable, with what became of each.
    pub async fn record_all(
        &self,
        entries: Vec<Entry>,
    ) -> Vec<Result<Receipt, JournalUnavailable>> {
        if entries.is_empty() {
            return Vec::new();
        }
        let (waiting, answers): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .map(|entry| {
                let (answer, answered) = oneshot::channel();
                ((entry, answer), answered)
            })
            .unzip();
        // If the writer has ended, it drops whoever waits, and each is told so.
        let _ = self.jobs.send(Job::Record(waiting)).await;
        let mut receipts = Vec::with_capacity(answers.len());
        for answered in answers {
            let receipt = answered.await;
            receipts.push(receipt.unwrap_or(Err(JournalUnavailable::Ended)));
        }
        receipts
    }

    /// Signs the tree as it is, and stores that; the last checkpoint, if nothing came since.
    pub async fn checkpoint(&self, now: Timestamp) -> Result<SignedCheckpoint, JournalUnavailable> {
        self.ask(|answer| Job::Checkpoint(now, answer)).await
    }

    /// The node whose journal it is.
    pub fn node(&self) -> &NodeName {
        &self.node
    }

    /// How many commits were made since the start; fewer than entries, under load.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, JournalUnavailable>>) -> Job,
    ) -> Result<T, JournalUnavailable> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .send(job(answer))
            .await
            .map_err(|_| JournalUnavailable::Ended)?;
        answered.await.map_err(|_| JournalUnavailable::Ended)?
    }
}
