//! Counts the traffic of organisms behind the journals, a little at a time: pages show what was counted.

use std::time::Duration;

use store::Store;
use store::traffic::Counted;

use crate::clock;

/// How often it is looked for what is new.
const EVERY: Duration = Duration::from_secs(10);
/// How long it rests where there is more.
const REST: Duration = Duration::from_millis(200);
/// How many entries of each journal are counted at once.
const AT_ONCE: u32 = 2_000;

/// Counts until the program ends. What cannot be counted now is counted later: nothing waits for it.
pub(super) async fn run(store: Store) {
    loop {
        let counted = store.count_traffic(AT_ONCE, clock::now()).await;
        let pause = match counted {
            Ok(Counted::All) => EVERY,
            Ok(Counted::Part) => REST,
            Err(error) => {
                tracing::error!(%error, "the traffic of organisms could not be counted");
                EVERY
            }
        };
        tokio::time::sleep(pause).await;
    }
}
