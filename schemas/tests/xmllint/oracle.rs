//! libxml2 as a second opinion, through `xmllint --schema`.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use contract::{Contract, Fidelity, Governance, Limits, QName, json, xml};
use tempfile::TempDir;

use crate::meaning::{Space, meaning};
use crate::second::{Agreement, Second};

/// Documents that one run of `xmllint` judges.
const BATCH: usize = 500;

/// How often, at an interval of five milliseconds, `xmllint` is asked whether it is done.
const PATIENCE: u32 = 4_000;

/// A document to judge.
pub(crate) struct Case {
    pub(crate) root: QName,
    pub(crate) text: String,
    /// The differences that are explained, should the verdicts differ.
    pub(crate) known: Vec<Known>,
    /// Another form of the document, on which the verdicts must be equal if not on this one; and
    /// the explanation of that.
    pub(crate) instead: Option<(Known, String)>,
}

impl Case {
    /// A document on which the verdicts may not differ.
    pub(crate) fn plain(root: QName, text: String) -> Self {
        Self {
            root,
            text,
            known: Vec::new(),
            instead: None,
        }
    }
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
    /// What uppsala says.
    pub(crate) second: Agreement,
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

    /// Puts the counts and differences of another comparison to these.
    pub(crate) fn add(&mut self, other: Self) {
        self.valid += other.valid;
        self.invalid += other.invalid;
        self.undecided += other.undecided;
        self.differences.extend(other.differences);
        self.second.add(other.second);
        for (known, count) in other.known {
            *self.known.entry(known).or_default() += count;
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
        let instead = case.instead.iter().map(|(known, _)| known);
        let mut known = case.known.iter().chain(instead);
        if let Some(known) = known.find(|known| known.we_accept == ours.is_ok()) {
            *self.known.entry(*known).or_default() += 1;
        } else {
            let why = ours.err().unwrap_or_else(|| "libxml2 refuses".to_owned());
            self.differences.push(format!("{}\n    {why}", case.text));
        }
    }
}

/// Documents to judge, written where `xmllint` reads them.
pub(crate) struct Batch<'c> {
    cases: &'c [Case],
    folder: TempDir,
    names: Vec<String>,
}

impl<'c> Batch<'c> {
    /// The documents, as many a batch as one run of `xmllint` judges.
    pub(crate) fn all(cases: &'c [Case]) -> Vec<Self> {
        cases.chunks(BATCH).map(Self::write).collect()
    }

    fn write(cases: &'c [Case]) -> Self {
        // Thousands of small files, read once: in memory where that can be.
        let shared = Path::new("/dev/shm");
        let folder = if shared.is_dir() {
            tempfile::tempdir_in(shared).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        let names: Vec<String> = (0..cases.len()).map(|at| format!("{at}.xml")).collect();
        for (name, case) in names.iter().zip(cases) {
            std::fs::write(folder.path().join(name), &case.text).unwrap();
        }
        Self {
            cases,
            folder,
            names,
        }
    }

    /// Whether libxml2 accepts the documents, in order; `None` where it has no verdict.
    ///
    /// # Panics
    /// When `xmllint` is absent or does not say a word about a document.
    fn judge(&self, schema: &Path) -> Vec<Option<bool>> {
        let Some((_, report)) = xmllint(schema, self.folder.path(), &self.names) else {
            return vec![None; self.names.len()];
        };
        let lines: BTreeSet<&str> = report.lines().collect();
        let judged = |name: &String| {
            let said = |what: &str| lines.contains(format!("{name} {what}").as_str());
            if said("validation generated an internal error") {
                return None;
            }
            let (valid, invalid) = (said("validates"), said("fails to validate"));
            assert!(
                valid != invalid,
                "no verdict on {name}: {:?}",
                lines.first()
            );
            Some(valid)
        };
        self.names.iter().map(judged).collect()
    }
}

/// Judges the documents by the schema in `folder/file`, here and there.
pub(crate) fn compare(folder: &Path, file: &str, cases: &[Case]) -> Tally {
    // One batch at a time: what is in memory is not much.
    compare_written(folder, file, cases.chunks(BATCH).map(Batch::write))
}

/// Judges documents that are written already, for those that several schemas are to judge.
pub(crate) fn compare_written<'c>(
    folder: &Path,
    file: &str,
    batches: impl IntoIterator<Item = impl Borrow<Batch<'c>>>,
) -> Tally {
    let schema = folder.join(file);
    let contract = Contract::load_file(folder, &schema, Governance::Ungoverned);
    let contract = contract.unwrap_or_else(|errors| panic!("{}:\n{errors}", schema.display()));
    let second = Second::read(&schema);
    let mut tally = Tally::default();
    let mut again = Vec::new();
    for batch in batches {
        let batch = batch.borrow();
        for (case, theirs) in batch.cases.iter().zip(batch.judge(&schema)) {
            let ours = verdict(&contract, &case.root, &case.text);
            if let Some(theirs) = theirs {
                second.ask(&case.text, &ours, theirs, &mut tally.second);
            }
            if let Some((_, text)) = &case.instead
                && theirs.is_some_and(|theirs| theirs != ours.is_ok())
            {
                let (root, text, known) = (case.root.clone(), text.clone(), case.known.clone());
                again.push(Case {
                    root,
                    text,
                    known,
                    instead: None,
                });
            }
            tally.count(case, ours, theirs);
        }
    }
    if !again.is_empty() {
        tally
            .differences
            .extend(compare(folder, file, &again).differences);
    }
    tally
}

fn verdict(contract: &Arc<Contract>, root: &QName, text: &str) -> Result<(), String> {
    let id = contract
        .root(root)
        .ok_or_else(|| format!("`{root}` is no root"))?;
    let limits = Limits::default();
    let decoded = xml::decode(contract, id, text.as_bytes(), &limits);
    let document = decoded.map_err(|error| error.to_string())?;
    // What is valid goes through JSON and comes back.
    let (mut written, mut as_json, mut back) = (Vec::new(), Vec::new(), Vec::new());
    document.write_xml(&mut written);
    document.write_json(&mut as_json);
    let shown = String::from_utf8_lossy(&as_json);
    let again = json::decode(contract, id, &as_json, &limits);
    let again = again.unwrap_or_else(|error| panic!("{text}\n{shown}\n{error}"));
    again.write_xml(&mut back);
    // Contracts with our annotations keep the values of numbers, the others every character.
    let mut as_json_again = Vec::new();
    again.write_json(&mut as_json_again);
    assert_eq!(String::from_utf8_lossy(&as_json_again), shown);
    if contract.fidelity() == Fidelity::Texts {
        let (back, written) = (
            String::from_utf8_lossy(&back),
            String::from_utf8_lossy(&written),
        );
        assert_eq!(back, written, "{shown}");
        let (came, went) = (
            meaning(text, Space::Collapsed),
            meaning(&back, Space::Collapsed),
        );
        assert_eq!(went, came, "{shown}");
    }
    Ok(())
}

/// Whether libxml2 accepts the schema; `None` when it does not come to an end.
pub(crate) fn compiles(schema: &Path) -> Option<bool> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0.xml"), "<none/>").unwrap();
    let (status, _) = xmllint(schema, folder.path(), &["0.xml".to_owned()])?;
    // Five is what `xmllint` says of a schema, three of a document.
    Some(status == Some(3))
}

/// Runs `xmllint` and gives its status and what it said; `None` when it does not come to an end,
/// which happens with content models that need few states here.
fn xmllint(schema: &Path, folder: &Path, names: &[String]) -> Option<(Option<i32>, String)> {
    let said = folder.join("report");
    let mut child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .args(names)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(File::create(&said).unwrap())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("`xmllint` cannot be run ({error}): install it, on Debian package libxml2-utils")
        });
    for _ in 0..PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            let report = std::fs::read(&said).unwrap();
            return Some((status.code(), String::from_utf8_lossy(&report).into_owned()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}
