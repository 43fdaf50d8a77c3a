//! Transactions: tried again where that may help, and measured.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::Error;

/// Waits for the disk before it is committed: evidence and the registry.
///
/// On SQLite immediate: a reader that turns writer half way cannot wait, it fails.
pub(crate) const DURABLE_SQLITE: &str = "PRAGMA synchronous = FULL; BEGIN IMMEDIATE";
/// Committed without waiting for the disk: a power failure may undo the newest, in order. Whatever
/// durable is committed later makes it durable too, as both are written to one log.
pub(crate) const RELAXED_SQLITE: &str = "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE";
/// The same before a single statement, which is a transaction of its own.
pub(crate) const RELAXED: &str = "PRAGMA synchronous = NORMAL; ";
/// As on SQLite; the connections are opened so that every commit waits.
pub(crate) const DURABLE_POSTGRES: &str = "BEGIN";
/// As on SQLite.
pub(crate) const RELAXED_POSTGRES: &str = "BEGIN; SET LOCAL synchronous_commit TO off";

/// How often a transaction is tried.
const TRIES: u32 = 5;

/// The attempts at one transaction.
pub(crate) struct Attempts {
    name: &'static str,
    begun: Instant,
    made: u32,
}

impl Attempts {
    pub(crate) fn of(name: &'static str) -> Self {
        Self {
            name,
            begun: Instant::now(),
            made: 0,
        }
    }

    /// Takes the outcome of one attempt; goes on, after a pause, if another may do better.
    pub(crate) async fn judge<T>(
        &mut self,
        outcome: Result<T, Error>,
    ) -> ControlFlow<Result<T, Error>> {
        self.made += 1;
        match outcome {
            Err(error) if error.is_transient() && self.made < TRIES => {
                tokio::time::sleep(Duration::from_millis(5) * self.made).await;
                ControlFlow::Continue(())
            }
            outcome => {
                let took_us = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
                let (attempts, passed) = (self.made, outcome.is_ok());
                tracing::debug!(transaction = self.name, took_us, attempts, passed);
                ControlFlow::Break(outcome)
            }
        }
    }
}

/// Begins, runs the block, commits, or rolls back where that is said; all of it again while that may help.
macro_rules! attempts {
    ($name:literal, $pool:expr, $begin:expr, $tx:ident => $body:expr) => {
        $crate::transaction::attempts!($name, $pool, $begin, commit, $tx => $body)
    };
    ($name:literal, $pool:expr, $begin:expr, $end:ident, $tx:ident => $body:expr) => {{
        let mut attempts = $crate::transaction::Attempts::of($name);
        loop {
            let outcome: Result<_, $crate::Error> = async {
                let mut $tx = $pool.begin_with($begin).await?;
                let value = $body;
                $tx.$end().await?;
                Ok(value)
            }
            .await;
            if let std::ops::ControlFlow::Break(outcome) = attempts.judge(outcome).await {
                break outcome;
            }
        }
    }};
}

pub(crate) use attempts;
