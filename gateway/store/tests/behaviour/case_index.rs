//! The case index: newest version wins, in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use domain::{CaseId, FormerResidence, IndexEntry, RiskLevel, Source};
use store::Store;

use super::fixtures::{at, indexed, parsed};
use super::open;

async fn put(store: &Store, entries: &[IndexEntry]) {
    store.upsert_index(entries, at(1)).await.unwrap();
}

/// What is so now of a case.
async fn found(store: &Store, case: &CaseId) -> Option<IndexEntry> {
    let known = store.known_case(case).await.unwrap();
    known.map(|known| known.entry)
}

pub(crate) async fn what_is_put_is_found(url: &str) {
    let store = open(url).await;
    let full = indexed(1, 3);
    let bare = IndexEntry {
        municipality: None,
        level: None,
        ..indexed(2, 1)
    };
    put(&store, &[full.clone(), bare.clone()]).await;
    put(&store, &[]).await;
    assert_eq!(found(&store, &full.case).await, Some(full));
    assert_eq!(found(&store, &bare.case).await, Some(bare));
    assert_eq!(found(&store, &CaseId::new(3, 0)).await, None);
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
    for (told, expected) in table {
        put(&store, &[told]).await;
        assert_eq!(found(&store, &expected.case).await, Some(expected));
    }
}

pub(crate) async fn one_batch_may_name_a_case_twice(url: &str) {
    let store = open(url).await;
    put(&store, &[indexed(1, 2), indexed(1, 7), indexed(1, 3)]).await;
    assert_eq!(found(&store, &CaseId::new(1, 0)).await, Some(indexed(1, 7)));
}

pub(crate) async fn many_entries_at_once(url: &str) {
    let store = open(url).await;
    let many: Vec<_> = (0..4_500).map(|number| indexed(number, 1)).collect();
    put(&store, &many).await;
    for number in [0, 1_999, 2_000, 4_499] {
        assert_eq!(
            found(&store, &CaseId::new(number, 0)).await,
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

/// A place that was left, and when.
type Left = (Option<String>, i64);

/// Where the case was before, the last place first.
async fn former(store: &Store, case: &CaseId) -> Vec<Left> {
    let known = store.known_case(case).await.unwrap().unwrap();
    let told = |former: &FormerResidence| {
        let place = former.municipality.map(|code| code.to_string());
        (place, former.left.as_microsecond())
    };
    known.former.iter().map(told).collect()
}

pub(crate) async fn a_move_leaves_the_former_residence(url: &str) {
    let store = open(url).await;
    let case = CaseId::new(1, 0);
    let version = |version, municipality: Option<&str>| IndexEntry {
        municipality: municipality.map(parsed),
        ..indexed(1, version)
    };
    let herencia = Some("13047".to_owned());
    let (first, second) = (at(20).as_microsecond(), at(50).as_microsecond());
    // What comes, when, and the places that are left after it, the last one first.
    let table: [(_, _, &[Left]); 8] = [
        (version(3, Some("13047")), at(10), &[]),
        (
            version(4, Some("28079")),
            at(20),
            &[(herencia.clone(), first)],
        ),
        // Neither told again, nor told late, nor corrected within a version is a move.
        (
            version(4, Some("28079")),
            at(30),
            &[(herencia.clone(), first)],
        ),
        (
            version(3, Some("13047")),
            at(31),
            &[(herencia.clone(), first)],
        ),
        (
            version(4, Some("28080")),
            at(32),
            &[(herencia.clone(), first)],
        ),
        (
            version(5, Some("28080")),
            at(40),
            &[(herencia.clone(), first)],
        ),
        (
            version(6, None),
            at(50),
            &[
                (Some("28080".to_owned()), second),
                (herencia.clone(), first),
            ],
        ),
        (
            version(7, Some("13047")),
            at(60),
            &[
                (None, at(60).as_microsecond()),
                (Some("28080".to_owned()), second),
                (herencia.clone(), first),
            ],
        ),
    ];
    for (entry, seen, expected) in table {
        let version = entry.version;
        store.upsert_index(&[entry], seen).await.unwrap();
        assert_eq!(former(&store, &case).await, expected, "version {version}");
    }
}

pub(crate) async fn stays_are_kept_until_told_otherwise(url: &str) {
    let store = open(url).await;
    let with = |version, stays: Option<&[&str]>| IndexEntry {
        stays: stays.map(|codes| codes.iter().map(|code| parsed(code)).collect()),
        ..indexed(1, version)
    };
    for (version, told, expected) in [
        (1, None, None),
        (
            2,
            Some(&["28079", "45168"][..]),
            Some(&["28079", "45168"][..]),
        ),
        (3, None, Some(&["28079", "45168"][..])),
        (4, Some(&[][..]), Some(&[][..])),
    ] {
        put(&store, &[with(version, told)]).await;
        assert_eq!(
            found(&store, &CaseId::new(1, 0)).await,
            Some(with(version, expected)),
            "version {version}"
        );
    }
}

pub(crate) async fn the_word_of_the_central_system_counts_unless_it_names_another(url: &str) {
    let store = open(url).await;
    let mossos = "A09990001";
    let told = |source: Option<&str>, responsible: &str, version| IndexEntry {
        source: source.map_or(Source::Central, |text| Source::Partner(parsed(text))),
        responsible: parsed(responsible),
        ..indexed(1, version)
    };
    // What comes, and whose word counts after it.
    let table = [
        (told(Some(mossos), mossos, 9), Some(mossos)),
        (told(None, "L01130473", 1), None),
        // A partner cannot take a case, whatever version it says.
        (told(Some(mossos), mossos, 99), None),
        (told(None, mossos, 2), Some(mossos)),
        (told(None, "L01130473", 3), None),
    ];
    for (entry, expected) in table {
        let version = entry.version;
        put(&store, &[entry]).await;
        let counts = found(&store, &CaseId::new(1, 0)).await.unwrap().source;
        let expected = expected.map_or(Source::Central, |text| Source::Partner(parsed(text)));
        assert_eq!(counts, expected, "version {version}");
    }
    assert_eq!(store.index_size().await.unwrap(), 1);
}

pub(crate) async fn who_left_is_known_whoever_told_it(url: &str) {
    let store = open(url).await;
    let case = CaseId::new(1, 0);
    let mossos = Source::Partner(parsed("A09990001"));
    let moved = |version, municipality| IndexEntry {
        municipality: Some(parsed(municipality)),
        responsible: parsed("A09990001"),
        ..indexed(1, version)
    };
    for (entry, seen) in [(moved(1, "13047"), at(10)), (moved(2, "08019"), at(20))] {
        store.upsert_index(&[entry], seen).await.unwrap();
    }
    let theirs = IndexEntry {
        source: mossos.clone(),
        ..moved(1, "08019")
    };
    let told = std::slice::from_ref(&theirs);
    store.upsert_index(told, at(30)).await.unwrap();
    assert_eq!(found(&store, &case).await, Some(theirs));
    let left = (Some("13047".to_owned()), at(20).as_microsecond());
    assert_eq!(former(&store, &case).await, [left]);
}

/// Who tells (`None`: the central system), whom it names, the version, and where she lives.
type Told = (Option<&'static str>, &'static str, u32, &'static str);

/// What is told, and the places that were left after it, with the second.
type Moves = (
    &'static str,
    &'static [Told],
    &'static [(&'static str, i64)],
);

const MOSSOS: &str = "A09990001";
const OTHER: &str = "A16990001";
const LOCAL: &str = "L01130473";

/// Tells of the case of that number, a second after another.
async fn tell(store: &Store, number: u64, told: &[Told]) {
    for (second, (source, responsible, version, municipality)) in (1..).zip(told) {
        let source = source.map_or(Source::Central, |text| Source::Partner(parsed(text)));
        let entry = IndexEntry {
            source,
            responsible: parsed(responsible),
            municipality: Some(parsed(municipality)),
            ..indexed(number, *version)
        };
        store.upsert_index(&[entry], at(second)).await.unwrap();
    }
}

/// What is told of a case, and whose word counts.
type Dispute<'d> = (u64, &'d [Told], Option<Option<&'d str>>);

pub(crate) async fn what_nobody_disputes_is_settled(url: &str) {
    let town = "13034";
    // What is told of a case, and whose word counts; a dispute is not settled.
    let table: [Dispute<'_>; 6] = [
        (1, &[(None, LOCAL, 1, town)], Some(None)),
        (2, &[(Some(MOSSOS), MOSSOS, 1, town)], Some(Some(MOSSOS))),
        (
            3,
            &[(Some(MOSSOS), MOSSOS, 9, town), (None, LOCAL, 1, town)],
            Some(None),
        ),
        (
            4,
            &[(None, MOSSOS, 1, town), (Some(MOSSOS), MOSSOS, 1, town)],
            Some(Some(MOSSOS)),
        ),
        (
            5,
            &[
                (Some(OTHER), OTHER, 1, town),
                (Some(MOSSOS), MOSSOS, 1, town),
            ],
            None,
        ),
        (6, &[], None),
    ];
    let store = open(url).await;
    for (number, told, _) in table {
        tell(&store, number, told).await;
    }
    let expected = table.into_iter().filter_map(|(number, _, counts)| {
        let source = counts?.map_or(Source::Central, |text| Source::Partner(parsed(text)));
        Some((CaseId::new(number, 0), source))
    });
    let expected: BTreeMap<CaseId, Source> = expected.collect();
    let asked: BTreeSet<CaseId> = (1..=6).map(|number| CaseId::new(number, 0)).collect();
    assert_eq!(store.settled_cases(&asked).await.unwrap(), expected);
    let none = store.settled_cases(&BTreeSet::new()).await.unwrap();
    assert!(none.is_empty());
    let one = BTreeSet::from([CaseId::new(3, 0)]);
    assert_eq!(store.settled_cases(&one).await.unwrap().len(), 1);
}

pub(crate) async fn only_those_whose_word_counts_tell_of_a_move(url: &str) {
    let table: [Moves; 4] = [
        (
            "a partner tells of a move of a case of the central system",
            &[
                (None, LOCAL, 1, "28079"),
                (Some(MOSSOS), MOSSOS, 1, "13047"),
                (Some(MOSSOS), MOSSOS, 2, "28079"),
            ],
            &[],
        ),
        (
            "a partner's copy catches up long after the move",
            &[
                (None, LOCAL, 1, "13047"),
                (Some(MOSSOS), LOCAL, 1, "13047"),
                (None, LOCAL, 2, "28079"),
                (Some(MOSSOS), LOCAL, 2, "28079"),
            ],
            &[("13047", 3)],
        ),
        (
            "whoever holds the case tells of a move of its own",
            &[
                (None, MOSSOS, 1, "08019"),
                (Some(MOSSOS), MOSSOS, 1, "08019"),
                (Some(MOSSOS), MOSSOS, 2, "17079"),
            ],
            &[("08019", 3)],
        ),
        (
            "another partner tells of a move of its case",
            &[
                (None, MOSSOS, 1, "08019"),
                (Some(MOSSOS), MOSSOS, 1, "08019"),
                (Some(OTHER), OTHER, 1, "48020"),
                (Some(OTHER), OTHER, 2, "08019"),
            ],
            &[],
        ),
    ];
    let store = open(url).await;
    for (number, (name, told, expected)) in (1..).zip(table) {
        tell(&store, number, told).await;
        let left: Vec<Left> = expected
            .iter()
            .map(|(place, second)| (Some((*place).to_owned()), at(*second).as_microsecond()))
            .collect();
        assert_eq!(
            former(&store, &CaseId::new(number, 0)).await,
            left,
            "{name}"
        );
    }
}

/// Who tells in this order; then whose word counts, as the index says too, and the province that it names.
const COUNTED: [(&[Told], &str, u8); 6] = [
    (&[(None, LOCAL, 1, "13047")], LOCAL, 13),
    (
        &[
            (Some(MOSSOS), MOSSOS, 9, "08019"),
            (None, LOCAL, 1, "13047"),
        ],
        LOCAL,
        13,
    ),
    (
        &[
            (None, MOSSOS, 1, "13047"),
            (Some(MOSSOS), MOSSOS, 1, "08019"),
        ],
        MOSSOS,
        8,
    ),
    (
        &[
            (Some(OTHER), OTHER, 1, "48020"),
            (Some(MOSSOS), MOSSOS, 9, "08019"),
        ],
        OTHER,
        48,
    ),
    (
        &[
            (Some(MOSSOS), OTHER, 1, "08019"),
            (Some(OTHER), OTHER, 1, "01059"),
        ],
        OTHER,
        1,
    ),
    // Who hands a case over and calls it its own again is no longer the first.
    (
        &[
            (Some(MOSSOS), MOSSOS, 1, "08019"),
            (Some(MOSSOS), OTHER, 2, "20069"),
            (Some(OTHER), OTHER, 1, "20069"),
            (Some(OTHER), OTHER, 2, "20069"),
            (Some(MOSSOS), MOSSOS, 3, "08019"),
        ],
        OTHER,
        20,
    ),
];

pub(crate) async fn each_case_is_counted_once_as_told_by_whose_word_counts(url: &str) {
    let store = open(url).await;
    let mut expected = Vec::new();
    for (number, (told, responsible, province)) in (1..).zip(COUNTED) {
        tell(&store, number, told).await;
        let known = found(&store, &CaseId::new(number, 0)).await.unwrap();
        assert_eq!(known.responsible, parsed(responsible), "case {number}");
        expected.push((province, responsible.to_owned()));
    }
    let counted = store.count_cases().await.unwrap();
    let counted = counted.into_iter().flat_map(|alike| {
        let one = (alike.province.unwrap(), alike.responsible.to_string());
        (0..alike.cases).map(move |_| one.clone())
    });
    let mut counted: Vec<(u8, String)> = counted.collect();
    counted.sort();
    expected.sort();
    assert_eq!(counted, expected);
}
