//! Disclosure control: which cells of tables of counts are hidden, so that nobody is found in them.
//!
//! A count of one or two is hidden (primary suppression). A hidden count that could be worked out again from the sums
//! that it is in takes others with it (secondary suppression): for each of them a witness is looked for, other figures
//! that fit everything that stays shown and by which it would be three or more, and every cell that the witness changes is
//! hidden. So whoever knows every shown cell, every sum and this rule has at least two values left for each small count.
//! Both tables classify the same cases and show the same whole, so a witness fits both of them, and never one alone.

use std::collections::BTreeSet;

/// The least count that is shown, zero aside.
pub(super) const LEAST: u64 = 3;

/// A row or a column that sums no other: its number, and those of all that sum it.
pub(super) type Line = Vec<usize>;

/// The cells of all tables together, row by row.
pub(super) struct Layout {
    /// What each cell counts.
    pub counts: Vec<u64>,
    /// The columns that sum no other.
    pub columns: Vec<Line>,
    /// How many columns there are.
    pub width: usize,
    /// The rows that sum no other, by classification. All count the same cases; only the first names the whole as a sum.
    pub rows: [Vec<Line>; 2],
}

/// One more or one less for each case of a row and a column, all their sums too.
struct Unit<'a> {
    row: &'a Line,
    column: &'a Line,
    sign: i64,
}

/// What a witness changes, by cell.
type Change = Vec<(usize, i64)>;

/// The cells to hide.
pub(super) fn hidden(layout: &Layout) -> BTreeSet<usize> {
    let small = |cell: &usize| matches!(layout.count(*cell), 1..LEAST);
    let primary: BTreeSet<usize> = (0..layout.counts.len()).filter(small).collect();
    let mut hidden = primary.clone();
    for cell in primary {
        let witness = layout.witnesses(cell).into_iter();
        let cheapest = witness.min_by_key(|change| layout.cost(change, &hidden));
        // There always is one: another case like it, in both classifications and in every sum.
        for (changed, _) in cheapest.into_iter().flatten() {
            hidden.insert(changed);
        }
    }
    hidden
}

impl Layout {
    fn count(&self, cell: usize) -> u64 {
        self.counts.get(cell).copied().unwrap_or_default()
    }

    /// Everything that could be otherwise such that the cell would be large enough to be shown.
    fn witnesses(&self, cell: usize) -> Vec<Change> {
        let (row, column) = (cell / self.width, cell % self.width);
        let by = i64::try_from(LEAST.saturating_sub(self.count(cell))).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        for (own, classification) in self.rows.iter().enumerate() {
            for line in classification.iter().filter(|line| line.contains(&row)) {
                for into in self.columns.iter().filter(|it| it.contains(&column)) {
                    let moves = self.moves((own, line), into);
                    let open = moves.iter().filter(|units| self.has(units, by));
                    let changes = open.map(|units| self.change(units, by));
                    found.extend(changes.filter(|it| it.contains(&(cell, by)) && self.fits(it)));
                }
            }
        }
        found
    }

    /// The ways to have more cases in a row and a column: out of nothing, or out of another column; and, so that the whole
    /// is the same in both classifications, the same in some row of the other, or the contrary in another row of its own.
    fn moves<'a>(&'a self, (own, line): (usize, &'a Line), into: &'a Line) -> Vec<Vec<Unit<'a>>> {
        let mut moves = Vec::new();
        let sources = self.columns.iter().filter(|it| *it != into).map(Some);
        for source in sources.chain([None]) {
            for (at, classification) in self.rows.iter().enumerate() {
                let sign = if at == own { -1 } else { 1 };
                for partner in classification.iter().filter(|it| *it != line) {
                    let mut units = Vec::new();
                    for (row, sign) in [(line, 1), (partner, sign)] {
                        let unit = |column, sign| Unit { row, column, sign };
                        units.push(unit(into, sign));
                        units.extend(source.map(|source| unit(source, -sign)));
                    }
                    moves.push(units);
                }
            }
        }
        moves
    }

    /// Whether there are cases to be taken where some are: most moves fail at that, before their sums are looked at.
    fn has(&self, units: &[Unit<'_>], by: i64) -> bool {
        units.iter().filter(|unit| unit.sign < 0).all(|unit| {
            let own = unit.row.first().zip(unit.column.first());
            let own = own.map(|(row, column)| self.count(row * self.width + column));
            own.is_some_and(|count| count.checked_add_signed(-by).is_some_and(|then| then > 0))
        })
    }

    fn change(&self, units: &[Unit<'_>], by: i64) -> Change {
        let lengths = units.iter().map(|unit| unit.row.len() * unit.column.len());
        let mut all: Change = Vec::with_capacity(lengths.sum());
        for unit in units {
            for row in unit.row {
                let cells = unit.column.iter().map(|column| row * self.width + column);
                all.extend(cells.map(|cell| (cell, unit.sign * by)));
            }
        }
        all.sort_unstable();
        let merged = all.chunk_by(|(one, _), (other, _)| one == other);
        let merged = merged.filter_map(|same| {
            let (cell, _) = same.first()?;
            Some((*cell, same.iter().map(|(_, by)| by).sum()))
        });
        merged.filter(|(_, by)| *by != 0).collect()
    }

    /// Whether it could be so. That something is counted in a hidden cell is as good as known, so none is emptied.
    fn fits(&self, change: &Change) -> bool {
        change.iter().all(|(cell, by)| {
            let then = self.count(*cell).checked_add_signed(*by);
            then.is_some_and(|then| then > 0)
        })
    }

    /// What would be lost: empty cells count most, as hiding one says that it is small; then large counts.
    fn cost(&self, change: &Change, hidden: &BTreeSet<usize>) -> (usize, u64, usize) {
        let lost = change.iter().filter(|(cell, _)| !hidden.contains(cell));
        let counts: Vec<u64> = lost.map(|(cell, _)| self.count(*cell)).collect();
        let empty = counts.iter().filter(|count| **count == 0).count();
        (empty, counts.iter().sum(), counts.len())
    }
}
