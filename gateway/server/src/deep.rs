//! Work on a thread of its own whose stack is enough for whatever the bounds of a set of policies let in: they are read by
//! recursion.

use std::collections::BTreeMap;
use std::thread::Builder;

use policy::{Engine, LoadErrors};
use tokio::sync::oneshot;

/// Only what is used of it takes memory.
const STACK: usize = 1 << 30;

/// Why policies that were approved cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// They do not hold together: they were approved by a program that read them otherwise.
    #[error(transparent)]
    Unfit(#[from] LoadErrors),
    /// The texts are not those whose digest was approved.
    #[error("the texts kept as version `{0}` have another digest")]
    Tampered(String),
    /// There is no thread for them.
    #[error("no thread to read them on: {0}")]
    NoThread(#[from] std::io::Error),
    /// The thread has not come to an end.
    #[error("they could not be read to the end")]
    Broken,
}

/// Does the work there and waits for it.
///
/// # Errors
/// There is no such thread, or it does not come to an end.
pub(crate) async fn deep<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unusable> {
    let (done, result) = oneshot::channel();
    Builder::new().stack_size(STACK).spawn(move || {
        // Whoever asked may be gone.
        let _ = done.send(work());
    })?;
    result.await.map_err(|_| Unusable::Broken)
}

/// Compiles texts that are kept under that version.
///
/// # Errors
/// See [`Unusable`].
pub async fn compiled(
    version: String,
    texts: BTreeMap<String, String>,
) -> Result<Engine, Unusable> {
    let engine = deep(move || Engine::from_texts(&texts)).await??;
    if engine.version() == version {
        Ok(engine)
    } else {
        Err(Unusable::Tampered(version))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[tokio::test]
    async fn only_what_was_approved_is_compiled() {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/policies");
        let texts = Engine::read(&shipped).unwrap();
        let version = Engine::version_of(&texts);
        let engine = compiled(version.clone(), texts.clone()).await.unwrap();
        assert_eq!(engine.version(), version);
        let mut other = texts.clone();
        other.insert("prueba.cedar".to_owned(), "// PRUEBA".to_owned());
        let told = compiled(version.clone(), other).await.err();
        assert!(matches!(told, Some(Unusable::Tampered(it)) if it == version));
        let mut unfit = texts;
        unfit.insert("prueba.cedar".to_owned(), "permit (".to_owned());
        let told = compiled(version, unfit).await.err();
        assert!(matches!(told, Some(Unusable::Unfit(_))), "{told:?}");
    }
}
