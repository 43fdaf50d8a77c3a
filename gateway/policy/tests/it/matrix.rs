//! The visibility matrix, whole, as a golden file: no change of policy goes unseen.

use std::collections::BTreeSet;
use std::path::Path;

use domain::{OperationKind, OrganismKind, Purpose};
use policy::{Engine, File, Verdict, matrix};

use crate::shipped;

#[test]
fn the_matrix_is_the_blessed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    let matrix = matrix::text(shipped::engine());
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

#[test]
fn every_column_has_a_letter() {
    assert!(!include_str!("../matrix.txt").contains('?'));
}

/// A group that is opened, and a lock that is taken away, are both told, cell by cell.
#[test]
fn a_difference_names_every_cell_that_changes() {
    let mut texts = shipped::texts();
    let prisons = texts.get_mut("lectura-prisiones.cedar").unwrap();
    *prisons = prisons.replace(
        "resource == Grupo::\"cabecera.estado\"",
        "resource in [Grupo::\"cabecera.estado\", Grupo::\"relacion.menores\"]",
    );
    let opened = Engine::from_texts(&texts).unwrap();
    let engine = shipped::engine();
    let viewers: Vec<_> = Purpose::ALL
        .iter()
        .flat_map(|purpose| shipped::viewers(*purpose))
        .collect();
    let changes = matrix::diff_fields(engine, &opened, viewers.iter().copied());
    // Three modes, two charges, five purposes.
    assert_eq!(changes.len(), 30);
    for change in &changes {
        assert_eq!(&*change.group, "relacion.menores");
        assert_eq!(change.viewer.kind, OrganismKind::Prison);
        assert_eq!(change.viewer.relation, policy::Relation::InTerritory);
        assert_eq!(change.old.as_ref().map(matrix::cell), Some("."));
        assert_eq!(change.new.as_ref().map(matrix::cell), Some("E"));
    }
    assert_eq!(matrix::diff_fields(&opened, &opened, viewers), []);
    assert_eq!(
        matrix::diff_operations(
            engine,
            &opened,
            matrix::postures(OrganismKind::Prison, OperationKind::Consult)
        ),
        []
    );
}

/// What only a level, a mode or a file tells apart is looked at too.
#[test]
fn every_kind_of_reader_is_compared() {
    let viewers: Vec<_> = matrix::viewers(OrganismKind::Court).collect();
    // Modes, relations, charges, purposes; ceilings, levels and none.
    assert_eq!(viewers.len(), 3 * 6 * 2 * 5 * 5 * 6);
    let distinct: BTreeSet<_> = viewers.iter().collect();
    assert_eq!(distinct.len(), viewers.len());
}

#[test]
fn a_difference_names_every_decision_that_changes() {
    let table = [
        (
            "territorio.cedar",
            "(context.operacion == Operacion::\"consulta\" && context.conExpediente)",
            "context.operacion == Operacion::\"consulta\"",
            File::Missing,
        ),
        (
            "techo.cedar",
            "resource.nivel > principal.convenio.techo",
            "resource.nivel > principal.convenio.techo + 1",
            File::Named,
        ),
    ];
    let kinds = [OrganismKind::StateForce, OrganismKind::Ministry];
    for (name, from, to, file) in table {
        let mut texts = shipped::texts();
        let text = texts.get_mut(name).unwrap();
        assert!(text.contains(from), "{name}: `{from}`");
        *text = text.replace(from, to);
        let other = Engine::from_texts(&texts).unwrap();
        let postures = kinds.map(|kind| matrix::postures(kind, OperationKind::Consult));
        let postures = postures.into_iter().flatten();
        let changes = matrix::diff_operations(shipped::engine(), &other, postures);
        assert!(!changes.is_empty(), "{name}");
        for change in &changes {
            assert_eq!(change.posture.kind, OrganismKind::StateForce);
            assert_eq!(change.posture.file, file, "{change:?}");
            assert_eq!(change.new, Verdict::Allowed, "{change:?}");
        }
    }
}
