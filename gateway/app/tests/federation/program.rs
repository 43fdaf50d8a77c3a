//! The program under test, run to its end or kept running.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pasarela");

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `pasarela` with these arguments.
pub(crate) fn pasarela<S: AsRef<OsStr>>(arguments: &[S]) -> Ended {
    pasarela_reading(arguments, b"")
}

/// Runs `pasarela` with these arguments and this standard input.
pub(crate) fn pasarela_reading<S: AsRef<OsStr>>(arguments: &[S], input: &[u8]) -> Ended {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ended {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `pasarela` and expects it to succeed; gives its standard output.
#[track_caller]
pub(crate) fn succeed<S: AsRef<OsStr> + std::fmt::Debug>(arguments: &[S]) -> String {
    let ended = pasarela(arguments);
    assert_eq!(ended.status, 0, "{arguments:?}: {ended:?}");
    ended.out
}

/// Runs a gateway until the pipe to it closes, which happens however the test process ends; then removes its folder.
const GUARD: &str = r#"
PASARELA_LOG=debug "$0" serve --config "$1/pasarela.toml" 2>"$1/pasarela.log" &
gateway=$!
cat >/dev/null
kill "$gateway"
wait "$gateway"
rm -rf -- "$1"
"#;

/// Removes the folder once this process has ended.
pub(crate) fn remove_at_the_end(folder: &Path) {
    let mut waiting = Command::new("sh")
        .args(["-c", "cat >/dev/null; rm -rf -- \"$0\""])
        .arg(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // The pipe stays open as long as the process lives.
    std::mem::forget(waiting.stdin.take());
}

/// A gateway that runs.
pub(crate) struct Serving {
    guard: Child,
    folder: PathBuf,
}

impl Serving {
    /// Starts `pasarela serve` with the `pasarela.toml` of `folder`; the log goes to `pasarela.log` beside it.
    pub(crate) fn start(folder: &Path) -> Self {
        let guard = Command::new("sh")
            .args(["-c", GUARD, PROGRAM])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let folder = folder.to_owned();
        Self { guard, folder }
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("pasarela.log")).unwrap_or_default()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}
