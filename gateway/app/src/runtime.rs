//! The runtime that commands run on.

use std::future::Future;

use crate::exit::{Failure, Outcome};

/// Runs a command's work to its end.
pub(crate) fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::broken("runtime", e))?
        .block_on(work)
}
