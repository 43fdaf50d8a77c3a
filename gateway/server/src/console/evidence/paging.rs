//! Page after page through several journals, the newest first. A page ends somewhere in every one of them, and that is
//! where the next begins: of entries written at the same instant none is shown twice, and none never.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use journal::{Entry, NodeName};

/// What stands between a node and its entry, and between nodes; no name of a node has either.
const OF: char = '~';
const AND: char = '*';

/// Where a page ended: in each journal, the entry before which the next one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark(BTreeMap<NodeName, u64>);

/// A text that is no mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not where a page ended")]
pub(super) struct NoMark;

impl Mark {
    /// Before which entry of a journal the page begins; one that began later has nothing on it.
    pub(super) fn until(&self, node: &NodeName) -> u64 {
        self.0.get(node).copied().unwrap_or_default()
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.iter().map(|(node, seq)| format!("{node}{OF}{seq}"));
        f.write_str(&all.collect::<Vec<_>>().join(&AND.to_string()))
    }
}

impl FromStr for Mark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, NoMark> {
        let one = |part: &str| {
            let (node, seq) = part.split_once(OF)?;
            Some((node.parse().ok()?, seq.parse().ok()?))
        };
        let all: Option<BTreeMap<_, _>> = text.split(AND).map(one).collect();
        all.map(Self).ok_or(NoMark)
    }
}

/// What was found in the journal of a node.
pub(super) struct Looked {
    /// The node.
    pub node: NodeName,
    /// What was found, the newest first.
    pub found: Vec<(u64, Entry)>,
    /// The last entry that was looked at, and its instant; nothing if all were.
    pub rest: Option<(u64, Timestamp)>,
    /// Before which entry it was looked.
    pub until: u64,
}

/// An entry with its place.
pub(super) type Placed = (NodeName, u64, Entry);

/// The newest entries of all, at most so many, down to where some journal was not looked through; and where the next page
/// begins, if there may be more.
pub(super) fn page(looked: Vec<Looked>, most: usize) -> (Vec<Placed>, Option<Mark>) {
    let mut lists: Vec<_> = looked
        .into_iter()
        .map(|it| (it.node, it.found.into_iter().peekable(), it.rest, it.until))
        .collect();
    let mut shown = Vec::new();
    let whole = loop {
        // What is newest: an entry, or the end of what was looked at, beyond which there may be another as new.
        let heads = lists
            .iter_mut()
            .enumerate()
            .filter_map(|(at, (_, found, rest, _))| {
                let head = found.peek().map(|(_, entry)| (entry.at, true));
                let head = head.or_else(|| rest.map(|(_, instant)| (instant, false)));
                head.map(|(instant, is_entry)| (instant, !is_entry, at))
            });
        let newest = heads.max();
        let Some((_, is_end, at)) = newest else {
            break true;
        };
        let Some((node, found, rest, until)) = lists.get_mut(at) else {
            break true;
        };
        if is_end {
            *until = rest.map_or(*until, |(seq, _)| seq);
            break false;
        }
        if shown.len() == most {
            break false;
        }
        if let Some((seq, entry)) = found.next() {
            *until = seq;
            shown.push((node.clone(), seq, entry));
        }
    };
    let mark = lists.into_iter().map(|(node, _, _, until)| (node, until));
    (shown, (!whole).then(|| Mark(mark.collect())))
}

#[cfg(test)]
mod tests {
    use journal::EntryKind;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn entry(second: i64) -> Entry {
        Entry::new(EntryKind::Managed, at(second), "x")
    }

    /// Looks through a journal as the store does: so many found at most, so many looked at.
    fn look(
        node: &str,
        journal: &[Entry],
        mark: Option<&Mark>,
        (most, stretch): (usize, u64),
    ) -> Looked {
        let node: NodeName = node.parse().unwrap();
        let size = u64::try_from(journal.len()).unwrap();
        let until = mark.map_or(size, |mark| mark.until(&node));
        let from = until.saturating_sub(stretch);
        let mut found: Vec<(u64, Entry)> = (0..).zip(journal.iter().cloned()).collect();
        found.retain(|(seq, _)| (from..until).contains(seq));
        found.reverse();
        found.truncate(most);
        let last = found.last().map_or(until, |(seq, _)| *seq);
        let rest = (last > 0).then(|| (last, journal[usize::try_from(last).unwrap()].at));
        Looked {
            node,
            found,
            rest,
            until,
        }
    }

    #[test]
    fn every_entry_is_on_one_page_also_those_of_one_instant() {
        let many = |seconds: &[i64]| seconds.iter().map(|it| entry(*it)).collect::<Vec<_>>();
        let same: Vec<Entry> = many(&[7; 150]);
        let table = [
            (same.clone(), Vec::new()),
            (same.clone(), same),
            (many(&[1, 2, 2, 2, 9]), many(&[2, 2, 3, 10])),
            (many(&[5, 5, 5]), many(&[1, 1, 1, 1])),
        ];
        for (one, other) in table {
            for (most, stretch) in [(100, 1000), (2, 1000), (3, 2), (1, 1)] {
                let mut seen = Vec::new();
                let mut mark: Option<Mark> = None;
                let size = one.len() + other.len();
                for _ in 0..=2 * size {
                    let looked = [("a", &one), ("b.gestion", &other)]
                        .map(|(node, journal)| look(node, journal, mark.as_ref(), (most, stretch)));
                    let (shown, next) = page(looked.into(), most);
                    assert!(shown.len() <= most);
                    seen.extend(
                        shown
                            .into_iter()
                            .map(|(node, seq, _)| (node.to_string(), seq)),
                    );
                    mark = next.map(|next| next.to_string().parse().unwrap());
                    if mark.is_none() {
                        break;
                    }
                }
                assert!(mark.is_none(), "it ends");
                let shown = seen.len();
                seen.sort();
                seen.dedup();
                assert_eq!((seen.len(), shown), (size, size), "{most} {stretch}");
            }
        }
    }

    #[test]
    fn what_is_no_mark() {
        for text in ["", "a", "a~x", "a~1*", "a b~1", "~1", "a~1**b~2"] {
            assert_eq!(text.parse::<Mark>(), Err(NoMark), "{text}");
        }
    }
}
