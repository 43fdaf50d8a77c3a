//! Runs under way: in memory, as what they are about is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use domain::{Annex, CaseId, CertificateKey, OfficerId, Organism, OrganismId};
use jiff::{SignedDuration, Timestamp};

use super::profile::{Protocol, Step};

/// How long a run may take.
pub(super) const LONGEST: SignedDuration = SignedDuration::from_mins(30);
/// So many runs may one organism begin within that time.
const OF_ONE: usize = 12;
/// So many may be under way.
const OF_ALL: usize = 1_000;

/// A run.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) organism: Organism,
    pub(super) key: CertificateKey,
    pub(super) officer: OfficerId,
    pub(super) begun: Timestamp,
    /// How many seconds its clock was ahead of ours, by its own word.
    pub(super) ahead_s: i64,
    /// The annex that it was made for.
    pub(super) annex: Annex,
    pub(super) contract: String,
    pub(super) protocol: Protocol,
    pub(super) steps: Vec<Step>,
    /// Where its evidence begins.
    pub(super) from: u64,
}

/// Runs under way, and those begun of late.
#[derive(Default)]
pub(crate) struct Runs(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    open: BTreeMap<String, Run>,
    begun: Vec<Begun>,
}

/// A run begun of late: whose, when, and the cases made for it.
struct Begun {
    organism: OrganismId,
    at: Timestamp,
    cases: Vec<CaseId>,
}

impl Begun {
    fn lasts(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < LONGEST
    }
}

impl Runs {
    /// Counts a run with these cases that is about to begin; says whether it may.
    pub(super) fn admits(&self, organism: &OrganismId, cases: Vec<CaseId>, at: Timestamp) -> bool {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.begun.retain(|it| it.lasts(at));
        kept.open
            .retain(|_, run| at.duration_since(run.begun) < LONGEST);
        let own = kept.begun.iter().filter(|it| it.organism == *organism);
        if own.count() >= OF_ONE || kept.begun.len() >= OF_ALL {
            return false;
        }
        let organism = organism.clone();
        kept.begun.push(Begun {
            organism,
            at,
            cases,
        });
        true
    }

    /// The cases of the runs of an organism, for as long as a run may take.
    pub(super) fn cases_of(&self, organism: &OrganismId, now: Timestamp) -> BTreeSet<CaseId> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept
            .begun
            .iter()
            .filter(|it| it.organism == *organism && it.lasts(now));
        own.flat_map(|it| it.cases.iter().copied()).collect()
    }

    /// Keeps a run that has begun.
    pub(super) fn open(&self, run: Run) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.open.insert(run.id.clone(), run);
    }

    /// Takes the run of that name, if it is that organism's and not too old: it ends once.
    pub(super) fn take(&self, id: &str, organism: &OrganismId, now: Timestamp) -> Option<Run> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.open
            .get(id)
            .filter(|run| run.organism.id == *organism)?;
        let run = kept.open.remove(id)?;
        (now.duration_since(run.begun) < LONGEST).then_some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_organism_begins_only_so_many() {
        let runs = Runs::default();
        let (one, other): (OrganismId, OrganismId) =
            ("E99990001".parse().unwrap(), "E99990002".parse().unwrap());
        let now = Timestamp::UNIX_EPOCH;
        let admits = |who: &OrganismId, at| runs.admits(who, Vec::new(), at);
        let admitted = (0..OF_ONE + 3).filter(|_| admits(&one, now)).count();
        assert_eq!(admitted, OF_ONE);
        assert!(admits(&other, now));
        assert!(admits(&one, now + LONGEST));
    }

    #[test]
    fn cases_are_of_whoever_runs_and_while_a_run_may_last() {
        let runs = Runs::default();
        let (one, other): (OrganismId, OrganismId) =
            ("E99990001".parse().unwrap(), "E99990002".parse().unwrap());
        let now = Timestamp::UNIX_EPOCH;
        let case = |turn| CaseId::new(0, turn);
        assert!(runs.admits(&one, vec![case(1), case(2)], now));
        assert!(runs.admits(&one, vec![case(3)], now + LONGEST / 2));
        assert!(runs.admits(&other, vec![case(4)], now));
        let table = [
            (&one, now, vec![case(1), case(2), case(3)]),
            (&other, now, vec![case(4)]),
            (&one, now + LONGEST, vec![case(3)]),
            (&other, now + LONGEST, vec![]),
        ];
        for (who, at, expected) in table {
            let found: Vec<CaseId> = runs.cases_of(who, at).into_iter().collect();
            assert_eq!(found, expected, "{who} {at}");
        }
    }
}
