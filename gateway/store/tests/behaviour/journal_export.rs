//! Reading the journal back and verifying it.

use journal::NodeName;
use journal::verify::{Fault, Report, Verifier};
use store::{JournalUnavailable, JournalWriter, Store};

use super::fixtures::{at, entry, is_signed, node, record, signer, tamper};
use super::open;

async fn verify(store: &Store, name: &NodeName) -> Result<Report, Fault> {
    let checkpoints = store.journal_checkpoints(name).await.unwrap();
    let mut verifier = Verifier::new(name.clone(), checkpoints, is_signed)?;
    let mut export = store.export_journal(name.clone());
    loop {
        let page = export.next_page().await.unwrap();
        if page.is_empty() {
            return verifier.finish();
        }
        page.iter().try_for_each(|row| verifier.push(row))?;
    }
}

/// The journal holds together and has that many entries.
pub(crate) async fn verifies(store: &Store, name: &NodeName, entries: u64) {
    assert_eq!(verify(store, name).await.unwrap().entries, entries);
}

/// A journal of 5 entries with checkpoints over 3 and 5.
async fn journal(url: &str) -> (Store, NodeName) {
    let (store, name) = (open(url).await, node("nodo-1"));
    let (writer, _task) = JournalWriter::start(&store, name.clone(), signer())
        .await
        .unwrap();
    record(&writer, 3).await;
    writer.checkpoint(at(10)).await.unwrap();
    record(&writer, 2).await;
    writer.checkpoint(at(20)).await.unwrap();
    (store, name)
}

pub(crate) async fn a_whole_journal_verifies(url: &str) {
    let (store, name) = journal(url).await;
    let report = verify(&store, &name).await.unwrap();
    assert_eq!(
        (report.entries, report.covered, report.checkpoints),
        (5, 5, 2)
    );
}

pub(crate) async fn a_checkpoint_is_stored_once_for_each_size(url: &str) {
    let (store, name) = (open(url).await, node("nodo-1"));
    let (writer, _task) = JournalWriter::start(&store, name.clone(), signer())
        .await
        .unwrap();
    let empty = writer.checkpoint(at(1)).await.unwrap();
    record(&writer, 1).await;
    let one = writer.checkpoint(at(2)).await.unwrap();
    assert_eq!(writer.checkpoint(at(3)).await.unwrap(), one);
    assert_eq!(
        store.journal_checkpoints(&name).await.unwrap(),
        [empty, one]
    );
}

pub(crate) async fn a_signature_that_fails_is_named(url: &str) {
    let store = open(url).await;
    let refusing: store::journal::Signer = Box::new(|_| Err("no key".into()));
    let (writer, _task) = JournalWriter::start(&store, node("nodo-1"), refusing)
        .await
        .unwrap();
    let refused = writer.checkpoint(at(1)).await;
    assert!(
        matches!(refused, Err(JournalUnavailable::NotSigned(_))),
        "{refused:?}"
    );
    assert_eq!(writer.record(entry(0)).await.unwrap().seq, 0);
}

pub(crate) async fn a_changed_row_is_found(url: &str) {
    let (store, name) = journal(url).await;
    tamper(url, "update journal_entries set bytes = (select bytes from journal_entries where seq = 1) where seq = 2")
        .await;
    let fault = verify(&store, &name).await.unwrap_err();
    assert!(matches!(fault, Fault::Changed { seq: 2 }), "{fault}");
}

pub(crate) async fn a_removed_row_is_found(url: &str) {
    let (store, name) = journal(url).await;
    tamper(url, "delete from journal_entries where seq = 1").await;
    let fault = verify(&store, &name).await.unwrap_err();
    assert!(
        matches!(
            fault,
            Fault::Missing {
                expected: 1,
                found: 2
            }
        ),
        "{fault}"
    );
}
