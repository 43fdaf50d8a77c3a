//! Tables as officials keep them: workbooks (`.xlsx`, ECMA-376 part 1) beside CSV.
//!
//! What a workbook holds is bounded before anything of it is read: see [`measure`](self). Of its sheets the one is read
//! that is shown and holds something; more than one is refused, for nobody says which is meant.

mod cells;
mod measure;

use std::panic::{self, AssertUnwindSafe};

use domain::table::{FileFault, MAX_BYTES, Table, Wrong};

/// So many mebibytes may all parts of a workbook have, decompressed; that of the whole of Spain has three.
pub const MOST_MIB: u64 = 16;
/// So many parts may a workbook have.
pub const MOST_PARTS: usize = 200;
/// So many sheets may it show.
pub const MOST_SHEETS: usize = 8;
/// So many rows may a sheet have: twice the municipalities of Spain and more.
pub const MOST_ROWS: usize = 20_000;
/// So many columns.
pub const MOST_COLUMNS: usize = 64;
/// So many cells with something in them.
pub const MOST_CELLS: usize = 300_000;
/// So many letters may stand in a cell.
pub const MOST_LETTERS: usize = 500;

const ZIP: &[u8] = b"PK\x03\x04";
/// Compound files: workbooks of before 2007, and encrypted ones of today.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// Reads the table of a file: a workbook if it is one, else CSV. Its name counts only where it promises a workbook.
///
/// # Errors
/// What is wrong with the file, and in which cell where it is one.
pub fn table(bytes: &[u8], name: &str) -> Result<Table, Wrong<FileFault>> {
    if bytes.len() > MAX_BYTES {
        return Err(Wrong::whole(FileFault::TooLarge));
    }
    if bytes.starts_with(ZIP) {
        return workbook(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(Wrong::whole(compound(bytes)));
    }
    if name.to_lowercase().ends_with(".xlsx") {
        return Err(Wrong::whole(FileFault::Misnamed));
    }
    Table::csv(bytes).map_err(Wrong::whole)
}

fn workbook(bytes: &[u8]) -> Result<Table, Wrong<FileFault>> {
    measure::check(bytes).map_err(Wrong::whole)?;
    // The library does arithmetic on what a file says of its cells; built with checks it stops there.
    let read = panic::catch_unwind(AssertUnwindSafe(|| cells::read(bytes)));
    read.unwrap_or_else(|_| Err(Wrong::whole(FileFault::Damaged)))
}

/// What a compound file is: its directory names its streams, in UTF-16.
fn compound(bytes: &[u8]) -> FileFault {
    let name: Vec<u8> = "EncryptedPackage"
        .bytes()
        .flat_map(|letter| [letter, 0])
        .collect();
    if bytes.windows(name.len()).any(|window| window == name) {
        FileFault::Encrypted
    } else {
        FileFault::OldWorkbook
    }
}

#[cfg(test)]
mod tests;
