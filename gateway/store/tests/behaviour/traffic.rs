//! Traffic is counted from the journals: each entry once, whoever counts and however often.

use std::collections::BTreeMap;

use domain::StaffId;
use jiff::Timestamp;
use journal::{Entry, EntryKind};
use store::traffic::{Count, Counted, DAYS, Fate};
use store::{JournalWriter, Store};

use super::fixtures::{at, node, parsed, signer, tamper};
use super::open;

const HERENCIA: &str = "L01130473";
const DAY: i64 = 24 * 3600;

fn entry(kind: EntryKind, organism: &str, now: Timestamp, problem: Option<&str>) -> Entry {
    Entry {
        organism: Some(parsed(organism)),
        operation: Some("consultarCaso".to_owned()),
        problem: problem.map(str::to_owned),
        ..Entry::new(kind, now, "x")
    }
}

/// Two journals with the same entries: of ten days ago, of today, and of what does not count.
async fn written(store: &Store, name: &str) -> JournalWriter {
    let (writer, _) = JournalWriter::start(store, node(name), signer())
        .await
        .unwrap();
    let refused = Some("fuera-de-ambito");
    let mut managed = entry(EntryKind::Released, HERENCIA, at(0), None);
    managed.staff = Some(parsed::<StaffId>("auditora"));
    // Whoever enrols says who it is, and has not shown it.
    let claimed = Entry {
        operation: Some("alta".to_owned()),
        ..entry(EntryKind::Refused, HERENCIA, at(0), refused)
    };
    let entries = [
        entry(EntryKind::Asked, HERENCIA, at(-10 * DAY), None),
        entry(EntryKind::Released, HERENCIA, at(-10 * DAY), None),
        entry(EntryKind::Refused, HERENCIA, at(0), refused),
        entry(EntryKind::Refused, HERENCIA, at(1), refused),
        entry(EntryKind::Refused, HERENCIA, at(2), Some("cuota-superada")),
        entry(EntryKind::Asked, "L01130012", at(0), None),
        entry(EntryKind::Alert, HERENCIA, at(0), None),
        entry(
            EntryKind::Released,
            HERENCIA,
            at(-DAY * i64::from(DAYS)),
            None,
        ),
        managed,
        claimed,
        Entry::new(EntryKind::HandshakeRefused, at(0), "x"),
    ];
    for entry in entries {
        writer.record(entry).await.unwrap();
    }
    writer
}

async fn count_all(store: &Store, most: u32) {
    let mut turns = 0;
    while store.count_traffic(most, at(0)).await.unwrap() == Counted::Part {
        turns += 1;
        assert!(turns < 100, "it ends");
    }
}

async fn traffic(store: &Store) -> BTreeMap<(String, Fate, Option<String>), u64> {
    let own = parsed(HERENCIA);
    let told = store.traffic_of(&own, parsed("2026-01-01"));
    let told = told.await.unwrap();
    let keyed = told.into_iter().map(|it: Count| {
        assert_eq!(it.operation, "consultarCaso");
        ((it.day.to_string(), it.fate, it.problem), it.entries)
    });
    keyed.collect()
}

pub(crate) async fn each_entry_counts_once(url: &str) {
    for most in [1, 3, 1000] {
        let store = open(url).await;
        let (one, other) = (format!("nodo-{most}"), format!("nodo-{most}.otro"));
        let _writers = (written(&store, &one).await, written(&store, &other).await);
        let before = traffic(&store).await;
        // Several at once, each a little at a time.
        tokio::join!(
            count_all(&store, most),
            count_all(&store, most),
            count_all(&store, most)
        );
        count_all(&store, most).await;
        let mut expected = before;
        for (day, fate, problem, entries) in [
            ("2026-02-19", Fate::Asked, None, 2),
            ("2026-02-19", Fate::Answered, None, 2),
            ("2026-03-01", Fate::Refused, Some("fuera-de-ambito"), 4),
            ("2026-03-01", Fate::Refused, Some("cuota-superada"), 2),
        ] {
            let key = (day.to_owned(), fate, problem.map(str::to_owned));
            *expected.entry(key).or_default() += entries;
        }
        assert_eq!(traffic(&store).await, expected, "{most} at a time");
    }
}

pub(crate) async fn an_entry_that_cannot_be_read_stops_nothing(url: &str) {
    let store = open(url).await;
    let _writer = written(&store, "nodo").await;
    let statement = if url.starts_with("sqlite:") {
        "update journal_entries set bytes = cast('PRUEBA' as blob) where seq = 2"
    } else {
        "update journal_entries set bytes = cast('PRUEBA' as bytea) where seq = 2"
    };
    tamper(url, statement).await;
    assert_eq!(
        store.count_traffic(1000, at(0)).await.unwrap(),
        Counted::All
    );
    let told = traffic(&store).await;
    let refused = told.values().sum::<u64>();
    assert_eq!(refused, 4, "{told:?}");
}

pub(crate) async fn days_long_over_are_forgotten(url: &str) {
    let store = open(url).await;
    let writer = written(&store, "nodo").await;
    count_all(&store, 1000).await;
    assert_eq!(traffic(&store).await.len(), 4);
    let later = at(DAY * 25);
    writer
        .record(entry(EntryKind::Asked, HERENCIA, later, None))
        .await
        .unwrap();
    store.count_traffic(1000, later).await.unwrap();
    let left: Vec<String> = traffic(&store)
        .await
        .into_keys()
        .map(|(day, ..)| day)
        .collect();
    assert_eq!(left, ["2026-03-01", "2026-03-01", "2026-03-26"]);
}
