//! Every partner's folder, found by itself: it loads, its pairs of messages hold both ways, what it covers is on
//! record, and what it says it keeps comes back.
//!
//! `UPDATE_GOLDEN=1` writes what came out where it differs.
#![allow(clippy::pedantic, reason = "tests read as tables, however long")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

mod fixtures;
mod keeps;
mod levels;
mod refused;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use adapters::partner::{Partner, folders};
use contract::{Contract, Governance};

/// The canonical contract, loaded once.
static CANONICAL: LazyLock<Arc<Contract>> = LazyLock::new(|| {
    let dir = house().join("schemas/contracts/viogen/2");
    let loaded = Contract::load(&dir, Governance::Required);
    loaded.unwrap_or_else(|errors| panic!("{errors}"))
});

/// Every partner, loaded once.
static PARTNERS: LazyLock<Vec<Partner>> = LazyLock::new(|| {
    let found = folders(&house().join("adapters/partners")).unwrap();
    let load = |dir: &PathBuf| Partner::load(dir, &CANONICAL).unwrap_or_else(|e| panic!("{e}"));
    found.iter().map(load).collect()
});

fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Compares with what is on record, or writes it there.
#[track_caller]
fn golden(path: &Path, now: &str) {
    let known = std::fs::read_to_string(path).unwrap_or_default();
    if known == now {
        return;
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if now.is_empty() {
            std::fs::remove_file(path).unwrap();
        } else {
            std::fs::write(path, now).unwrap();
        }
        return;
    }
    panic!("{} is not what came out:\n{now}", path.display());
}

#[test]
fn every_folder_says_whose_it_is_and_what_it_covers() {
    assert!(!PARTNERS.is_empty());
    for partner in PARTNERS.iter() {
        let readme = std::fs::read_to_string(partner.dir.join("README.md")).unwrap();
        let slug = &partner.slug;
        assert!(readme.starts_with("# "), "{slug}: a title");
        let (settings, holds) = (
            &partner.settings,
            !partner.settings.capabilities.answers.is_empty(),
        );
        let address = settings.address("sistema.prueba.example");
        let reached = address.is_some_and(|it| it.starts_with("https://sistema.prueba.example/"));
        assert_eq!(reached, holds, "{slug}: who holds cases can be asked");
        match partner.coverage() {
            Some(coverage) => {
                assert!(
                    readme.contains("invented"),
                    "{slug}: says that it is invented here"
                );
                golden(&partner.dir.join("coverage.md"), &coverage.to_string());
            }
            None => assert!(!partner.dir.join("coverage.md").exists(), "{slug}"),
        }
    }
}

/// The index is what `pasarela partner list` makes of the folders: a page that named one would have to be edited for the
/// next.
#[test]
fn the_book_names_no_partner_in_its_page_of_partners() {
    let page = house().join("docs/src/guides/partners.md");
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.contains("pasarela partner list"), "{text}");
    for partner in PARTNERS.iter() {
        for name in [&partner.slug, &partner.settings.name] {
            let named = text.contains(&format!("{name}/")) || text.contains(&format!("[{name}]"));
            assert!(!named, "{name}");
        }
    }
}
