//! One client for each thread that serves.
//!
//! A connection is driven by the runtime that opened it. A worker with a runtime of its own that
//! took up another worker's connection would wait for that worker at every question.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use reqwest::Client;

use crate::transport::{self, Credentials};
use crate::{ConnectError, HolderConfig};

/// More than this many share.
const MOST: usize = 32;

static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static NUMBER: Cell<usize> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
}

/// Clients to the same holder, each with connections of its own.
pub(crate) struct Clients {
    first: Client,
    others: Vec<Client>,
}

impl Clients {
    /// Two for each processor: one for a worker, one for the tasks beside. Connects with the first
    /// question.
    pub(crate) fn connect(config: &HolderConfig, now: i64) -> Result<Self, ConnectError> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let count = (2 * threads).min(MOST);
        let credentials = Credentials::load(config, now)?;
        let idle = config.bounds.idle_connections.div_ceil(count);
        let client = || transport::client(config, &credentials, idle);
        Ok(Self {
            first: client()?,
            others: (1..count).map(|_| client()).collect::<Result<_, _>>()?,
        })
    }

    /// The client of this thread.
    pub(crate) fn here(&self) -> Client {
        let number = NUMBER.get() % (self.others.len() + 1);
        let other = number.checked_sub(1).and_then(|at| self.others.get(at));
        other.unwrap_or(&self.first).clone()
    }
}
