//! Decimal numbers of any length (XML Schema part 2, 3.2.3), compared without conversion.

use std::cmp::Ordering;

/// A decimal number, as slices of its text.
///
/// INVARIANT: `int` has no leading zero, `fraction` no trailing one, and zero is not negative; so
/// equal numbers are equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal<'t> {
    negative: bool,
    int: &'t str,
    fraction: &'t str,
}

impl<'t> Decimal<'t> {
    /// The number that `text` spells, sign and point included.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (negative, digits) = signed(text);
        let (int, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if int.len() + fraction.len() == 0 || !all_digits(int) || !all_digits(fraction) {
            return None;
        }
        let int = int.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        Some(Self {
            negative: negative && int.len() + fraction.len() > 0,
            int,
            fraction,
        })
    }

    /// The number in the shortest form.
    pub(super) fn canonical(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}{}.{}", self.int, self.fraction)
    }

    /// The number that `text` spells without a point.
    pub(super) fn parse_integer(text: &'t str) -> Option<Self> {
        if text.contains('.') {
            None
        } else {
            Self::parse(text)
        }
    }

    /// How many digits it takes: those of the integer part and those after the point.
    pub(super) fn total_digits(&self) -> usize {
        self.int.len() + self.fraction.len()
    }

    /// How many digits stand after the point.
    pub(super) fn fraction_digits(&self) -> usize {
        self.fraction.len()
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        (self.int.len().cmp(&other.int.len()))
            .then_with(|| self.int.cmp(other.int))
            .then_with(|| self.fraction.cmp(other.fraction))
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Whether `text` begins with a minus, and what follows its sign.
pub(super) fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Whether `text` has nothing but ASCII digits; so has the empty text.
pub(super) fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Decimal;

    #[test]
    fn numbers_compare_as_numbers() {
        for (left, right, expected) in [
            ("1", "+01.0", Ordering::Equal),
            ("-0", "0.00", Ordering::Equal),
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("1.49", "1.5", Ordering::Less),
            (".5", "0.500", Ordering::Equal),
            ("-1", "0", Ordering::Less),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567891",
                Ordering::Less,
            ),
        ] {
            let (left, right) = (
                Decimal::parse(left).unwrap(),
                Decimal::parse(right).unwrap(),
            );
            assert_eq!(left.cmp(&right), expected, "{left:?} {right:?}");
            assert_eq!(right.cmp(&left), expected.reverse(), "{left:?} {right:?}");
        }
    }

    #[test]
    fn digits_are_counted_in_the_value() {
        for (text, total, fraction) in [
            ("0012.30", 3, 1),
            ("100", 3, 0),
            ("0.05", 2, 2),
            ("0", 0, 0),
            ("-7.", 1, 0),
        ] {
            let number = Decimal::parse(text).unwrap();
            assert_eq!(
                (number.total_digits(), number.fraction_digits()),
                (total, fraction)
            );
        }
    }
}
