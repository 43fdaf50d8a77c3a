//! The case index: newest version wins, in whatever order they come.

use domain::{CaseId, IndexEntry, RiskLevel};

use super::fixtures::{indexed, parsed};
use super::open;

pub(crate) async fn what_is_put_is_found(url: &str) {
    let store = open(url).await;
    let full = indexed(1, 3);
    let bare = IndexEntry {
        municipality: None,
        level: None,
        ..indexed(2, 1)
    };
    store
        .upsert_index(&[full.clone(), bare.clone()])
        .await
        .unwrap();
    store.upsert_index(&[]).await.unwrap();
    assert_eq!(store.index_entry(&full.case).await.unwrap(), Some(full));
    assert_eq!(store.index_entry(&bare.case).await.unwrap(), Some(bare));
    assert_eq!(store.index_entry(&CaseId::new(3, 0)).await.unwrap(), None);
}

pub(crate) async fn a_version_never_goes_back(url: &str) {
    let store = open(url).await;
    let moved = IndexEntry {
        municipality: Some(parsed("28079")),
        ..indexed(1, 5)
    };
    let corrected = IndexEntry {
        level: Some(RiskLevel::High),
        ..moved.clone()
    };
    let table = [
        (indexed(1, 4), indexed(1, 4)),
        (moved.clone(), moved.clone()),
        (indexed(1, 4), moved),
        (corrected.clone(), corrected),
    ];
    for (put, expected) in table {
        store.upsert_index(&[put]).await.unwrap();
        assert_eq!(
            store.index_entry(&expected.case).await.unwrap(),
            Some(expected)
        );
    }
}

pub(crate) async fn one_batch_may_name_a_case_twice(url: &str) {
    let store = open(url).await;
    store
        .upsert_index(&[indexed(1, 2), indexed(1, 7), indexed(1, 3)])
        .await
        .unwrap();
    assert_eq!(
        store.index_entry(&CaseId::new(1, 0)).await.unwrap(),
        Some(indexed(1, 7))
    );
}

pub(crate) async fn many_entries_at_once(url: &str) {
    let store = open(url).await;
    let many: Vec<_> = (0..4_500).map(|number| indexed(number, 1)).collect();
    store.upsert_index(&many).await.unwrap();
    for number in [0, 1_999, 2_000, 4_499] {
        assert_eq!(
            store.index_entry(&CaseId::new(number, 0)).await.unwrap(),
            Some(indexed(number, 1))
        );
    }
}

pub(crate) async fn cursors_are_kept_by_source(url: &str) {
    let store = open(url).await;
    assert_eq!(store.index_cursor("central").await.unwrap(), None);
    store.set_index_cursor("central", "a").await.unwrap();
    store.set_index_cursor("otro", "x").await.unwrap();
    store.set_index_cursor("central", "b").await.unwrap();
    assert_eq!(
        store.index_cursor("central").await.unwrap().as_deref(),
        Some("b")
    );
    assert_eq!(
        store.index_cursor("otro").await.unwrap().as_deref(),
        Some("x")
    );
}
