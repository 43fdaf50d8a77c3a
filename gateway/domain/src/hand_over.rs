//! The hand-over window: what is left of a case to the force of a former residence, for a time.

use jiff::Timestamp;

/// The hand-over window: for how many days after a move the force of the former residence still sees
/// what handing the case over takes. Zero closes at once.
///
/// No text fixes the number: 15 days is this project's judgement, and each annex may say another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct HandOver {
    /// Whole days of 24 hours, from the instant at which the move was seen.
    pub days: u16,
}

impl Default for HandOver {
    fn default() -> Self {
        Self { days: 15 }
    }
}

impl HandOver {
    /// Whether the window is still open at `now` for a place left at `left`. It ends with its last
    /// instant: at that instant it is closed.
    ///
    /// A place that was left after `now`, by a clock that runs ahead, was left just now.
    pub fn is_open(self, left: Timestamp, now: Timestamp) -> bool {
        let seconds = i128::from(self.days) * 24 * 60 * 60;
        (now.as_nanosecond() - left.as_nanosecond()).max(0) < seconds * 1_000_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::HandOver;

    #[test]
    fn the_window_closes_with_its_last_instant() {
        let table = [
            (15, "2026-05-01T12:00:00Z", "2026-05-01T11:59:59Z", true), // a clock ahead of ours
            (15, "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", true),
            (
                15,
                "2026-05-01T12:00:00Z",
                "2026-05-16T11:59:59.999999Z",
                true,
            ),
            (15, "2026-05-01T12:00:00Z", "2026-05-16T12:00:00Z", false),
            (1, "2026-03-28T12:00:00Z", "2026-03-29T11:59:59Z", true), // the night of 23 hours
            (1, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", false),
            (0, "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", false),
            (0, "2026-05-01T12:00:00Z", "2026-05-01T11:59:59Z", false), // ahead of ours, and no window
        ];
        for (days, left, now, open) in table {
            let window = HandOver { days };
            assert_eq!(
                window.is_open(left.parse().unwrap(), now.parse().unwrap()),
                open,
                "{days} {left} {now}"
            );
        }
    }
}
