//! What differs between two sets of texts, line by line.

use std::collections::{BTreeMap, BTreeSet};

/// Beyond so many cells of its table a file that changes is shown as two: all that goes, then all that comes.
const CELLS: usize = 1 << 20;
/// How many lines that stay are shown around those that do not.
const AROUND: usize = 3;

/// A file that differs.
pub(super) struct FileDifference {
    pub(super) name: String,
    /// The message that says whether it changes, comes or goes.
    pub(super) what: &'static str,
    pub(super) lines: Vec<Line>,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Stays,
    Goes,
    Comes,
    /// Lines that stay are left out here.
    Skipped,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) fate: Fate,
    pub(super) text: String,
}

impl Line {
    /// Its tone; no meaning hangs on it alone.
    pub(super) fn tone(&self) -> &'static str {
        match self.fate {
            Fate::Goes => "bad",
            Fate::Comes => "good",
            Fate::Stays | Fate::Skipped => "soft",
        }
    }

    /// What stands before it.
    pub(super) fn mark(&self) -> &'static str {
        match self.fate {
            Fate::Goes => "-",
            Fate::Comes => "+",
            Fate::Stays => " ",
            Fate::Skipped => "…",
        }
    }
}

/// The files that differ, by name.
pub(super) fn differences(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> Vec<FileDifference> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name));
    let told = differing.map(|name| {
        let (before, after) = (old.get(name), new.get(name));
        let what = match (before, after) {
            (Some(_), Some(_)) => "policies-file-changes",
            (None, _) => "policies-file-comes",
            (Some(_), None) => "policies-file-goes",
        };
        let text = |text: Option<&String>| text.map(String::as_str).unwrap_or_default().to_owned();
        FileDifference {
            name: name.clone(),
            what,
            lines: shortened(lines(&text(before), &text(after))),
        }
    });
    told.collect()
}

/// Every line of both, in an order in which as many stay as may.
fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let pairs = old.iter().zip(&new);
    let begin = pairs.take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - begin;
    let pairs = old.iter().rev().zip(new.iter().rev()).take(rest);
    let end = pairs.take_while(|(a, b)| a == b).count();
    let middle = |all: &[&str]| -> Vec<String> {
        let inner = all.iter().skip(begin).take(all.len() - begin - end);
        inner.map(|line| (*line).to_owned()).collect()
    };
    let stays = |line: &&str| Line {
        fate: Fate::Stays,
        text: (*line).to_owned(),
    };
    let mut all: Vec<Line> = old.iter().take(begin).map(stays).collect();
    all.extend(between(middle(&old), middle(&new)));
    all.extend(old.iter().skip(old.len() - end).map(stays));
    all
}

/// The same of what neither begins nor ends alike, by the longest lines in common.
fn between(old: Vec<String>, new: Vec<String>) -> Vec<Line> {
    let line = |fate| move |text| Line { fate, text };
    if old.len().saturating_mul(new.len()) > CELLS {
        let gone = old.into_iter().map(line(Fate::Goes));
        return gone.chain(new.into_iter().map(line(Fate::Comes))).collect();
    }
    let common = common(&old, &new);
    let at = |i: usize, j: usize| common.get(i).and_then(|row| row.get(j)).copied();
    let (mut all, mut i, mut j) = (Vec::new(), 0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return all,
            (Some(a), Some(b)) if a == b => {
                all.push(line(Fate::Stays)(a.clone()));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), None) => {
                all.push(line(Fate::Goes)(a.clone()));
                i += 1;
            }
            (Some(a), Some(_)) if at(i + 1, j) >= at(i, j + 1) => {
                all.push(line(Fate::Goes)(a.clone()));
                i += 1;
            }
            (_, Some(b)) => {
                all.push(line(Fate::Comes)(b.clone()));
                j += 1;
            }
        }
    }
}

/// How many lines in common the ends of both have, from each line of one and each of the other.
fn common(old: &[String], new: &[String]) -> Vec<Vec<u32>> {
    let mut rows = vec![vec![0; new.len() + 1]];
    for a in old.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0];
        for (b, pair) in new.iter().zip(below.windows(2)).rev() {
            let right = row.last().copied().unwrap_or_default();
            let [down, across] =
                [pair.first(), pair.last()].map(|it| it.copied().unwrap_or_default());
            row.push(if a == b { across + 1 } else { right.max(down) });
        }
        row.reverse();
        rows.push(row);
    }
    rows.reverse();
    rows
}

/// Without the lines that stay far from any that does not.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let changed = lines.iter().enumerate();
    let changed = changed.filter(|(_, line)| line.fate != Fate::Stays);
    let near: BTreeSet<usize> = changed
        .flat_map(|(at, _)| at.saturating_sub(AROUND)..=at + AROUND)
        .collect();
    let mut short: Vec<Line> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        if near.contains(&at) {
            short.push(line);
        } else if short.last().is_none_or(|last| last.fate != Fate::Skipped) {
            short.push(Line {
                fate: Fate::Skipped,
                text: String::new(),
            });
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_and_come() {
        let far = "1\n2\n3\n4\n5\n6\n7\n8\n9";
        let table = [
            ("a\nb\nc", "a\nb\nc", "…"),
            ("a\nb\nc", "a\nx\nc", " a|-b|+x| c"),
            ("", "a\nb", "+a|+b"),
            ("a\nb", "", "-a|-b"),
            ("a\nb\na\nb", "b\na\nb\nc", "-a| b| a| b|+c"),
            ("a\nb\nc\nd", "a\nc\nb\nd", " a|-b| c|+b| d"),
            (far, "1\n2\n3\n4\n5\n6\n7\n8\nx", "…| 6| 7| 8|-9|+x"),
            (far, "x\n2\n3\n4\n5\n6\n7\n8\n9", "-1|+x| 2| 3| 4|…"),
        ];
        for (old, new, expected) in table {
            let told = shortened(lines(old, new));
            let told: Vec<String> = told
                .iter()
                .map(|line| format!("{}{}", line.mark(), line.text))
                .collect();
            assert_eq!(told.join("|"), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn what_is_too_much_to_compare_is_shown_as_two() {
        let (old, new) = ("a\n".repeat(2000), "b\n".repeat(2000));
        let told = lines(&old, &new);
        assert_eq!(told.len(), 4000);
        assert!(told.iter().take(2000).all(|line| line.fate == Fate::Goes));
    }

    #[test]
    fn files_that_come_and_go() {
        let set = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                .collect()
        };
        let (old, new) = (
            set(&[("a", "1"), ("b", "2"), ("c", "3")]),
            set(&[("b", "x"), ("c", "3"), ("d", "")]),
        );
        let told = differences(&old, &new);
        let told: Vec<_> = told.iter().map(|it| (&*it.name, it.what)).collect();
        assert_eq!(
            told,
            [
                ("a", "policies-file-goes"),
                ("b", "policies-file-changes"),
                ("d", "policies-file-comes")
            ]
        );
    }
}
