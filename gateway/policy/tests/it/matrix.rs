//! The visibility matrix, whole, as a golden file: no change of policy goes unseen.

use std::path::Path;

use domain::OrganismKind;
use policy::{Engine, matrix};

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
    let changes = matrix::diff(shipped::engine(), &opened, &[OrganismKind::Prison]);
    let told: Vec<_> = changes
        .iter()
        .filter(|change| change.viewer.level == Some(domain::RiskLevel::Medium))
        .filter(|change| change.viewer.ceiling == domain::RiskLevel::Extreme)
        .collect();
    // Three modes, two charges, five purposes.
    assert_eq!(told.len(), 30);
    for change in &changes {
        assert_eq!(&*change.group, "relacion.menores");
        assert_eq!(change.viewer.kind, OrganismKind::Prison);
        assert_eq!(change.viewer.relation, policy::Relation::InTerritory);
        assert_eq!(change.old.as_ref().map(matrix::cell), Some("."));
        assert_eq!(change.new.as_ref().map(matrix::cell), Some("E"));
    }
    assert_eq!(matrix::diff(&opened, &opened, &[OrganismKind::Prison]), []);
}
