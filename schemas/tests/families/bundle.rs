//! A contract as one text: what it is for, what is expected of its files, and the files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contract::{Governance, check};
use tempfile::TempDir;

/// A contract.
pub(crate) struct Bundle {
    pub(crate) name: String,
    pub(crate) expected: Vec<Expected>,
    /// Why `xmllint` has no word on it, if it has none.
    unjudged: bool,
    files: BTreeMap<String, Vec<u8>>,
}

/// A root file that is refused, and one reason for it.
pub(crate) struct Expected {
    pub(crate) file: String,
    reason: String,
}

/// Every contract of the folder.
pub(crate) fn all() -> Vec<Bundle> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/families/contracts");
    let common = read(&folder.join("common.txt"), &BTreeMap::new()).files;
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.file_name().is_none_or(|name| name != "common.txt"));
    paths.sort();
    paths.iter().map(|path| read(path, &common)).collect()
}

fn read(path: &Path, common: &BTreeMap<String, Vec<u8>>) -> Bundle {
    let text = std::fs::read_to_string(path).unwrap();
    let mut bundle = Bundle {
        name: path.file_stem().unwrap().to_string_lossy().into_owned(),
        expected: Vec::new(),
        unjudged: false,
        files: BTreeMap::new(),
    };
    let mut open: Option<(String, String, String)> = None;
    for line in text.lines() {
        if let Some(head) = line
            .strip_prefix("-- ")
            .and_then(|it| it.strip_suffix(" --"))
        {
            bundle.close(open.take());
            let (name, encoding) = match head.rsplit_once(" in ") {
                Some((name, encoding)) => (name, encoding),
                None => (head, "utf-8"),
            };
            open = Some((name.to_owned(), encoding.to_owned(), String::new()));
        } else if let Some((_, _, inside)) = &mut open {
            inside.push_str(line);
            inside.push('\n');
        } else if let Some(names) = line.strip_prefix("with ") {
            let names = names.split_whitespace();
            let shared = names.map(|name| (name.to_owned(), common[name].clone()));
            bundle.files.extend(shared);
        } else if let Some(refusal) = line.strip_prefix("refused ") {
            let (file, reason) = refusal.split_once(' ').unwrap();
            let (file, reason) = (file.to_owned(), reason.to_owned());
            bundle.expected.push(Expected { file, reason });
        } else if line.starts_with("xmllint: ") {
            bundle.unjudged = true;
        }
    }
    bundle.close(open);
    bundle
}

impl Bundle {
    fn close(&mut self, file: Option<(String, String, String)>) {
        let Some((name, encoding, text)) = file else {
            return;
        };
        let bytes = match encoding.as_str() {
            "utf-8" => text.into_bytes(),
            "iso-8859-1" => text
                .chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect(),
            "utf-16" => {
                let units = std::iter::once(0xfeff).chain(text.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
            other => panic!("{name}: encoding {other}"),
        };
        self.files.insert(name, bytes);
    }

    /// The files in a folder.
    pub(crate) fn unpacked(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &self.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }

    /// Why a root file is refused; nothing when it is not.
    pub(crate) fn refusals(&self, file: &str) -> impl Iterator<Item = &str> {
        let of_file = self.expected.iter().filter(move |one| one.file == file);
        of_file.map(|one| one.reason.as_str())
    }

    /// Whether `xmllint` can read the schemas.
    pub(crate) fn is_judged(&self) -> bool {
        let mut paths = self.files.keys().map(Path::new);
        !self.unjudged && paths.all(|path| path.extension().is_some_and(|it| it == "xsd"))
    }
}

/// The root files of a folder that compile.
pub(crate) fn compiling(folder: &Path) -> Vec<String> {
    let report = check::check(folder, Governance::Ungoverned).unwrap();
    let fine = report.files.iter().filter(|verdict| verdict.ok);
    fine.map(|verdict| verdict.file.clone()).collect()
}
