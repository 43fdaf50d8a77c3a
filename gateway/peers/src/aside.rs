//! Signing without keeping a worker waiting: a key in a token takes as long as the token does.

use std::sync::Arc;
use std::time::Instant;

use certs::signing::{Keeping, Signer};
use tokio::task::{JoinError, spawn_blocking};

/// Does what needs a signature; where the key is in a token, on a thread that may wait, and no longer than `until`.
///
/// INVARIANT: no worker of a runtime waits for a token. How many wait at once, the token's queue bounds.
///
/// # Errors
/// The thread ended before its time.
pub async fn aside<T: Send + 'static>(
    signer: &Arc<Signer>,
    until: Option<Instant>,
    work: impl FnOnce(&Signer) -> T + Send + 'static,
) -> Result<T, JoinError> {
    match signer.keeping() {
        Keeping::File => Ok(work(signer)),
        Keeping::Token => {
            let signer = Arc::clone(signer);
            // Its thread may have been waited for, too.
            let left = move || until.map(|end| end.saturating_duration_since(Instant::now()));
            spawn_blocking(move || match left() {
                Some(left) => work(&signer.within(left)),
                None => work(&signer),
            })
            .await
        }
    }
}
