//! Seals the journal by a signed checkpoint, every so often.

use std::time::Duration;

use store::JournalWriter;

use crate::clock;

/// Signs until the task is dropped; a quiet journal is not signed again.
pub(crate) async fn seal(journal: JournalWriter, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = journal.checkpoint(clock::now()).await {
            tracing::error!(%error, "the journal could not be sealed");
        }
    }
}
