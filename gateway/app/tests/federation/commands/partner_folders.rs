//! `pasarela partner …`: folders that are in order, and one that is not.

use std::path::Path;

use crate::program::pasarela;
use crate::site::partners;

/// Runs `pasarela partner …` on that folder: its status, and what it says.
fn partner(command: &str, dir: &Path) -> (i32, String) {
    let ended = pasarela(&["partner", command, &dir.display().to_string()]);
    (ended.status, format!("{}{}", ended.out, ended.err))
}

#[test]
fn partner_check_and_coverage_say_how_each_folder_is() {
    let dir = tempfile::tempdir().unwrap();
    for slug in ["mossos", "local"] {
        copy(&partners().join(slug), &dir.path().join(slug));
    }
    let own = dir.path().join("mossos");
    assert_eq!(
        partner("check", dir.path()),
        (0, "local: in order\nmossos: in order\n".to_owned())
    );
    assert_eq!(partner("check", &own), (0, "mossos: in order\n".to_owned()));
    // What it covers is what its folder has in its file, which other tests hold to the mapping.
    let (status, covered) = partner("coverage", &own);
    let kept = std::fs::read_to_string(own.join("coverage.md")).unwrap();
    assert_eq!(status, 0, "{covered}");
    assert!(kept.contains(covered.trim()), "{covered}");
    let (status, covered) = partner("coverage", dir.path());
    assert_eq!(status, 0, "{covered}");
    assert!(
        covered.starts_with("local speaks viogen/2 as it is\n"),
        "{covered}"
    );
    // One that does not hold together is named, and the other is looked at all the same.
    let mapping = own.join("mapping.toml");
    let text = std::fs::read_to_string(&mapping).unwrap();
    let broken = text.replacen("destino = \"tipoDocumento\"", "destino = \"nada\"", 1);
    assert_ne!(broken, text);
    std::fs::write(&mapping, broken).unwrap();
    for command in ["check", "coverage"] {
        let (status, told) = partner(command, dir.path());
        assert_eq!(status, 1, "{told}");
        for part in ["local", "mossos", "nada", "1 folders are not in order"] {
            assert!(told.contains(part), "{command}: no `{part}` in {told}");
        }
        assert!(!told.contains("mossos: in order"), "{told}");
    }
    let (status, told) = partner("check", &dir.path().join("nadie"));
    assert_eq!(status, 2, "{told}");
    assert!(told.contains("nadie"), "{told}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &there);
        } else {
            std::fs::copy(&path, &there).unwrap();
        }
    }
}
