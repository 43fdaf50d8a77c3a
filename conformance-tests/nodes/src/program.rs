//! What a reference system needs to be a program of its own: a configuration file, and an end.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use tokio::signal::unix::{SignalKind, signal};

/// What may stop a program; it is shown and ends it.
pub type Fallible<T> = Result<T, Box<dyn Error>>;

/// The configuration named on the command line of `program`, as `--config FILE` and nothing else.
///
/// # Errors
/// The command line is another, or the file cannot be read as the configuration.
pub fn configuration<T: DeserializeOwned>(program: &str) -> Fallible<T> {
    match ordered(program, "")? {
        (None, configuration) => Ok(configuration),
        (Some(_), _) => Err(usage(program, "")),
    }
}

/// The configuration in that file.
///
/// # Errors
/// The file cannot be read as the configuration; says which file.
pub fn read<T: DeserializeOwned>(path: &Path) -> Fallible<T> {
    let named = |cause: &dyn Error| format!("`{}`: {cause}", path.display());
    let text = std::fs::read_to_string(path).map_err(|e| named(&e))?;
    Ok(toml::from_str(&text).map_err(|e| named(&e))?)
}

/// The same, where `--config FILE` may follow on one word that says what to do instead of serving.
///
/// # Errors
/// The command line is another, or the file cannot be read as the configuration.
pub fn ordered<T: DeserializeOwned>(program: &str, word: &str) -> Fallible<(Option<String>, T)> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (order, path) = match arguments.as_slice() {
        [option, path] if option == "--config" => (None, path),
        [order, option, path] if order == word && option == "--config" => (Some(order), path),
        _ => return Err(usage(program, word)),
    };
    Ok((order.cloned(), read(Path::new(path))?))
}

fn usage(program: &str, word: &str) -> Box<dyn Error> {
    let word = match word {
        "" => String::new(),
        word => format!(" [{word}]"),
    };
    format!("usage: {program}{word} --config FILE").into()
}

/// Waits until somebody ends the program.
///
/// # Errors
/// The system does not let it wait.
pub async fn told_to_end() -> Fallible<()> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// The exit status of `program`; says why, if it failed.
pub fn ended(program: &str, outcome: Fallible<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{program}: {error}");
            ExitCode::FAILURE
        }
    }
}
