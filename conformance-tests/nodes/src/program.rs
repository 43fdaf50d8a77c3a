//! What a reference system needs to be a program of its own: a configuration file, and an end.

use std::error::Error;
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
    let arguments: Vec<String> = std::env::args().collect();
    let [_, option, path] = arguments.as_slice() else {
        return Err(usage(program));
    };
    if option != "--config" {
        return Err(usage(program));
    }
    Ok(toml::from_str(&std::fs::read_to_string(path)?)?)
}

fn usage(program: &str) -> Box<dyn Error> {
    format!("usage: {program} --config FILE").into()
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
