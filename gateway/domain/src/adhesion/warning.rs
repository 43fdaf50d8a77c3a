//! Warnings before a term ends: twelve, six, three and one months, and one week.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::text::words;

words! {
    /// How near the end of a term is: the last mark that was passed.
    Warning is "a warning" {
        /// Twelve months or less.
        TwelveMonths = "doceMeses",
        /// Six months or less.
        SixMonths = "seisMeses",
        /// Three months or less.
        ThreeMonths = "tresMeses",
        /// One month or less.
        OneMonth = "unMes",
        /// One week or less.
        OneWeek = "unaSemana",
    }
}

impl Warning {
    /// The warning that stands on a day for a term with that last day; none long before, none once it is over.
    pub fn on(today: Date, last: Date) -> Option<Self> {
        if today > last {
            return None;
        }
        let passed = |warning: &&Self| warning.begins(last) <= today;
        Self::ALL.iter().rev().find(passed).copied()
    }

    /// The day from which it stands.
    pub fn begins(self, last: Date) -> Date {
        last.saturating_sub(self.before())
    }

    fn before(self) -> Span {
        match self {
            Self::TwelveMonths => 12.months(),
            Self::SixMonths => 6.months(),
            Self::ThreeMonths => 3.months(),
            Self::OneMonth => 1.month(),
            Self::OneWeek => 1.week(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_stands_from_its_day_on() {
        let last = "2029-08-31".parse().unwrap();
        let table = [
            ("2028-08-30", None),
            ("2028-08-31", Some(Warning::TwelveMonths)),
            ("2029-02-27", Some(Warning::TwelveMonths)),
            ("2029-02-28", Some(Warning::SixMonths)), // there is no 31 of February
            ("2029-05-30", Some(Warning::SixMonths)),
            ("2029-05-31", Some(Warning::ThreeMonths)),
            ("2029-07-31", Some(Warning::OneMonth)),
            ("2029-08-23", Some(Warning::OneMonth)),
            ("2029-08-24", Some(Warning::OneWeek)),
            ("2029-08-31", Some(Warning::OneWeek)),
            ("2029-09-01", None),
        ];
        for (today, expected) in table {
            assert_eq!(
                Warning::on(today.parse().unwrap(), last),
                expected,
                "{today}"
            );
        }
    }
}
