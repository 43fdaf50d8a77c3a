//! The version of the contract that a caller speaks, and how it becomes the one that is decided on.

use std::borrow::Cow;
use std::sync::Arc;

use contract::{Carried, Contract, Conversions, Document, Loss, NotConverted, Violation};
use domain::Problem;
use domain::problem::{self, Report};
use exchange::{Caller, Message, Moment, Received, Released};

use crate::call::{Call, Refused};
use crate::gateway::Gateway;

/// A version of the contract.
pub(crate) struct Spoken {
    /// Its name and version.
    name: String,
    /// The name and version of the one that is decided on.
    canonical: String,
    /// The way there and back; none when this is it.
    conversions: Option<Arc<Conversions>>,
}

/// A request as it is decided on.
pub(crate) struct Understood {
    /// The operation's name, there.
    pub operation: Arc<str>,
    /// The request.
    pub document: Document,
    /// What of it had no place there.
    pub losses: Vec<Loss>,
}

impl Spoken {
    /// The version that is decided on.
    pub(crate) fn canonical(contract: &Contract) -> Self {
        Self {
            name: contract.id(),
            canonical: contract.id(),
            conversions: None,
        }
    }

    /// Another version, by the way to the one that is decided on.
    pub(crate) fn version(conversions: &Arc<Conversions>) -> Self {
        Self {
            name: conversions.forth.from().id(),
            canonical: conversions.forth.to().id(),
            conversions: Some(Arc::clone(conversions)),
        }
    }
}

/// Makes of a request the one that is decided on. An organism whose agreement names another version
/// is not understood here.
pub(crate) fn understand(
    gateway: &Gateway,
    (operation, document): (Arc<str>, Document),
    caller: &Caller,
    call: &Call,
) -> Result<Understood, Report> {
    let as_it_is = |document| Understood {
        operation,
        document,
        losses: Vec::new(),
    };
    let Some(spoken) = &gateway.spoken else {
        return Ok(as_it_is(document));
    };
    if !caller.speaks(&spoken.name, &spoken.canonical) {
        return Err(call.report(Problem::VersionNotAgreed));
    }
    let Some(conversions) = &spoken.conversions else {
        return Ok(as_it_is(document));
    };
    let made = conversions.forth.convert(&document, &[]);
    let converted = made.map_err(|fault| unconverted(conversions, fault, call))?;
    let root = converted.document.root().element();
    let mut known = conversions.forth.to().operations().iter();
    let Some(operation) = known.find(|operation| operation.request == root) else {
        return Err(call.report(Problem::UnknownOperation));
    };
    Ok(Understood {
        operation: Arc::clone(&operation.name),
        document: converted.document,
        losses: converted.losses,
    })
}

/// Takes a request in, and notes the version it came in.
pub(crate) fn received(
    gateway: &Gateway,
    caller: Caller,
    message: Message,
    moment: &Moment,
) -> Result<Received, Refused> {
    match (Received::new(caller, message, moment), &gateway.spoken) {
        (Ok(received), Some(spoken)) => Ok(received.spoken(&spoken.name)),
        (Ok(received), None) => Ok(received),
        (Err(refusal), Some(spoken)) => Err(retold(gateway, refusal.spoken(&spoken.name).into())),
        (Err(refusal), None) => Err(refusal.into()),
    }
}

/// Makes of an answer the one that is told to the caller, with what was lost both ways.
pub(crate) fn tell<'d>(
    gateway: &Gateway,
    released: &'d Released,
    lost: &[Loss],
) -> Result<Cow<'d, Document>, NotConverted> {
    match conversions(gateway) {
        None => Ok(Cow::Borrowed(released.document())),
        Some(conversions) => {
            let carried = Carried {
                question: lost,
                answer: released.lost(),
            };
            let converted = conversions.back.tell(released.document(), carried)?;
            Ok(Cow::Owned(converted.document))
        }
    }
}

/// Tells a refusal in the names of the caller's version.
pub(crate) fn retold(gateway: &Gateway, refused: Refused) -> Refused {
    match conversions(gateway) {
        None => refused,
        Some(conversions) => refused.renamed(&|path| conversions.forth.origin(path)),
    }
}

fn conversions(gateway: &Gateway) -> Option<&Conversions> {
    gateway.spoken.as_ref()?.conversions.as_deref()
}

fn unconverted(conversions: &Conversions, fault: NotConverted, call: &Call) -> Report {
    let (problem, violations) = match fault {
        NotConverted::Invalid(violations) => (Problem::NotConvertible, violations),
        NotConverted::Expression { .. } => {
            tracing::error!(%fault, "a conversion failed");
            (Problem::RuleFailed, Vec::new())
        }
        NotConverted::NoSuchMessage(_) => (Problem::UnknownOperation, Vec::new()),
    };
    let told = |violation: &Violation| problem::Violation {
        path: conversions.forth.origin(&violation.path),
        line: None,
        code: violation.kind.code().to_owned(),
        message: violation.kind.to_string(),
    };
    Report {
        violations: violations.iter().map(told).collect(),
        ..call.report(problem)
    }
}
