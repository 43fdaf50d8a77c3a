//! What a workbook may ask for, found out before the library is handed it.
//!
//! Every part is inflated once, counted and thrown away: the sizes that an archive states of itself are only believed where
//! they are too large. The one number in a workbook by which the library makes room beforehand is held to what it may be;
//! so that it cannot be hidden from that, parts are UTF-8 and nothing else.

use std::io::{Cursor, Read};

use domain::table::FileFault;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{MOST_CELLS, MOST_MIB, MOST_PARTS};

const MOST_BYTES: u64 = MOST_MIB << 20;
/// How many texts a workbook keeps apart from its cells, by its own word.
const COUNT: &[u8] = b"uniqueCount";
/// Digits of a number that is never too many.
const FEW_DIGITS: usize = 6;

/// Refuses what is no workbook, or asks for too much.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileFault> {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let mut archive = archive.map_err(|error| fault(&error))?;
    if archive.len() > MOST_PARTS {
        return Err(FileFault::TooManyParts(MOST_PARTS));
    }
    recognise(&archive)?;
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| fault(&error))?;
        let name = part.name().map_err(|error| fault(&error))?.to_lowercase();
        if part.size() > left {
            return Err(FileFault::Expands(MOST_MIB));
        }
        let mut text = Vec::new();
        let read = part.take(left + 1).read_to_end(&mut text);
        let read = read.map_err(|_| FileFault::Damaged)?;
        left = u64::try_from(read)
            .ok()
            .and_then(|read| left.checked_sub(read))
            .ok_or(FileFault::Expands(MOST_MIB))?;
        if [".xml", ".rels"].iter().any(|end| name.ends_with(end)) {
            examine(&text)?;
        }
    }
    Ok(())
}

fn fault(error: &ZipError) -> FileFault {
    let asks = matches!(
        error,
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
    );
    if asks {
        FileFault::Encrypted
    } else {
        FileFault::Damaged
    }
}

/// Tells a workbook from other archives by the names of its parts.
fn recognise(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<(), FileFault> {
    let names: Result<Vec<_>, _> = archive.file_names().collect();
    let names = names.map_err(|error| fault(&error))?;
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    let ends = |end: &str| names.iter().any(|name| name.ends_with(end));
    if ends("workbook.bin") {
        return Err(FileFault::OtherWorkbook(".xlsb"));
    }
    if has("mimetype") && has("content.xml") {
        return Err(FileFault::OtherWorkbook(".ods"));
    }
    if has("_rels/.rels") && has("[Content_Types].xml") && ends("workbook.xml") {
        Ok(())
    } else {
        Err(FileFault::NoWorkbook)
    }
}

/// Refuses a part that is not in UTF-8, or that announces more texts than there may be.
fn examine(text: &[u8]) -> Result<(), FileFault> {
    let text = std::str::from_utf8(text).map_err(|_| FileFault::Damaged)?;
    if !is_said_to_be_utf8(text) {
        return Err(FileFault::Damaged);
    }
    let bytes = text.as_bytes();
    let counts = bytes.windows(COUNT.len()).enumerate();
    let counts = counts.filter(|(_, window)| *window == COUNT);
    for (at, _) in counts {
        let rest = text.get(at + COUNT.len()..).unwrap_or_default();
        if number(rest).is_some_and(|number| number.trim().len() > FEW_DIGITS) {
            return Err(FileFault::TooManyCells(MOST_CELLS));
        }
    }
    Ok(())
}

/// What an attribute says, of which the name is read.
fn number(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next()?;
    rest.get(quote.len_utf8()..)?.split(quote).next()
}

/// A declaration names UTF-8 or no encoding; there may be none.
fn is_said_to_be_utf8(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let Some(declared) = text.strip_prefix("<?xml") else {
        return true;
    };
    let declared = declared.split("?>").next().unwrap_or_default();
    match declared.split_once("encoding") {
        None => true,
        Some((_, rest)) => number(rest).is_some_and(|name| name.eq_ignore_ascii_case("utf-8")),
    }
}
