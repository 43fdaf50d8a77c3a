//! Every posture that a decision may differ by.

use domain::{Mode, OperationKind, OrganismKind, Purpose};

use super::graded;
use super::operations::{CLOSED, TERMS, imperilled, makes_sense, open, subjects};
use crate::{Acting, Bearing, File, Granted, Peril, Posture, Subject, System, Terms};

/// Postures of one kind about one operation, over all subjects, modes, purposes, files and ways to act; over all
/// levels and ceilings, for protection and with a file; and over all that closes an operation before any case.
pub fn postures(kind: OrganismKind, operation: OperationKind) -> Vec<Posture> {
    let all: Vec<Subject> = [System::Central, System::Remote]
        .into_iter()
        .flat_map(subjects)
        .filter(|subject| makes_sense(operation, *subject))
        .collect();
    let open = open(kind, operation);
    let mut found = Vec::new();
    for (mode, subject) in Mode::ALL
        .iter()
        .flat_map(|mode| all.iter().map(move |subject| (*mode, *subject)))
    {
        let posture = Posture {
            terms: Some(Terms { mode, ..TERMS }),
            subject,
            ..open
        };
        found.extend(ways(posture));
        found.extend(ways(posture).map(imperilled));
        found.extend(valued(posture));
    }
    found.extend(CLOSED.map(|standing| Posture {
        terms: Some(Terms { standing, ..TERMS }),
        ..open
    }));
    found.push(Posture {
        terms: None,
        ..open
    });
    for (operation, purpose) in [(Granted::No, Granted::Yes), (Granted::Yes, Granted::No)] {
        let terms = Terms {
            operation,
            purpose,
            ..TERMS
        };
        let terms = Some(terms);
        found.push(Posture { terms, ..open });
    }
    found.push(Posture {
        acting: Acting::ForStranger,
        ..open
    });
    found.push(Posture {
        peril: Peril::Declared,
        ..open
    });
    found
}

/// With every purpose, with and without a file, for itself and for another.
fn ways(posture: Posture) -> impl Iterator<Item = Posture> {
    Purpose::ALL.iter().flat_map(move |purpose| {
        [File::Missing, File::Named]
            .into_iter()
            .flat_map(move |file| {
                [Acting::Itself, Acting::ForParticipant].map(|acting| Posture {
                    purpose: *purpose,
                    file,
                    acting,
                    ..posture
                })
            })
    })
}

/// With every ceiling and every level.
fn valued(posture: Posture) -> impl Iterator<Item = Posture> {
    graded().filter_map(move |(ceiling, level)| {
        let with = |bearing| Bearing { level, ..bearing };
        let subject = match posture.subject {
            Subject::Federation => return None,
            Subject::Case(bearing) => Subject::Case(with(bearing)),
            Subject::New(bearing) => Subject::New(with(bearing)),
        };
        let terms = posture.terms.map(|terms| Terms { ceiling, ..terms });
        Some(Posture {
            terms,
            subject,
            ..posture
        })
    })
}
