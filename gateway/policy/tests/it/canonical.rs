//! The policies agree with the canonical record's visibility table, transcribed by hand.

use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose};
use policy::{Charge, Relation, Viewer};

use crate::shipped;

struct Row {
    group: &'static str,
    /// L, L0, R, N, J, P, U, M.
    cells: Vec<&'static str>,
    write: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../canonical.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            let [_, group, cells @ .., write] = words.as_slice() else {
                panic!("`{line}`")
            };
            assert_eq!(cells.len(), 8, "`{line}`");
            Row {
                group,
                cells: cells.to_vec(),
                write,
            }
        })
        .collect()
}

fn column(viewer: Viewer) -> usize {
    match viewer.kind {
        OrganismKind::LocalPolice if viewer.mode == Mode::Consultation => 1,
        OrganismKind::LocalPolice => 0,
        OrganismKind::RegionalForce => 2,
        OrganismKind::StateForce => 3,
        OrganismKind::Court => 4,
        OrganismKind::Prison => 5,
        OrganismKind::CoordinationUnit => 6,
        OrganismKind::Ministry => 7,
    }
}

/// Whether the kind reads only where its agreement reaches.
fn territorial(kind: OrganismKind) -> bool {
    !matches!(kind, OrganismKind::RegionalForce | OrganismKind::StateForce)
}

fn seen(row: &Row, viewer: Viewer) -> Visibility {
    if territorial(viewer.kind) && viewer.relation != Relation::InTerritory {
        return Visibility::Hidden;
    }
    let if_so = |so: bool, then| if so { then } else { Visibility::Hidden };
    let needed = matches!(
        viewer.purpose,
        Purpose::Protection | Purpose::RiskAssessment
    );
    let responsible = viewer.charge == Charge::Own;
    match row.cells[column(viewer)] {
        "●" => Visibility::Full,
        "◐" | "◐prov" => Visibility::Masked,
        "●resp." | "●own" => if_so(responsible, Visibility::Full),
        "◐need" => if_so(needed, Visibility::Masked),
        "◐FOLLOW_UP" => if_so(viewer.mode == Mode::FollowUp, Visibility::Masked),
        "○" | "●origin" | "entries" | "◐counts" => Visibility::Hidden,
        other => panic!("`{other}`"),
    }
}

fn written(row: &Row, viewer: Viewer) -> bool {
    use OrganismKind::{Court, LocalPolice, Prison, RegionalForce, StateForce};
    let within = viewer.relation == Relation::InTerritory;
    let responsible = viewer.charge == Charge::Own && (within || !territorial(viewer.kind));
    if viewer.mode == Mode::Consultation || !(within || responsible) {
        return false;
    }
    let by = |kinds: &[OrganismKind]| kinds.contains(&viewer.kind);
    let resp = responsible && by(&[RegionalForce, StateForce]);
    match row.write {
        "-" => false,
        "resp" => resp,
        "resp+local" => {
            resp || (responsible && by(&[LocalPolice]) && viewer.mode == Mode::FollowUp)
        }
        "resp+prison" => resp || by(&[Prison]),
        "resp+court" => resp || by(&[Court]),
        "regional.resp" => responsible && by(&[RegionalForce]),
        "state" => by(&[StateForce]),
        "receiver" => by(&[RegionalForce, StateForce]),
        "body" => by(&[LocalPolice, RegionalForce, StateForce]),
        "sender" => by(&[LocalPolice, RegionalForce, StateForce, Court, Prison]),
        other => panic!("`{other}`"),
    }
}

/// What the table has no column for is in another (`former.rs`): a local force in a case that was its own,
/// or whose victim stays or works in its territory; and in `peril.rs`, what a declared danger opens.
fn in_the_table(viewer: Viewer) -> bool {
    if viewer.relation == Relation::Imperilled {
        return false;
    }
    viewer.kind != OrganismKind::LocalPolice
        || matches!(viewer.relation, Relation::InTerritory | Relation::Other)
}

#[test]
fn the_policies_agree_with_the_canonical_record() {
    let rows = rows();
    assert_eq!(rows.len(), 40);
    let mut differences = Vec::new();
    for row in &rows {
        for viewer in Purpose::ALL
            .iter()
            .flat_map(|purpose| shipped::viewers(*purpose))
            .filter(|viewer| in_the_table(*viewer))
        {
            let ruling = shipped::ruling(viewer, row.group);
            let expected = (seen(row, viewer), written(row, viewer));
            if (ruling.visibility, ruling.writable) != expected {
                differences.push(format!(
                    "{} {viewer:?}: {ruling:?}, not {expected:?}",
                    row.group
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_schema_of_the_policies_names_the_rows_in_order() {
    let rows: Vec<_> = rows().iter().map(|row| row.group.to_owned()).collect();
    let groups = shipped::groups();
    assert_eq!(groups[..40], rows);
    assert_eq!(
        groups[40..],
        ["cabecera.retenidos", "coincidencia.residencia"]
    );
}
