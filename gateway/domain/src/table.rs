//! A table as somebody saved it: rows of cells, each at the place where its sender sees it.
//!
//! Tables come as CSV ([`Table::csv`]) or, read by `adapters::workbook`, as the one sheet of a workbook.

mod csv;
mod fault;

use std::fmt;

pub use fault::FileFault;

/// The largest file that is read, in bytes; the whole of Spain takes half a megabyte.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What stands in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Nothing of its own: it is joined with another, which holds what is shown over both.
    Merged,
    /// Something; of a workbook, as text what was a number, a date or a formula's last value.
    Text(String),
}

/// One row: where it is, and its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    line: usize,
    cells: Vec<Cell>,
}

/// A table without its empty rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    rows: Vec<Row>,
}

/// Something that is not as it must be, and where; nothing of such a table is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong<F> {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 0; none where the whole line is meant.
    pub column: Option<usize>,
    /// What is wrong there.
    pub fault: F,
}

impl<F> Wrong<F> {
    /// Something about the file as a whole.
    pub fn whole(fault: F) -> Self {
        Self {
            line: 1,
            column: None,
            fault,
        }
    }

    /// The same place, with the fault in other words.
    pub fn map<G>(self, into: impl FnOnce(F) -> G) -> Wrong<G> {
        Wrong {
            line: self.line,
            column: self.column,
            fault: into(self.fault),
        }
    }

    /// The letters of the column, as programs for tables show them.
    pub fn letters(&self) -> Option<String> {
        self.column.map(letters)
    }
}

impl<F: fmt::Display> fmt::Display for Wrong<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(letters) = self.letters() {
            write!(f, ", column {letters}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl<F: std::error::Error> std::error::Error for Wrong<F> {}

impl Row {
    /// The row on that line, from 1.
    pub fn new(line: usize, cells: Vec<Cell>) -> Self {
        Self { line, cells }
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The text of a column, without the space around it; empty beyond the last.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", Cell::text)
    }

    /// The texts of all columns, without the space around them.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(Cell::text)
    }

    /// Whether it says nothing, or only one thing: a title or a note.
    pub fn is_note(&self) -> bool {
        self.cells().filter(|cell| !cell.is_empty()).count() < 2
    }

    /// The first column that is joined with another cell.
    pub fn merged(&self) -> Option<usize> {
        self.cells.iter().position(|cell| *cell == Cell::Merged)
    }

    /// Something wrong with a column of this row.
    pub fn wrong<F>(&self, column: usize, fault: F) -> Wrong<F> {
        Wrong {
            line: self.line,
            column: Some(column),
            fault,
        }
    }

    /// Something wrong with this row.
    pub fn refused<F>(&self, fault: F) -> Wrong<F> {
        Wrong {
            line: self.line,
            column: None,
            fault,
        }
    }
}

impl Cell {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) => text.trim(),
            Self::Empty | Self::Merged => "",
        }
    }
}

impl Table {
    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }
}

impl FromIterator<Row> for Table {
    /// Rows that say nothing are passed over.
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let says = |row: &Row| row.cells().any(|cell| !cell.is_empty());
        Self {
            rows: rows.into_iter().filter(says).collect(),
        }
    }
}

/// `A` to `Z`, then `AA`.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let table = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")];
        for (column, expected) in table {
            assert_eq!(letters(column), expected, "{column}");
        }
    }

    #[test]
    fn rows_that_say_nothing_are_passed_over() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = [
            Row::new(1, vec![text(" "), Cell::Merged]),
            Row::new(2, vec![text(" a "), Cell::Merged, text("b")]),
        ];
        let table = Table::from_iter(rows);
        let row = table.rows().next().unwrap();
        assert_eq!((row.line(), row.cell(0), row.merged()), (2, "a", Some(1)));
        assert_eq!(table.rows().count(), 1);
    }
}
