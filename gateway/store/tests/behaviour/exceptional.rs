//! Exceptional accesses: reviewed by another, told to whoever is in charge.

use domain::{CaseId, Finding};
use journal::Digest;
use store::exceptional::{Access, Closing, Notice, Page, Queue, Review};

use super::fixtures::{at, indexed, parsed};
use super::open;

/// Everything on one page.
const ALL: Page = Page {
    after: None,
    most: 100,
};

fn access(number: i64) -> Access {
    Access {
        exchange: format!("x-{number}"),
        at: at(number),
        organism: parsed("L01130473"),
        officer: parsed("A-1"),
        reason: Some(vec![1, 2, 3]),
        reason_digest: Digest::of(b"motivo"),
        review: None,
    }
}

fn review(by: &str, finding: Finding) -> Review {
    Review {
        at: at(1_000),
        by: parsed(by),
        finding,
    }
}

pub(crate) async fn an_access_waits_for_its_review(url: &str) {
    let store = open(url).await;
    for number in [2, 1] {
        store.open_review(&access(number)).await.unwrap();
    }
    assert!(store.open_review(&access(1)).await.is_err());
    let waiting = [access(1), access(2)];
    assert_eq!(store.accesses(Queue::Open, &ALL).await.unwrap(), waiting);
    let closing = review("S-9", Finding::Justified);
    let closed = store.close_review("x-1", &closing).await.unwrap();
    let done = Access {
        reason: None,
        review: Some(closing.clone()),
        ..access(1)
    };
    assert_eq!(closed, Closing::Closed(done.clone()));
    assert_eq!(
        store.accesses(Queue::Open, &ALL).await.unwrap(),
        [access(2)]
    );
    let whole = store.accesses(Queue::Whole, &ALL).await.unwrap();
    assert_eq!(whole, [done, access(2)]);
    let other = review("S-8", Finding::Unjustified);
    let again = store.close_review("x-1", &other).await.unwrap();
    assert_eq!(again, Closing::ClosedBefore(closing));
}

pub(crate) async fn nobody_reviews_its_own_access(url: &str) {
    let store = open(url).await;
    store.open_review(&access(1)).await.unwrap();
    let own = review("A-1", Finding::Justified);
    let refused = store.close_review("x-1", &own).await.unwrap();
    assert_eq!(refused, Closing::SameOfficer);
    assert_eq!(
        store.accesses(Queue::Open, &ALL).await.unwrap(),
        [access(1)]
    );
    let unknown = store.close_review("x-2", &own).await.unwrap();
    assert_eq!(unknown, Closing::Unknown);
}

pub(crate) async fn whoever_is_in_charge_finds_a_notice(url: &str) {
    let store = open(url).await;
    store.open_review(&access(1)).await.unwrap();
    let (one, two) = (CaseId::new(1, 0), CaseId::new(2, 0));
    let responsible = || parsed("L01451685");
    let opened = [(one, Some(responsible())), (two, None)];
    store.notify("x-1", &opened).await.unwrap();
    assert!(store.notify("x-9", &opened).await.is_err());
    let found = store.notices(&responsible(), &ALL).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|notice| {
            let officer = notice.officer.as_str();
            (
                notice.case,
                notice.read_at,
                notice.exchange.as_str(),
                officer,
            )
        })
        .collect();
    assert_eq!(told, [(one, None, "x-1", "A-1")]);
    // One that comes between the asking and the remembering was not told.
    let later = [(CaseId::new(3, 0), Some(responsible()))];
    store.open_review(&access(2)).await.unwrap();
    store.notify("x-2", &later).await.unwrap();
    for minute in [5, 9] {
        let own = responsible();
        let read = store.notices_read(&own, &found, at(minute));
        read.await.unwrap();
    }
    let after = store.notices_of("x-2").await.unwrap();
    assert_eq!(
        after.iter().map(|it| it.read_at).collect::<Vec<_>>(),
        [None]
    );
    let read = store.notices_of("x-1").await.unwrap();
    let told: Vec<_> = read
        .iter()
        .map(|notice| (notice.case, notice.read_at))
        .collect();
    assert_eq!(told, [(one, Some(at(5))), (two, None)]);
    // Whoever is in charge of it by now finds it too.
    let mut entry = indexed(2, 1);
    entry.responsible = parsed("E99990001");
    store.upsert_index(&[entry], at(6)).await.unwrap();
    let now = store.notices(&parsed("E99990001"), &ALL).await.unwrap();
    let cases: Vec<_> = now.iter().map(|notice| notice.case).collect();
    assert_eq!(cases, [two]);
    let closing = review("S-9", Finding::Unjustified);
    store.close_review("x-1", &closing).await.unwrap();
    let after = store.notices(&responsible(), &ALL).await.unwrap();
    let findings: Vec<_> = after.iter().map(|notice| notice.finding).collect();
    assert_eq!(findings, [Some(Finding::Unjustified), None]);
}

pub(crate) async fn pages_follow_each_other(url: &str) {
    let store = open(url).await;
    let responsible = || parsed("L01451685");
    for number in [3, 1, 2] {
        store.open_review(&access(number)).await.unwrap();
        let opened = [1, 2].map(|case| (CaseId::new(case, 0), Some(responsible())));
        store.notify(&format!("x-{number}"), &opened).await.unwrap();
    }
    let (mut page, mut found) = (Page::first(2), Vec::new());
    loop {
        let accesses = store.accesses(Queue::Open, &page).await.unwrap();
        page.after = accesses.last().map(Access::mark);
        found.extend(accesses);
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(found, [access(1), access(2), access(3)]);
    let all = store.notices(&responsible(), &ALL).await.unwrap();
    assert_eq!(all.len(), 6);
    let first = store
        .notices(&responsible(), &Page::first(3))
        .await
        .unwrap();
    let rest = Page {
        after: first.last().map(Notice::mark),
        most: 100,
    };
    let rest = store.notices(&responsible(), &rest).await.unwrap();
    assert_eq!([first, rest].concat(), all);
}
