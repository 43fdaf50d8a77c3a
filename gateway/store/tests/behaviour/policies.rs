//! Sets of policies that take two people, on every database.

use std::collections::BTreeMap;

use domain::StaffId;
use store::policies::{MOST_WAITING, NewPolicies, Outcome, PolicyFault, PolicySet};
use store::{Error, Store};

use super::fixtures::{at, parsed, tamper};
use super::open;

fn set(version: &str) -> PolicySet {
    let text = format!("// {version}\npermit (principal, action, resource);\n");
    PolicySet {
        version: version.to_owned(),
        texts: BTreeMap::from([("PRUEBA.cedar".to_owned(), text)]),
    }
}

/// Proposes one version in the place of another.
async fn propose(store: &Store, by: &str, base: &str, version: &str) -> Result<i64, Error> {
    let (base, set) = (set(base), set(version));
    let new = NewPolicies {
        base: &base,
        set: &set,
        reason: "PRUEBA",
        changes: "{}",
    };
    store.propose_policies(new, (&parsed(by), at(1))).await
}

async fn approve(store: &Store, by: &str, number: i64, here: &str) -> Result<(), Error> {
    let by: StaffId = parsed(by);
    store
        .approve_policies(number, &set(here), (&by, at(2)))
        .await
}

fn fault<T: std::fmt::Debug>(outcome: Result<T, Error>) -> PolicyFault {
    match outcome {
        Err(Error::Policies(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn four_eyes_put_a_set_in_force(url: &str) {
    let store = open(url).await;
    assert_eq!(store.policies_version().await.unwrap(), None);
    let one = propose(&store, "ADM-1", "v0", "v1").await.unwrap();
    let two = propose(&store, "ADM-1", "v0", "v2").await.unwrap();
    let three = propose(&store, "ADM-2", "v0", "v1").await.unwrap();
    assert_eq!((one, two, three), (1, 2, 3));
    assert_eq!(
        fault(approve(&store, "ADM-1", one, "v0").await),
        PolicyFault::Own
    );
    // Another node's folder is not what it was made from.
    assert_eq!(
        fault(approve(&store, "ADM-2", one, "v9").await),
        PolicyFault::Moved
    );
    let (own, other): (StaffId, StaffId) = (parsed("ADM-1"), parsed("ADM-2"));
    let taken = store.withdraw_policies(one, (&other, at(2))).await;
    assert_eq!(fault(taken), PolicyFault::Others);
    let rejected = store.reject_policies(one, (&own, at(2))).await;
    assert_eq!(fault(rejected), PolicyFault::Own);
    assert_eq!(
        fault(approve(&store, "ADM-2", 99, "v0").await),
        PolicyFault::UnknownProposal
    );
    assert_eq!(store.policies_version().await.unwrap(), None);
    approve(&store, "ADM-2", one, "v0").await.unwrap();
    assert_eq!(store.policies_version().await.unwrap(), Some("v1".into()));
    assert_eq!(
        fault(approve(&store, "ADM-3", one, "v1").await),
        PolicyFault::Decided
    );
    assert_eq!(
        fault(approve(&store, "ADM-3", two, "v1").await),
        PolicyFault::Moved
    );
    assert_eq!(
        fault(propose(&store, "ADM-1", "v0", "v3").await),
        PolicyFault::Moved
    );
    store.reject_policies(two, (&other, at(3))).await.unwrap();
    store
        .withdraw_policies(three, (&other, at(3)))
        .await
        .unwrap();
    // Back to the founding set: a proposal like any other.
    let back = propose(&store, "ADM-2", "v1", "v0").await.unwrap();
    approve(&store, "ADM-1", back, "elsewhere").await.unwrap();
    told(&store, back).await;
}

/// What is told of it afterwards.
async fn told(store: &Store, back: i64) {
    let changes = store.policy_changes().await.unwrap();
    let changes: Vec<_> = changes
        .iter()
        .map(|it| (it.seq, it.version.as_str(), it.proposal, it.by.as_str()))
        .collect();
    assert_eq!(
        changes,
        [
            (3, "v0", Some(back), "ADM-1"),
            (2, "v1", Some(1), "ADM-2"),
            (1, "v0", None, "pasarela")
        ]
    );
    let all = store.policy_proposals().await.unwrap();
    let outcomes: Vec<_> = all
        .iter()
        .map(|it| it.decided.as_ref().map(|(outcome, ..)| *outcome))
        .collect();
    assert_eq!(
        outcomes,
        [
            Some(Outcome::Approved),
            Some(Outcome::Withdrawn),
            Some(Outcome::Rejected),
            Some(Outcome::Approved)
        ]
    );
    let first = store.policy_proposal(1).await.unwrap().unwrap();
    assert_eq!((&*first.base, &*first.version), ("v0", "v1"));
    assert_eq!((&*first.reason, &*first.changes), ("PRUEBA", "{}"));
    assert_eq!(store.policy_set("v1").await.unwrap(), Some(set("v1")));
    assert_eq!(store.policy_set("v9").await.unwrap(), None);
    assert_eq!(store.policy_proposal(99).await.unwrap(), None);
}

pub(crate) async fn a_founding_set_is_the_first_and_only_one(url: &str) {
    let store = open(url).await;
    for version in ["v0", "v1"] {
        store.found_policies(&set(version), at(1)).await.unwrap();
    }
    assert_eq!(store.policies_version().await.unwrap(), Some("v0".into()));
    let number = propose(&store, "ADM-1", "v0", "v1").await.unwrap();
    // What the node has in its folder does not count any more.
    approve(&store, "ADM-2", number, "v7").await.unwrap();
    assert_eq!(store.policies_version().await.unwrap(), Some("v1".into()));
}

pub(crate) async fn of_two_sets_approved_at_once_one_is_in_force(url: &str) {
    let store = open(url).await;
    let one = propose(&store, "ADM-1", "v0", "v1").await.unwrap();
    let two = propose(&store, "ADM-1", "v0", "v2").await.unwrap();
    for numbers in [[one, two], [one, one]] {
        let approving = [("ADM-2", numbers[0]), ("ADM-3", numbers[1])].map(|(by, number)| {
            let store = store.clone();
            tokio::spawn(async move { approve(&store, by, number, "v0").await })
        });
        let mut done = 0;
        for outcome in approving {
            match outcome.await.unwrap() {
                Ok(()) => done += 1,
                Err(Error::Policies(PolicyFault::Moved | PolicyFault::Decided)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        // Nothing is left of the second round: either has come into force already.
        assert_eq!(done, usize::from(numbers[0] != numbers[1]));
    }
    assert_eq!(store.policy_changes().await.unwrap().len(), 2);
}

pub(crate) async fn what_was_in_force_stays(url: &str) {
    let store = open(url).await;
    store.found_policies(&set("v0"), at(1)).await.unwrap();
    for statement in [
        "update policy_sets set texts = '{}'",
        "delete from policy_sets",
        "update policy_changes set version = 'v1'",
        "delete from policy_changes",
    ] {
        let url = url.to_owned();
        let outcome = tokio::spawn(async move { tamper(&url, statement).await }).await;
        assert!(outcome.is_err(), "{statement}");
    }
    assert_eq!(store.policies_version().await.unwrap(), Some("v0".into()));
}

pub(crate) async fn no_more_wait_than_may(url: &str) {
    let store = open(url).await;
    for _ in 0..MOST_WAITING {
        propose(&store, "ADM-1", "v0", "v1").await.unwrap();
    }
    assert_eq!(
        fault(propose(&store, "ADM-1", "v0", "v1").await),
        PolicyFault::TooMany
    );
    let by: StaffId = parsed("ADM-1");
    store.withdraw_policies(1, (&by, at(2))).await.unwrap();
    propose(&store, "ADM-1", "v0", "v1").await.unwrap();
}
