//! libxml2 as a second opinion, through `xmllint --schema`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use contract::{Contract, DecodeError, Governance, Limits, QName, ViolationKind, xml};

/// Documents that one run of `xmllint` judges.
const BATCH: usize = 500;

/// A document to judge.
pub(crate) struct Case {
    pub(crate) root: QName,
    pub(crate) text: String,
    /// The difference that is explained, should the verdicts differ.
    pub(crate) known: Option<Known>,
}

/// A difference that is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Known {
    /// Whether it is we who accept.
    pub(crate) we_accept: bool,
    pub(crate) why: &'static str,
}

/// How many documents both accept and both refuse, and what they differ on.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    valid: usize,
    invalid: usize,
    /// Documents on which libxml2 reports an internal error of its own.
    undecided: usize,
    known: BTreeMap<Known, usize>,
    differences: Vec<String>,
}

impl Tally {
    /// Fails with the first documents that are judged differently, if any is.
    pub(crate) fn assert_equal(&self, least: usize) {
        let count = self.differences.len();
        let shown: Vec<_> = self
            .differences
            .iter()
            .take(20)
            .map(String::as_str)
            .collect();
        let shown = shown.join("\n");
        assert!(
            count == 0,
            "{count} documents are judged differently:\n{shown}"
        );
        let (valid, invalid, undecided) = (self.valid, self.invalid, self.undecided);
        assert!(
            valid + invalid >= least,
            "only {valid} + {invalid} documents"
        );
        assert!(valid > 0 && invalid > 0, "{valid} valid, {invalid} invalid");
        println!("{valid} valid, {invalid} invalid judged alike, {undecided} undecided");
        for (known, count) in &self.known {
            println!("{count} judged differently: {}", known.why);
        }
    }

    /// Fails when an explanation explains nothing any more.
    pub(crate) fn assert_used(&self, explanations: &[Known]) {
        for known in explanations {
            assert!(
                self.known.contains_key(known),
                "nothing differs: {}",
                known.why
            );
        }
    }

    fn count(&mut self, case: &Case, ours: Result<(), String>, theirs: Option<bool>) {
        let Some(theirs) = theirs else {
            self.undecided += 1;
            return;
        };
        if ours.is_ok() == theirs {
            *(if theirs {
                &mut self.valid
            } else {
                &mut self.invalid
            }) += 1;
            return;
        }
        match case.known {
            Some(known) if known.we_accept == ours.is_ok() => {
                *self.known.entry(known).or_default() += 1;
            }
            _ => {
                let why = ours.err().unwrap_or_else(|| "libxml2 refuses".to_owned());
                self.differences.push(format!("{}\n    {why}", case.text));
            }
        }
    }
}

/// Judges the documents by the schema in `folder/file`, here and there.
pub(crate) fn compare(folder: &Path, file: &str, cases: &[Case]) -> Tally {
    let schema = folder.join(file);
    let contract = Contract::load_file(folder, &schema, Governance::Ungoverned);
    let contract = contract.unwrap_or_else(|errors| panic!("{}:\n{errors}", schema.display()));
    let mut tally = Tally::default();
    for batch in cases.chunks(BATCH) {
        let theirs = judge(&schema, batch.iter().map(|case| case.text.as_str()));
        for (case, theirs) in batch.iter().zip(theirs) {
            tally.count(case, verdict(&contract, &case.root, &case.text), theirs);
        }
    }
    tally
}

/// Our verdict by the schema alone: that a request may carry no masked value is a rule of ours.
fn verdict(contract: &Arc<Contract>, root: &QName, text: &str) -> Result<(), String> {
    let id = contract
        .root(root)
        .ok_or_else(|| format!("`{root}` is no root"))?;
    let limits = Limits {
        max_violations: 1_000,
        ..Limits::default()
    };
    match xml::decode(contract, id, text.as_bytes(), &limits) {
        Ok(_) => Ok(()),
        Err(DecodeError::Invalid(violations))
            if violations
                .iter()
                .all(|one| one.kind == ViolationKind::MaskedValue) =>
        {
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Whether libxml2 accepts the documents, in order.
///
/// # Panics
/// When `xmllint` is absent or has no verdict on a document.
pub(crate) fn judge<'t>(
    schema: &Path,
    documents: impl Iterator<Item = &'t str>,
) -> Vec<Option<bool>> {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (at, text) in documents.enumerate() {
        std::fs::write(folder.path().join(format!("{at}.xml")), text).unwrap();
        count = at + 1;
    }
    let output = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args((0..count).map(|at| format!("{at}.xml")))
        .current_dir(folder.path())
        .output()
        .unwrap_or_else(|error| {
            panic!("`xmllint` cannot be run ({error}): install it, on Debian package libxml2-utils")
        });
    let report = String::from_utf8_lossy(&output.stderr);
    let lines: BTreeSet<&str> = report.lines().collect();
    let judged = |at: usize| {
        let valid = lines.contains(format!("{at}.xml validates").as_str());
        let invalid = lines.contains(format!("{at}.xml fails to validate").as_str());
        let undecided = format!("{at}.xml validation generated an internal error");
        if lines.contains(undecided.as_str()) {
            return None;
        }
        let first = lines.first();
        assert!(valid != invalid, "no verdict on document {at}: {first:?}");
        Some(valid)
    };
    (0..count).map(judged).collect()
}
