//! Tables of bad requests, as text: `code | case | …`, a line a case.

use domain::Problem;

/// One line: what must come of it, its name, and the rest by column.
pub(crate) struct Row<'t> {
    pub(crate) problem: Problem,
    pub(crate) case: &'t str,
    columns: Vec<&'t str>,
}

impl<'t> Row<'t> {
    /// A column after the first two; empty where there is none.
    pub(crate) fn column(&self, number: usize) -> &'t str {
        self.columns.get(number).copied().unwrap_or_default()
    }
}

/// The lines of a table.
pub(crate) fn rows(table: &str) -> impl Iterator<Item = Row<'_>> {
    table
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let mut columns = line.split('|').map(str::trim);
            let (code, case) = (columns.next().unwrap(), columns.next().unwrap());
            let problem = Problem::from_code(code).unwrap_or_else(|| panic!("no problem `{code}`"));
            Row {
                problem,
                case,
                columns: columns.collect(),
            }
        })
}
