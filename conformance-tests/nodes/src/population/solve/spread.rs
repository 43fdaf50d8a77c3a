//! Whole numbers in a table whose margins are given: a transportation problem, solved near to proportion.
//!
//! Proportional fitting says what each cell would hold if numbers could be broken; the flow takes the whole part
//! of that first, and then whatever still fits, so the margins are met exactly wherever they can be.

use crate::population::solve::flow::Network;

/// A place of the table that may hold something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    /// Row, counted from zero.
    pub(crate) row: usize,
    /// Column, counted from zero.
    pub(crate) column: usize,
    /// Share it would have with nothing else known.
    pub(crate) weight: f64,
    /// Least number it must hold.
    pub(crate) low: u32,
    /// Greatest number it may hold.
    pub(crate) high: u32,
}

/// Margins that no table can have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no table has these margins: {missing} could not be placed")]
pub(crate) struct Unsolvable {
    missing: u32,
}

/// One number for each cell, so that rows and columns add up to their margins.
pub(crate) fn spread(
    rows: &[u32],
    columns: &[u32],
    cells: &[Cell],
) -> Result<Vec<u32>, Unsolvable> {
    let mut network = Network::new(rows.len() + columns.len() + 2);
    let (source, sink) = (rows.len() + columns.len(), rows.len() + columns.len() + 1);
    let mut wanted = 0;
    for (row, margin) in rows.iter().enumerate() {
        let rest = margin.saturating_sub(lows(cells, |cell| cell.row == row));
        wanted += rest;
        network.arc(source, row, rest);
    }
    for (column, margin) in columns.iter().enumerate() {
        let rest = margin.saturating_sub(lows(cells, |cell| cell.column == column));
        network.arc(rows.len() + column, sink, rest);
    }
    let arcs: Vec<usize> = cells
        .iter()
        .map(|cell| network.arc(cell.row, rows.len() + cell.column, 0))
        .collect();
    let mut placed = 0;
    let shares = proportions(rows, columns, cells);
    let near: Vec<u32> = cells
        .iter()
        .zip(&shares)
        .map(|(cell, share)| whole(*share, cell) - cell.low)
        .collect();
    let rest = cells
        .iter()
        .zip(&near)
        .map(|(cell, near)| cell.high - cell.low - near)
        .collect();
    for room in [near, rest] {
        arcs.iter()
            .zip(room)
            .for_each(|(arc, room)| network.widen(*arc, room));
        placed += network.push(source, sink);
    }
    if placed != wanted {
        return Err(Unsolvable {
            missing: wanted - placed,
        });
    }
    Ok(cells
        .iter()
        .zip(arcs)
        .map(|(cell, arc)| cell.low + network.through(arc))
        .collect())
}

fn lows(cells: &[Cell], belongs: impl Fn(&Cell) -> bool) -> u32 {
    cells
        .iter()
        .filter(|cell| belongs(cell))
        .map(|cell| cell.low)
        .sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares are finite, not negative and far below 2^32"
)]
fn whole(share: f64, cell: &Cell) -> u32 {
    (share.floor() as u32).clamp(cell.low, cell.high)
}

/// Iterative proportional fitting: rows and columns scaled to their margins in turn.
fn proportions(rows: &[u32], columns: &[u32], cells: &[Cell]) -> Vec<f64> {
    const ROUNDS: usize = 100;
    let mut shares: Vec<f64> = cells.iter().map(|cell| cell.weight).collect();
    for _ in 0..ROUNDS {
        scale(&mut shares, rows, cells, |cell| cell.row);
        scale(&mut shares, columns, cells, |cell| cell.column);
    }
    shares
}

fn scale(shares: &mut [f64], margins: &[u32], cells: &[Cell], line: fn(&Cell) -> usize) {
    let mut sums = vec![0.0; margins.len()];
    for (cell, share) in cells.iter().zip(shares.iter()) {
        if let Some(sum) = sums.get_mut(line(cell)) {
            *sum += share;
        }
    }
    for (cell, share) in cells.iter().zip(shares) {
        let (sum, margin) = (sums.get(line(cell)), margins.get(line(cell)));
        if let (Some(sum), Some(margin)) = (sum, margin)
            && *sum > 0.0
        {
            *share *= f64::from(*margin) / sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Unsolvable, spread};

    fn cell(row: usize, column: usize, low: u32, high: u32) -> Cell {
        Cell {
            row,
            column,
            weight: 1.0,
            low,
            high,
        }
    }

    #[test]
    fn margins_are_met_in_proportion() {
        let cells: Vec<Cell> = (0..2)
            .flat_map(|row| (0..2).map(move |column| cell(row, column, 0, 100)))
            .collect();
        assert_eq!(
            spread(&[30, 60], &[60, 30], &cells),
            Ok(vec![20, 10, 40, 20])
        );
    }

    #[test]
    fn bounds_are_kept() {
        let cells = [
            cell(0, 0, 1, 2),
            cell(0, 1, 1, 50),
            cell(1, 0, 1, 50),
            cell(1, 1, 0, 0),
        ];
        assert_eq!(spread(&[10, 40], &[42, 8], &cells), Ok(vec![2, 8, 40, 0]));
    }

    #[test]
    fn impossible_margins_are_said_so() {
        let cells = [cell(0, 0, 0, 5)];
        assert_eq!(spread(&[6], &[6], &cells), Err(Unsolvable { missing: 1 }));
    }
}
