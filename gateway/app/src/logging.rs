//! The log: JSON lines on standard error, at the level `PASARELA_LOG` asks for.

use tracing_subscriber::EnvFilter;

/// Starts logging; once a process.
pub(crate) fn start() {
    let level = EnvFilter::try_from_env("PASARELA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(level);
    // A second start, as in tests, keeps the first.
    let _ = subscriber.try_init();
}

/// Starts logging into a file: the terminal belongs to the story.
pub(crate) fn start_in(path: &std::path::Path) -> crate::exit::Outcome {
    let file = std::fs::File::create(path)
        .map_err(|e| crate::exit::Failure::broken(&format!("`{}`", path.display()), e))?;
    let level = EnvFilter::try_from_env("PASARELA_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let writer = std::sync::Mutex::new(file);
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(writer)
        .with_env_filter(level)
        .with_ansi(false);
    let _ = subscriber.try_init();
    Ok(())
}
