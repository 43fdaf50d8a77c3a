//! How far a lot has come: on a terminal one line that changes, elsewhere nothing until the end.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// A sending under way.
pub(super) struct Progress {
    begun: Instant,
    before: u64,
    now: u64,
    total: u64,
}

impl Progress {
    /// Begins after what was answered in an earlier sending.
    pub(super) fn begin(before: u64, total: u64) -> Self {
        if before > 0 {
            eprintln!("se reanuda en la posición {}", before + 1);
        }
        Self {
            begun: Instant::now(),
            before,
            now: before,
            total,
        }
    }

    /// So many are answered by now.
    pub(super) fn tell(&mut self, done: u64) {
        self.now = done;
        let mut out = std::io::stderr();
        if out.is_terminal() {
            let line = line((self.before, done, self.total), self.begun.elapsed());
            // Nobody is worse off if the terminal is gone.
            let _ = write!(out, "\r{line:<70}");
            let _ = out.flush();
        }
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

    use super::line;

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
}
