//! Quotas: counted by the database, for several nodes at once.

use domain::quota::{Amount, Usage};
use journal::Digest;
use store::{Counted, Store, Use};

use super::fixtures::parsed;
use super::open;

const DAY: &str = "2026-03-01";

fn used(officer: &str, persons: &[&str]) -> Use {
    Use {
        day: parsed(DAY),
        organism: parsed("L01130473"),
        officer: parsed(officer),
        amount: Amount {
            requests: 1,
            out_of_hours: 1,
            ..Amount::default()
        },
        persons: persons
            .iter()
            .map(|person| Digest::of(person.as_bytes()))
            .collect(),
    }
}

async fn count(store: &Store, officer: &str, persons: &[&str]) -> Counted {
    store.count_use(used(officer, persons)).await.unwrap()
}

/// Requests and persons of officer and organism: in all, and of this one.
fn told(usage: &Usage) -> [u64; 6] {
    let (officer, organism) = (usage.officer, usage.organism);
    assert_eq!(officer.total.requests, officer.total.out_of_hours);
    assert_eq!(organism.total.exceptional, 0);
    [
        officer.total.requests,
        officer.total.persons,
        officer.added.persons,
        organism.total.requests,
        organism.total.persons,
        organism.added.persons,
    ]
}

pub(crate) async fn officer_and_organism_are_counted_apart(url: &str) {
    let store = open(url).await;
    let table = [
        ("A-1", &["x"][..], [1, 1, 1, 1, 1, 1]),
        ("A-1", &["y"], [2, 2, 1, 2, 2, 1]),
        ("A-2", &["x"], [1, 1, 1, 3, 2, 0]),
        ("A-2", &[], [2, 1, 0, 4, 2, 0]),
        ("A-2", &["z", "x", "w", "z"], [3, 3, 2, 5, 4, 2]),
    ];
    for (officer, persons, expected) in table {
        let counted = count(&store, officer, persons).await;
        assert_eq!(told(&counted.usage), expected, "{officer} {persons:?}");
    }
    // The same officer name of another organism is another officer.
    let mut elsewhere = used("A-1", &["x"]);
    elsewhere.organism = parsed("L01280796");
    let counted = store.count_use(elsewhere).await.unwrap();
    assert_eq!(told(&counted.usage), [1; 6]);
}

pub(crate) async fn a_person_counts_once_a_day(url: &str) {
    let store = open(url).await;
    for expected in [[1, 1, 1, 1, 1, 1], [2, 1, 0, 2, 1, 0]] {
        let counted = count(&store, "A-1", &["x"]).await;
        assert_eq!(told(&counted.usage), expected);
    }
    let mut tomorrow = used("A-1", &["x"]);
    tomorrow.day = parsed("2026-03-02");
    let counted = store.count_use(tomorrow).await.unwrap();
    assert_eq!(told(&counted.usage), [1; 6]);
}

pub(crate) async fn what_is_taken_back_was_never_used(url: &str) {
    let store = open(url).await;
    count(&store, "A-1", &["x"]).await;
    let refused = count(&store, "A-1", &["x", "y"]).await;
    assert_eq!(told(&refused.usage), [2, 2, 1, 2, 2, 1]);
    // Another officer asks for the same person before it is taken back: for the organism it stays.
    let other = count(&store, "A-2", &["y"]).await;
    assert_eq!(told(&other.usage), [1, 1, 1, 3, 2, 0]);
    store.take_back(&refused).await.unwrap();
    let after = count(&store, "A-1", &["y"]).await;
    assert_eq!(told(&after.usage), [2, 2, 1, 3, 2, 0]);
    let alone = count(&store, "A-1", &["z"]).await;
    store.take_back(&alone).await.unwrap();
    let after = count(&store, "A-2", &["z"]).await;
    assert_eq!(told(&after.usage), [2, 2, 1, 4, 3, 1]);
}

/// Two nodes, each with connections of its own, sixty requests, a quota of twenty.
pub(crate) async fn of_many_at_once_no_more_than_the_quota_pass(url: &str) {
    let nodes = [open(url).await, open(url).await];
    let requests: Vec<_> = (0..60)
        .map(|number: usize| {
            let [first, second] = &nodes;
            let node = if number.is_multiple_of(2) {
                first
            } else {
                second
            };
            let store = node.clone();
            let (officer, person) = (format!("A-{}", number % 3), format!("p-{}", number % 7));
            tokio::spawn(async move {
                let counted = count(&store, &officer, &[&person, "shared"]).await;
                let passes = counted.usage.organism.total.requests <= 20;
                if !passes {
                    store.take_back(&counted).await.unwrap();
                }
                passes
            })
        })
        .collect();
    let mut passed = 0;
    for request in requests {
        passed += u64::from(request.await.unwrap());
    }
    // Whoever is counted while a refused one is not taken back yet may be refused too; none too many pass.
    assert!((1..=20).contains(&passed), "{passed}");
    let after = count(&nodes[0], "A-9", &[]).await;
    assert_eq!(after.usage.organism.total.requests, passed + 1);
}

pub(crate) async fn days_that_are_over_are_forgotten(url: &str) {
    let store = open(url).await;
    count(&store, "A-1", &["x"]).await;
    store.forget_use(parsed(DAY)).await.unwrap();
    let kept = count(&store, "A-1", &["x"]).await;
    assert_eq!(told(&kept.usage), [2, 1, 0, 2, 1, 0]);
    store.forget_use(parsed("2026-03-02")).await.unwrap();
    let anew = count(&store, "A-1", &["x"]).await;
    assert_eq!(told(&anew.usage), [1; 6]);
}
