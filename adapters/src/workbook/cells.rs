//! The cells of the one sheet that holds something.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{
    DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};
use domain::table::{Cell, FileFault, Row, Table, Wrong};

use super::{MOST_CELLS, MOST_COLUMNS, MOST_LETTERS, MOST_ROWS, MOST_SHEETS};

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;
/// By row and column, from 0.
type Cells = BTreeMap<(usize, usize), Cell>;

/// Reads a workbook that was measured.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Wrong<FileFault>> {
    let whole = |error: XlsxError| Wrong::whole(fault(&error));
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(whole)?;
    let names = shown(&book).map_err(Wrong::whole)?;
    let mut room = MOST_CELLS;
    let mut found: Option<(String, Cells)> = None;
    for name in names {
        let cells = sheet(&mut book, &name, &mut room)?;
        if cells.is_empty() {
            continue;
        }
        if let Some((first, _)) = found {
            let names = format!("{}, {}", short(&first), short(&name));
            return Err(Wrong::whole(FileFault::SeveralSheets(names)));
        }
        found = Some((name, cells));
    }
    let (name, mut cells) = found.ok_or(Wrong::whole(FileFault::NoSheet))?;
    let merged = book.merge_cells_by_sheet_name(&name).map_err(whole)?;
    merge(&mut cells, &merged, &mut room).map_err(Wrong::whole)?;
    Ok(rows(cells))
}

fn fault(error: &XlsxError) -> FileFault {
    if matches!(error, XlsxError::Password) {
        FileFault::Encrypted
    } else {
        FileFault::Damaged
    }
}

/// A sheet's name as it is told: it is whoever made the file who chose it.
fn short(name: &str) -> String {
    name.chars()
        .filter(|it| !it.is_control())
        .take(31)
        .collect()
}

/// The sheets of cells that are shown.
fn shown(book: &Book) -> Result<Vec<String>, FileFault> {
    let sheets = book.sheets_metadata().iter();
    let shown =
        sheets.filter(|it| it.typ == SheetType::WorkSheet && it.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|it| it.name.clone()).collect();
    if names.len() > MOST_SHEETS {
        return Err(FileFault::TooManyParts(MOST_SHEETS));
    }
    Ok(names)
}

/// The cells of a sheet that hold something, one by one: nothing is made as large as the sheet says that it is.
fn sheet(book: &mut Book, name: &str, room: &mut usize) -> Result<Cells, Wrong<FileFault>> {
    let whole = |error: XlsxError| Wrong::whole(fault(&error));
    let mut reader = book.worksheet_cells_reader(name).map_err(whole)?;
    let mut cells = Cells::new();
    while let Some(cell) = reader.next_cell().map_err(whole)? {
        take_room(room, 1).map_err(Wrong::whole)?;
        let Some(text) = text(cell.get_value()) else {
            continue;
        };
        let place = place(cell.get_position()).map_err(Wrong::whole)?;
        if text.chars().nth(MOST_LETTERS).is_some() {
            return Err(Wrong {
                line: place.0 + 1,
                column: Some(place.1),
                fault: FileFault::LongCell(MOST_LETTERS),
            });
        }
        cells.insert(place, Cell::Text(text));
    }
    Ok(cells)
}

fn take_room(room: &mut usize, count: usize) -> Result<(), FileFault> {
    *room = room
        .checked_sub(count)
        .ok_or(FileFault::TooManyCells(MOST_CELLS))?;
    Ok(())
}

fn place((row, column): (u32, u32)) -> Result<(usize, usize), FileFault> {
    let fits = |number: u32, most| usize::try_from(number).ok().filter(|it| *it < most);
    let row = fits(row, MOST_ROWS).ok_or(FileFault::TooManyRows(MOST_ROWS))?;
    let column = fits(column, MOST_COLUMNS).ok_or(FileFault::TooManyColumns(MOST_COLUMNS))?;
    Ok((row, column))
}

/// What a cell says; nothing if that is nothing.
fn text(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is) => if *is { "VERDADERO" } else { "FALSO" }.to_owned(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::DateTimeIso(text) => day_of(text),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => return None,
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

/// A whole number by its digits. Any other has four decimals or more, so that nobody takes three of them for thousands.
fn decimal(number: f64) -> String {
    const WHOLE: f64 = 1e15;
    if number.fract() == 0.0 && number.abs() < WHOLE {
        return format!("{number:.0}");
    }
    let text = number.to_string();
    let decimals = text
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    if decimals < 4 {
        format!("{number:.4}")
    } else {
        text
    }
}

/// A day as on the wire; a moment within it says so.
fn moment_text(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return decimal(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}")
    }
}

fn day_of(text: &str) -> String {
    text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
}

/// Marks the cells that are joined with another, as far as the table goes.
fn merge(cells: &mut Cells, merged: &[Dimensions], room: &mut usize) -> Result<(), FileFault> {
    let last_row = cells.keys().map(|(row, _)| *row).max().unwrap_or_default();
    let last_column = cells.keys().map(|(_, column)| *column).max();
    let last_column = last_column.unwrap_or_default();
    for one in merged {
        let from = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let to = |number: u32, last: usize| from(number).min(last);
        let (top, left) = (from(one.start.0), from(one.start.1));
        for row in top..=to(one.end.0, last_row) {
            for column in left..=to(one.end.1, last_column) {
                take_room(room, 1)?;
                if (row, column) != (top, left) {
                    cells.insert((row, column), Cell::Merged);
                }
            }
        }
    }
    Ok(())
}

fn rows(cells: Cells) -> Table {
    let mut rows: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
    for ((row, column), cell) in cells {
        let row = rows.entry(row).or_default();
        // They come in order.
        row.resize(column, Cell::Empty);
        row.push(cell);
    }
    let rows = rows.into_iter();
    rows.map(|(row, cells)| Row::new(row + 1, cells)).collect()
}
