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

/// Waits until this process has ended, then removes the folder.
const KEEP: &str = r#"
cat >/dev/null
rm -rf -- "$1"
"#;

/// Runs a gateway until this process has ended, then removes its folder; if it has tokens, they are in there.
const SERVE: &str = r#"
PASARELA_LOG=debug SOFTHSM2_CONF="$1/softhsm2.conf" "$0" serve --config "$1/pasarela.toml" 2>"$1/pasarela.log" &
gateway=$!
cat >/dev/null
kill "$gateway"
wait "$gateway"
rm -rf -- "$1"
"#;

/// A folder, and perhaps the gateway in it: both go when this is dropped, or when this process ends in whatever way.
pub(crate) struct Guarded {
    folder: PathBuf,
    shell: Child,
}

impl Guarded {
    /// A folder that is kept meanwhile.
    pub(crate) fn folder(folder: PathBuf) -> Self {
        Self::run(KEEP, folder)
    }

    /// Starts `pasarela serve` with the `pasarela.toml` of `folder`; the log goes to `pasarela.log` beside it.
    pub(crate) fn serving(folder: PathBuf) -> Self {
        Self::run(SERVE, folder)
    }

    /// The pipe to the shell closes however this process ends.
    fn run(script: &str, folder: PathBuf) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script, PROGRAM]).arg(&folder);
        let piped = command.stdin(Stdio::piped());
        let shell = piped.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let shell = shell.unwrap();
        Self { folder, shell }
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// What the gateway has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("pasarela.log")).unwrap_or_default()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A fresh folder.
pub(crate) fn fresh_folder() -> PathBuf {
    let mut name = tempfile::Builder::new();
    name.prefix("pasarela-federation-")
        .tempdir()
        .unwrap()
        .keep()
}
