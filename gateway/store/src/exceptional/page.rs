//! A page of accesses or notices: so many, from a mark on.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// What stands between the parts of a mark; no identifier has one.
const BETWEEN: char = '~';

/// Where a page ended. As text it goes into addresses as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    at: i64,
    exchange: String,
    case: String,
}

/// Which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// After which; from the beginning if absent.
    pub after: Option<Mark>,
    /// At most so many.
    pub most: u32,
}

/// A text that is no mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not where a page ended")]
pub struct NoMark;

impl Mark {
    pub(crate) fn new(at: Timestamp, exchange: &str, case: &str) -> Self {
        Self {
            at: at.as_microsecond(),
            exchange: exchange.to_owned(),
            case: case.to_owned(),
        }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{BETWEEN}{}{BETWEEN}{}",
            self.at, self.exchange, self.case
        )
    }
}

impl FromStr for Mark {
    type Err = NoMark;

    fn from_str(text: &str) -> Result<Self, NoMark> {
        let mut parts = text.splitn(3, BETWEEN);
        let (Some(at), Some(exchange), Some(case)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoMark);
        };
        Ok(Self {
            at: at.parse().map_err(|_| NoMark)?,
            exchange: exchange.to_owned(),
            case: case.to_owned(),
        })
    }
}

impl Page {
    /// The first of so many.
    pub fn first(most: u32) -> Self {
        Self { after: None, most }
    }

    /// What must come after everything on the page, where the newest come first.
    pub(crate) fn end(&self) -> (i64, &str, &str) {
        match &self.after {
            None => (i64::MAX, "", ""),
            Some(mark) => (mark.at, &mark.exchange, &mark.case),
        }
    }

    /// What must come before everything on the page.
    pub(super) fn begin(&self) -> (i64, &str, &str) {
        match &self.after {
            None => (i64::MIN, "", ""),
            Some(mark) => (mark.at, &mark.exchange, &mark.case),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_and_nothing_else_is_one() {
        let at = "2026-03-02T09:00:00Z".parse().unwrap();
        for case in ["", "01J00000000000000000000000"] {
            let mark = Mark::new(at, "x-1:a.b_c", case);
            assert_eq!(mark.to_string().parse(), Ok(mark));
        }
        for text in ["", "1", "1~x", "~x~", "a~x~y"] {
            assert_eq!(text.parse::<Mark>(), Err(NoMark), "{text}");
        }
    }
}
