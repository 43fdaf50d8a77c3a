//! Reading a table that somebody saved as text: separators, quotes, encodings, and what may be wrong with it.

/// The largest file that is read, in bytes; the whole of Spain takes half a megabyte.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// What is wrong with a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is larger than [`MAX_BYTES`].
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// A spreadsheet as such, not its table as text.
    #[error("this is a workbook; save its table as CSV")]
    Workbook,
    /// No text in a known encoding.
    #[error("this is no text")]
    NotText,
    /// The line that names the columns is missing.
    #[error("the line that names the columns is missing: {0}")]
    NoHeader(&'static str),
    /// The line lacks a column.
    #[error("the line has no column {0}")]
    NoColumn(&'static str),
    /// No code of five digits, or of six with the check digit.
    #[error("`{0}` is no municipality code")]
    NotACode(String),
    /// No municipality has the code.
    #[error("no municipality has the code `{0}`")]
    UnknownCode(String),
    /// The check digit is of another code.
    #[error("the check digit of `{code}` is {right}, not {told}")]
    CheckDigit {
        /// The code.
        code: String,
        /// The digit told.
        told: char,
        /// The digit that it should be.
        right: u8,
    },
    /// The municipality is on an earlier line.
    #[error("`{code}` is on line {line} already")]
    Duplicate {
        /// The code.
        code: String,
        /// The earlier line.
        line: usize,
    },
    /// No whole number.
    #[error("`{0}` is no number of inhabitants")]
    NotANumber(String),
    /// Men and women do not add up to the inhabitants.
    #[error("{men} men and {women} women are not {total} inhabitants")]
    Sum {
        /// The men.
        men: u32,
        /// The women.
        women: u32,
        /// The inhabitants told.
        total: u32,
    },
}

/// A line that is not as it must be; nothing of such a file is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct Refusal {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// The text of a file: UTF-8, or what older programs write for western languages.
pub(super) fn decoded(bytes: &[u8]) -> Result<String, Refusal> {
    let refused = |fault| Refusal { line: 1, fault };
    if bytes.len() > MAX_BYTES {
        return Err(refused(Fault::TooLarge));
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(refused(Fault::Workbook));
    }
    if bytes.contains(&0) {
        return Err(refused(Fault::NotText));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().copied().map(char::from).collect(),
        str::to_owned,
    ))
}

/// One line: its number, from 1, and its cells.
pub(super) struct Row {
    pub(super) line: usize,
    cells: Vec<String>,
}

impl Row {
    /// The cell of a column, without the space around it; empty beyond the last.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// The cells, without the space around them.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.trim())
    }

    /// Whether it says nothing, or only one thing: a title or a note.
    pub(super) fn is_note(&self) -> bool {
        self.cells().filter(|cell| !cell.is_empty()).count() < 2
    }

    pub(super) fn refused(&self, fault: Fault) -> Refusal {
        Refusal {
            line: self.line,
            fault,
        }
    }
}

/// The lines of a table; empty ones are passed over.
pub(super) fn rows(text: &str) -> impl Iterator<Item = Row> {
    let separator = separator(text);
    text.lines()
        .zip(1..)
        .map(move |(line, number)| Row {
            line: number,
            cells: cells(line, separator),
        })
        .filter(|row| row.cells().any(|cell| !cell.is_empty()))
}

/// Whichever of the usual separators occurs most in the first lines.
fn separator(text: &str) -> char {
    let count = |separator: char| -> usize {
        text.lines()
            .take(20)
            .map(|line| line.matches(separator).count())
            .sum()
    };
    // Names hold commas: on a tie the comma gives way.
    [',', ';', '\t']
        .into_iter()
        .max_by_key(|separator| count(*separator))
        .unwrap_or(',')
}

fn cells(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(&mut cells, '"');
            }
            '"' => quoted = !quoted,
            other if other == separator && !quoted => cells.push(String::new()),
            other => push(&mut cells, other),
        }
    }
    cells
}

fn push(cells: &mut [String], letter: char) {
    if let Some(cell) = cells.last_mut() {
        cell.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_a_line() {
        let table: [(&str, &[&str]); 5] = [
            ("a;b;c", &["a", "b", "c"]),
            ("13047;Herencia", &["13047", "Herencia"]),
            ("24134,\"Robla, La\"", &["24134", "Robla, La"]),
            ("1\t\"dice \"\"sí\"\"\"", &["1", "dice \"sí\""]),
            ("24134; Robla, La ;x", &["24134", "Robla, La", "x"]),
        ];
        for (line, expected) in table {
            let row = rows(line).next().unwrap();
            assert_eq!(row.cells().collect::<Vec<_>>(), expected, "{line}");
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(decoded("\u{feff}Íscar".as_bytes()), Ok("Íscar".to_owned()));
        assert_eq!(decoded(b"\xcdscar"), Ok("Íscar".to_owned()));
        let table: [(&[u8], Fault); 3] = [
            (b"PK\x03\x04...", Fault::Workbook),
            (b"\xff\xfea\0", Fault::NotText),
            (&vec![b' '; MAX_BYTES + 1], Fault::TooLarge),
        ];
        for (bytes, expected) in table {
            assert_eq!(
                decoded(bytes).map_err(|refusal| refusal.fault),
                Err(expected)
            );
        }
    }
}
