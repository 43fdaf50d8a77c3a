//! The one rule of the calendar: a request is of today or of yesterday, in Madrid (SCSP v3, 0230).

use domain::day_in_madrid;
use jiff::Timestamp;

/// Whether a request made at `made` is in time at `now`.
pub(crate) fn in_time(made: Timestamp, now: Timestamp) -> bool {
    let today = day_in_madrid(now);
    let day = day_in_madrid(made);
    day == today || today.yesterday().is_ok_and(|yesterday| day == yesterday)
}

#[cfg(test)]
mod tests {
    use super::in_time;

    #[test]
    fn today_and_yesterday_are_in_time() {
        let now = "2026-07-15T22:30:00Z"; // the 16th in Madrid
        for (made, expected) in [
            ("2026-07-16T21:59:59Z", true),
            ("2026-07-16T22:00:00Z", false),
            ("2026-07-15T22:30:00Z", true),
            ("2026-07-14T22:00:00Z", true),
            ("2026-07-14T21:59:59Z", false),
            ("1999-01-01T00:00:00Z", false),
        ] {
            let verdict = in_time(made.parse().unwrap(), now.parse().unwrap());
            assert_eq!(verdict, expected, "{made}");
        }
    }
}
