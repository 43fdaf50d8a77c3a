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
