//! Replays what the fuzzer found worth keeping, and the packages made by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::fs;
use std::path::Path;

#[test]
fn the_corpus_is_read_or_refused() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "fuzz/corpus/package",
        "tests/wire/packages/good",
        "tests/wire/packages/hostile",
    ] {
        let entries = fs::read_dir(here.join(folder)).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{folder} is empty");
        for file in files {
            targets::package(&fs::read(&file).unwrap());
        }
    }
}
