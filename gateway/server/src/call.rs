//! One request from its first byte to its last.

use std::sync::{Arc, OnceLock};

use actix_web::http::header::HeaderMap;
use adapters::trace::Trace;
use domain::problem::Report;
use domain::{IndexEntry, Problem};
use exchange::{Caller, Moment, Refusal, Seen};
use journal::{Entry, EntryKind, Verdict};
use store::{JournalUnavailable, Receipt};
use tokio::time::Instant;

use crate::clock;
use crate::connection::Nobody;
use crate::gateway::Gateway;
use crate::standing::Standing;
use crate::{pace, tracing_context};

/// A request being served: when it came, its name in evidence and log, and who was who then.
pub(crate) struct Call {
    /// When it came, and its name; the incident of whatever goes wrong with it.
    pub moment: Moment,
    /// The same on the clock that nobody sets.
    pub began: Instant,
    /// When its last byte was here.
    pub whole: OnceLock<Instant>,
    /// The view it is served by, from beginning to end.
    pub standing: Arc<Standing>,
    /// The trace it belongs to.
    pub trace: Option<Trace>,
}

/// A request that will not be served: what the peer is told, and what the evidence says.
pub(crate) struct Refused(Box<Parts>);

struct Parts {
    report: Report,
    entry: Entry,
    learned: Vec<IndexEntry>,
}

impl Call {
    /// Begins with the view in force.
    pub(crate) fn begin(gateway: &Gateway, headers: &HeaderMap) -> Self {
        let moment = Moment {
            now: clock::now(),
            exchange: clock::fresh_id(),
        };
        Self {
            moment,
            began: Instant::now(),
            whole: OnceLock::new(),
            standing: gateway.current.get(),
            trace: tracing_context::of(headers),
        }
    }

    /// The request is here to its last byte: until now its time was the caller's.
    pub(crate) fn is_whole(&self) {
        // The first time counts.
        let _ = self.whole.set(Instant::now());
    }

    /// When the time that it takes began to be ours.
    pub(crate) fn ours_since(&self) -> Instant {
        self.whole.get().copied().unwrap_or(self.began)
    }

    /// Refuses whoever is on the other end.
    pub(crate) fn nobody(&self, Nobody { problem, key }: Nobody) -> Refused {
        let Moment { now, exchange } = &self.moment;
        let mut entry = Entry::new(EntryKind::Refused, *now, exchange.as_str());
        entry.verdict = Some(Verdict::Denied);
        entry.problem = Some(problem.entry().code.to_owned());
        entry.incident = Some(exchange.clone());
        entry.certificate = key;
        Refused::new(self.report(problem), entry, Vec::new())
    }

    /// Refuses a request of a known organism that could not be read.
    pub(crate) fn unread(&self, caller: &Caller, seen: Seen<'_>, report: Report) -> Refused {
        Refusal::unread(caller, seen, report, &self.moment).into()
    }

    /// What the peer is told of a problem that needs no more words than its own.
    pub(crate) fn report(&self, problem: Problem) -> Report {
        Report {
            problem,
            detail: format!("{}.", problem.entry().title),
            violations: Vec::new(),
            incident: self.moment.exchange.clone(),
            request_id: None,
            wait: None,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        let (report, entry, learned) = refusal.into_parts();
        Self::new(report, entry, learned)
    }
}

impl Refused {
    fn new(report: Report, entry: Entry, learned: Vec<IndexEntry>) -> Self {
        Self(Box::new(Parts {
            report,
            entry,
            learned,
        }))
    }

    /// The evidence could not be written, so the exchange stops here.
    pub(crate) fn unrecorded(mut entry: Entry, error: &JournalUnavailable) -> Self {
        tracing::error!(incident = entry.exchange, %error, "the journal cannot be written");
        let problem = Problem::JournalUnavailable;
        let report = Report {
            problem,
            detail: format!("{}.", problem.entry().title),
            violations: Vec::new(),
            incident: entry.exchange.clone(),
            request_id: entry.request_id.clone(),
            wait: None,
        };
        entry.kind = EntryKind::Refused;
        entry.verdict = Some(Verdict::Denied);
        entry.problem = Some(problem.entry().code.to_owned());
        entry.incident = Some(entry.exchange.clone());
        Self::new(report, entry, Vec::new())
    }

    /// Tells the paths of the report in other names.
    pub(crate) fn renamed(mut self, rename: &dyn Fn(&str) -> String) -> Self {
        let report = &mut self.0.report;
        for violation in &mut report.violations {
            let path = rename(&violation.path);
            report.detail = report.detail.replace(&violation.path, &path);
            violation.path = path;
        }
        self
    }

    /// Makes the refusal evidence; if that fails, the failure is what the peer is told. One that must not tell why
    /// waits for the beat of its request.
    pub(crate) async fn journalled(self, gateway: &Gateway, call: &Call) -> Report {
        let (report, entry, learned) = self.parted();
        gateway.learn(&learned).await;
        let recorded = gateway.journal.record(entry).await;
        if is_veiled(&report) {
            pace::next_beat(call.ours_since()).await;
        }
        evident(report, recorded)
    }

    /// The same for several at once, whose requests began then.
    pub(crate) async fn all_journalled(
        all: Vec<Self>,
        gateway: &Gateway,
        began: Instant,
    ) -> Vec<Report> {
        let (mut reports, mut entries, mut learned) = (Vec::new(), Vec::new(), Vec::new());
        for refused in all {
            let (report, entry, more) = refused.parted();
            reports.push(report);
            entries.push(entry);
            learned.extend(more);
        }
        gateway.learn(&learned).await;
        let recorded = gateway.journal.record_all(entries).await;
        if reports.iter().any(is_veiled) {
            pace::next_beat(began).await;
        }
        let all = reports.into_iter().zip(recorded);
        all.map(|(report, recorded)| evident(report, recorded))
            .collect()
    }

    fn parted(self) -> (Report, Entry, Vec<IndexEntry>) {
        let Parts {
            report,
            entry,
            learned,
        } = *self.0;
        tracing::info!(
            incident = report.incident,
            problem = report.problem.entry().code,
            organism = entry.organism.as_ref().map(tracing::field::display),
            "request refused"
        );
        (report, entry, learned)
    }
}

/// Whether it must not tell why.
fn is_veiled(report: &Report) -> bool {
    report.problem.shown() == Problem::NotFoundOrOutOfScope
}

/// What the peer is told once the refusal is evidence, or is not.
fn evident(report: Report, recorded: Result<Receipt, JournalUnavailable>) -> Report {
    let Err(error) = recorded else {
        return report;
    };
    tracing::error!(incident = report.incident, %error, "a refusal could not be journalled");
    let unavailable = Problem::JournalUnavailable;
    let detail = format!("{}.", unavailable.entry().title);
    Report {
        problem: unavailable,
        detail,
        violations: Vec::new(),
        ..report
    }
}
