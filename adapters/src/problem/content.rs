//! Documents that cannot be read, or that the contract does not allow.

use contract::{DecodeError, Fault, FaultKind, ViolationKind};
use domain::Problem;
use domain::problem::Violation;

use super::Told;

/// The language that a document was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    Xml,
    Json,
}

pub(super) fn told(error: &DecodeError, syntax: Syntax) -> Told {
    match error {
        DecodeError::Fault(fault) => unreadable(fault, syntax),
        DecodeError::Invalid(violations) => invalid(violations),
    }
}

fn unreadable(fault: &Fault, syntax: Syntax) -> Told {
    let problem = problem(fault.kind, syntax);
    let Fault { kind, line } = fault;
    let violation = Violation {
        path: "/".to_owned(),
        line: Some(*line),
        code: kind.code().to_owned(),
        message: kind.to_string(),
    };
    Told {
        problem,
        detail: fault.to_string(),
        violations: vec![violation],
    }
}

fn problem(kind: FaultKind, syntax: Syntax) -> Problem {
    let malformed = match syntax {
        Syntax::Xml => Problem::MalformedXml,
        Syntax::Json => Problem::MalformedJson,
    };
    match kind {
        FaultKind::NotUtf8
        | FaultKind::IllegalCharacter
        | FaultKind::NotWellFormed
        | FaultKind::Namespace
        | FaultKind::DuplicateAttribute
        | FaultKind::TrailingData
        | FaultKind::NotJson
        | FaultKind::DuplicateKey
        | FaultKind::LoneSurrogate => malformed,
        FaultKind::Doctype | FaultKind::ProcessingInstruction | FaultKind::Entity => {
            Problem::ForbiddenXml
        }
        FaultKind::TooLarge => Problem::BodyTooLarge,
        FaultKind::TooDeep
        | FaultKind::TooManyAttributes
        | FaultKind::TooManyElements
        | FaultKind::TooManyNamespaces
        | FaultKind::TextTooLong
        | FaultKind::NumberTooLong => Problem::TooDeep,
    }
}

/// A masked value goes before the rest: correcting the rest would not help.
fn invalid(violations: &[contract::Violation]) -> Told {
    let masked = violations
        .iter()
        .any(|violation| violation.kind == ViolationKind::MaskedValue);
    let problem = if masked {
        Problem::MaskedValue
    } else {
        Problem::SchemaViolation
    };
    let detail = match violations {
        [one] => one.to_string(),
        [first, ..] => format!("{first} (y {} más)", violations.len() - 1),
        [] => problem.entry().title.to_owned(),
    };
    Told {
        problem,
        detail,
        violations: violations.iter().map(violation).collect(),
    }
}

fn violation(violation: &contract::Violation) -> Violation {
    Violation {
        path: violation.path.clone(),
        line: violation.line,
        code: violation.kind.code().to_owned(),
        message: violation.kind.to_string(),
    }
}
