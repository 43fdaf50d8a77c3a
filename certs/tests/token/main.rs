//! Keys in a token: `SoftHSM`, with a folder of tokens of this run alone.
//!
//! The library reads where its tokens are from the environment, once a process. So this program makes the folder, and
//! runs itself again with it in the environment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod cases;
mod maker;

use std::path::Path;
use std::process::{Command, ExitCode};

const CONFIGURATION: &str = "SOFTHSM2_CONF";

fn main() -> ExitCode {
    match std::env::var_os("PASARELA_TOKEN_TESTS") {
        Some(folder) => {
            cases::all(Path::new(&folder));
            ExitCode::SUCCESS
        }
        None => again(),
    }
}

/// Runs this program with a folder of tokens.
fn again() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.path().join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    std::fs::write(&configuration, text).unwrap();
    for label in ["pasarela", "doble", "doble"] {
        maker::init_token(&configuration, label);
    }
    let status = Command::new(std::env::current_exe().unwrap())
        .env(CONFIGURATION, &configuration)
        .env("PASARELA_TOKEN_TESTS", folder.path())
        .status()
        .unwrap();
    if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
