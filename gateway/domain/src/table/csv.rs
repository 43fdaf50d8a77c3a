//! Tables that were saved as text: separators, quotes, encodings.

use super::{Cell, FileFault, MAX_BYTES, Row, Table};

impl Table {
    /// Reads a table that was saved as text (RFC 4180, or with other usual separators).
    ///
    /// # Errors
    /// It is too large, or no text.
    pub fn csv(bytes: &[u8]) -> Result<Self, FileFault> {
        let text = decoded(bytes)?;
        let separator = separator(&text);
        let row = |(line, number): (&str, usize)| Row::new(number, cells(line, separator));
        Ok(text.lines().zip(1..).map(row).collect())
    }
}

/// The text of a file: UTF-8, or what older programs write for western languages.
fn decoded(bytes: &[u8]) -> Result<String, FileFault> {
    if bytes.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    if bytes.contains(&0) || bytes.starts_with(b"PK\x03\x04") {
        return Err(FileFault::NotText);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Ok(std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().copied().map(char::from).collect(),
        str::to_owned,
    ))
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

fn cells(line: &str, separator: char) -> Vec<Cell> {
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
    cells.into_iter().map(Cell::Text).collect()
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
            let table = Table::csv(line.as_bytes()).unwrap();
            let row = table.rows().next().unwrap();
            assert_eq!(row.cells().collect::<Vec<_>>(), expected, "{line}");
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(decoded("\u{feff}Íscar".as_bytes()), Ok("Íscar".to_owned()));
        assert_eq!(decoded(b"\xcdscar"), Ok("Íscar".to_owned()));
        let table: [(&[u8], FileFault); 3] = [
            (b"PK\x03\x04...", FileFault::NotText),
            (b"\xff\xfea\0", FileFault::NotText),
            (&vec![b' '; MAX_BYTES + 1], FileFault::TooLarge),
        ];
        for (bytes, expected) in table {
            assert_eq!(decoded(bytes), Err(expected));
        }
    }
}
