//! Dates and times (XML Schema part 2, 3.2.7 to 3.2.14): one reader for all, and their partial order.

use std::cmp::Ordering;

use super::calendar;
use super::decimal::all_digits;

/// Minutes of the widest time zone.
const WIDEST_ZONE: i64 = 14 * 60;

/// A point in time, or a recurring one placed in a year of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Temporal<'t> {
    /// Seconds since 1970, before the zone is taken off.
    seconds: i64,
    /// The digits after the seconds' point, without trailing zeros.
    fraction: &'t str,
    /// Minutes east of UTC.
    zone: Option<i64>,
}

impl<'t> Temporal<'t> {
    /// The value that `text` spells in `layout`: `Y` year, `M` month, `D` day, `t` time, and
    /// every other character itself; then a zone, if any.
    pub(super) fn parse(layout: &str, text: &'t str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let mut fields = Fields::default();
        for part in layout.chars() {
            match part {
                'Y' => fields.year = reader.year()?,
                'M' => fields.month = reader.two_digits(1, 12)?,
                'D' => fields.day = reader.two_digits(1, 31)?,
                't' => (fields.second_of_day, fields.fraction) = reader.time()?,
                literal => reader.literal(literal)?,
            }
        }
        let zone = if reader.rest.is_empty() {
            None
        } else {
            Some(reader.zone()?)
        };
        fields.finish(zone)
    }

    /// The point in time, and whether it has a zone.
    pub(super) fn canonical(&self) -> String {
        let seconds = self.seconds - self.zone.unwrap_or(0) * 60;
        let zone = if self.zone.is_some() { "Z" } else { "" };
        format!("{seconds}.{}{zone}", self.fraction)
    }

    /// The order of two values of one type; `None` when it depends on a zone that is not given.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self.zone, other.zone) {
            (Some(left), Some(right)) => Some(self.cmp_at(left, other, right)),
            (None, None) => Some(self.cmp_at(0, other, 0)),
            (Some(zone), None) => self.order_floating(zone, other),
            (None, Some(zone)) => other.order_floating(zone, self).map(Ordering::reverse),
        }
    }

    fn order_floating(&self, zone: i64, floating: &Self) -> Option<Ordering> {
        if self.cmp_at(zone, floating, WIDEST_ZONE) == Ordering::Less {
            return Some(Ordering::Less);
        }
        let latest = self.cmp_at(zone, floating, -WIDEST_ZONE);
        (latest == Ordering::Greater).then_some(latest)
    }

    fn cmp_at(&self, zone: i64, other: &Self, other_zone: i64) -> Ordering {
        let instant = self.seconds - zone * 60;
        instant
            .cmp(&(other.seconds - other_zone * 60))
            .then(self.fraction.cmp(other.fraction))
    }
}

/// What was read; a field that the type lacks keeps a value that admits every other.
struct Fields<'t> {
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
    fraction: &'t str,
}

impl Default for Fields<'_> {
    fn default() -> Self {
        // A leap year and a month of 31 days: `--02-29` and `---31` are values.
        Self {
            year: 1972,
            month: 12,
            day: 1,
            second_of_day: 0,
            fraction: "",
        }
    }
}

impl<'t> Fields<'t> {
    fn finish(&self, zone: Option<i64>) -> Option<Temporal<'t>> {
        if self.day > calendar::days_in_month(self.year, self.month) {
            return None;
        }
        let days = calendar::days_from_epoch(self.year, self.month, self.day);
        Some(Temporal {
            seconds: days * 86_400 + self.second_of_day,
            fraction: self.fraction,
            zone,
        })
    }
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// Four digits or more, the first of more than four not zero; there is no year zero.
    fn year(&mut self) -> Option<i64> {
        let negative = self.literal('-').is_some();
        let digits = self.digits();
        if digits.len() < 4 || digits.len() > 12 || digits.len() > 4 && digits.starts_with('0') {
            return None;
        }
        let year: i64 = digits.parse().ok().filter(|year| *year != 0)?;
        Some(if negative { -year } else { year })
    }

    /// `hh:mm:ss`, with a fraction if any; `24:00:00` is the end of the day.
    fn time(&mut self) -> Option<(i64, &'t str)> {
        let hour = self.two_digits(0, 24)?;
        self.literal(':')?;
        let minute = self.two_digits(0, 59)?;
        self.literal(':')?;
        let second = (hour * 60 + minute) * 60 + self.two_digits(0, 59)?;
        let mut fraction = "";
        if self.literal('.').is_some() {
            let digits = self.digits();
            if digits.is_empty() {
                return None;
            }
            fraction = digits.trim_end_matches('0');
        }
        let in_day = second < 86_400 || second == 86_400 && fraction.is_empty();
        in_day.then_some((second, fraction))
    }

    /// The zone, in minutes east of UTC, and the end of the text.
    fn zone(&mut self) -> Option<i64> {
        if self.rest == "Z" {
            return Some(0);
        }
        let sign = if self.literal('+').is_some() {
            1
        } else {
            self.literal('-')?;
            -1
        };
        let hours = self.two_digits(0, 14)?;
        self.literal(':')?;
        let minutes = hours * 60 + self.two_digits(0, 59)?;
        (minutes <= WIDEST_ZONE && self.rest.is_empty()).then_some(sign * minutes)
    }

    fn literal(&mut self, text: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn digits(&mut self) -> &'t str {
        let end = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits
    }

    fn two_digits(&mut self, least: i64, most: i64) -> Option<i64> {
        let (digits, rest) = self.rest.split_at_checked(2)?;
        let number = digits.parse().ok().filter(|_| all_digits(digits))?;
        self.rest = rest;
        (least..=most).contains(&number).then_some(number)
    }
}
