//! Connections to the gateway, one for each piece that may be under way: a gateway serves what comes by one connection on
//! one of its threads.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use nodes::client::Client;

use super::Args;
use crate::exit::Failure;

/// Clients that are used in turn, each with a connection of its own.
pub(super) struct Connections {
    first: Client,
    others: Vec<Client>,
    used: AtomicUsize,
}

impl Connections {
    /// Reads certificate, key and authorities; connections are opened when they are used.
    pub(super) fn open(args: &Args) -> Result<Self, Failure> {
        let client = || {
            let now = Timestamp::now().as_second();
            let client = Client::new(&args.cert, &args.key, &args.ca, now);
            client.map_err(|e| Failure::broken("certificates", e))
        };
        Ok(Self {
            first: client()?,
            others: (1..args.under_way)
                .map(|_| client())
                .collect::<Result<_, _>>()?,
            used: AtomicUsize::new(0),
        })
    }

    /// The one whose turn it is.
    pub(super) fn next(&self) -> &Client {
        let turn = self.used.fetch_add(1, Ordering::Relaxed) % (self.others.len() + 1);
        let other = turn.checked_sub(1).and_then(|at| self.others.get(at));
        other.unwrap_or(&self.first)
    }
}
