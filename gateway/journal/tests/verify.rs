//! Every way to tamper with a journal is found, and the first bad entry is named.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test fail it as the test itself does"
)]

use journal::verify::{Fault, Report, Row, verify};
use journal::{Checkpoint, Digest, Entry, EntryKind, NodeName, Sealed, SignedCheckpoint, merkle};
use proptest::prelude::*;

fn node() -> NodeName {
    "nodo-1".parse().unwrap()
}

fn entry(number: u64) -> Entry {
    let at = "2026-03-01T10:00:00Z".parse().unwrap();
    Entry {
        operation: Some("consultarCaso".to_owned()),
        ..Entry::new(EntryKind::Asked, at, number.to_string())
    }
}

fn row(sealed: &Sealed) -> Row {
    Row {
        seq: sealed.seq(),
        bytes: sealed.bytes().to_vec(),
        leaf: sealed.leaf(),
    }
}

fn sealed(seq: u64, number: u64) -> Row {
    row(&Sealed::new(&node(), seq, &entry(number)).unwrap())
}

fn journal(entries: u64) -> Vec<Row> {
    (0..entries).map(|number| sealed(number, number)).collect()
}

/// Not a signature: the digest of a secret and the text. Enough to be held or broken.
fn signature(text: &[u8]) -> Vec<u8> {
    Digest::of(&[b"clave de PRUEBA".as_slice(), text].concat())
        .as_bytes()
        .to_vec()
}

fn checkpoint(rows: &[Row], size: usize) -> SignedCheckpoint {
    let leaves: Vec<Digest> = rows[..size].iter().map(|row| row.leaf).collect();
    let checkpoint = Checkpoint {
        node: node(),
        size: u64::try_from(size).unwrap(),
        root: merkle::root(&leaves),
        at: "2026-03-01T11:00:00Z".parse().unwrap(),
    };
    checkpoint
        .sign(|text| Ok::<_, ()>(signature(text)))
        .unwrap()
}

fn check(rows: &[Row], checkpoints: Vec<SignedCheckpoint>) -> Result<Report, Fault> {
    verify(node(), rows, checkpoints, |text, given| {
        signature(text) == given
    })
}

/// Ten entries under checkpoints over 4 and 8, tampered with by `tamper`.
fn tampered(tamper: impl FnOnce(&mut Vec<Row>)) -> Fault {
    let mut rows = journal(10);
    let checkpoints = vec![checkpoint(&rows, 4), checkpoint(&rows, 8)];
    tamper(&mut rows);
    check(&rows, checkpoints).unwrap_err()
}

/// Gives rows their places anew, as a careful forger would: number, text and hash.
fn renumber(rows: &mut [Row]) {
    for (seq, row) in rows.iter_mut().enumerate() {
        let opened = journal::sealed::open(&row.bytes).unwrap();
        let sealed = Sealed::new(&node(), u64::try_from(seq).unwrap(), &opened.entry).unwrap();
        *row = self::row(&sealed);
    }
}

#[test]
fn an_honest_journal_holds() {
    let rows = journal(10);
    let leaves: Vec<Digest> = rows.iter().map(|row| row.leaf).collect();
    let report = check(
        &rows,
        vec![
            checkpoint(&rows, 0),
            checkpoint(&rows, 4),
            checkpoint(&rows, 8),
        ],
    )
    .unwrap();
    let expected = Report {
        entries: 10,
        covered: 8,
        checkpoints: 3,
        root: merkle::root(&leaves),
    };
    assert_eq!(report, expected);
    assert_eq!(check(&[], Vec::new()).unwrap().entries, 0);
}

/// A way to tamper: how, the entry that must be named, a word its message must have.
type Case = (&'static str, fn(&mut Vec<Row>), u64, &'static str);

fn check_tampering(table: &[Case]) {
    for (how, tamper, first, says) in table {
        let fault = tampered(tamper);
        assert_eq!(fault.first_bad_entry(), Some(*first), "{how}: {fault}");
        assert!(fault.to_string().contains(says), "{how}: {fault}");
    }
}

#[test]
fn a_changed_entry_is_named() {
    check_tampering(&[
        ("text", |rows| rows[5].bytes[40] ^= 1, 5, "changed"),
        ("hash", |rows| rows[5].leaf = Digest::of(b"x"), 5, "changed"),
        (
            "text and hash",
            |rows| rows[5] = sealed(5, 99),
            4,
            "rewritten",
        ),
        (
            "before the first checkpoint",
            |rows| rows[0] = sealed(0, 99),
            0,
            "rewritten",
        ),
        (
            "to what is no entry",
            |rows| rows[5] = unreadable(5),
            5,
            "not readable",
        ),
    ]);
}

#[test]
fn a_removed_entry_is_named() {
    check_tampering(&[
        ("from the middle", |rows| drop(rows.remove(5)), 5, "missing"),
        ("from the end", |rows| rows.truncate(6), 6, "missing"),
        (
            "the rest given its place, by its column",
            |rows| renumber_columns(rows, 5),
            5,
            "moved",
        ),
        (
            "the rest given its place, sealed anew",
            |rows| drop((rows.remove(5), renumber(rows))),
            4,
            "rewritten",
        ),
    ]);
}

#[test]
fn an_inserted_entry_is_named() {
    check_tampering(&[
        (
            "as a second",
            |rows| rows.insert(5, sealed(5, 99)),
            6,
            "again",
        ),
        (
            "the rest sealed anew",
            |rows| (rows.insert(5, sealed(5, 99)), renumber(rows)).0,
            4,
            "rewritten",
        ),
    ]);
}

#[test]
fn a_moved_entry_is_named() {
    check_tampering(&[
        ("swapped", |rows| rows.swap(5, 6), 5, "missing"),
        (
            "swapped under each other's number",
            |rows| swap_columns(rows, 5, 6),
            5,
            "moved",
        ),
    ]);
}

/// A row that agrees with itself but holds no entry.
fn unreadable(seq: u64) -> Row {
    Row {
        seq,
        bytes: b"{}".to_vec(),
        leaf: merkle::leaf(b"{}"),
    }
}

/// Removes a row and lets the numbers of the others close the gap, their texts unchanged.
fn renumber_columns(rows: &mut Vec<Row>, removed: usize) {
    rows.remove(removed);
    rows.iter_mut()
        .zip(0..)
        .for_each(|(row, seq)| row.seq = seq);
}

/// Swaps all but the numbers of two rows.
fn swap_columns(rows: &mut [Row], one: usize, other: usize) {
    rows.swap(one, other);
    let number = rows[one].seq;
    rows[one].seq = rows[other].seq;
    rows[other].seq = number;
}

#[test]
fn what_no_checkpoint_covers_is_only_consistent_with_itself() {
    let mut rows = journal(10);
    let checkpoints = vec![checkpoint(&rows, 8)];
    rows[9] = sealed(9, 99);
    rows.pop();
    let report = check(&rows, checkpoints).unwrap();
    assert_eq!((report.entries, report.covered), (9, 8));
}

#[test]
fn bad_checkpoints_are_named() {
    let rows = journal(10);
    let good = checkpoint(&rows, 4);
    let forged = Checkpoint {
        size: 5,
        ..good.checkpoint.clone()
    };
    let foreign = Checkpoint {
        node: "nodo-2".parse().unwrap(),
        ..good.checkpoint.clone()
    };
    let other_root = Checkpoint {
        root: Digest::of(b"x"),
        ..good.checkpoint.clone()
    };
    let sign = |checkpoint: Checkpoint| {
        checkpoint
            .sign(|text| Ok::<_, ()>(signature(text)))
            .unwrap()
    };
    let table = [
        (
            vec![SignedCheckpoint {
                checkpoint: forged,
                ..good.clone()
            }],
            "the signature of the checkpoint over 5",
        ),
        (vec![sign(foreign)], "is of node `nodo-2`"),
        (vec![good.clone(), sign(other_root)], "contradicts"),
        (vec![checkpoint(&rows, 8), good], "contradicts"),
    ];
    for (checkpoints, says) in table {
        let fault = check(&rows, checkpoints).unwrap_err();
        assert!(fault.to_string().contains(says), "{fault}");
        assert_eq!(fault.first_bad_entry(), None);
    }
}

#[test]
fn an_entry_of_another_node_gives_itself_away() {
    let foreign = row(&Sealed::new(&"nodo-2".parse().unwrap(), 5, &entry(5)).unwrap());
    let fault = tampered(|rows| rows[5] = foreign);
    assert!(matches!(fault, Fault::Moved { seq: 5, .. }), "{fault}");
}

proptest! {
    /// Whatever is done to the entries under a checkpoint, be it with all hashes made anew, is found,
    /// and no entry before the named one is bad.
    #[test]
    fn nothing_under_a_checkpoint_can_change(
        count in 2..30_usize, at in 0..30_usize, other in 0..30_usize, how in 0..4_u8, careful: bool,
    ) {
        let mut rows = journal(u64::try_from(count).unwrap());
        let checkpoints = vec![checkpoint(&rows, count / 2), checkpoint(&rows, count)];
        let (at, other) = (at % count, other % count);
        prop_assume!(at != other);
        match how {
            0 => rows[at] = sealed(u64::try_from(at).unwrap(), 99),
            1 => drop(rows.remove(at)),
            2 => rows.insert(at, sealed(u64::try_from(at).unwrap(), 99)),
            _ => rows.swap(at, other),
        }
        if careful {
            renumber(&mut rows);
        }
        let first_bad = if how == 3 { at.min(other) } else { at };
        match check(&rows, checkpoints) {
            Err(fault) => {
                // A row inserted whole is only seen at the one it pushes aside.
                let named = if let Fault::Truncated { unproven, .. } = fault {
                    Some(unproven)
                } else {
                    fault.first_bad_entry()
                };
                let named = usize::try_from(named.unwrap()).unwrap();
                prop_assert!(named <= first_bad + usize::from(how == 2), "{}", fault);
            }
            // The last of all, pushed beyond the last checkpoint: nothing under it has changed.
            Ok(report) => prop_assert!(how == 2 && careful && at == count, "{report:?}"),
        }
    }
}
