//! Problems: everything that can go wrong between a caller and an answer, in one table.

pub mod table;

use crate::RequestId;
pub use table::Problem;

/// One row of the problem table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable code on the wire, such as `convenio-no-vigente`.
    pub code: &'static str,
    /// The title in Spanish, for the peer.
    pub title: &'static str,
    /// The HTTP status.
    pub http: u16,
    /// The SOAP fault code.
    pub soap: SoapCode,
    /// The code of the intermediation standard (SCSP v3), where it has one.
    pub scsp: Option<&'static str>,
    /// Whose fault it is.
    pub blame: Blame,
    /// Whether sending it again may help.
    pub retry: Retry,
    /// Who may be told.
    pub audience: Audience,
}

/// The fault codes of SOAP 1.2; SOAP 1.1 calls them `Client` and `Server`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoapCode {
    /// The message was wrong.
    Sender,
    /// The message could not be processed, for no fault of its own.
    Receiver,
}

impl SoapCode {
    /// The local name in SOAP 1.2.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "Sender",
            Self::Receiver => "Receiver",
        }
    }
}

/// Whose fault a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// Whoever asked.
    Caller,
    /// This gateway.
    Gateway,
    /// The system that holds the answer.
    Holder,
}

impl Blame {
    /// The word on the wire (`culpa`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "solicitante",
            Self::Gateway => "pasarela",
            Self::Holder => "cedente",
        }
    }
}

/// Whether to send the same thing again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The answer will be the same.
    Never,
    /// Only once the request or its circumstances have been put right.
    AfterFix,
    /// Unchanged, after this time.
    Later {
        /// How long to wait at least.
        seconds: u32,
    },
}

impl Retry {
    /// The word on the wire (`reintento`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "nunca",
            Self::AfterFix => "trasCorregir",
            Self::Later { .. } => "masTarde",
        }
    }

    /// How long to wait, for `Retry-After`.
    pub const fn seconds(self) -> Option<u32> {
        match self {
            Self::Never | Self::AfterFix => None,
            Self::Later { seconds } => Some(seconds),
        }
    }
}

/// Who may be told of a problem by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Only the gateway's own people, in journal and log; the peer is told of another in its place.
    Operator {
        /// What the peer is told instead.
        shown_as: Problem,
    },
    /// A registered organism (ENS op.acc.5: no reasons before the peer is authenticated).
    Registered,
    /// Whoever holds a key that a trusted authority has certified.
    Certified,
    /// Anyone who can connect.
    Anyone,
}

impl Audience {
    /// The word in the documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator { .. } => "operador",
            Self::Registered => "organismo",
            Self::Certified => "certificado",
            Self::Anyone => "cualquiera",
        }
    }
}

impl Problem {
    /// What the peer may be told: the problem itself, or the one in its place.
    #[must_use]
    pub const fn shown(self) -> Self {
        match self.entry().audience {
            Audience::Operator { shown_as } => shown_as,
            Audience::Registered | Audience::Certified | Audience::Anyone => self,
        }
    }
}

/// A problem that happened, as the peer is told of it; both protocols write it from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which problem.
    pub problem: Problem,
    /// This occurrence of it, in Spanish; never says whether a case exists.
    pub detail: String,
    /// Where the message breaks its schema; empty unless it does.
    pub violations: Vec<Violation>,
    /// Joins what the peer is told with what the log says.
    pub incident: String,
    /// The request it answers, where one could be read.
    pub request_id: Option<RequestId>,
    /// After how many seconds to try again, where that is known better than the table does.
    pub wait: Option<u32>,
}

impl Report {
    /// After how many seconds the peer may try again, if that may help.
    pub fn retry_seconds(&self) -> Option<u32> {
        let usual = self.problem.shown().entry().retry.seconds()?;
        Some(self.wait.unwrap_or(usual))
    }
}

/// One place where a message breaks its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path of the element, such as `/PresentarCaso/caso/victima[2]`.
    pub path: String,
    /// The line in the message, from 1, where the protocol has lines.
    pub line: Option<u32>,
    /// The stable code of the rule.
    pub code: String,
    /// The rule in Spanish; never repeats the offending value.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;
    use std::path::Path;

    use super::*;

    fn table() -> String {
        let mut text =
            String::from("code\ttitle\thttp\tsoap\tscsp\tblame\tretry\taudience\tshown\n");
        for problem in Problem::ALL {
            let Entry {
                code,
                title,
                http,
                soap,
                scsp,
                blame,
                retry,
                audience,
            } = problem.entry();
            let (soap, scsp, blame) = (soap.as_str(), scsp.unwrap_or("-"), blame.as_str());
            let wait = retry
                .seconds()
                .map_or(String::new(), |seconds| format!(" {seconds} s"));
            let (retry, audience, shown) = (
                retry.as_str(),
                audience.as_str(),
                problem.shown().entry().code,
            );
            writeln!(
                text,
                "{code}\t{title}\t{http}\t{soap}\t{scsp}\t{blame}\t{retry}{wait}\t{audience}\t{shown}"
            )
            .unwrap();
        }
        text
    }

    /// Rewritten by `UPDATE_GOLDEN=1 cargo test -p domain`.
    #[test]
    fn the_table_does_not_drift() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/problems.tsv");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&golden, table()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&golden).unwrap(), table());
    }

    #[test]
    fn codes_are_stable_words_and_lead_back() {
        let codes: BTreeSet<_> = Problem::ALL
            .iter()
            .map(|problem| problem.entry().code)
            .collect();
        assert_eq!(codes.len(), Problem::ALL.len());
        for problem in Problem::ALL {
            let code = problem.entry().code;
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{code}"
            );
            assert_eq!(Problem::from_code(code), Some(*problem));
        }
        assert_eq!(Problem::from_code("otra-cosa"), None);
    }

    #[test]
    fn statuses_agree_with_whose_fault_it_is() {
        for problem in Problem::ALL {
            let Entry {
                code,
                http,
                soap,
                blame,
                ..
            } = problem.entry();
            let by_caller = blame == Blame::Caller;
            assert_eq!(by_caller, (400..500).contains(&http), "{code}");
            assert_eq!(by_caller, soap == SoapCode::Sender, "{code}");
        }
    }

    #[test]
    fn what_is_shown_in_the_place_of_another_differs_by_its_code_only() {
        for problem in Problem::ALL {
            let (own, shown) = (problem.entry(), problem.shown().entry());
            assert!(
                !matches!(shown.audience, Audience::Operator { .. }),
                "{}",
                own.code
            );
            assert_eq!(
                Entry {
                    code: shown.code,
                    audience: shown.audience,
                    ..own
                },
                shown
            );
        }
        for hidden in [
            Problem::UnknownCase,
            Problem::OutOfTerritory,
            Problem::AboveMaxRisk,
            Problem::NothingVisible,
        ] {
            assert_eq!(hidden.shown(), Problem::NotFoundOrOutOfScope);
        }
    }
}
