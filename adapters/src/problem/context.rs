//! Contexts that are incomplete or not well formed.

use domain::Problem;
use domain::problem::Violation;

use super::Told;
use crate::{ContextError, ContextFault, Field, Naming};

pub(super) fn told(error: &ContextError) -> Told {
    let violations: Vec<Violation> = error
        .faults
        .iter()
        .map(|fault| violation(fault, error.naming))
        .collect();
    let messages: Vec<&str> = violations
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    Told {
        problem: problem(&error.faults),
        detail: messages.join("; "),
        violations,
    }
}

/// What is missing goes before what is wrong, and what is wrong before an unknown purpose.
fn problem(faults: &[ContextFault]) -> Problem {
    let missing = |fault: &ContextFault| match fault {
        ContextFault::NoBlock | ContextFault::Missing(_) => true,
        ContextFault::TwoBlocks
        | ContextFault::Repeated(_)
        | ContextFault::Invalid(_)
        | ContextFault::UnknownPurpose
        | ContextFault::Unknown(_)
        | ContextFault::Stray => false,
    };
    if faults.iter().any(missing) {
        Problem::MissingContext
    } else if faults
        .iter()
        .all(|fault| *fault == ContextFault::UnknownPurpose)
    {
        Problem::UnknownPurpose
    } else {
        Problem::InvalidContext
    }
}

fn violation(fault: &ContextFault, naming: Naming) -> Violation {
    let name = |field: &Field| field.name(naming);
    let (path, code, message) = match fault {
        ContextFault::NoBlock => (
            place("", naming),
            "contexto-ausente",
            "falta el bloque `Contexto`".to_owned(),
        ),
        ContextFault::TwoBlocks => (
            place("", naming),
            "contexto-repetido",
            "hay más de un bloque `Contexto`".to_owned(),
        ),
        ContextFault::Missing(field) => (
            place(name(field), naming),
            "dato-ausente",
            format!("falta `{}`", name(field)),
        ),
        ContextFault::Repeated(field) => (
            place(name(field), naming),
            "dato-repetido",
            format!("`{}` está repetido", name(field)),
        ),
        ContextFault::Invalid(field) => (
            place(name(field), naming),
            "dato-no-valido",
            format!("`{}` no es válido", name(field)),
        ),
        ContextFault::UnknownPurpose => {
            let path = place(Field::Purpose.name(naming), naming);
            (
                path,
                "finalidad-desconocida",
                "la finalidad no está en la lista".to_owned(),
            )
        }
        ContextFault::Unknown(found) => (
            place(found, naming),
            "dato-desconocido",
            format!("`{found}` no es del contexto"),
        ),
        ContextFault::Stray => (
            place("", naming),
            "contenido-inesperado",
            "contenido inesperado en el contexto".to_owned(),
        ),
    };
    Violation {
        path,
        line: None,
        code: code.to_owned(),
        message,
    }
}

fn place(name: &str, naming: Naming) -> String {
    match (naming, name) {
        (Naming::Elements, "") => "/Envelope/Header/Contexto".to_owned(),
        (Naming::Elements, name) => format!("/Envelope/Header/Contexto/{name}"),
        (Naming::Headers, name) => name.to_owned(),
    }
}
