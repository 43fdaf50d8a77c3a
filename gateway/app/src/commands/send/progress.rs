//! How far a lot has come: on a terminal one line that changes, elsewhere a line every few seconds.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long nothing is said where there is no terminal.
const QUIET: Duration = Duration::from_secs(5);

/// A sending under way.
pub(super) struct Progress {
    begun: Instant,
    /// How far it was when the last line of its own was said.
    told: Duration,
    before: u64,
    now: u64,
    total: u64,
}

/// What becomes of the line that says how far it is.
#[derive(Debug, PartialEq, Eq)]
enum Shown {
    /// It takes the place of the one before.
    Over(String),
    /// It is one of its own.
    Line(String),
    /// It is not time for it.
    Nothing,
}

impl Progress {
    /// Begins after what was answered in an earlier sending.
    pub(super) fn begin(before: u64, total: u64) -> Self {
        if before > 0 {
            eprintln!("se reanuda en la posición {}", before + 1);
        }
        Self {
            begun: Instant::now(),
            told: Duration::ZERO,
            before,
            now: before,
            total,
        }
    }

    /// So many are answered by now.
    pub(super) fn tell(&mut self, done: u64) {
        let mut out = std::io::stderr();
        let shown = self.shown(done, out.is_terminal(), self.begun.elapsed());
        // Nobody is worse off if the terminal, or the file, is gone.
        let _ = match shown {
            Shown::Over(line) => write!(out, "\r{line:<70}"),
            Shown::Line(line) => writeln!(out, "{line}"),
            Shown::Nothing => Ok(()),
        };
        let _ = out.flush();
    }

    fn shown(&mut self, done: u64, terminal: bool, elapsed: Duration) -> Shown {
        self.now = done;
        let line = line((self.before, done, self.total), elapsed);
        if terminal {
            return Shown::Over(line);
        }
        if elapsed.saturating_sub(self.told) < QUIET {
            return Shown::Nothing;
        }
        self.told = elapsed;
        Shown::Line(line)
    }

    /// Says how it went as a whole.
    pub(super) fn end(&self) {
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        let elapsed = self.begun.elapsed();
        let rate = rate(self.now - self.before, elapsed);
        eprintln!(
            "{} casos en {:.1} s, {rate}/s",
            self.now - self.before,
            elapsed.as_secs_f64()
        );
    }
}

/// Done of total, share, rate and what is left at that rate.
fn line((before, done, total): (u64, u64, u64), elapsed: Duration) -> String {
    let rate = rate(done - before, elapsed);
    let share = (done * 100).checked_div(total).unwrap_or(100);
    let left = total.saturating_sub(done).checked_div(rate);
    let left = left.map_or_else(|| "?".to_owned(), clock);
    format!("{done} / {total} ({share} %) · {rate}/s · quedan {left}")
}

/// Cases a second since the beginning.
fn rate(done: u64, elapsed: Duration) -> u64 {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    (done * 1_000).checked_div(milliseconds).unwrap_or(0)
}

fn clock(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Progress, Shown, line};

    #[test]
    fn rate_and_remaining_time_are_of_this_sending() {
        let table = [
            ((0, 0, 100), 0, "0 / 100 (0 %) · 0/s · quedan ?"),
            ((0, 50, 100), 5, "50 / 100 (50 %) · 10/s · quedan 5 s"),
            ((40, 50, 100), 5, "50 / 100 (50 %) · 2/s · quedan 25 s"),
            (
                (0, 100, 65_891),
                10,
                "100 / 65891 (0 %) · 10/s · quedan 1 h 49 min",
            ),
            (
                (0, 500, 2_000),
                10,
                "500 / 2000 (25 %) · 50/s · quedan 30 s",
            ),
            (
                (0, 10, 1_010),
                1,
                "10 / 1010 (0 %) · 10/s · quedan 1 min 40 s",
            ),
            ((0, 100, 100), 1, "100 / 100 (100 %) · 100/s · quedan 0 s"),
        ];
        for (counts, seconds, expected) in table {
            assert_eq!(line(counts, Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn off_a_terminal_there_is_a_line_every_five_seconds() {
        let mut progress = Progress::begin(0, 1_000);
        // Seconds, answered by then, and the line that is said.
        let table = [
            (1, 50, None),
            (4, 100, None),
            (5, 150, Some("150 / 1000 (15 %) · 30/s · quedan 28 s")),
            (9, 200, None),
            (12, 240, Some("240 / 1000 (24 %) · 20/s · quedan 38 s")),
            (16, 300, None),
            (17, 340, Some("340 / 1000 (34 %) · 20/s · quedan 33 s")),
        ];
        for (seconds, done, expected) in table {
            let shown = progress.shown(done, false, Duration::from_secs(seconds));
            let expected = expected.map_or(Shown::Nothing, |line| Shown::Line(line.to_owned()));
            assert_eq!(shown, expected, "{seconds} s");
        }
        let shown = progress.shown(400, true, Duration::from_secs(18));
        assert!(matches!(shown, Shown::Over(_)), "{shown:?}");
    }
}
