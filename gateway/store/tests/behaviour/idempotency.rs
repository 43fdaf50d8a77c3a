//! Idempotency: one request, one effect, one answer.

use domain::{OrganismId, RequestId};
use jiff::Timestamp;
use journal::Digest;
use store::{Claim, Store, StoredAnswer, Ticket};

use super::fixtures::{at, parsed};
use super::open;

async fn claim(store: &Store, content: &str, now: Timestamp) -> Claim {
    let (organism, request): (OrganismId, RequestId) = (parsed("L01130473"), parsed("PETICION-1"));
    store
        .claim(&organism, &request, Digest::of(content.as_bytes()), now)
        .await
        .unwrap()
}

fn ticket(claim: Claim) -> Ticket {
    let Claim::Fresh(ticket) = claim else {
        panic!("not fresh: {claim:?}")
    };
    ticket
}

fn answer() -> StoredAnswer {
    StoredAnswer {
        meta: "201 application/json".to_owned(),
        body: b"{\"idCaso\":\"x\"}".to_vec(),
    }
}

pub(crate) async fn a_request_is_served_once(url: &str) {
    let store = open(url).await;
    let first = ticket(claim(&store, "a", at(0)).await);
    assert_eq!(claim(&store, "a", at(1)).await, Claim::InProgress);
    store.complete(first, Some(&answer()), at(2)).await.unwrap();
    assert_eq!(claim(&store, "a", at(3)).await, Claim::Replay(answer()));
    // The same id of another organism is another request.
    let other = store
        .claim(
            &parsed("L01280796"),
            &parsed("PETICION-1"),
            Digest::of(b"b"),
            at(4),
        )
        .await;
    assert!(matches!(other, Ok(Claim::Fresh(_))), "{other:?}");
}

pub(crate) async fn a_read_may_be_served_again(url: &str) {
    let store = open(url).await;
    let first = ticket(claim(&store, "a", at(0)).await);
    store.complete(first, None, at(1)).await.unwrap();
    let second = ticket(claim(&store, "a", at(2)).await);
    assert_eq!(claim(&store, "a", at(3)).await, Claim::InProgress);
    store.complete(second, None, at(4)).await.unwrap();
    assert_eq!(claim(&store, "b", at(5)).await, Claim::Conflict);
}

pub(crate) async fn other_content_is_a_conflict(url: &str) {
    let store = open(url).await;
    let first = ticket(claim(&store, "a", at(0)).await);
    assert_eq!(claim(&store, "b", at(1)).await, Claim::Conflict);
    store.complete(first, Some(&answer()), at(2)).await.unwrap();
    assert_eq!(claim(&store, "b", at(10_000)).await, Claim::Conflict);
}

pub(crate) async fn a_released_claim_is_free(url: &str) {
    let store = open(url).await;
    let first = ticket(claim(&store, "a", at(0)).await);
    store.release(first).await.unwrap();
    ticket(claim(&store, "b", at(1)).await);
}

pub(crate) async fn a_claim_left_behind_is_taken_over(url: &str) {
    let store = open(url).await;
    let lease = store::idempotency::LEASE.as_secs();
    let left = ticket(claim(&store, "a", at(0)).await);
    assert_eq!(claim(&store, "a", at(lease - 1)).await, Claim::InProgress);
    assert_eq!(claim(&store, "b", at(lease)).await, Claim::Conflict);
    let taken = ticket(claim(&store, "a", at(lease)).await);
    // Whoever left it behind comes back: its ticket has run out, and changes nothing.
    let late = StoredAnswer {
        meta: "late".to_owned(),
        ..answer()
    };
    store
        .complete(left, Some(&late), at(lease + 1))
        .await
        .unwrap();
    assert_eq!(claim(&store, "a", at(lease + 2)).await, Claim::InProgress);
    store
        .complete(taken, Some(&answer()), at(lease + 3))
        .await
        .unwrap();
    assert_eq!(
        claim(&store, "a", at(lease + 4)).await,
        Claim::Replay(answer())
    );
}

pub(crate) async fn of_many_at_once_one_is_fresh(url: &str) {
    let store = open(url).await;
    let claims: Vec<_> = (0..30)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { claim(&store, "a", at(number)).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for claim in claims {
        outcomes.push(claim.await.unwrap());
    }
    let (fresh, others): (Vec<_>, Vec<_>) = outcomes
        .into_iter()
        .partition(|outcome| matches!(outcome, Claim::Fresh(_)));
    assert_eq!((fresh.len(), others.len()), (1, 29));
    assert!(
        others.iter().all(|outcome| *outcome == Claim::InProgress),
        "{others:?}"
    );
}

pub(crate) async fn old_requests_are_forgotten(url: &str) {
    let store = open(url).await;
    let first = ticket(claim(&store, "a", at(0)).await);
    store.complete(first, Some(&answer()), at(1)).await.unwrap();
    assert_eq!(store.purge_requests(at(0)).await.unwrap(), 0);
    assert_eq!(store.purge_requests(at(1)).await.unwrap(), 1);
    ticket(claim(&store, "b", at(2)).await);
}

pub(crate) async fn many_are_claimed_and_completed_as_one_is(url: &str) {
    let store = open(url).await;
    let organism: OrganismId = parsed("L01130473");
    let named = |n: usize, content: &str| -> (RequestId, Digest) {
        (
            parsed(&format!("LOTE-1.{n}")),
            Digest::of(content.as_bytes()),
        )
    };
    let all: Vec<_> = (1..=600).map(|n| named(n, "a")).collect();
    let claims = store.claim_all(&organism, &all, at(0)).await.unwrap();
    assert_eq!(claims.len(), 600);
    let mut tickets: Vec<Ticket> = claims.into_iter().map(ticket).collect();
    // The last three stay claimed; the two before them are given back.
    tickets.truncate(597);
    let back = tickets.split_off(595);
    store.release_all(&back).await.unwrap();
    let served: Vec<_> = tickets
        .into_iter()
        .enumerate()
        .map(|(n, ticket)| (ticket, (n != 0).then(answer)))
        .collect();
    store.complete_all(&served, at(1)).await.unwrap();
    let again = [
        named(1, "a"),
        named(2, "a"),
        named(3, "b"),
        named(595, "a"),
        named(596, "a"),
        named(597, "b"),
        named(600, "a"),
        named(601, "a"),
    ];
    let told = store.claim_all(&organism, &again, at(2)).await.unwrap();
    let told: Vec<_> = told.into_iter().map(shape).collect();
    let expected = [
        "fresh",
        "replay",
        "conflict",
        "replay",
        "fresh",
        "fresh",
        "in progress",
        "fresh",
    ];
    assert_eq!(told, expected);
    // One of another organism is another.
    let other: OrganismId = parsed("L01280796");
    let other = store.claim_all(&other, &again[1..2], at(3)).await;
    assert_eq!(shape(other.unwrap().remove(0)), "fresh");
    // A claim that has run out is another's.
    let lease = store::idempotency::LEASE.as_secs();
    let over = store.claim_all(&organism, &again[6..7], at(lease)).await;
    assert_eq!(shape(over.unwrap().remove(0)), "fresh");
    assert!(
        store
            .claim_all(&organism, &[], at(3))
            .await
            .unwrap()
            .is_empty()
    );
}

fn shape(claim: Claim) -> &'static str {
    match claim {
        Claim::Fresh(_) => "fresh",
        Claim::Replay(told) => {
            assert_eq!(told, answer());
            "replay"
        }
        Claim::InProgress => "in progress",
        Claim::Conflict => "conflict",
    }
}

/// What comes at the same time is put to the database together, and each is told as if it had come alone.
pub(crate) async fn those_that_come_at_once_are_told_each_its_own(url: &str) {
    let store = open(url).await;
    let wanted: Vec<(usize, usize)> = (0..40).flat_map(|n| [(n, 0), (n, 1)]).collect();
    let told: Vec<_> = wanted
        .into_iter()
        .map(|(n, _)| {
            let store = store.clone();
            tokio::spawn(async move {
                let organism: OrganismId = parsed(&format!("L01130{:03}", n % 4));
                let name: RequestId = parsed(&format!("PETICION-{n}"));
                let digest = Digest::of(b"a");
                if n % 2 == 0 {
                    let taken = store.take_in(&organism, &name, digest, at(0)).await;
                    return (n, taken.unwrap());
                }
                match store.claim(&organism, &name, digest, at(0)).await.unwrap() {
                    Claim::Fresh(ticket) => {
                        store
                            .complete(ticket, Some(&answer()), at(1))
                            .await
                            .unwrap();
                        (n, true)
                    }
                    Claim::InProgress | Claim::Replay(_) => (n, false),
                    Claim::Conflict => panic!("{n}"),
                }
            })
        })
        .collect();
    let mut fresh = Vec::new();
    for told in told {
        let (n, is_fresh) = told.await.unwrap();
        fresh.extend(is_fresh.then_some(n));
    }
    fresh.sort_unstable();
    assert_eq!(fresh, (0..40).collect::<Vec<_>>());
    // What was taken in is never claimed again, nor is what was served.
    for n in 0..40 {
        let organism: OrganismId = parsed(&format!("L01130{:03}", n % 4));
        let name: RequestId = parsed(&format!("PETICION-{n}"));
        let lease = store::idempotency::LEASE.as_secs();
        let again = store.claim(&organism, &name, Digest::of(b"a"), at(2 * lease));
        assert!(matches!(again.await, Ok(Claim::Replay(_))), "{n}");
    }
}
