//! Tables that come as files with a form, and what is wrong with them in the words of the page.

use domain::table::{FileFault, Wrong};

use super::messages::Words;

pub(super) use crate::tables::read;

/// Something wrong, with the place where it is.
pub(super) fn told<F>(words: &Words, wrong: &Wrong<F>, fault: &str) -> String {
    let line = wrong.line.to_string();
    match wrong.letters() {
        Some(column) => {
            let values = [
                ("line", line.as_str()),
                ("column", &column),
                ("fault", fault),
            ];
            words.tell("table-cell", &values)
        }
        None => words.tell("table-line", &[("line", &line), ("fault", fault)]),
    }
}

/// What is wrong with a file.
pub(super) fn file(words: &Words, fault: &FileFault) -> String {
    words.term_with("table", fault.code(), &[("value", &fault.value())])
}
