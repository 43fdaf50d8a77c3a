//! What is left of a case to a local force where the victim does not live: a table apart from the policies, held to
//! what the domain says, and the policies held to the table.

use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose};
use policy::{Relation, Viewer};

use crate::shipped;

struct Row {
    group: &'static str,
    tells: &'static str,
    cells: Vec<Visibility>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../former.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            assert!(words.len() > 7, "`{line}`");
            let cells = words[2..7].iter().map(|cell| match *cell {
                "●" => Visibility::Full,
                "◐" => Visibility::Masked,
                "○" => Visibility::Hidden,
                other => panic!("`{other}`"),
            });
            Row {
                group: words[0],
                tells: words[1],
                cells: cells.collect(),
            }
        })
        .collect()
}

/// The column of the table that such a local force has.
fn column(viewer: Viewer) -> Option<usize> {
    let consults = viewer.mode == Mode::Consultation;
    match viewer.relation {
        Relation::HandedOver => Some(usize::from(consults)),
        Relation::Traced => Some(2),
        Relation::Present => Some(3 + usize::from(consults)),
        Relation::InTerritory | Relation::Imperilled | Relation::Other => None,
    }
}

fn local() -> impl Iterator<Item = Viewer> {
    let viewers = Purpose::ALL
        .iter()
        .flat_map(|purpose| shipped::viewers(*purpose));
    viewers.filter(|viewer| viewer.kind == OrganismKind::LocalPolice)
}

/// Section 1.9 and the sensitivities of section 8, as far as they can be put in a rule.
#[test]
fn the_table_holds_to_what_the_domain_says() {
    for Row {
        group,
        tells,
        cells,
    } in rows()
    {
        let [window, window0, after, stay, stay0] = *cells else {
            panic!("{group}")
        };
        // After a move nothing that tells where she is; where she stays, nothing of her home.
        if tells != "-" {
            assert_eq!([window, window0, after], [Visibility::Hidden; 3], "{group}");
        }
        if tells == "home" {
            assert_eq!([stay, stay0], [Visibility::Hidden; 2], "{group}");
        }
        // Less is left with time and in consultation, never more.
        assert!(window0 <= window && after <= window0, "{group}");
        assert!(stay0 <= stay, "{group}");
        // Never more than when she lived there.
        for viewer in local().filter(|it| it.purpose == Purpose::Protection) {
            let Some(column) = column(viewer) else {
                continue;
            };
            let then = Viewer {
                relation: Relation::InTerritory,
                ..viewer
            };
            let then = shipped::ruling(then, group).visibility;
            assert!(cells[column] <= then, "{group} {viewer:?}");
        }
    }
}

#[test]
fn the_policies_agree_with_the_table() {
    let rows = rows();
    let named: Vec<_> = rows.iter().map(|row| row.group.to_owned()).collect();
    assert_eq!(named, shipped::groups());
    let mut seen = 0;
    for viewer in local() {
        let Some(column) = column(viewer) else {
            continue;
        };
        for row in &rows {
            let ruling = shipped::ruling(viewer, row.group);
            assert_eq!(
                ruling.visibility, row.cells[column],
                "{} {viewer:?}",
                row.group
            );
            assert!(!ruling.writable, "{} {viewer:?}", row.group);
            seen += 1;
        }
    }
    assert_eq!(seen, rows.len() * 3 * 3 * 2 * 5);
}
