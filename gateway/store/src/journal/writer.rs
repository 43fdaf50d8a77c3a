//! The writer task: gathers what waits, commits it at once, answers all who waited.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use journal::merkle::Frontier;
use journal::{Checkpoint, Entry, NodeName, Sealed, SignedCheckpoint};
use tokio::sync::{mpsc, oneshot};

use super::{COMMIT, GROUP, Job, JournalUnavailable, Receipt, Signer};
use crate::{Error, Store};

type Answer<T> = oneshot::Sender<Result<T, JournalUnavailable>>;

/// The one writer of a node's journal.
pub(super) struct Writer {
    store: Store,
    node: NodeName,
    signer: Signer,
    commits: Arc<AtomicU64>,
    /// The tree as last committed; nothing after a failure, until it is read again: a commit whose
    /// outcome was lost may have happened.
    tree: Option<Frontier>,
}

/// A sealed entry and who waits for it.
struct Waiting {
    sealed: Sealed,
    answer: Answer<Receipt>,
}

impl Writer {
    /// Takes up the tree where it was left.
    pub(super) async fn resume(
        store: Store,
        node: NodeName,
        signer: Signer,
        commits: Arc<AtomicU64>,
    ) -> Result<Self, Error> {
        let tree = Some(store.frontier(&node).await?);
        Ok(Self {
            store,
            node,
            signer,
            commits,
            tree,
        })
    }

    /// Works until every handle is dropped and the queue is empty.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(GROUP);
        while queue.recv_many(&mut jobs, GROUP).await > 0 {
            let mut entries = Vec::with_capacity(jobs.len());
            let mut checkpoints = Vec::new();
            for job in jobs.drain(..) {
                match job {
                    Job::Record(waiting) => entries.extend(waiting),
                    Job::Checkpoint(at, answer) => checkpoints.push((at, answer)),
                }
            }
            while !entries.is_empty() {
                let later = entries.split_off(entries.len().min(COMMIT));
                self.record(std::mem::replace(&mut entries, later)).await;
            }
            for (at, answer) in checkpoints {
                // Whoever asked may be gone; the checkpoint is stored all the same.
                let _ = answer.send(self.checkpoint(at).await);
            }
        }
    }

    async fn record(&mut self, entries: Vec<(Entry, Answer<Receipt>)>) {
        let mut tree = match self.tree().await {
            Ok(tree) => tree,
            Err(error) => return refuse(entries.into_iter().map(|(_, answer)| answer), &error),
        };
        let before = tree.size();
        let group = seal(&self.node, &mut tree, entries);
        if group.is_empty() {
            return;
        }
        let (sealed, answers): (Vec<_>, Vec<_>) = group
            .into_iter()
            .map(|waiting| (waiting.sealed, waiting.answer))
            .unzip();
        if let Err(error) = self.store.append(&self.node, &sealed, before, &tree).await {
            self.tree = None;
            return refuse(answers.into_iter(), &unavailable(error));
        }
        self.commits.fetch_add(1, Ordering::Relaxed);
        for (sealed, answer) in sealed.iter().zip(answers) {
            // Whoever asked may be gone; the entry stands.
            let _ = answer.send(Ok(Receipt {
                seq: sealed.seq(),
                leaf: sealed.leaf(),
                tree_size: tree.size(),
            }));
        }
        self.tree = Some(tree);
    }

    async fn checkpoint(&mut self, at: Timestamp) -> Result<SignedCheckpoint, JournalUnavailable> {
        let tree = self.tree().await?;
        let last = self
            .store
            .last_checkpoint(&self.node)
            .await
            .map_err(unavailable)?;
        if let Some(last) = last.filter(|last| last.checkpoint.size == tree.size()) {
            return Ok(last);
        }
        let unsigned = Checkpoint {
            node: self.node.clone(),
            size: tree.size(),
            root: tree.root(),
            at,
        };
        let signed = unsigned
            .sign(|text| (self.signer)(text))
            .map_err(|error| JournalUnavailable::NotSigned(error.into()))?;
        self.store
            .put_checkpoint(&signed)
            .await
            .map_err(unavailable)?;
        Ok(signed)
    }

    /// The tree as committed; read again after a failure.
    async fn tree(&mut self) -> Result<Frontier, JournalUnavailable> {
        if let Some(tree) = &self.tree {
            return Ok(tree.clone());
        }
        let tree = self.store.frontier(&self.node).await.map_err(unavailable)?;
        self.tree = Some(tree.clone());
        Ok(tree)
    }
}

/// Gives each entry its number and adds it to the tree; one without canonical text is refused.
fn seal(
    node: &NodeName,
    tree: &mut Frontier,
    entries: Vec<(Entry, Answer<Receipt>)>,
) -> Vec<Waiting> {
    let mut group = Vec::with_capacity(entries.len());
    for (entry, answer) in entries {
        match Sealed::new(node, tree.size(), &entry) {
            Ok(sealed) => {
                tree.append(sealed.leaf());
                group.push(Waiting { sealed, answer });
            }
            Err(error) => {
                refuse(
                    std::iter::once(answer),
                    &JournalUnavailable::NotSealed(Arc::new(error)),
                );
            }
        }
    }
    group
}

fn unavailable(error: Error) -> JournalUnavailable {
    JournalUnavailable::NotCommitted(Arc::new(error))
}

fn refuse(answers: impl Iterator<Item = Answer<Receipt>>, error: &JournalUnavailable) {
    let mut refused = 0_usize;
    for answer in answers {
        refused += 1;
        // Whoever asked may be gone.
        let _ = answer.send(Err(error.clone()));
    }
    tracing::error!(refused, %error, "the journal is unavailable");
}
