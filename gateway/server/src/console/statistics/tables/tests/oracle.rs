//! What whoever reads both tables can work out, by trying: a second reading of them that knows nothing of how cells were
//! chosen, only what is printed and what rows and columns are called.

use super::*;

/// The most that is tried for a hidden cell.
const MOST: u64 = 400;
/// How long to try before what was not found is taken for impossible.
const STEPS: u32 = 20_000;

/// The lowest and the highest that each cell may be.
type Bounds = Vec<(u64, u64)>;

/// The tables as they are read: one cell for each place in them, the whole of both being the same one.
#[derive(Default)]
struct Reading {
    names: Vec<String>,
    bounds: Bounds,
    /// A cell, and the cells that it is the sum of.
    sums: Vec<(usize, Vec<usize>)>,
}

/// The hidden cells that are known to count somebody, but fewer than three.
pub(super) fn found(tables: &[Table; 2]) -> Vec<String> {
    let reading = Reading::of(tables);
    let hidden =
        (0..reading.names.len()).filter(|cell| reading.bounds[*cell].0 < reading.bounds[*cell].1);
    let told = hidden.filter_map(|cell| {
        let may_be = |least, most| reading.is_possible(cell, (least, most));
        if may_be(3, MOST) {
            return None;
        }
        let values = (0..3).filter(|value| may_be(*value, *value));
        let values: Vec<String> = values.map(|value| value.to_string()).collect();
        Some(format!("{}: {}", reading.names[cell], values.join(" ")))
    });
    told.filter(|told| !told.ends_with(": 0")).collect()
}

impl Reading {
    fn of([territory, bodies]: &[Table; 2]) -> Self {
        let mut reading = Self::default();
        let (mut provinces, mut parts) = (Vec::new(), Vec::new());
        for row in &territory.rows {
            let cells = reading.row(row);
            match row.label {
                Label::Province(_) => provinces.push(cells),
                Label::Community(_) => {
                    reading.is_sum(cells, &std::mem::take(&mut provinces));
                    parts.push(cells);
                }
                Label::Elsewhere => parts.push(cells),
                Label::Whole => reading.is_sum(cells, &parts),
                Label::Force(_) | Label::Local(_) => panic!("{:?} in T1", row.label),
            }
        }
        let mut parts = Vec::new();
        let whole = territory.rows.len() - 1;
        for row in &bodies.rows {
            let cells = reading.row(row);
            if row.label == Label::Whole {
                reading.is_sum(cells, &parts);
                reading.is_sum(cells, &[whole * COLUMNS.len()]);
            } else {
                parts.push(cells);
            }
        }
        reading
    }

    /// Reads a row; gives its first cell.
    fn row(&mut self, row: &Row) -> usize {
        let first = self.names.len();
        for (column, cell) in row.cells.iter().enumerate() {
            self.names.push(format!("{:?} {column}", row.label));
            self.bounds.push(match cell {
                Cell::Shown(count) => (*count, *count),
                Cell::Hidden => (0, MOST),
            });
        }
        let levels = (first..first + LEVELS).collect();
        self.sums.push((first + ACTIVE, levels));
        self.sums
            .push((first + TOTAL, vec![first + ACTIVE, first + INACTIVE]));
        first
    }

    /// Notes that the row that begins there is the sum of others.
    fn is_sum(&mut self, row: usize, parts: &[usize]) {
        for column in 0..COLUMNS.len() {
            let parts = parts.iter().map(|part| part + column);
            self.sums.push((row + column, parts.collect()));
        }
    }

    /// Whether there are figures for every hidden cell such that this one is in those bounds, and all sums are right.
    fn is_possible(&self, cell: usize, within: (u64, u64)) -> bool {
        let mut bounds = self.bounds.clone();
        bounds[cell] = within;
        let mut steps = STEPS;
        self.fill(bounds, &mut steps)
    }

    fn fill(&self, mut bounds: Bounds, steps: &mut u32) -> bool {
        *steps = steps.saturating_sub(1);
        if *steps == 0 || !self.narrow(&mut bounds) {
            return false;
        }
        let open = (0..bounds.len()).filter(|cell| bounds[*cell].0 < bounds[*cell].1);
        let Some(cell) = open.min_by_key(|cell| bounds[*cell].1 - bounds[*cell].0) else {
            return true;
        };
        let (least, most) = bounds[cell];
        let middle = least + (most - least) / 2;
        [(least, middle), (middle + 1, most)]
            .into_iter()
            .any(|half| {
                let mut bounds = bounds.clone();
                bounds[cell] = half;
                self.fill(bounds, steps)
            })
    }

    /// Narrows bounds by every sum until nothing moves; whether anything is left.
    fn narrow(&self, bounds: &mut Bounds) -> bool {
        loop {
            let before = bounds.clone();
            for (whole, parts) in &self.sums {
                let least: u64 = parts.iter().map(|part| bounds[*part].0).sum();
                let most: u64 = parts.iter().map(|part| bounds[*part].1).sum();
                let own = bounds[*whole];
                let own = (own.0.max(least), own.1.min(most));
                bounds[*whole] = own;
                for part in parts {
                    let (low, high) = bounds[*part];
                    let lower = own.0.saturating_sub(most - high);
                    let upper = own.1.saturating_sub(least - low);
                    bounds[*part] = (low.max(lower), high.min(upper));
                    if own.0 > own.1 || own.1 < least - low || low.max(lower) > high.min(upper) {
                        return false;
                    }
                }
            }
            if *bounds == before {
                return true;
            }
        }
    }
}
