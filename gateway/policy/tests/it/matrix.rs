//! The visibility matrix, whole, as a golden file: no change of policy goes unseen.

use std::fmt::Write as _;
use std::path::Path;

use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose};
use policy::{Relation, Ruling, Viewer};

use crate::shipped;

const HEAD: &str = "\
# Who sees and writes which field group. Rewritten by: PASARELA_BLESS=1 cargo test -p policy
# C completo, E enmascarado, . oculto; w escribe.
# Columns: mode (con consulta, col colaboracion, seg seguimiento) and relation to the case
# (resp responsable, terr enTerritorio, otro). Purpose: proteccion; what differs for another, at the end.
";

#[test]
fn the_matrix_is_the_blessed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    let matrix = matrix();
    if std::env::var_os("PASARELA_BLESS").is_some() {
        std::fs::write(&path, &matrix).unwrap();
    }
    let blessed = std::fs::read_to_string(&path).unwrap();
    let changed: Vec<_> = blessed
        .lines()
        .zip(matrix.lines())
        .filter(|(was, is)| was != is)
        .map(|(was, is)| format!("- {was}\n+ {is}"))
        .collect();
    assert!(
        blessed == matrix,
        "the matrix has changed; if it should, bless it:\n{}",
        changed.join("\n")
    );
}

fn matrix() -> String {
    let mut text = HEAD.to_owned();
    for kind in OrganismKind::ALL {
        section(&mut text, *kind);
    }
    text.push_str("\n## Otras finalidades\n");
    for purpose in Purpose::ALL {
        differences(&mut text, *purpose);
    }
    text
}

fn section(text: &mut String, kind: OrganismKind) {
    write!(text, "\n## {kind}\n{:<30}", "").unwrap();
    for (mode, relation) in columns() {
        write!(
            text,
            " {:<8}",
            format!("{}-{}", &mode.as_str()[..3], short(relation))
        )
        .unwrap();
    }
    text.truncate(text.trim_end().len());
    for group in shipped::groups() {
        write!(text, "\n{group:<30}").unwrap();
        for (mode, relation) in columns() {
            let viewer = Viewer {
                kind,
                mode,
                relation,
                purpose: Purpose::Protection,
            };
            write!(text, " {:<8}", cell(shipped::ruling(viewer, &group))).unwrap();
        }
        text.truncate(text.trim_end().len());
    }
    text.push('\n');
}

fn differences(text: &mut String, purpose: Purpose) {
    for viewer in shipped::viewers(purpose) {
        for group in shipped::groups() {
            let usual = Viewer {
                purpose: Purpose::Protection,
                ..viewer
            };
            let [usual, this] = [usual, viewer].map(|viewer| cell(shipped::ruling(viewer, &group)));
            if usual != this {
                let Viewer {
                    kind,
                    mode,
                    relation,
                    ..
                } = viewer;
                let relation = relation.as_str();
                writeln!(
                    text,
                    "{purpose} {kind} {mode} {relation} {group}: {usual} {this}"
                )
                .unwrap();
            }
        }
    }
}

fn columns() -> impl Iterator<Item = (Mode, Relation)> {
    Mode::ALL
        .iter()
        .flat_map(|mode| Relation::ALL.iter().map(|relation| (*mode, *relation)))
}

fn short(relation: Relation) -> &'static str {
    match relation {
        Relation::Responsible => "resp",
        Relation::InTerritory => "terr",
        Relation::Other => "otro",
    }
}

fn cell(ruling: &Ruling) -> &'static str {
    match (ruling.visibility, ruling.writable) {
        (Visibility::Full, false) => "C",
        (Visibility::Full, true) => "Cw",
        (Visibility::Masked, false) => "E",
        (Visibility::Masked, true) => "Ew",
        (Visibility::Hidden, false) => ".",
        (Visibility::Hidden, true) => ".w",
    }
}
