//! Replays what the fuzzers found worth keeping, and the seeds made by hand.
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

/// What one fuzzer does with bytes.
type Target = fn(&[u8]);

#[test]
fn the_corpus_is_read_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let targets: [(&str, Target); 4] = [
        ("xml", targets::xml),
        ("json", targets::json),
        ("xsd", targets::xsd),
        ("wsdl", targets::wsdl),
    ];
    for (name, target) in targets {
        let entries = fs::read_dir(corpus.join(name)).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            target(&fs::read(&file).unwrap());
        }
    }
}
