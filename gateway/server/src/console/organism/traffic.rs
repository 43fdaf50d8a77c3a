//! What an organism has asked of late, and what was refused to it: counts by day, drawn and in figures. No officer and no
//! case is in them; whoever wants those searches the evidence, and that is evidence.

use std::collections::BTreeMap;

use domain::{OrganismId, day_in_madrid};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use store::Store;
use store::traffic::{Count, Counted, Fate};

use crate::console::adhesions::day;
use crate::console::refusal::Refusal;

/// How many days are shown, today included.
const SHOWN: i32 = 14;
/// How many entries of each journal a page counts at most; a task beside the pages counts the rest.
const A_PAGE: u32 = 500;
/// The width of the longest bar, and where bars begin, in units of the drawing.
const LONGEST: u64 = 210;
const LEFT: u64 = 45;
/// The height of a bar with what parts it from the next.
const STEP: usize = 18;

/// The last days of an organism.
pub(super) struct Traffic {
    pub(super) days: Vec<Day>,
    /// Operations, with how many were answered and how many refused.
    pub(super) operations: Vec<(String, u64, u64)>,
    /// Why requests were refused, the most frequent first.
    pub(super) reasons: Vec<(String, u64)>,
    /// Whether entries are still to be counted.
    pub(super) partial: bool,
}

/// One day: in figures, and as a bar of two parts.
pub(super) struct Day {
    pub(super) name: String,
    pub(super) short: String,
    pub(super) answered: u64,
    pub(super) refused: u64,
    pub(super) y: usize,
    /// Where its bar begins.
    pub(super) x: u64,
    pub(super) wide: u64,
    pub(super) further: u64,
}

impl Traffic {
    /// Counts what is new, and reads the last days.
    pub(super) async fn read(
        store: &Store,
        id: &OrganismId,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        // The page is that from which access is closed: it does without the newest counts.
        let counted = store.count_traffic(A_PAGE, now).await;
        let counted = counted.unwrap_or_else(|error| {
            tracing::error!(%error, "traffic cannot be counted");
            Counted::Part
        });
        let today = day_in_madrid(now);
        let first = today.saturating_sub((SHOWN - 1).days());
        let counts = store.traffic_of(id, first).await?;
        let mut traffic = Self::of(&counts, first, today);
        traffic.partial = counted == Counted::Part;
        Ok(traffic)
    }

    fn of(counts: &[Count], first: Date, today: Date) -> Self {
        let mut days: BTreeMap<Date, (u64, u64)> = first
            .series(1.day())
            .take_while(|it| *it <= today)
            .map(|it| (it, (0, 0)))
            .collect();
        let mut operations: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
        for count in counts {
            add(days.entry(count.day).or_default(), count);
            add(
                operations.entry(count.operation.clone()).or_default(),
                count,
            );
            if let (Fate::Refused, Some(problem)) = (count.fate, count.problem.as_deref()) {
                *reasons.entry(problem).or_default() += count.entries;
            }
        }
        operations.retain(|_, (answered, refused)| *answered + *refused > 0);
        let mut reasons: Vec<_> = reasons
            .into_iter()
            .map(|(it, n)| (it.to_owned(), n))
            .collect();
        reasons.sort_by(|(_, one), (_, other)| other.cmp(one));
        let operations = operations.into_iter();
        Self {
            days: drawn(&days),
            operations: operations
                .map(|(it, (one, other))| (it, one, other))
                .collect(),
            reasons,
            partial: false,
        }
    }

    /// Whether nothing at all was asked.
    pub(super) fn is_empty(&self) -> bool {
        self.days.iter().all(|it| it.answered + it.refused == 0)
    }

    /// The height of the drawing.
    pub(super) fn height(&self) -> usize {
        self.days.len() * STEP + 2
    }
}

fn add((answered, refused): &mut (u64, u64), count: &Count) {
    match count.fate {
        Fate::Answered => *answered += count.entries,
        Fate::Refused => *refused += count.entries,
        // Every question has an answer or a refusal too.
        Fate::Asked => {}
    }
}

fn drawn(days: &BTreeMap<Date, (u64, u64)>) -> Vec<Day> {
    let most = days.values().map(|(one, other)| one + other).max();
    let most = most.unwrap_or_default().max(1);
    let width = |entries: u64| (entries * LONGEST).div_ceil(most);
    let days = days
        .iter()
        .enumerate()
        .map(|(at, (it, (answered, refused)))| Day {
            name: day(*it),
            short: it.strftime("%d/%m").to_string(),
            answered: *answered,
            refused: *refused,
            y: at * STEP,
            x: LEFT,
            wide: width(*answered),
            further: width(*refused),
        });
    days.collect()
}

impl Day {
    /// Where the part of the refused begins.
    pub(super) fn middle(&self) -> u64 {
        self.x + self.wide
    }

    /// Where the figures stand.
    pub(super) fn end(&self) -> u64 {
        self.middle() + self.further + 4
    }

    /// Where the foot of what is written stands.
    pub(super) fn foot(&self) -> usize {
        self.y + 13
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(day: &str, fate: Fate, problem: Option<&str>, entries: u64) -> Count {
        Count {
            day: day.parse().unwrap(),
            fate,
            operation: "consultarCaso".to_owned(),
            problem: problem.map(str::to_owned),
            entries,
        }
    }

    #[test]
    fn every_day_has_its_bar_and_every_refusal_its_reason() {
        let counts = [
            count("2026-03-02", Fate::Asked, None, 9),
            count("2026-03-02", Fate::Answered, None, 8),
            count("2026-03-02", Fate::Refused, Some("no-encontrado"), 1),
            count("2026-03-03", Fate::Refused, Some("cuota-superada"), 3),
        ];
        let (first, today) = ("2026-03-01".parse().unwrap(), "2026-03-04".parse().unwrap());
        let traffic = Traffic::of(&counts, first, today);
        let days: Vec<_> = traffic
            .days
            .iter()
            .map(|it| (it.short.as_str(), it.wide, it.further))
            .collect();
        let expected = [
            ("01/03", 0, 0),
            ("02/03", 187, 24),
            ("03/03", 0, 70),
            ("04/03", 0, 0),
        ];
        assert_eq!(days, expected);
        assert_eq!(traffic.operations, [("consultarCaso".to_owned(), 8, 4)]);
        let reasons = [
            ("cuota-superada".to_owned(), 3),
            ("no-encontrado".to_owned(), 1),
        ];
        assert_eq!(traffic.reasons, reasons);
        assert!(!traffic.is_empty());
        assert!(Traffic::of(&[], first, today).is_empty());
    }
}
