//! What the peer is told of each error: the one place where reading errors become problems.
//!
//! Texts are Spanish and repeat names, never values: a value may be personal data.

mod content;
mod context;
mod rest;
mod security;
mod soap;

use std::borrow::Cow;

use domain::problem::{Report, Violation};
use domain::{Problem, RequestId};

use crate::ReadError;

/// What there is to tell of one error.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    problem: Problem,
    detail: String,
    violations: Vec<Violation>,
}

impl Told {
    fn plain(problem: Problem, detail: impl Into<String>) -> Self {
        Self {
            problem,
            detail: detail.into(),
            violations: Vec::new(),
        }
    }

    /// A breach of the rules of the message that stands in one place.
    fn breach(
        path: impl Into<String>,
        line: Option<u32>,
        code: &str,
        message: impl Into<String>,
    ) -> Self {
        let (path, message) = (path.into(), message.into());
        let violation = Violation {
            path,
            line,
            code: code.to_owned(),
            message: message.clone(),
        };
        let problem = Problem::SchemaViolation;
        Self {
            problem,
            detail: message,
            violations: vec![violation],
        }
    }
}

impl ReadError {
    /// The problem it is.
    pub fn problem(&self) -> Problem {
        self.told().problem
    }

    /// What the caller is told.
    pub fn report(&self, incident: String, request_id: Option<RequestId>) -> Report {
        let Told {
            problem,
            detail,
            violations,
        } = self.told();
        Report {
            problem,
            detail,
            violations,
            incident,
            request_id,
            wait: None,
        }
    }

    fn told(&self) -> Told {
        match self {
            Self::Soap(error) => soap::told(error),
            Self::Rest(error) => rest::told(error),
            Self::Context(error) => context::told(error),
            Self::Security(error) => security::told(*error),
            Self::Xml(error) => content::told(error, content::Syntax::Xml),
            Self::Json(error) => content::told(error, content::Syntax::Json),
            Self::Reserved(error) => Told::breach(
                error.path.clone(),
                None,
                "campo-reservado",
                format!("solo la pasarela rellena `{}`", error.path),
            ),
        }
    }
}

/// The report as this peer may see it: problems for the operator's eyes become the bland refusal,
/// with nothing of their detail.
pub fn shown(report: &Report) -> Cow<'_, Report> {
    let problem = report.problem.shown();
    if problem == report.problem {
        return Cow::Borrowed(report);
    }
    Cow::Owned(Report {
        problem,
        detail: problem.entry().title.to_owned(),
        violations: Vec::new(),
        incident: report.incident.clone(),
        request_id: None,
        wait: None,
    })
}
