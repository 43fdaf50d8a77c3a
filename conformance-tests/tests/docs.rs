//! The book: every page is in the summary, and every link between pages leads somewhere.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first thing that is not as it must be"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Every page below `folder`.
fn pages(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|end| end == "md") {
            found.insert(path);
        }
    }
    found
}

/// The targets of the links of a page, less the place within the page.
fn links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let root = workspace();
    let mut checked = 0;
    let mut broken = Vec::new();
    let front = ["README.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root.join(name));
    for page in pages(&root.join("docs/src")).into_iter().chain(front) {
        for link in links(&page) {
            checked += 1;
            if !page.parent().unwrap().join(&link).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(checked > 30, "the links were read");
    assert!(broken.is_empty(), "links that lead nowhere: {broken:#?}");
}

#[test]
fn every_page_is_in_the_summary() {
    let folder = workspace().join("docs/src");
    let summary = folder.join("SUMMARY.md");
    let mut listed: BTreeSet<PathBuf> = links(&summary)
        .into_iter()
        .map(|link| folder.join(link))
        .collect();
    listed.insert(summary);
    assert_eq!(pages(&folder), listed);
}
