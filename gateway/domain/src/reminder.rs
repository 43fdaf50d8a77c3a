//! Reminders before a certificate ends: sixty, thirty and seven days.

use crate::text::words;

const DAY: i64 = 86_400;

words! {
    /// How near the end of a certificate is: the last mark that was passed, in days.
    Mark is "a mark of a reminder" {
        /// Sixty days or less.
        TwoMonths = "60",
        /// Thirty days or less.
        OneMonth = "30",
        /// Seven days or less.
        OneWeek = "7",
        /// It has ended.
        Over = "0",
    }
}

impl Mark {
    /// The mark that stands at `now` for a certificate with that end, both in seconds since 1970; none long before.
    pub fn on(not_after: i64, now: i64) -> Option<Self> {
        let left = not_after.saturating_sub(now);
        let passed = [
            (Self::Over, -1),
            (Self::OneWeek, 7 * DAY),
            (Self::OneMonth, 30 * DAY),
            (Self::TwoMonths, 60 * DAY),
        ];
        let found = passed.into_iter().find(|(_, most)| left <= *most);
        found.map(|(mark, _)| mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_at_sixty_thirty_and_seven_days() {
        let table = [
            (-1, Some(Mark::Over)),
            (0, Some(Mark::OneWeek)),
            (7 * DAY, Some(Mark::OneWeek)),
            (7 * DAY + 1, Some(Mark::OneMonth)),
            (30 * DAY, Some(Mark::OneMonth)),
            (60 * DAY, Some(Mark::TwoMonths)),
            (60 * DAY + 1, None),
        ];
        for (left, expected) in table {
            assert_eq!(Mark::on(1_000 + left, 1_000), expected, "{left}");
        }
    }
}
