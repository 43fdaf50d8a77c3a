//! A question reduced to what the policies may weigh: a few words out of closed lists.
//!
//! No organism, municipality or case stands in it, only what they are to each other. So the number of
//! different postures does not grow with organisms or municipalities, each is put to the policies once, and
//! what is not in the posture cannot make a difference: the policies are asked about nothing else.

use std::sync::Arc;

use domain::{
    Agreement, Mode, OperationKind, OrganismKind, Purpose, RiskLevel, Standing, agreement,
};

use crate::{CaseFacts, Charge, Peril, Question, Relation, Target, Viewer};

/// All that an operation's decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Posture {
    /// What the organism is.
    pub kind: OrganismKind,
    /// Its agreement; without one nothing is open.
    pub terms: Option<Terms>,
    /// What it wants to do.
    pub operation: OperationKind,
    /// What for.
    pub purpose: Purpose,
    /// Whether it names the file that justifies it.
    pub file: File,
    /// Whether it declares an imminent danger.
    pub peril: Peril,
    /// For whom.
    pub acting: Acting,
    /// About what.
    pub subject: Subject,
}

/// What an agreement grants of what is asked, its places aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Terms {
    /// How it stands.
    pub standing: Standing,
    /// How the organism takes part.
    pub mode: Mode,
    /// Whether its annex lists the operation.
    pub operation: Granted,
    /// Whether its annex lists the purpose.
    pub purpose: Granted,
    /// Its highest level.
    pub ceiling: RiskLevel,
    /// Whether it says how often an imminent danger may be declared.
    pub exceptional: Granted,
}

/// Whether a file justifies the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    /// It names one.
    Named,
    /// It does not.
    Missing,
}

/// For whom an organism speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Acting {
    /// For itself.
    Itself,
    /// For one that its annex names.
    ForParticipant,
    /// For one that its annex does not name.
    ForStranger,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// No case in particular.
    Federation,
    /// A case that exists.
    Case(Bearing),
    /// A case about to be created.
    New(Bearing),
}

/// What a case is to the organism that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bearing {
    /// Where it is, seen from the organism's territory.
    pub relation: Relation,
    /// Who is in charge of it; nobody when absent.
    pub charge: Option<Charge>,
    /// Its level, if valued.
    pub level: Option<RiskLevel>,
    /// In which system it is kept.
    pub system: System,
}

/// In which system the case of a victim is kept, by where she lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// In the central one.
    Central,
    /// In that of a community; in the central one it is inactive.
    Remote,
}

/// Whether an annex lists something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granted {
    /// It does.
    Yes,
    /// It does not.
    No,
}

impl Granted {
    fn when(listed: bool) -> Self {
        if listed { Self::Yes } else { Self::No }
    }
}

impl Terms {
    /// How it stands, in the word of the policies.
    pub const fn standing_word(&self) -> &'static str {
        crate::vocabulary::standing_word(self.standing)
    }

    fn of(question: &Question<'_>, agreement: &Agreement, standing: agreement::Standing) -> Self {
        let annex = &agreement.annex;
        Self {
            standing,
            mode: annex.mode,
            operation: Granted::when(annex.operations.contains(&question.operation)),
            purpose: Granted::when(annex.purposes.contains(&question.purpose)),
            ceiling: annex.max_risk,
            exceptional: Granted::when(annex.quotas.open_exceptional()),
        }
    }
}

impl Posture {
    /// What the policies weigh of a question.
    pub fn of(question: &Question<'_>) -> Self {
        let agreement = question.agreement.map(|(agreement, _)| agreement);
        let acting = match question.on_behalf_of {
            None => Acting::Itself,
            Some(other) if *other == question.organism.id => Acting::Itself,
            Some(other) => {
                let named = |it: &Arc<Agreement>| it.annex.on_behalf_of.contains(other);
                if agreement.is_some_and(named) {
                    Acting::ForParticipant
                } else {
                    Acting::ForStranger
                }
            }
        };
        Self {
            kind: question.organism.kind,
            terms: question
                .agreement
                .map(|(it, standing)| Terms::of(question, it, standing)),
            operation: question.operation,
            purpose: question.purpose,
            file: question.file.map_or(File::Missing, |_| File::Named),
            peril: question.peril,
            acting,
            subject: match question.target {
                Target::Federation => Subject::Federation,
                Target::Case(facts) => Subject::Case(Bearing::of(question, facts)),
                Target::New(facts) => Subject::New(Bearing::of_new(question, facts)),
            },
        }
    }

    /// The same question about no case in particular.
    #[must_use]
    pub fn at_large(self) -> Self {
        Self {
            subject: Subject::Federation,
            ..self
        }
    }

    /// The kind of reader that asks; none without an agreement or without a case.
    pub fn viewer(&self) -> Option<Viewer> {
        let terms = self.terms?;
        let bearing = match self.subject {
            Subject::Federation => return None,
            Subject::Case(bearing) | Subject::New(bearing) => bearing,
        };
        Some(Viewer {
            kind: self.kind,
            mode: terms.mode,
            relation: bearing.relation,
            charge: bearing.charge.unwrap_or(Charge::Foreign),
            purpose: self.purpose,
            ceiling: terms.ceiling,
            level: bearing.level,
        })
    }
}

impl Bearing {
    fn of(question: &Question<'_>, facts: &CaseFacts) -> Self {
        let relation = question
            .agreement
            .map_or(Relation::Other, |(agreement, _)| {
                Relation::of(agreement, facts, question.now)
            });
        let relation = match (question.peril, question.operation) {
            (Peril::Declared, OperationKind::Hit) => relation.imperilled(),
            (Peril::Declared | Peril::Undeclared, _) => relation,
        };
        let charge = facts.responsible.as_ref().map(|responsible| {
            // Who acts for another has the rights of its own agreement: it is not in charge of what the
            // other is in charge of.
            if *responsible == question.organism.id {
                Charge::Own
            } else {
                Charge::Foreign
            }
        });
        let system = if facts.place().keeps_own_system() {
            System::Remote
        } else {
            System::Central
        };
        Self {
            relation,
            charge,
            level: facts.level,
            system,
        }
    }

    /// Whoever creates a case in its territory is in charge of it; elsewhere nobody is.
    fn of_new(question: &Question<'_>, facts: &CaseFacts) -> Self {
        let bearing = Self::of(question, facts);
        match bearing.relation {
            Relation::InTerritory => Self {
                charge: Some(Charge::Own),
                ..bearing
            },
            Relation::Present
            | Relation::HandedOver
            | Relation::Traced
            | Relation::Imperilled
            | Relation::Other => Self {
                relation: Relation::Other,
                charge: None,
                ..bearing
            },
        }
    }
}
