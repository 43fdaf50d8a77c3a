//! Refusals: what the caller is told, and what the journal keeps.

use std::collections::BTreeMap;

use contract::{Contract, Operation};
use domain::problem::{Blame, Report, Violation};
use domain::quota::{self, Limit};
use domain::{Context, IndexEntry, Problem};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};

use crate::evidence::Evidence;
use crate::{Caller, Moment};

/// So many violations are told of one message, as of one that breaks its schema.
const MOST_VIOLATIONS: usize = 20;

/// An exchange that ends without an answer.
#[derive(Debug)]
pub struct Refusal(Box<Inner>);

#[derive(Debug)]
struct Inner {
    report: Report,
    entry: Entry,
    learned: Vec<IndexEntry>,
}

/// What is known of a request that could not be read to its end.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// The contract it was meant for.
    pub contract: Option<&'a Contract>,
    /// The operation.
    pub operation: Option<&'a Operation>,
    /// What the caller says about itself.
    pub context: Option<&'a Context>,
    /// The digest of the bytes as they came.
    pub digest: Option<Digest>,
}

impl Refusal {
    /// The refusal of a request that never became a [`Received`](crate::Received): it could not be
    /// read, or came too often, or too late. The report's incident is the exchange's name.
    pub fn unread(caller: &Caller, seen: Seen<'_>, problem: Report, moment: &Moment) -> Self {
        let mut evidence = Evidence::begin(caller, moment);
        if let Some(contract) = seen.contract {
            let name = seen.operation.map(|operation| &*operation.name);
            evidence = evidence.about(contract, seen.operation, name);
        }
        if let Some(context) = seen.context {
            evidence = evidence.said(caller, context);
        }
        if let Some(digest) = seen.digest {
            evidence = evidence.received(digest);
        }
        let Report {
            problem,
            detail,
            violations,
            wait,
            ..
        } = problem;
        Self::new(
            &evidence,
            moment.now,
            Cause {
                problem,
                detail,
                violations,
                wait,
            },
        )
    }

    pub(crate) fn new(evidence: &Evidence, now: Timestamp, cause: Cause) -> Self {
        let mut entry = evidence.answered(EntryKind::Refused, now);
        entry.problem = Some(cause.problem.entry().code.to_owned());
        entry.incident = Some(evidence.exchange().to_owned());
        // A failure of others after a permit leaves the verdict as it was.
        if cause.problem.entry().blame == Blame::Caller {
            entry.verdict = Some(Verdict::Denied);
        }
        let cause = cause.shown();
        let report = Report {
            problem: cause.problem,
            detail: cause.detail,
            violations: cause.violations,
            incident: evidence.exchange().to_owned(),
            request_id: evidence.request_id(),
            wait: cause.wait,
        };
        Self(Box::new(Inner {
            report,
            entry,
            learned: Vec::new(),
        }))
    }

    /// Names the version of the contract that the caller spoke, where another one was decided on.
    #[must_use]
    pub fn spoken(mut self, contract: &str) -> Self {
        self.0.entry.contract = Some(contract.to_owned());
        self
    }

    /// The refusal of what was already permitted and reduced: nothing of it leaves.
    pub(crate) fn after(mut entry: Entry, cause: Cause, now: Timestamp) -> Self {
        entry.kind = EntryKind::Refused;
        entry.at = now;
        entry.problem = Some(cause.problem.entry().code.to_owned());
        let cause = cause.shown();
        entry.incident = Some(entry.exchange.clone());
        entry.released.clear();
        entry.withheld.clear();
        entry.withheld_by.clear();
        entry.told_by.clear();
        let report = Report {
            problem: cause.problem,
            detail: cause.detail,
            violations: cause.violations,
            incident: entry.exchange.clone(),
            request_id: entry.request_id.clone(),
            wait: cause.wait,
        };
        Self(Box::new(Inner {
            report,
            entry,
            learned: Vec::new(),
        }))
    }

    pub(crate) fn with_learned(mut self, learned: Vec<IndexEntry>) -> Self {
        self.0.learned = learned;
        self
    }

    /// What the caller is told.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// What the journal keeps, durable before the caller is told.
    pub fn entry(&self) -> &Entry {
        &self.0.entry
    }

    /// What the index learns all the same: the answer that was not given told where the case is now.
    pub fn index_updates(&self) -> &[IndexEntry] {
        &self.0.learned
    }

    /// Takes it apart: report, entry, index updates.
    pub fn into_parts(self) -> (Report, Entry, Vec<IndexEntry>) {
        let Inner {
            report,
            entry,
            learned,
        } = *self.0;
        (report, entry, learned)
    }
}

/// Why an exchange ends, before it is told.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    problem: Problem,
    detail: String,
    violations: Vec<Violation>,
    /// After how many seconds to try again, where that is known better than the problem's table does.
    wait: Option<u32>,
}

impl Cause {
    /// A problem that needs no more words than its own.
    pub(crate) fn of(problem: Problem) -> Self {
        let detail = format!("{}.", problem.entry().title);
        Self {
            problem,
            detail,
            violations: Vec::new(),
            wait: None,
        }
    }

    /// As the caller may be told of it.
    fn shown(self) -> Self {
        let shown = self.problem.shown();
        if shown == self.problem {
            self
        } else {
            Self::of(shown)
        }
    }

    pub(crate) fn breach(violation: Violation) -> Self {
        Self {
            problem: Problem::SchemaViolation,
            detail: format!("{}: {}", violation.path, violation.message),
            violations: vec![violation],
            wait: None,
        }
    }

    /// A quota of a day that is used up.
    pub(crate) fn beyond(limit: Limit, now: Timestamp) -> Self {
        let problem = Problem::QuotaExceeded;
        let detail = format!("{}: `{limit}`", problem.entry().title);
        Self {
            problem,
            detail,
            violations: Vec::new(),
            wait: Some(quota::until_tomorrow(now)),
        }
    }

    /// Rules of the contract, all that are broken; of very many, the first and how many there are.
    pub(crate) fn broken_rules(mut violations: Vec<Violation>) -> Self {
        let problem = Problem::RulesBroken;
        let detail = format!("{}: {} en total", problem.entry().title, violations.len());
        violations.truncate(MOST_VIOLATIONS);
        Self {
            problem,
            detail,
            violations,
            wait: None,
        }
    }

    /// A rule that could not be applied, by its name.
    pub(crate) fn failed_rule(rule: &str) -> Self {
        let problem = Problem::RuleFailed;
        let detail = format!("{}: `{rule}`", problem.entry().title);
        Self {
            problem,
            detail,
            violations: Vec::new(),
            wait: None,
        }
    }

    /// Field groups by name, each with the path of its first leaf.
    pub(crate) fn not_writable(groups: &BTreeMap<String, String>) -> Self {
        let names: Vec<&str> = groups.keys().map(String::as_str).collect();
        let violation = |(group, path): (&String, &String)| Violation {
            path: path.clone(),
            line: None,
            code: "grupo-no-modificable".to_owned(),
            message: format!("el organismo no puede modificar el grupo `{group}` de este caso"),
        };
        Self {
            problem: Problem::GroupNotWritable,
            detail: format!("el organismo no puede modificar {}", names.join(", ")),
            violations: groups.iter().map(violation).collect(),
            wait: None,
        }
    }
}
