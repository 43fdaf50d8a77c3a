//! When a system that keeps failing is left alone, and when it is tried again.

use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row, and it is left alone.
const PATIENCE: u32 = 5;
/// How long at first; each trial that fails doubles it.
const SHORTEST_REST: Duration = Duration::from_secs(1);
/// How long at most.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// A trial that has told nothing for so long is forgotten: whoever made it was cut off.
const TRIAL: Duration = Duration::from_secs(30);

/// Whether a system is asked.
///
/// Closed, it is asked, and failures in a row are counted. Open, it is not, until it has rested. Half open, one
/// question is let through as a trial: answered, the breaker closes; failed, it opens for twice as long. The instants
/// are arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Breaker {
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, rest: Duration },
    HalfOpen { since: Instant, rest: Duration },
}

/// How a question ended, as the breaker sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The system works, whatever it said.
    Works,
    /// It answers questions of another sort, such as those of its index: a rest ends, and a failure begins another.
    Stirs,
    /// It does not.
    Fails,
    /// Nothing was learned of it: the question never left.
    Untold,
}

impl Breaker {
    pub(crate) const fn new() -> Self {
        let state = State::Closed { failures: 0 };
        Self { state }
    }

    /// Whether it would not be asked at this instant; changes nothing.
    pub(crate) fn rests(&self, now: Instant) -> bool {
        match self.state {
            State::Closed { .. } => false,
            State::Open { until, .. } => now < until,
            State::HalfOpen { since, .. } => now < since + TRIAL,
        }
    }

    /// Whether it is asked now; if it has rested, that question is the trial.
    pub(crate) fn admits(&mut self, now: Instant) -> bool {
        if self.rests(now) {
            return false;
        }
        self.state = match self.state {
            State::Closed { failures } => State::Closed { failures },
            State::Open { rest, .. } | State::HalfOpen { rest, .. } => {
                State::HalfOpen { since: now, rest }
            }
        };
        true
    }

    /// Takes in how a question ended.
    pub(crate) fn learn(&mut self, outcome: Outcome, now: Instant) {
        let open = |rest: Duration| State::Open {
            until: now + rest,
            rest,
        };
        self.state = match (outcome, self.state) {
            (Outcome::Works, _) => State::Closed { failures: 0 },
            (Outcome::Stirs, State::Closed { failures }) => State::Closed { failures },
            (Outcome::Stirs, State::Open { .. } | State::HalfOpen { .. }) => State::Closed {
                failures: PATIENCE - 1,
            },
            (Outcome::Fails, State::Closed { failures }) if failures + 1 < PATIENCE => {
                State::Closed {
                    failures: failures + 1,
                }
            }
            (Outcome::Fails, State::Closed { .. }) => open(SHORTEST_REST),
            (Outcome::Fails, State::HalfOpen { rest, .. }) => open((rest * 2).min(LONGEST_REST)),
            // A trial that never left may be made again at once.
            (Outcome::Untold, State::HalfOpen { rest, .. }) => State::Open { until: now, rest },
            // What was asked before it opened ends after.
            (Outcome::Fails, State::Open { until, rest }) => State::Open { until, rest },
            (Outcome::Untold, state) => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Breaker, Outcome};
    use Outcome::{Fails, Stirs, Untold, Works};
    use Step::{Asked, Ended, Refused};

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Asked,
        Refused,
        Ended(Outcome),
    }

    const OPENED: [(u64, Step); 6] = [
        (0, Ended(Fails)),
        (1, Ended(Fails)),
        (2, Ended(Fails)),
        (3, Ended(Fails)),
        (4, Asked),
        (5, Ended(Fails)),
    ];
    const TABLE: &[(&str, &[(u64, Step)])] = &[
        (
            "it rests a second",
            &[(6, Refused), (1_004, Refused), (1_005, Asked)],
        ),
        ("one trial at a time", &[(1_005, Asked), (1_006, Refused)]),
        (
            "a trial that is answered closes it",
            &[
                (1_005, Asked),
                (1_010, Ended(Works)),
                (1_011, Asked),
                (1_012, Asked),
            ],
        ),
        (
            "a trial that fails opens it for twice as long",
            &[
                (1_005, Asked),
                (1_010, Ended(Fails)),
                (3_009, Refused),
                (3_010, Asked),
            ],
        ),
        (
            "a trial that never left is made again",
            &[(1_005, Asked), (1_010, Ended(Untold)), (1_010, Asked)],
        ),
        (
            "a trial of which nobody tells is forgotten",
            &[(1_005, Asked), (31_004, Refused), (31_005, Asked)],
        ),
        (
            "what was asked before does not prolong the rest",
            &[(900, Ended(Fails)), (1_005, Asked)],
        ),
        (
            "an answer from before closes it",
            &[(10, Ended(Works)), (11, Asked)],
        ),
        (
            "its index ends the rest, and one failure begins another",
            &[
                (10, Ended(Stirs)),
                (11, Asked),
                (12, Ended(Stirs)),
                (13, Ended(Fails)),
                (14, Refused),
                (1_013, Asked),
            ],
        ),
    ];

    /// Steps at milliseconds from the beginning: what is let through, and what came of it.
    #[test]
    fn it_opens_rests_and_tries() {
        for (case, steps) in TABLE {
            let begin = Instant::now();
            let mut breaker = Breaker::new();
            for (at, step) in OPENED.iter().chain(*steps) {
                let now = begin + Duration::from_millis(*at);
                match step {
                    Asked => {
                        assert!(!breaker.rests(now), "{case}: {at}");
                        assert!(breaker.admits(now), "{case}: {at}");
                    }
                    Refused => {
                        assert!(breaker.rests(now), "{case}: {at}");
                        assert!(!breaker.admits(now), "{case}: {at}");
                    }
                    Ended(outcome) => breaker.learn(*outcome, now),
                }
            }
        }
    }

    #[test]
    fn only_failures_in_a_row_open_it() {
        let mut breaker = Breaker::new();
        let now = Instant::now();
        for outcome in [
            Fails, Fails, Fails, Fails, Works, Fails, Fails, Untold, Fails, Fails,
        ] {
            breaker.learn(outcome, now);
            assert!(breaker.admits(now), "{outcome:?}");
        }
    }

    #[test]
    fn an_index_that_answers_hides_no_failures() {
        let mut breaker = Breaker::new();
        let now = Instant::now();
        for outcome in [Fails, Stirs, Fails, Stirs, Fails, Stirs, Fails, Stirs] {
            breaker.learn(outcome, now);
            assert!(breaker.admits(now), "{outcome:?}");
        }
        breaker.learn(Fails, now);
        assert!(!breaker.admits(now));
    }

    #[test]
    fn the_rest_has_an_end() {
        let mut breaker = Breaker::new();
        let mut now = Instant::now();
        for _ in 0..40 {
            breaker.learn(Fails, now);
            now += Duration::from_secs(30);
            assert!(breaker.admits(now));
        }
    }
}
