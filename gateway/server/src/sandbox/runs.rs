//! Runs under way: in memory, as what they are about is.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use domain::{Annex, CertificateKey, OfficerId, Organism, OrganismId};
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
pub(super) struct Runs(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    open: BTreeMap<String, Run>,
    begun: Vec<(OrganismId, Timestamp)>,
}

impl Runs {
    /// Counts a run that is about to begin; says whether it may.
    pub(super) fn admits(&self, organism: &OrganismId, now: Timestamp) -> bool {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lasts = |begun: Timestamp| now.duration_since(begun) < LONGEST;
        kept.begun.retain(|(_, begun)| lasts(*begun));
        kept.open.retain(|_, run| lasts(run.begun));
        let own = kept.begun.iter().filter(|(id, _)| id == organism).count();
        if own >= OF_ONE || kept.begun.len() >= OF_ALL {
            return false;
        }
        kept.begun.push((organism.clone(), now));
        true
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
        let admitted = (0..OF_ONE + 3).filter(|_| runs.admits(&one, now)).count();
        assert_eq!(admitted, OF_ONE);
        assert!(runs.admits(&other, now));
        assert!(runs.admits(&one, now + LONGEST));
    }
}
