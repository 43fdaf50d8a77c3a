//! Requests that come at the same time are claimed, and marked as served, together: whoever waits while the database is
//! spoken to is taken along by the next message to it.
//!
//! Nothing depends on it: whoever gets no answer here asks the database alone.

use std::collections::HashSet;

use tokio::sync::{mpsc, oneshot};

use super::many::{Done, Wanted};
use crate::backend::Backend;

/// So many are put to the database together at most.
const GROUP: usize = 256;

/// Hands requests to the task that gathers them; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Gathered(mpsc::Sender<Job>);

#[derive(Debug)]
enum Job {
    Claim(Wanted, oneshot::Sender<bool>),
    Complete(Done, oneshot::Sender<()>),
}

impl Gathered {
    /// Starts the task; it ends with the last handle.
    pub(crate) fn start(backend: Backend) -> Self {
        let (jobs, queue) = mpsc::channel(GROUP);
        tokio::spawn(run(backend, queue));
        Self(jobs)
    }

    /// Whether the name was fresh and is claimed; nothing where that cannot be told here.
    pub(super) async fn claim(&self, wanted: Wanted) -> Option<bool> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Claim(wanted, answer)).await.ok()?;
        answered.await.ok()
    }

    /// Marks the request as served; nothing where that cannot be told here.
    pub(super) async fn complete(&self, done: Done) -> Option<()> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job::Complete(done, answer)).await.ok()?;
        answered.await.ok()
    }
}

async fn run(backend: Backend, mut queue: mpsc::Receiver<Job>) {
    let mut jobs = Vec::new();
    while queue.recv_many(&mut jobs, GROUP).await > 0 {
        let (mut claims, mut completed) = (Vec::new(), Vec::new());
        for job in jobs.drain(..) {
            match job {
                Job::Claim(wanted, answer) => claims.push((wanted, answer)),
                Job::Complete(done, answer) => completed.push((done, answer)),
            }
        }
        complete(&backend, completed).await;
        claim(&backend, claims).await;
    }
}

/// Of one name that is wanted twice, only the first is put to the database: the second comes too late whatever that says.
async fn claim(backend: &Backend, claims: Vec<(Wanted, oneshot::Sender<bool>)>) {
    let mut names = HashSet::new();
    let first: Vec<bool> = claims
        .iter()
        .map(|(wanted, _)| names.insert(wanted.name()))
        .collect();
    let each = claims.iter().zip(&first);
    let asked: Vec<&Wanted> = each
        .filter_map(|((wanted, _), first)| first.then_some(wanted))
        .collect();
    // Whoever waits is dropped then, and asks alone: what is wrong with one is not held against the others.
    let Ok(fresh) = backend.claim(&asked).await else {
        return;
    };
    let mut fresh = fresh.into_iter();
    for ((_, answer), first) in claims.into_iter().zip(first) {
        // Whoever asked may be gone: then the claim runs out.
        let _ = answer.send(first && fresh.next().unwrap_or_default());
    }
}

async fn complete(backend: &Backend, completed: Vec<(Done, oneshot::Sender<()>)>) {
    let done: Vec<&Done> = completed.iter().map(|(done, _)| done).collect();
    if backend.complete(&done).await.is_ok() {
        for (_, answer) in completed {
            let _ = answer.send(());
        }
    }
}
