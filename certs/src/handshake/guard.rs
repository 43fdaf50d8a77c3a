//! What is known about one connection until its handshake is complete.

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use openssl::error::ErrorStack;
use openssl::ex_data::Index;
use openssl::ssl::{Ssl, SslRef};

use super::{HandshakeFailure, HandshakeLog, Presented, Reason};
use crate::acceptor::Clients;
use crate::identity::Peer;

static SLOT: LazyLock<Option<Index<Ssl, Guard>>> = LazyLock::new(|| Ssl::new_ex_index().ok());

/// Reports a failure when the connection is freed, unless the handshake was marked complete.
pub(crate) struct Guard {
    log: HandshakeLog,
    clients: Clients,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    end: End,
    presented: Option<Presented>,
    peer: Option<Peer>,
}

#[derive(Default)]
enum End {
    #[default]
    Unknown,
    Refused(Reason),
    Complete,
}

/// Whether the other end has sent a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Some,
    None,
}

impl Guard {
    pub(crate) fn new(log: HandshakeLog, clients: Clients) -> Self {
        Self {
            log,
            clients,
            state: Mutex::default(),
        }
    }

    /// The guard of a connection, if it has one.
    pub(crate) fn of(ssl: &SslRef) -> Option<&Self> {
        ssl.ex_data((*SLOT)?)
    }

    /// Ties the guard to the connection.
    pub(crate) fn attach(self, ssl: &mut SslRef) -> Result<(), ErrorStack> {
        let slot = (*SLOT).ok_or_else(ErrorStack::get)?;
        ssl.set_ex_data(slot, self);
        Ok(())
    }

    /// Keeps the first reason: what follows is its consequence.
    pub(crate) fn record(&self, reason: Reason, presented: Option<Presented>) {
        let mut state = self.state();
        if matches!(state.end, End::Unknown) {
            state.end = End::Refused(reason);
        }
        if presented.is_some() {
            state.presented = presented;
        }
    }

    /// Keeps who the verified certificate says is there.
    pub(crate) fn identified(&self, peer: Peer, presented: Presented) {
        let mut state = self.state();
        state.peer = Some(peer);
        state.presented = Some(presented);
    }

    /// Ends it for whoever has shown a good certificate, or none where none is wanted.
    pub(crate) fn complete(&self, certificate: Shown) -> Option<Peer> {
        let mut state = self.state();
        let peer = state.peer.clone();
        let nobody = self.clients == Clients::Anyone && certificate == Shown::None;
        if peer.is_some() || nobody {
            state.end = End::Complete;
        }
        peer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let state = std::mem::take(&mut *self.state());
        let reason = match state.end {
            End::Complete => return,
            End::Refused(reason) => reason,
            End::Unknown => Reason::Unfinished,
        };
        self.log.report(HandshakeFailure {
            reason,
            presented: state.presented,
        });
    }
}
