//! Connections that were not accepted, as evidence.
//!
//! The handshake reports inside OpenSSL, where nothing may block: what it says goes into a bounded
//! channel, and what does not fit is counted, so that a flood takes no memory. What fits is
//! journalled, however much that becomes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use certs::handshake::{HandshakeFailure, HandshakeLog, Reason};
use domain::Problem;
use journal::{Entry, EntryKind, Verdict};
use store::JournalWriter;
use tokio::sync::mpsc;

use crate::clock;

/// Failures waiting to be written; more than this at once are only counted.
const WAITING: usize = 1024;

/// The receiving end of the handshake's reports.
pub struct RefusedConnections {
    reports: mpsc::Receiver<HandshakeFailure>,
    lost: Arc<AtomicU64>,
}

/// Where the handshake reports to, and where the reports come out.
pub fn channel() -> (HandshakeLog, RefusedConnections) {
    let (sender, reports) = mpsc::channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&lost);
    let log = HandshakeLog::new(move |failure| {
        if sender.try_send(failure).is_err() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    (log, RefusedConnections { reports, lost })
}

impl RefusedConnections {
    /// Writes the reports until the listener is gone.
    pub async fn write(mut self, journal: JournalWriter) {
        while let Some(failure) = self.reports.recv().await {
            let lost = self.lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                tracing::warn!(lost, "refused connections were not journalled one by one");
            }
            tracing::info!(reason = failure.reason.code(), "connection refused");
            if let Err(error) = journal.record(entry(&failure)).await {
                tracing::error!(%error, "a refused connection could not be journalled");
            }
        }
    }
}

fn entry(failure: &HandshakeFailure) -> Entry {
    let mut entry = Entry::new(EntryKind::HandshakeRefused, clock::now(), clock::fresh_id());
    entry.verdict = Some(Verdict::Denied);
    // Shown, not proven: nobody has signed with it.
    let shown = failure.presented.as_ref();
    entry.certificate = shown.and_then(|shown| shown.key.as_deref()?.parse().ok());
    entry.problem = Some(format!(
        "{}: {}",
        problem(&failure.reason).entry().code,
        failure.reason.code()
    ));
    entry
}

fn problem(reason: &Reason) -> Problem {
    match reason {
        Reason::NoCertificate | Reason::Unfinished => Problem::NoCertificate,
        Reason::Expired => Problem::CertificateExpired,
        Reason::Revoked => Problem::CertificateRevoked,
        Reason::Ambiguous => Problem::AmbiguousCertificate,
        Reason::NotYetValid
        | Reason::WrongPurpose
        | Reason::UnknownAuthority
        | Reason::NoRevocationList
        | Reason::RevocationListExpired
        | Reason::Unreadable
        | Reason::TooWeak
        | Reason::BadSignature
        | Reason::BadChain(_)
        | Reason::ProtocolVersion
        | Reason::NothingInCommon
        | Reason::NotTls
        | Reason::RefusedByClient(_)
        | Reason::Protocol(_)
        | Reason::Aborted => Problem::CertificateNotTrusted,
    }
}
