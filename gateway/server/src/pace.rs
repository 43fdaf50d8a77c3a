//! One answer takes one time. Out of the territory, above the ceiling, a honey record and no case at all are one
//! answer, and different work behind it: it leaves on a beat that began with the last byte of the request, so that how long it took
//! tells nothing while the work ends within a beat, and no more than the number of beats when it does not. Refusals that say
//! why are not held.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Longer than the work behind any such answer usually takes; what takes longer leaves on a later beat.
const BEAT: Duration = Duration::from_millis(25);

/// Waits for the next beat of a request that began then.
pub(crate) async fn next_beat(began: Instant) {
    sleep_until(after(began, Instant::now())).await;
}

/// The first beat after `now`.
fn after(began: Instant, now: Instant) -> Instant {
    let whole = now.duration_since(began).as_nanos() / BEAT.as_nanos();
    let beats = u32::try_from(whole).unwrap_or(u32::MAX).saturating_add(1);
    began + BEAT.saturating_mul(beats)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_ends_within_one_beat_leaves_at_its_end() {
        let began = Instant::now();
        for (worked, leaves) in [(0, 25), (1, 25), (24_999, 25), (25_000, 50), (60_000, 75)] {
            let now = began + Duration::from_micros(worked);
            let expected = began + Duration::from_millis(leaves);
            assert_eq!(after(began, now), expected, "{worked} us");
        }
    }
}
