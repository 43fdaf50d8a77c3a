//! What may be wrong with a table of municipalities.

use crate::table::{FileFault, Wrong};

/// What is wrong with a line of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileFault),
    /// A cell is joined with others: what it says would be of one line only.
    #[error("the cell is merged with others")]
    Merged,
    /// A code that lost the zero in front, as spreadsheets do with numbers.
    #[error("`{0}` lost its leading zero: the code is `0{0}`")]
    LostZero(String),
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
pub type Refusal = Wrong<Fault>;
