//! The proleptic Gregorian calendar, without a year zero.

/// How many days the month has.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the date.
pub(super) fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years from March, so that the leap day ends the year.
    let year = astronomical(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn is_leap(year: i64) -> bool {
    let year = astronomical(year);
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Year 1 BC is written `-0001` and counts as 0.
fn astronomical(year: i64) -> i64 {
    if year < 0 { year + 1 } else { year }
}

#[cfg(test)]
mod tests {
    use super::{days_from_epoch, days_in_month};

    #[test]
    fn days_are_counted_from_1970() {
        for (date, days) in [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -1),
            ((2000, 3, 1), 11_017),
            ((2020, 2, 29), 18_321),
            ((1, 1, 1), -719_162),
            ((-1, 12, 31), -719_163),
        ] {
            assert_eq!(days_from_epoch(date.0, date.1, date.2), days, "{date:?}");
        }
    }

    #[test]
    fn leap_years_follow_the_gregorian_rule() {
        for (year, days) in [(2000, 29), (1900, 28), (2024, 29), (2023, 28), (-1, 29)] {
            assert_eq!(days_in_month(year, 2), days, "{year}");
        }
    }
}
