#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use super::{Folder, Look};

/// What each look at a folder finds, one letter a look: nothing, seen for the first time, fit, unfit.
fn looks(folder: &mut Folder, in_force: &mut String, times: usize) -> String {
    let mut told = String::new();
    for _ in 0..times {
        told.push(match folder.look(in_force) {
            Look::Nothing => 'n',
            Look::New => 's',
            Look::Fit(engine) => {
                engine.version().clone_into(in_force);
                'f'
            }
            Look::Unfit(_) => 'u',
        });
    }
    told
}

fn shipped() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/policies");
    for file in std::fs::read_dir(policies).unwrap() {
        let path = file.unwrap().path();
        std::fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
    }
    copy
}

fn append(copy: &tempfile::TempDir, text: &str) {
    let path = copy.path().join("lectura-policia-local.cedar");
    let old = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, old + text).unwrap();
}

#[test]
fn a_change_is_taken_up_at_the_second_look_at_the_same_text() {
    let copy = shipped();
    let mut folder = Folder::new(copy.path().to_owned());
    let mut in_force = String::new();
    assert_eq!(looks(&mut folder, &mut in_force, 3), "sfn");
    append(&copy, "// one\n");
    assert_eq!(looks(&mut folder, &mut in_force, 1), "s");
    // Still being written: the first look saw another text.
    append(&copy, "// two\n");
    assert_eq!(looks(&mut folder, &mut in_force, 3), "sfn");
}

#[test]
fn what_cannot_be_used_is_told_once() {
    let copy = shipped();
    let mut folder = Folder::new(copy.path().to_owned());
    let mut in_force = String::new();
    assert_eq!(looks(&mut folder, &mut in_force, 2), "sf");
    let good = in_force.clone();
    append(&copy, "permit (");
    assert_eq!(looks(&mut folder, &mut in_force, 4), "sunn");
    assert_eq!(in_force, good);
    let moved = copy.path().with_extension("moved");
    std::fs::rename(copy.path(), &moved).unwrap();
    assert_eq!(looks(&mut folder, &mut in_force, 3), "unn");
    std::fs::rename(&moved, copy.path()).unwrap();
    assert_eq!(looks(&mut folder, &mut in_force, 2), "nn");
}
