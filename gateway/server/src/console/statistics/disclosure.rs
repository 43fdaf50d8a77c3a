//! Disclosure control: which cells of a table of counts are hidden, so that nobody is found in them.
//!
//! A count of one or two is hidden (primary suppression). A hidden count that could be worked out again from its row's
//! or its column's total takes others with it (secondary suppression), until whoever knows every shown cell, every sum
//! and this rule still has at least two values left for each primary cell, one of them three or more. What can be worked
//! out is found by the attack itself: bounds of every hidden cell, narrowed by every sum until nothing moves.

use std::collections::BTreeSet;

/// The least count that is shown, zero aside.
pub(super) const LEAST: u64 = 3;

/// One cell is the sum of others.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    /// The sum.
    pub whole: usize,
    /// What it is the sum of.
    pub parts: Vec<usize>,
}

impl Sum {
    fn cells(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.whole).chain(self.parts.iter().copied())
    }
}

/// What is known of a cell: not less, not more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds {
    least: u64,
    most: u64,
}

/// The cells to hide.
pub(super) fn hidden(counts: &[u64], sums: &[Sum]) -> BTreeSet<usize> {
    let primary: BTreeSet<usize> = (0..counts.len())
        .filter(|cell| matches!(count(counts, *cell), 1..LEAST))
        .collect();
    let mut hidden = primary.clone();
    loop {
        let bounds = attack(counts, sums, &hidden);
        let found = primary.iter().find(|cell| is_found(&bounds, **cell));
        let Some(found) = found else {
            return hidden;
        };
        match next(counts, sums, &hidden, *found) {
            Some(cell) => hidden.insert(cell),
            // Everything is hidden already.
            None => return hidden,
        };
    }
}

fn count(counts: &[u64], cell: usize) -> u64 {
    counts.get(cell).copied().unwrap_or_default()
}

fn is_found(bounds: &[Bounds], cell: usize) -> bool {
    bounds
        .get(cell)
        .is_some_and(|known| known.least == known.most || known.most < LEAST)
}

/// The smallest shown cell of a sum that the found cell is in, or else of any sum with a hidden cell; one that counts
/// something before an empty one, a part before a whole.
fn next(counts: &[u64], sums: &[Sum], hidden: &BTreeSet<usize>, found: usize) -> Option<usize> {
    let smallest = |wanted: &dyn Fn(usize) -> bool| {
        let own = sums.iter().filter(|sum| sum.cells().any(wanted));
        let shown = own.flat_map(|sum| {
            let shown = sum.cells().filter(|cell| !hidden.contains(cell));
            shown.map(|cell| {
                let count = count(counts, cell);
                (count == 0, cell == sum.whole, count, cell)
            })
        });
        shown.min().map(|(.., cell)| cell)
    };
    smallest(&|cell| cell == found).or_else(|| smallest(&|cell| hidden.contains(&cell)))
}

/// What whoever knows everything that is shown can work out of every cell.
fn attack(counts: &[u64], sums: &[Sum], hidden: &BTreeSet<usize>) -> Vec<Bounds> {
    let mut bounds: Vec<Bounds> = (0..counts.len())
        .map(|cell| {
            let count = count(counts, cell);
            let known = Bounds {
                least: count,
                most: count,
            };
            // An empty cell is hidden last of all: that something is counted in a hidden one is as good as known.
            let unknown = Bounds {
                least: u64::from(count > 0),
                most: u64::MAX,
            };
            if hidden.contains(&cell) {
                unknown
            } else {
                known
            }
        })
        .collect();
    let open: Vec<&Sum> = sums
        .iter()
        .filter(|sum| sum.cells().any(|cell| hidden.contains(&cell)))
        .collect();
    while open
        .iter()
        .fold(Moved::No, |moved, sum| moved.or(narrow(&mut bounds, sum)))
        == Moved::Yes
    {}
    bounds
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Moved {
    Yes,
    No,
}

impl Moved {
    fn or(self, other: Self) -> Self {
        if self == Self::Yes { self } else { other }
    }
}

/// Narrows what is known of the cells of one sum.
fn narrow(bounds: &mut [Bounds], sum: &Sum) -> Moved {
    let total = |bounds: &[Bounds], side: fn(&Bounds) -> u64| {
        let parts = sum.parts.iter().filter_map(|part| bounds.get(*part));
        parts.map(side).fold(0_u64, u64::saturating_add)
    };
    let (least, most) = (total(bounds, |it| it.least), total(bounds, |it| it.most));
    let mut moved = tighten(bounds, sum.whole, least, most);
    let Some(whole) = bounds.get(sum.whole).copied() else {
        return moved;
    };
    for part in &sum.parts {
        let Some(own) = bounds.get(*part).copied() else {
            continue;
        };
        if own.least == own.most {
            continue;
        }
        let others_most = others(bounds, sum, *part);
        let lower = whole.least.saturating_sub(others_most);
        let upper = whole.most.saturating_sub(least.saturating_sub(own.least));
        moved = moved.or(tighten(bounds, *part, lower, upper));
    }
    moved
}

/// The most that all other parts can be together.
fn others(bounds: &[Bounds], sum: &Sum, part: usize) -> u64 {
    let others = sum.parts.iter().filter(|other| **other != part);
    let others = others.filter_map(|other| bounds.get(*other));
    others.map(|it| it.most).fold(0, u64::saturating_add)
}

fn tighten(bounds: &mut [Bounds], cell: usize, least: u64, most: u64) -> Moved {
    let Some(known) = bounds.get_mut(cell) else {
        return Moved::No;
    };
    let tighter = Bounds {
        least: known.least.max(least),
        most: known.most.min(most),
    };
    if tighter == *known || known.least == known.most {
        return Moved::No;
    }
    *known = tighter;
    Moved::Yes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(whole: usize, parts: &[usize]) -> Sum {
        Sum {
            whole,
            parts: parts.to_vec(),
        }
    }

    #[test]
    fn a_small_count_takes_the_next_smallest_with_it() {
        // a + b + c = total
        let row = [sum(3, &[0, 1, 2])];
        let table: [(&[u64], &[usize]); 7] = [
            (&[5, 9, 7, 21], &[]),
            (&[0, 9, 7, 16], &[]),
            (&[1, 9, 7, 17], &[0, 2]),
            (&[2, 0, 7, 9], &[0, 2]),
            // One and one make two: both would be known to be one.
            (&[1, 1, 7, 9], &[0, 1, 2]),
            // Nothing else to hide but the total.
            (&[1, 0, 0, 1], &[0, 3]),
            (&[2, 2, 0, 4], &[0, 1]),
        ];
        for (counts, expected) in table {
            let found: Vec<usize> = hidden(counts, &row).into_iter().collect();
            assert_eq!(found, expected, "{counts:?}");
        }
    }

    /// Numbers that look random and are always the same.
    fn numbers(seed: u64) -> impl Iterator<Item = u64> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        std::iter::repeat_with(move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % 6
        })
    }

    #[test]
    fn no_small_count_can_be_worked_out_from_rows_and_columns() {
        const SIDE: usize = 5;
        let at = |row: usize, column: usize| row * (SIDE + 1) + column;
        let mut sums = Vec::new();
        for line in 0..=SIDE {
            let across: Vec<usize> = (0..SIDE).map(|column| at(line, column)).collect();
            let down: Vec<usize> = (0..SIDE).map(|row| at(row, line)).collect();
            sums.push(sum(at(line, SIDE), &across));
            sums.push(sum(at(SIDE, line), &down));
        }
        for seed in 1..40 {
            let mut counts = vec![0_u64; (SIDE + 1) * (SIDE + 1)];
            for (cell, number) in (0..SIDE * SIDE).zip(numbers(seed)) {
                counts[at(cell / SIDE, cell % SIDE)] = number;
            }
            for line in 0..SIDE {
                counts[at(line, SIDE)] = (0..SIDE).map(|column| counts[at(line, column)]).sum();
            }
            for line in 0..=SIDE {
                counts[at(SIDE, line)] = (0..SIDE).map(|row| counts[at(row, line)]).sum();
            }
            let hidden = hidden(&counts, &sums);
            let bounds = attack(&counts, &sums, &hidden);
            for (cell, count) in counts.iter().enumerate() {
                assert!(
                    !(1..LEAST).contains(count) || hidden.contains(&cell),
                    "{seed}: {cell}"
                );
                assert!(
                    bounds[cell].least <= *count && *count <= bounds[cell].most,
                    "{seed}"
                );
                let safe = !(1..LEAST).contains(count) || !is_found(&bounds, cell);
                assert!(safe, "{seed}: cell {cell} of {count} is {:?}", bounds[cell]);
            }
        }
    }
}
