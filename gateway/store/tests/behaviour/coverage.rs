//! Coverage: the newest list of each kind is in force.

use domain::coverage::police::PoliceList;
use domain::coverage::population::Population;
use journal::Digest;
use store::coverage::{CoverageLists, Import};

use super::fixtures::parsed;
use super::open;

fn import(at: &str, by: &str) -> Import {
    Import {
        at: parsed(at),
        by: parsed(by),
        digest: Digest::of(at.as_bytes()),
    }
}

pub(crate) async fn the_newest_list_of_each_kind_is_in_force(url: &str) {
    let store = open(url).await;
    let nothing = store.coverage_lists().await.unwrap();
    assert_eq!(nothing, CoverageLists::default());

    let first = PoliceList::read(b"13047;Herencia\n24014;Bembibre").unwrap();
    let second = PoliceList::read(b"13047;Herencia").unwrap();
    let people = b"CPRO;CMUN;NOMBRE;POB24\n13;047;Herencia;8450\n24;014;Bembibre;8199";
    let people = Population::read(people).unwrap();
    let (early, late) = (
        import("2026-01-01T00:00:00Z", "gestora.1"),
        import("2026-02-01T00:00:00Z", "gestora.2"),
    );
    store.put_police_list(&early, &first).await.unwrap();
    store.put_population(&early, &people).await.unwrap();
    store.put_police_list(&late, &second).await.unwrap();
    let lists = store.coverage_lists().await.unwrap();
    assert_eq!(lists.police, Some((late, second.codes)));
    assert_eq!(lists.residents, Some((early, 2024, people.residents)));
}
