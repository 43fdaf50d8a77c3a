//! The thread that speaks to a token, and the queue before it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::card::Card;
use super::{Pin, TokenFault, TokenUri};
use crate::signing::Algorithm;

/// So many may wait; whoever comes then is told at once.
const QUEUE: usize = 64;
/// How long a token may take for those that wait and for one more.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long it may take to log in.
const START: Duration = Duration::from_secs(30);

/// A key in a token, ready to sign.
pub(crate) struct Token {
    /// Gone once nobody is to be served any more.
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    algorithm: Algorithm,
    digest: Vec<u8>,
    answer: SyncSender<Result<Vec<u8>, TokenFault>>,
}

impl Token {
    /// Logs in and finds the key.
    pub(crate) fn open(key: &TokenUri, pin: Option<Pin>) -> Result<Self, TokenFault> {
        let pin = match &key.pin_file {
            Some(file) => Pin::load(file)?,
            None => pin.ok_or(TokenFault::NoPin)?,
        };
        let key = key.clone();
        let (jobs, queue) = sync_channel(QUEUE);
        let (opened, outcome) = sync_channel(1);
        // What the library gives is of the thread that had it.
        let work = move || match Card::open(key, pin) {
            Ok(card) => {
                if opened.send(Ok(())).is_ok() {
                    serve(card, &queue);
                }
            }
            Err(fault) => drop(opened.send(Err(fault))),
        };
        let thread = thread::Builder::new().name("token".to_owned()).spawn(work);
        let thread = thread.map_err(|cause| TokenFault::Failed(cause.to_string()))?;
        // One that never answers is left behind: nobody can wait for its thread.
        let outcome = outcome.recv_timeout(START);
        outcome.unwrap_or(Err(TokenFault::Silent))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Signs a digest; waits for its turn and for the token.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm,
        digest: Vec<u8>,
    ) -> Result<Vec<u8>, TokenFault> {
        let gone = || TokenFault::Lost("its thread has ended".to_owned());
        let (answer, signature) = sync_channel(1);
        let job = Job {
            algorithm,
            digest,
            answer,
        };
        let jobs = self.jobs.as_ref().ok_or_else(gone)?;
        jobs.try_send(job).map_err(|fault| match fault {
            TrySendError::Full(_) => TokenFault::Busy,
            TrySendError::Disconnected(_) => gone(),
        })?;
        match signature.recv_timeout(PATIENCE) {
            Ok(signature) => signature,
            Err(RecvTimeoutError::Timeout) => Err(TokenFault::Silent),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
        }
    }
}

impl Drop for Token {
    /// Logs out before the process goes on: the library serves one at a time.
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been told where it happened.
            let _ = thread.join();
        }
    }
}

fn serve(mut card: Card, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        let signature = card.sign(job.algorithm, &job.digest);
        if let Err(fault) = &signature {
            tracing::error!(%fault, "the token did not sign");
        }
        // Whoever waited may have gone.
        let _ = job.answer.send(signature);
    }
}
