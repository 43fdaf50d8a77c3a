//! The chart: active cases by community as bars, drawn here; the table beside it says the same in figures.

use super::tables::{Row, Table};

/// The width of the longest bar, in units of the drawing.
const LONGEST: u64 = 230;
/// The height of a bar with its name.
const STEP: usize = 34;

/// A bar.
pub(super) struct Bar {
    pub(super) name: &'static str,
    pub(super) count: u64,
    /// Where its name stands.
    pub(super) y: usize,
    pub(super) width: u64,
}

/// The bars, the longest first.
pub(super) fn bars(table: &Table) -> Vec<Bar> {
    let mut counts: Vec<(&'static str, u64)> =
        table.rows.iter().filter_map(Row::community).collect();
    counts.sort_by(|(_, one), (_, other)| other.cmp(one));
    let most = counts.first().map_or(1, |(_, count)| (*count).max(1));
    let bars = counts
        .into_iter()
        .enumerate()
        .map(|(at, (name, count))| Bar {
            name,
            count,
            y: at * STEP,
            width: (count * LONGEST).div_ceil(most),
        });
    bars.collect()
}

/// The height of the drawing.
pub(super) fn height(bars: &[Bar]) -> usize {
    bars.len() * STEP + 4
}
