//! What a kind of organism may do.

use std::fmt::Write as _;

use domain::{Mode, OperationKind, OrganismKind, Purpose, RiskLevel, Standing};

use super::graded;
use crate::{
    Acting, Bearing, Charge, Engine, File, Granted, Peril, Posture, Relation, Subject, System,
    Terms, Verdict,
};

const CHARGES: [Option<Charge>; 3] = [Some(Charge::Own), Some(Charge::Foreign), None];
pub(super) const CLOSED: [Standing; 5] = [
    Standing::NotPublished,
    Standing::NotYet,
    Standing::Suspended,
    Standing::Expired,
    Standing::Resolved,
];

pub(super) const TERMS: Terms = Terms {
    standing: Standing::Effective,
    mode: Mode::FollowUp,
    operation: Granted::Yes,
    purpose: Granted::Yes,
    ceiling: RiskLevel::Extreme,
    exceptional: Granted::No,
};
const BEARING: Bearing = Bearing {
    relation: Relation::InTerritory,
    charge: Some(Charge::Own),
    level: Some(RiskLevel::Medium),
    system: System::Central,
};

/// What is looked at, put in place of what was there.
type Changed = dyn Fn(Posture) -> Posture;

/// Who asks without anything against it.
pub(super) fn open(kind: OrganismKind, operation: OperationKind) -> Posture {
    Posture {
        kind,
        terms: Some(TERMS),
        operation,
        purpose: Purpose::Protection,
        file: File::Named,
        peril: Peril::Undeclared,
        acting: Acting::Itself,
        subject: Subject::Federation,
    }
}

/// What may be asked about, level aside: all cases, each kind of case, each kind of new case.
pub(super) fn subjects(system: System) -> Vec<Subject> {
    let mut subjects = vec![Subject::Federation];
    for relation in Relation::ALL {
        subjects.extend(CHARGES.map(|charge| {
            Subject::Case(Bearing {
                relation: *relation,
                charge,
                system,
                ..BEARING
            })
        }));
    }
    let inside = Bearing { system, ..BEARING };
    let outside = Bearing {
        relation: Relation::Other,
        charge: None,
        ..inside
    };
    subjects.extend([Subject::New(inside), Subject::New(outside)]);
    subjects
}

fn name(subject: Subject) -> String {
    match subject {
        Subject::Federation => "federacion".to_owned(),
        Subject::Case(bearing) => {
            let charge = bearing.charge.map_or("nadie", Charge::as_str);
            format!("{} {charge}", bearing.relation.as_str())
        }
        Subject::New(bearing) => format!("alta {}", bearing.relation.as_str()),
    }
}

/// Whether anybody could ask for that: only by submitting does a new case come up.
pub(super) fn makes_sense(operation: OperationKind, subject: Subject) -> bool {
    match subject {
        Subject::Federation | Subject::Case(_) => true,
        Subject::New(_) => operation == OperationKind::Submit,
    }
}

/// The marks of an operation on a subject, one a mode, `changed` by what is looked at.
fn marks(engine: &Engine, posture: Posture, changed: &Changed) -> String {
    if !makes_sense(posture.operation, posture.subject) {
        return String::new();
    }
    let may = |mode, file| {
        let terms = posture.terms.map(|terms| Terms { mode, ..terms });
        let posture = changed(Posture {
            terms,
            file,
            ..posture
        });
        engine.decide_posture(&posture).allowed()
    };
    let modes = Mode::ALL.iter();
    modes
        .map(
            |mode| match (may(*mode, File::Missing), may(*mode, File::Named)) {
                (true, true) => 'P',
                (false, true) => 'e',
                (false, false) => '.',
                (true, false) => '!',
            },
        )
        .collect()
}

/// One row: the marks of every operation.
fn row(engine: &Engine, kind: OrganismKind, subject: Subject, changed: &Changed) -> Vec<String> {
    let operations = OperationKind::ALL.iter();
    operations
        .map(|operation| {
            let posture = Posture {
                subject,
                ..open(kind, *operation)
            };
            marks(engine, posture, changed)
        })
        .collect()
}

pub(super) fn section(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let _ = write!(text, "\n### {kind}: operaciones\n{:<25}", "");
    for operation in OperationKind::ALL {
        let _ = write!(text, " {:<12}", operation.as_str());
    }
    text.push('\n');
    for subject in subjects(System::Central) {
        line(
            text,
            subject,
            &row(engine, kind, subject, &|posture| posture),
        );
    }
    let others: [(&str, System, &Changed); 3] = [
        (
            "con peligro inminente, si el convenio lo abre",
            System::Central,
            &imperilled,
        ),
        ("sistema propio", System::Remote, &|posture| posture),
        ("en nombre de quien dice el anexo", System::Central, &|it| {
            Posture {
                acting: Acting::ForParticipant,
                ..it
            }
        }),
    ];
    for (what, system, changed) in others {
        changes(text, engine, (kind, what), system, changed);
    }
    let others = Purpose::ALL.iter();
    for purpose in others.filter(|purpose| **purpose != Purpose::Protection) {
        let changed = |posture| Posture {
            purpose: *purpose,
            ..posture
        };
        changes(
            text,
            engine,
            (kind, purpose.as_str()),
            System::Central,
            &changed,
        );
    }
    level_table(text, engine, kind);
    closed(text, engine, kind);
}

fn line(text: &mut String, subject: Subject, marks: &[String]) {
    let _ = write!(text, "{:<25}", name(subject));
    for mark in marks {
        let _ = write!(text, " {mark:<12}");
    }
    text.push('\n');
}

/// The same with an imminent danger declared, under an agreement that opens it.
pub(super) fn imperilled(posture: Posture) -> Posture {
    let opened = |terms| Terms {
        exceptional: Granted::Yes,
        ..terms
    };
    Posture {
        peril: Peril::Declared,
        terms: posture.terms.map(opened),
        ..posture
    }
}

/// The rows that another system, purpose or way to act changes; `=` when none.
fn changes(
    text: &mut String,
    engine: &Engine,
    (kind, what): (OrganismKind, &str),
    system: System,
    changed: &Changed,
) {
    let usual = subjects(System::Central).into_iter();
    let pairs = usual.zip(subjects(system));
    let found: Vec<_> = pairs
        .filter_map(|(usual, subject)| {
            let now = row(engine, kind, subject, changed);
            let differs = row(engine, kind, usual, &|posture| posture) != now;
            differs.then_some((subject, now))
        })
        .collect();
    let _ = writeln!(text, "{what}:{}", if found.is_empty() { " =" } else { "" });
    for (subject, now) in found {
        line(text, subject, &now);
    }
}

const fn letter(operation: OperationKind) -> char {
    match operation {
        OperationKind::Hit => 'h',
        OperationKind::Consult => 'c',
        OperationKind::Search => 'b',
        OperationKind::Submit => 'p',
        OperationKind::Index => 'i',
    }
}

/// Which operations go on, by the level of a case in its own charge and territory: a letter for each.
fn level_table(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let _ = write!(text, "{:<12} {:<9}", "techo/nivel", "sinNivel");
    for level in RiskLevel::ALL {
        let _ = write!(text, " {:<11}", level.as_str());
    }
    for (ceiling, level) in graded() {
        if level.is_none() {
            let _ = write!(text, "\n{:<12}", ceiling.as_str());
        }
        let went: String = OperationKind::ALL
            .iter()
            .map(|operation| {
                let posture = Posture {
                    terms: Some(Terms { ceiling, ..TERMS }),
                    subject: Subject::Case(Bearing { level, ..BEARING }),
                    ..open(kind, *operation)
                };
                let allowed = engine.decide_posture(&posture).allowed();
                if allowed { letter(*operation) } else { '.' }
            })
            .collect();
        let width = if level.is_none() { 9 } else { 11 };
        let _ = write!(text, " {went:<width$}");
    }
    text.push('\n');
}

/// What each thing that closes an operation before any case is told as, operation by operation.
fn closed(text: &mut String, engine: &Engine, kind: OrganismKind) {
    let mut ways = vec![("sin convenio", None, Acting::Itself)];
    ways.extend(CLOSED.map(|standing| {
        let terms = Terms { standing, ..TERMS };
        (
            crate::vocabulary::standing_word(standing),
            Some(terms),
            Acting::Itself,
        )
    }));
    let without = |operation, purpose| Terms {
        operation,
        purpose,
        ..TERMS
    };
    ways.extend([
        (
            "operacion no listada",
            Some(without(Granted::No, Granted::Yes)),
            Acting::Itself,
        ),
        (
            "finalidad no listada",
            Some(without(Granted::Yes, Granted::No)),
            Acting::Itself,
        ),
        (
            "en nombre de quien no dice el anexo",
            Some(TERMS),
            Acting::ForStranger,
        ),
    ]);
    for (what, terms, acting) in ways {
        text.push_str(&told(engine, kind, what, &|posture| Posture {
            terms,
            acting,
            ..posture
        }));
    }
    let what = "con peligro inminente que el convenio no abre";
    text.push_str(&told(engine, kind, what, &|posture| Posture {
        peril: Peril::Declared,
        ..posture
    }));
}

/// The line of one thing that closes: what each operation is told, all alike once.
fn told(
    engine: &Engine,
    kind: OrganismKind,
    what: &str,
    changed: &dyn Fn(Posture) -> Posture,
) -> String {
    let mut told: Vec<&str> = OperationKind::ALL
        .iter()
        .map(|operation| {
            let posture = changed(open(kind, *operation));
            match engine.decide_posture(&posture).verdict {
                Verdict::Allowed => "SE PERMITE",
                Verdict::Refused(problem) => problem.entry().code,
            }
        })
        .collect();
    told.dedup();
    format!("{what}: {}\n", told.join(", "))
}
