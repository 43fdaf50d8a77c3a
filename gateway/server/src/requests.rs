//! Forgets requests that can no longer be repeated, and what was used of the quotas of days that are over.

use std::time::Duration;

use jiff::SignedDuration;
use store::Store;

use crate::clock;

/// A request's own time must be of today or of yesterday, so two days later none can come again.
const KEPT: SignedDuration = SignedDuration::from_hours(72);
const EVERY: Duration = Duration::from_hours(1);

/// Forgets until the task is dropped.
pub(crate) async fn forget(store: Store) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Ok(before) = clock::now().checked_sub(KEPT) else {
            continue;
        };
        if let Err(error) = store.purge_requests(before).await {
            tracing::error!(%error, "old requests could not be forgotten");
        }
        if let Err(error) = store.forget_use(domain::quota::day(before)).await {
            tracing::error!(%error, "what was used of old quotas could not be forgotten");
        }
    }
}
