//! The tables recomputed from the database equal the published ones, cell by cell.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is not as it must be"
)]

use nodes::bulletin::{Cells, Figures, Scope, recount};
use nodes::database::{Database, Population, Provinces};

/// Loads a population into a file of its own and counts it.
async fn counted(provinces: Provinces) -> (Figures, Figures) {
    let folder = tempfile::tempdir().unwrap();
    let population = Population {
        seed: 2020,
        provinces,
    };
    let path = folder.path().join("central.sqlite");
    let (database, report) = Database::open(&path, &population, |_| ()).await.unwrap();
    println!(
        "{} cases, {:.2?}, {:.0} cases/s",
        report.cases,
        report.elapsed,
        report.cases_per_second()
    );
    let published = Figures::published().unwrap();
    let ours = recount(&database, &published).await.unwrap();
    database.close().await;
    (published, ours)
}

#[tokio::test]
async fn a_subset_is_exact_in_its_provinces_and_empty_elsewhere() {
    let wanted = [42, 51, 31];
    let (published, ours) = counted(Provinces::Some(wanted.to_vec())).await;
    for (theirs, ours) in published.territorial.iter().zip(&ours.territorial) {
        match theirs.scope {
            Scope::Province(code) | Scope::Both { province: code, .. }
                if wanted.contains(&code) =>
            {
                assert_eq!(ours, theirs);
            }
            Scope::Province(_) | Scope::Both { .. } => {
                assert_eq!(ours.cells, Cells::default(), "{}", theirs.name);
            }
            Scope::Community(_) | Scope::Nation => {}
        }
    }
    let total: u32 = published
        .provinces()
        .filter(|p| wanted.contains(&p.0))
        .map(|p| p.2.total)
        .sum();
    assert_eq!(ours.footer.in_territory, total);
    assert!(ours.footer.baja > 0 && ours.footer.abroad == 0);
}

#[tokio::test]
async fn the_nation_is_exact_in_every_cell() {
    let (published, ours) = counted(Provinces::Nation).await;
    for (theirs, ours) in published.territorial.iter().zip(&ours.territorial) {
        assert_eq!(ours, theirs);
    }
    for (theirs, ours) in published.bodies.iter().zip(&ours.bodies) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.footer, published.footer);
}
