//! Random worlds: an organism with its agreement, a case with its history, a request at an instant.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{
    Agreement, AgreementState, Annex, FormerResidence, HandOver, Mode, MunicipalityCode, OfficerId,
    OperationKind, Organism, OrganismId, OrganismKind, Purpose, Quotas, RiskLevel,
};
use jiff::{SignedDuration, Timestamp};
use policy::{CaseFacts, Peril, Question, Target};

/// Abroad or unknown is the empty code. The last three lie where protection is kept in other systems, or next to it.
const PLACES: [&str; 9] = [
    "13047", "13034", "13005", "45168", "28079", "", "08019", "48020", "31201",
];
/// A municipality, a group of them, provinces, communities, all, none.
const TERRITORIES: [&str; 9] = [
    "13047",
    "13047 13034 45168",
    "P13",
    "P13 P45",
    "CA08",
    "CA09",
    "CA16",
    "ES",
    "",
];
const ORGANISMS: [&str; 3] = ["L01130473", "A09002970", "L01080193"];

/// A small generator of its own (splitmix), so that every run draws the same.
pub(crate) struct Draw {
    state: u64,
    /// Whether all purposes, levels and ceilings are drawn, or some.
    wide: bool,
}

impl Draw {
    pub(crate) fn new(seed: u64, wide: bool) -> Self {
        Self { state: seed, wide }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn most<T: Copy + Ord>(&mut self, of: &[T]) -> BTreeSet<T> {
        of.iter().copied().filter(|_| self.chance(96)).collect()
    }
}

/// One check.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) organism: Arc<Organism>,
    pub(crate) agreement: Option<Arc<Agreement>>,
    /// Weighs nothing: the question has no place for it. Told when a check fails.
    #[expect(dead_code, reason = "shown with the world that a check failed on")]
    pub(crate) officer: OfficerId,
    pub(crate) purpose: Purpose,
    pub(crate) operation: OperationKind,
    pub(crate) file: Option<&'static str>,
    /// Whether an imminent danger is declared.
    pub(crate) peril: bool,
    pub(crate) on_behalf_of: Option<OrganismId>,
    pub(crate) now: Timestamp,
    pub(crate) about: About,
    /// Where the victim has lived, and since when; the last place last.
    pub(crate) history: Vec<(Option<MunicipalityCode>, Timestamp)>,
    pub(crate) facts: CaseFacts,
}

/// What the request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    Nothing,
    Case,
    NewCase,
}

impl World {
    pub(crate) fn draw(draw: &mut Draw) -> Self {
        let base: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        let now =
            base + SignedDuration::from_mins(i64::try_from(draw.below(60 * 24 * 90)).unwrap());
        let organism: OrganismId = ORGANISMS[0].parse().unwrap();
        let agreement = draw
            .chance(98)
            .then(|| Arc::new(agreement(draw, &organism)));
        let kind = draw.one(OrganismKind::ALL);
        let (history, facts) = case(draw, now);
        let about = draw.one(&[
            About::Nothing,
            About::Case,
            About::Case,
            About::Case,
            About::NewCase,
        ]);
        let operation = match about {
            About::NewCase => OperationKind::Submit,
            About::Nothing | About::Case => draw.one(OperationKind::ALL),
        };
        Self {
            organism: Arc::new(Organism {
                id: organism,
                kind,
                name: "PRUEBA".to_owned(),
            }),
            agreement,
            officer: format!("PRUEBA-{}", draw.below(100)).parse().unwrap(),
            purpose: if draw.wide {
                draw.one(Purpose::ALL)
            } else {
                draw.one(&[Purpose::Protection, Purpose::CrimeInvestigation])
            },
            operation,
            file: draw.chance(40).then_some("PRUEBA/1"),
            peril: draw.chance(if operation == OperationKind::Hit {
                60
            } else {
                3
            }),
            on_behalf_of: draw
                .chance(12)
                .then(|| draw.one(&ORGANISMS).parse().unwrap()),
            now,
            about,
            history,
            facts,
        }
    }

    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            organism: &self.organism,
            agreement: self
                .agreement
                .as_ref()
                .map(|agreement| (agreement, agreement.standing(self.now))),
            operation: self.operation,
            purpose: self.purpose,
            file: self.file,
            peril: if self.peril {
                Peril::Declared
            } else {
                Peril::Undeclared
            },
            on_behalf_of: self.on_behalf_of.as_ref(),
            target: match self.about {
                About::Nothing => Target::Federation,
                About::Case => Target::Case(&self.facts),
                About::NewCase => Target::New(&self.facts),
            },
            now: self.now,
        }
    }
}

fn agreement(draw: &mut Draw, organism: &OrganismId) -> Agreement {
    let ceilings: &[RiskLevel] = if draw.wide {
        RiskLevel::ALL
    } else {
        &[RiskLevel::Medium, RiskLevel::Extreme]
    };
    let states: Vec<AgreementState> = AgreementState::ALL.to_vec();
    let state = if draw.chance(95) {
        draw.one(&[AgreementState::Effective, AgreementState::ExtensionAgreed])
    } else {
        draw.one(&states)
    };
    Agreement {
        id: "PRUEBA-1".parse().unwrap(),
        organism: organism.clone(),
        state,
        effective_from: draw
            .one(&["2025-01-01", "2025-01-01", "2025-01-01", "2026-03-10"])
            .parse()
            .unwrap(),
        expires_on: draw
            .one(&["2028-12-31", "2028-12-31", "2028-12-31", "2026-05-01"])
            .parse()
            .unwrap(),
        annex: Annex {
            operations: draw.most(OperationKind::ALL),
            purposes: draw.most(Purpose::ALL),
            territory: draw
                .one(&TERRITORIES)
                .split_whitespace()
                .map(|place| place.parse().unwrap())
                .collect(),
            max_risk: draw.one(ceilings),
            mode: draw.one(Mode::ALL),
            on_behalf_of: std::iter::once(ORGANISMS[1].parse().unwrap()).collect(),
            contract: None,
            services: BTreeSet::new(),
            security: domain::MessageSecurity::NONE,
            hand_over: HandOver {
                days: draw.one(&[0, 1, 15, 15, 30]),
            },
            quotas: quotas(draw),
        },
    }
}

/// Quotas that open exceptional access, or name half of what it takes, or nothing.
fn quotas(draw: &mut Draw) -> Quotas {
    let mut quotas = Quotas::default();
    quotas.officer.exceptional = draw.chance(85).then_some(2);
    quotas.organism.exceptional = draw.chance(85).then_some(9);
    quotas
}

/// A case whose victim has lived in up to four places, the moves being up to forty days apart.
fn case(
    draw: &mut Draw,
    now: Timestamp,
) -> (Vec<(Option<MunicipalityCode>, Timestamp)>, CaseFacts) {
    let place = |draw: &mut Draw| draw.one(&PLACES).parse().ok();
    let mut history = vec![(place(draw), now - SignedDuration::from_hours(24 * 400))];
    let mut at = now;
    for _ in 0..draw.below(4) {
        at -= SignedDuration::from_mins(i64::try_from(draw.below(60 * 24 * 20)).unwrap());
        history.insert(1, (place(draw), at));
    }
    let levels: &[RiskLevel] = if draw.wide {
        RiskLevel::ALL
    } else {
        &[RiskLevel::Low, RiskLevel::High]
    };
    let facts = CaseFacts {
        municipality: history[history.len() - 1].0,
        responsible: draw
            .chance(95)
            .then(|| draw.one(&ORGANISMS).parse().unwrap()),
        level: draw.chance(80).then(|| draw.one(levels)),
        former: history
            .windows(2)
            .rev()
            .map(|pair| FormerResidence {
                municipality: pair[0].0,
                left: pair[1].1,
            })
            .collect(),
        stays: (0..draw.below(3))
            .filter_map(|_| {
                let place = draw.one(&PLACES).parse().ok();
                place.filter(|_| draw.chance(30))
            })
            .collect(),
    };
    (history, facts)
}
