//! How a system was found when it was asked last.

use std::time::Duration;

use tokio::time::Instant;

/// What the last questions showed, whatever they were about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Beat {
    answered: Option<(Instant, Duration)>,
    failed: Option<Instant>,
}

/// How a system was found when it was asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// How long ago it answered last, and how long it took.
    pub answered: Option<(Duration, Duration)>,
    /// How long ago a question failed last.
    pub failed: Option<Duration>,
    /// Whether it is left alone for now.
    pub resting: bool,
}

impl Beat {
    /// It answered a question that was sent at `sent`.
    pub(crate) fn answered(&mut self, sent: Instant, now: Instant) {
        self.answered = Some((now, now.duration_since(sent)));
    }

    /// A question failed.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.failed = Some(now);
    }

    /// As seen at `now`.
    pub(crate) fn pulse(&self, now: Instant, resting: bool) -> Pulse {
        Pulse {
            answered: self
                .answered
                .map(|(at, took)| (now.duration_since(at), took)),
            failed: self.failed.map(|at| now.duration_since(at)),
            resting,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_each_counts() {
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let mut beat = Beat::default();
        assert_eq!(beat.pulse(at(0), false).answered, None);
        beat.answered(at(1), at(3));
        beat.failed(at(4));
        let expected = Pulse {
            answered: Some((Duration::from_secs(7), Duration::from_secs(2))),
            failed: Some(Duration::from_secs(6)),
            resting: true,
        };
        assert_eq!(beat.pulse(at(10), true), expected);
    }
}
