//! Durations (XML Schema part 2, 3.2.6) and their partial order.

use std::cmp::Ordering;

use super::calendar;
use super::decimal::all_digits;

/// The months from which durations are compared (3.2.6.2).
const REFERENCES: [(i64, i64); 4] = [(1696, 9), (1697, 2), (1903, 3), (1903, 7)];

/// A duration: months and seconds do not convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Duration<'t> {
    negative: bool,
    months: i64,
    seconds: i64,
    fraction: &'t str,
}

impl<'t> Duration<'t> {
    /// The duration that `text` spells: `P1Y2M3DT4H5M6.7S`.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let rest = rest.strip_prefix('P')?;
        let (date, time) = rest
            .split_once('T')
            .map_or((rest, None), |(d, t)| (d, Some(t)));
        if rest.is_empty() || time == Some("") {
            return None;
        }
        let mut value = Self {
            negative,
            months: 0,
            seconds: 0,
            fraction: "",
        };
        value.add_fields(date, &[('Y', 12, 0), ('M', 1, 0), ('D', 0, 86_400)])?;
        value.add_fields(
            time.unwrap_or(""),
            &[('H', 0, 3_600), ('M', 0, 60), ('S', 0, 1)],
        )?;
        Some(value)
    }

    /// Months and seconds, with their sign.
    pub(super) fn canonical(&self) -> String {
        let none = self.months == 0 && self.seconds == 0 && self.fraction.is_empty();
        let sign = if self.negative && !none { "-" } else { "" };
        format!("{sign}{}m{}.{}", self.months, self.seconds, self.fraction)
    }

    /// The order of two durations; `None` when it depends on where they begin.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        let mut orders = REFERENCES.iter().map(|from| {
            let (left, right) = (self.seconds_from(*from), other.seconds_from(*from));
            left.cmp(&right).then_with(|| self.cmp_fraction(other))
        });
        let first = orders.next()?;
        orders.all(|order| order == first).then_some(first)
    }

    /// Takes `text` apart into numbers and units, in the order of `units`, each at most once.
    fn add_fields(&mut self, mut text: &'t str, units: &[(char, i64, i64)]) -> Option<()> {
        for (unit, months, seconds) in units {
            let Some((number, rest)) = text.split_once(*unit) else {
                continue;
            };
            let (whole, fraction) = match number.split_once('.') {
                Some((whole, fraction)) if *unit == 'S' && !fraction.is_empty() => {
                    (whole, fraction)
                }
                Some(_) => return None,
                None => (number, ""),
            };
            // Twelve digits are thirty thousand years of seconds: more is refused as no duration.
            if whole.is_empty() || whole.len() > 12 || !all_digits(whole) || !all_digits(fraction) {
                return None;
            }
            let amount: i64 = whole.parse().ok()?;
            self.months += amount * months;
            self.seconds += amount * seconds;
            self.fraction = fraction.trim_end_matches('0');
            text = rest;
        }
        text.is_empty().then_some(())
    }

    fn seconds_from(&self, (year, month): (i64, i64)) -> i64 {
        let sign = if self.negative { -1 } else { 1 };
        let months = year * 12 + month - 1 + sign * self.months;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        // Below year 1 the calendar has no zero; the count of months does.
        let year = if year <= 0 { year - 1 } else { year };
        calendar::days_from_epoch(year, month, 1) * 86_400 + sign * self.seconds
    }

    fn cmp_fraction(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.fraction.cmp(other.fraction),
            (true, true) => other.fraction.cmp(self.fraction),
            // Of different signs: equal only when both are nothing.
            _ if self.fraction.len() + other.fraction.len() == 0 => Ordering::Equal,
            (negative, _) if negative => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Duration;

    #[test]
    fn durations_compare_when_every_beginning_agrees() {
        for (left, right, expected) in [
            ("P1Y", "P12M", Some(Ordering::Equal)),
            ("P1D", "PT24H", Some(Ordering::Equal)),
            ("P1M", "P30D", None),
            ("P1M", "P27D", Some(Ordering::Greater)),
            ("P1M", "P32D", Some(Ordering::Less)),
            ("-P1D", "PT0S", Some(Ordering::Less)),
            ("PT0.5S", "PT0.49S", Some(Ordering::Greater)),
            ("-PT0.5S", "-PT0.49S", Some(Ordering::Less)),
            ("-PT0S", "PT0S", Some(Ordering::Equal)),
        ] {
            let order = Duration::parse(left)
                .unwrap()
                .order(&Duration::parse(right).unwrap());
            assert_eq!(order, expected, "{left} {right}");
        }
    }
}
