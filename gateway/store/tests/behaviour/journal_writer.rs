//! The journal writer: order, group commit, restart, failure.

use journal::merkle::{self, Frontier};
use journal::{NodeName, Sealed};
use store::{Error, JournalUnavailable, JournalWriter, Store};
use tokio::task::JoinHandle;

use super::fixtures::{entry, node, record, signer, tamper};
use super::open;

async fn start(store: &Store, name: &NodeName) -> (JournalWriter, JoinHandle<()>) {
    JournalWriter::start(store, name.clone(), signer())
        .await
        .unwrap()
}

pub(crate) async fn entries_are_numbered_and_hashed(url: &str) {
    let store = open(url).await;
    let (writer, _task) = start(&store, &node("nodo-1")).await;
    let mut tree = Frontier::default();
    for number in 0..5 {
        let receipt = writer.record(entry(number)).await.unwrap();
        let sealed = Sealed::new(&node("nodo-1"), tree.size(), &entry(number)).unwrap();
        tree.append(sealed.leaf());
        assert_eq!(
            (receipt.seq, receipt.leaf, receipt.tree_size),
            (sealed.seq(), sealed.leaf(), tree.size())
        );
    }
    let signed = writer.checkpoint(super::fixtures::at(9)).await.unwrap();
    assert_eq!(
        (signed.checkpoint.size, signed.checkpoint.root),
        (5, tree.root())
    );
}

pub(crate) async fn a_crowd_shares_few_commits(url: &str) {
    let url = url.to_owned();
    // On one thread, so that the whole crowd stands in the queue before the writer has its turn.
    let one_thread = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let crowd = tokio::task::spawn_blocking(move || one_thread().block_on(crowd(&url)));
    let (mut numbers, commits) = crowd.await.unwrap();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    assert!(commits <= 2, "{commits} commits for 100 entries");
}

/// Records 100 entries at once: their numbers, and in how many commits.
async fn crowd(url: &str) -> (Vec<u64>, u64) {
    let store = open(url).await;
    let (writer, _task) = start(&store, &node("nodo-1")).await;
    let mut crowd = tokio::task::JoinSet::new();
    for number in 0..100 {
        let writer = writer.clone();
        crowd.spawn(async move { writer.record(entry(number)).await.unwrap().seq });
    }
    (crowd.join_all().await, writer.commits())
}

pub(crate) async fn it_resumes_after_a_restart(url: &str) {
    let name = node("nodo-1");
    let store = open(url).await;
    let (writer, task) = start(&store, &name).await;
    record(&writer, 3).await;
    drop(writer);
    task.await.unwrap();
    store.close().await;

    let store = open(url).await;
    let (writer, _task) = start(&store, &name).await;
    let receipt = writer.record(entry(3)).await.unwrap();
    assert_eq!((receipt.seq, receipt.tree_size), (3, 4));
    let leaves: Vec<_> = (0..4)
        .map(|n| {
            Sealed::new(&name, n, &entry(i64::try_from(n).unwrap()))
                .unwrap()
                .leaf()
        })
        .collect();
    let signed = writer.checkpoint(super::fixtures::at(9)).await.unwrap();
    assert_eq!(signed.checkpoint.root, merkle::root(&leaves));
}

pub(crate) async fn nodes_have_journals_of_their_own(url: &str) {
    let store = open(url).await;
    let (first, _task) = start(&store, &node("nodo-1")).await;
    let (second, _other) = start(&store, &node("nodo-2")).await;
    record(&first, 2).await;
    assert_eq!(second.record(entry(0)).await.unwrap().seq, 0);
    assert_eq!(
        store.journal_nodes().await.unwrap(),
        [node("nodo-1"), node("nodo-2")]
    );
}

pub(crate) async fn two_writers_of_one_node_never_fork_it(url: &str) {
    let store = open(url).await;
    let (first, _task) = start(&store, &node("nodo-1")).await;
    let (second, _other) = start(&store, &node("nodo-1")).await;
    record(&first, 2).await;
    // It believes the journal empty: refused, then it reads again and goes on behind the other.
    let refused = second.record(entry(7)).await;
    assert!(
        matches!(refused, Err(JournalUnavailable::NotCommitted(_))),
        "{refused:?}"
    );
    assert_eq!(second.record(entry(8)).await.unwrap().seq, 2);
    super::journal_export::verifies(&store, &node("nodo-1"), 3).await;
}

pub(crate) async fn a_failing_database_is_named(url: &str) {
    let store = open(url).await;
    let (writer, _task) = start(&store, &node("nodo-1")).await;
    store.close().await;
    let refused = writer.record(entry(0)).await;
    assert!(
        matches!(refused, Err(JournalUnavailable::NotCommitted(_))),
        "{refused:?}"
    );
}

pub(crate) async fn it_recovers_from_a_failure(url: &str) {
    let store = open(url).await;
    let (writer, _task) = start(&store, &node("nodo-1")).await;
    record(&writer, 1).await;
    tamper(url, "alter table journal_frontiers rename to elsewhere").await;
    assert!(writer.record(entry(1)).await.is_err());
    tamper(url, "alter table elsewhere rename to journal_frontiers").await;
    // Nothing of the failed group stayed behind.
    assert_eq!(writer.record(entry(2)).await.unwrap().seq, 1);
    super::journal_export::verifies(&store, &node("nodo-1"), 2).await;
}

pub(crate) async fn a_tree_that_contradicts_the_entries_is_refused(url: &str) {
    let store = open(url).await;
    let (writer, task) = start(&store, &node("nodo-1")).await;
    record(&writer, 3).await;
    drop(writer);
    task.await.unwrap();
    tamper(url, "delete from journal_entries where seq = 2").await;
    let refused = JournalWriter::start(&store, node("nodo-1"), signer()).await;
    assert!(matches!(refused, Err(Error::Corrupt { .. })));
}

pub(crate) async fn what_waits_is_written_before_the_end(url: &str) {
    let store = open(url).await;
    let (writer, task) = start(&store, &node("nodo-1")).await;
    let waiting: Vec<_> = (0..10)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move { writer.record(entry(number)).await })
        })
        .collect();
    drop(writer);
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    task.await.unwrap();
    super::journal_export::verifies(&store, &node("nodo-1"), 10).await;
}

pub(crate) async fn entries_that_come_together_share_commits(url: &str) {
    let store = open(url).await;
    let (writer, task) = start(&store, &node("nodo-1")).await;
    assert!(writer.record_all(Vec::new()).await.is_empty());
    let receipts = writer.record_all((0..2_500).map(entry).collect()).await;
    let numbers: Vec<u64> = receipts.into_iter().map(|it| it.unwrap().seq).collect();
    assert_eq!(numbers, (0..2_500).collect::<Vec<_>>());
    assert_eq!(writer.commits(), 3);
    let ended = writer.clone();
    task.abort();
    assert!(task.await.is_err());
    let receipts = ended.record_all((0..2).map(entry).collect()).await;
    assert_eq!(receipts.len(), 2);
    for receipt in receipts {
        assert!(
            matches!(receipt, Err(JournalUnavailable::Ended)),
            "{receipt:?}"
        );
    }
}
