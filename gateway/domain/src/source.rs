//! Which system a case is known from, and whose word counts when several know it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::OrganismId;
use crate::text::words;

/// A system that holds cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The central system.
    #[default]
    Central,
    /// The system of this organism.
    Partner(OrganismId),
}

words! {
    /// Why a system that was to be asked says nothing of its cases.
    Silence is "a reason for silence" {
        /// It cannot be reached.
        Unreachable = "inalcanzable",
        /// It did not answer in time, or there was no turn to ask it.
        Late = "fuera-de-plazo",
        /// It answered that it cannot, or what nobody can use.
        Faulty = "error",
        /// It failed so often that it is left alone for a while.
        Resting = "suspendido",
        /// It does not answer such questions, and was not asked.
        Unable = "no-admite",
    }
}

/// What one system says of a case, as far as the rule needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim<'c> {
    /// The system.
    pub source: &'c Source,
    /// Who answers for the case, in its words.
    pub responsible: Option<&'c OrganismId>,
    /// Since when it names that one, where this is known.
    pub since: Option<Timestamp>,
    /// How much it tells.
    pub told: usize,
}

/// The place of the claim that counts, of several about one case; none of none.
///
/// 1. What the central system says, unless it names as responsible an organism whose system is among those that
///    tell of the case: then that one.
/// 2. Where the central system does not know the case: the one whose own organism is the responsible one that it
///    names; of several such, the one that has said so the longest.
/// 3. Then the one that has named whom it names the longest; then whoever tells most; then the lowest identifier.
///
/// INVARIANT: no partner's word displaces that of the central system unless the central system itself names that
/// partner, nor that of another partner that called the case its own before; a partner cannot make a case of others
/// its own, nor move it into another territory.
pub fn counts(claims: &[Claim<'_>]) -> Option<usize> {
    let place = |wanted: &dyn Fn(&Claim<'_>) -> bool| claims.iter().position(wanted);
    let central = place(&|claim| *claim.source == Source::Central);
    if let Some(central) = central {
        let named = claims.get(central).and_then(|claim| claim.responsible);
        let named = named.and_then(|named| place(&|claim| claim.is_of(named)));
        return Some(named.unwrap_or(central));
    }
    let order = |claim: &Claim<'_>| {
        let told = Reverse(claim.told);
        (!claim.is_own(), claim.since, told, claim.source.clone())
    };
    let best = claims
        .iter()
        .enumerate()
        .min_by_key(|(_, claim)| order(claim));
    best.map(|(at, _)| at)
}

/// The places of those that call a case their own where several do and the central system does not know it, one a
/// system; none where there is nothing to argue about.
pub fn rivals(claims: &[Claim<'_>]) -> Vec<usize> {
    if claims.iter().any(|claim| *claim.source == Source::Central) {
        return Vec::new();
    }
    let mut systems = BTreeSet::new();
    let own = claims.iter().enumerate().filter(|(_, it)| it.is_own());
    let first = own.filter(|(_, claim)| systems.insert(claim.source));
    let places: Vec<usize> = first.map(|(at, _)| at).collect();
    if places.len() > 1 { places } else { Vec::new() }
}

impl Claim<'_> {
    /// Whether the system says that its own organism answers for the case.
    fn is_own(&self) -> bool {
        self.responsible.is_some_and(|named| self.is_of(named))
    }

    fn is_of(&self, organism: &OrganismId) -> bool {
        match self.source {
            Source::Central => false,
            Source::Partner(partner) => partner == organism,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Claim, Source, counts, rivals};
    use crate::OrganismId;

    const MOSSOS: &str = "A09002970";
    const ERTZAINTZA: &str = "A16003011";
    const LOCAL: &str = "L01130473";

    /// The system (`None`: the central one), whom it names, and how much it tells.
    type Row = (Option<&'static str>, Option<&'static str>, usize);
    type Owned = (Source, Option<OrganismId>, usize);

    fn owned((system, named, told): &Row) -> Owned {
        let id = |text: &str| text.parse::<OrganismId>().unwrap();
        let source = system.map_or(Source::Central, |text| Source::Partner(id(text)));
        (source, named.map(id), *told)
    }

    fn claim((source, responsible, told): &Owned) -> Claim<'_> {
        Claim {
            source,
            responsible: responsible.as_ref(),
            since: None,
            told: *told,
        }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Of systems (`None`: the central one), whom each names, and how much it tells: the one that counts.
    #[test]
    fn one_word_counts() {
        let table: &[(&str, &[Row], Option<usize>)] = &[
            ("nobody tells of it", &[], None),
            ("one alone", &[(Some(MOSSOS), Some(LOCAL), 1)], Some(0)),
            (
                "the central system names the partner",
                &[(None, Some(MOSSOS), 9), (Some(MOSSOS), Some(MOSSOS), 1)],
                Some(1),
            ),
            (
                "the partner claims what the central system does not give it",
                &[(Some(MOSSOS), Some(MOSSOS), 9), (None, Some(LOCAL), 1)],
                Some(1),
            ),
            (
                "whom the central system names does not tell of it",
                &[
                    (None, Some(MOSSOS), 1),
                    (Some(ERTZAINTZA), Some(ERTZAINTZA), 9),
                ],
                Some(0),
            ),
            (
                "of two partners the responsible one",
                &[
                    (Some(ERTZAINTZA), Some(MOSSOS), 9),
                    (Some(MOSSOS), Some(MOSSOS), 1),
                ],
                Some(1),
            ),
            (
                "of two that both claim it, nobody knows since when, the one that tells more",
                &[
                    (Some(MOSSOS), Some(MOSSOS), 3),
                    (Some(ERTZAINTZA), Some(ERTZAINTZA), 4),
                ],
                Some(1),
            ),
            (
                "of two that tell as much the lowest identifier",
                &[(Some(ERTZAINTZA), None, 3), (Some(MOSSOS), None, 3)],
                Some(1),
            ),
        ];
        for (case, rows, expected) in table {
            let owned: Vec<_> = rows.iter().map(owned).collect();
            let claims: Vec<Claim<'_>> = owned.iter().map(claim).collect();
            assert_eq!(counts(&claims), *expected, "{case}");
        }
    }

    /// Of partners that tell of a case which the central system does not know, with the second since when each
    /// names whom it names: the one that counts, and those that both call it theirs.
    #[test]
    fn whoever_called_it_its_own_first_keeps_it() {
        type Since = (&'static str, &'static str, i64, usize);
        let table: &[(&str, &[Since], usize, &[usize])] = &[
            (
                "a second claim that tells more, with a lower identifier",
                &[(ERTZAINTZA, ERTZAINTZA, 10, 1), (MOSSOS, MOSSOS, 20, 9)],
                0,
                &[0, 1],
            ),
            (
                "who called it its own before whoever only tells of it",
                &[(ERTZAINTZA, MOSSOS, 10, 9), (MOSSOS, MOSSOS, 20, 1)],
                1,
                &[],
            ),
            (
                "nobody calls it its own: who told first",
                &[(MOSSOS, LOCAL, 20, 9), (ERTZAINTZA, LOCAL, 10, 1)],
                1,
                &[],
            ),
            (
                "one system twice is no rival of itself",
                &[(MOSSOS, MOSSOS, 10, 1), (MOSSOS, MOSSOS, 10, 1)],
                0,
                &[],
            ),
        ];
        for (case, rows, expected, disputed) in table {
            let owned: Vec<Owned> = rows
                .iter()
                .map(|(system, named, _, told)| owned(&(Some(system), Some(named), *told)))
                .collect();
            let since = rows.iter().map(|(.., since, _)| Some(second(*since)));
            let claims: Vec<Claim<'_>> = owned
                .iter()
                .zip(since)
                .map(|(owned, since)| Claim {
                    since,
                    ..claim(owned)
                })
                .collect();
            assert_eq!(counts(&claims), Some(*expected), "{case}");
            assert_eq!(rivals(&claims), *disputed, "{case}");
            let central = (Source::Central, None, 0);
            let with: Vec<Claim<'_>> = claims.iter().copied().chain([claim(&central)]).collect();
            assert_eq!(counts(&with), Some(rows.len()), "{case}");
            assert!(rivals(&with).is_empty(), "{case}");
        }
    }
}
