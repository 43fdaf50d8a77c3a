//! What is done with evidence on the command line: each kind of it in a journal of its own, beside that of the node, which
//! has its one writer in the running gateway.

use std::time::Duration;

use jiff::Timestamp;
use store::{Error, JournalWriter, Store};

use crate::config::Config;
use crate::exit::Failure;
use crate::wiring;

/// How long to wait for another writer, each time it is met.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(700),
    Duration::from_millis(1500),
];

/// Does something with the journal of that name, and seals what it wrote, also of what was refused.
///
/// A journal has one writer at a time. Whoever finds another one there has done nothing, as evidence comes before
/// effect, and tries again.
pub(super) async fn done<T>(
    (config, store): (&Config, &Store),
    name: &str,
    work: impl AsyncFn(&Store, &JournalWriter) -> Result<T, Error>,
) -> Result<Result<T, Error>, Failure> {
    let node = format!("{}.{name}", config.node.id);
    for pause in PAUSES {
        match once((config, store), &node, &work).await? {
            Err(Error::Journal(_)) => tokio::time::sleep(pause).await,
            done => return Ok(done),
        }
    }
    once((config, store), &node, &work).await
}

async fn once<T>(
    (config, store): (&Config, &Store),
    node: &str,
    work: &impl AsyncFn(&Store, &JournalWriter) -> Result<T, Error>,
) -> Result<Result<T, Error>, Failure> {
    let (journal, writer) = wiring::journal(config, store, node).await?;
    let done = work(store, &journal).await;
    // What is written is evidence; a seal that is not made now is made after the next act.
    if let Err(error) = journal.checkpoint(Timestamp::now()).await {
        eprintln!("pasarela: el registro de actividades no se ha sellado: {error}");
    }
    drop(journal);
    writer.await.map_err(|e| Failure::broken("journal", e))?;
    Ok(done)
}
