//! One list out of the pages of several systems: nothing lost, nothing twice, and whose word each case is.

use std::collections::{BTreeMap, BTreeSet};

use contract::NodeRef;
use domain::{CaseId, OrganismId, Problem, Silence, Source};
use exchange::{Answer, Permitted, Released, Told};
use journal::Digest;

use crate::support::{CENTRAL, HERENCIA, MOSSOS, document, engine, herencia, now, permit};

const ERTZAINTZA: &str = "A16003011";

fn id(number: u64) -> CaseId {
    CaseId::new(number, 7)
}

fn source(organism: &str) -> Source {
    if organism == CENTRAL {
        Source::Central
    } else {
        Source::Partner(organism.parse().unwrap())
    }
}

fn said(organism: &str, answer: Result<Answer, Silence>) -> Told {
    Told {
        organism: organism.parse().unwrap(),
        source: source(organism),
        answer,
    }
}

/// A case of a page: its number, who answers for it, where she lives, its level.
type Case<'c> = (u64, &'c str, &'c str, &'c str);

/// A page of these cases, which goes on from there.
fn page(cases: &[Case<'_>], next: Option<&str>) -> Answer {
    let case = |(number, responsible, town, level): &Case<'_>| {
        let id = id(*number);
        format!(
            "<caso><idCaso>{id}</idCaso><version>1</version><estado>activo</estado><nivel>{level}</nivel>\
             <municipioResidencia>{town}</municipioResidencia><unidad><organismo>{responsible}</organismo></unidad></caso>"
        )
    };
    let cases: String = cases.iter().map(case).collect();
    let next = next.map(|next| format!("<siguienteCursor>{next}</siguienteCursor>"));
    let next = next.unwrap_or_default();
    Answer::new(document(&format!(
        "<BuscarCasosRespuesta>{cases}{next}</BuscarCasosRespuesta>"
    )))
}

/// The same, of cases of the caller's own place.
fn numbers(responsible: &str, numbers: &[u64], next: Option<u64>) -> Answer {
    let cases = numbers.iter().map(|it| (*it, responsible, "13047", "bajo"));
    let cases: Vec<Case<'_>> = cases.collect();
    page(&cases, next.map(|next| id(next).to_string()).as_deref())
}

fn search(limit: u64, after: Option<&str>) -> Permitted {
    let after = after.map(|after| format!("<cursor>{after}</cursor>"));
    let after = after.unwrap_or_default();
    let asked = format!("<BuscarCasos><limite>{limit}</limite>{after}</BuscarCasos>");
    permit(herencia(), &asked, None).unwrap()
}

fn settle(permitted: Permitted, told: Vec<Told>, settled: &[(u64, &str)]) -> Released {
    let settled = settled.iter().map(|(case, by)| (id(*case), source(by)));
    let answer = permitted.merge(told, &settled.collect()).unwrap();
    permitted.reduce(answer, engine(), now()).unwrap()
}

fn merge(permitted: Permitted, told: Vec<Told>) -> Released {
    settle(permitted, told, &[])
}

fn leaves<'r>(released: &'r Released, local: &str) -> Vec<NodeRef<'r>> {
    let leaves = released.document().root().children();
    leaves.filter(|node| node.local() == local).collect()
}

/// The cases of a page, by number, and where the next one begins.
fn shown(released: &Released) -> (Vec<u64>, Option<String>) {
    let number = |case: &NodeRef<'_>| {
        let told = case.child("idCaso").unwrap().text().unwrap().to_owned();
        (1..100)
            .find(|number| id(*number).as_str() == told)
            .unwrap()
    };
    let next = leaves(released, "siguienteCursor");
    let next = next.first().map(|leaf| leaf.text().unwrap().to_owned());
    (leaves(released, "caso").iter().map(number).collect(), next)
}

/// Who was silent, and why.
fn silent(released: &Released) -> Vec<(String, String)> {
    let named = leaves(released, "sinRespuesta");
    let named = named.iter().map(|leaf| {
        let cause = leaf.attribute("causa").unwrap();
        (leaf.text().unwrap().to_owned(), cause.to_owned())
    });
    named.collect()
}

fn named(organism: &str, cause: &str) -> (String, String) {
    (organism.to_owned(), cause.to_owned())
}

/// The central system's page, that of Mossos, and the page of both; each with where it goes on.
const PAGES: &str = "
nobody has any                          |         |            |
the last page of both                   | 3 5     | 4          | 3 4 5
one goes on                             | 3 6 >6  | 4 9        | 3 4 6 >6
both go on                              | 3 6 >6  | 4 5 >5     | 3 4 5 >5
more than the page holds                | 3 4 5   | 6 7        | 3 4 5 6 >6
exactly as many                         | 3 4     | 6 7        | 3 4 6 7
one takes no notice of the limit        | 2       | 3 4 5 6 7  | 2 3 4 5 >5
one begins at its beginning again       | 2       | 1 2 3      | 2 3
one says it goes on sooner than it told | 3 8 >5  | 4          | 3 4 >5
the central one goes on after nothing   | >6      | 4 9        | 4 >6";

/// The numbers of a page, and the one after which it goes on.
fn read(text: &str) -> (Vec<u64>, Option<u64>) {
    let (cases, next) = text.split_once('>').unwrap_or((text, ""));
    let cases = cases.split_whitespace().map(|it| it.parse().unwrap());
    (cases.collect(), next.trim().parse().ok())
}

#[test]
fn a_page_goes_as_far_as_the_one_that_went_least_far() {
    let after = id(1).to_string();
    for row in PAGES.lines().filter(|row| !row.is_empty()) {
        let cells: Vec<&str> = row.split('|').collect();
        let [name, central, mossos, both] = cells[..] else {
            panic!("{row}")
        };
        let ((central, first), (mossos, second)) = (read(central), read(mossos));
        let told = vec![
            said(CENTRAL, Ok(numbers(HERENCIA, &central, first))),
            said(MOSSOS, Ok(numbers(MOSSOS, &mossos, second))),
        ];
        let released = merge(search(4, Some(&after)), told);
        let (cases, next) = read(both);
        let expected = (cases, next.map(|next| id(next).to_string()));
        assert_eq!(shown(&released), expected, "{name}");
        assert!(silent(&released).is_empty(), "{name}");
    }
}

/// A system: its cases, and how many it tells at a time whatever it is asked for.
struct System {
    organism: &'static str,
    cases: BTreeSet<u64>,
    most: usize,
}

impl System {
    fn answer(&self, after: Option<&str>, limit: usize) -> Told {
        let rest = self.cases.iter().copied();
        let rest = rest.filter(|case| after.is_none_or(|after| id(*case).as_str() > after));
        let mut page: Vec<u64> = rest.collect();
        let all = page.len();
        page.truncate(limit.min(self.most));
        let next = page.last().copied().filter(|_| page.len() < all);
        said(self.organism, Ok(numbers(self.organism, &page, next)))
    }
}

/// Every way of sharing cases among three systems, some of them with two, read in pages of every size.
#[test]
fn no_case_is_lost_or_told_twice_from_page_to_page() {
    type Has = fn(u64) -> bool;
    let shares: [[Has; 3]; 5] = [
        [|n| n % 3 == 0, |n| n % 3 == 1, |n| n % 3 == 2],
        [|n| n <= 6, |n| n > 6 && n <= 12, |n| n > 12],
        [|n| n > 12, |n| n <= 6, |n| n > 6 && n <= 12],
        [|_| true, |n| n % 2 == 0, |_| false],
        // Disputed: the central system does not know them, and two call them theirs.
        [|n| n == 4, |n| n != 4, |n| n % 5 == 0],
    ];
    for (at, [central, mossos, ertzaintza]) in shares.into_iter().enumerate() {
        let all = || 1..=17_u64;
        let system = |organism, has: Has, most| System {
            organism,
            cases: all().filter(|case| has(*case)).collect(),
            most,
        };
        for limit in [1, 2, 3, 7, 16, 17, 100] {
            let systems = [
                system(CENTRAL, central, 100),
                system(MOSSOS, mossos, 2),
                system(ERTZAINTZA, ertzaintza, 100),
            ];
            let (mut list, mut after, mut pages) = (Vec::new(), None::<String>, 0);
            loop {
                let told = systems.iter().map(|it| it.answer(after.as_deref(), limit));
                let permitted = search(u64::try_from(limit).unwrap(), after.as_deref());
                let (cases, next) = shown(&merge(permitted, told.collect()));
                assert!(cases.len() <= limit.max(2), "{at} {limit}: {cases:?}");
                list.extend(cases);
                pages += 1;
                assert!(pages <= 40, "{at} {limit}: it never ends");
                match next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let disputed = |case: &u64| at == 4 && case.is_multiple_of(5);
            let expected = all().flat_map(|case| vec![case; 1 + usize::from(disputed(&case))]);
            assert_eq!(list, expected.collect::<Vec<_>>(), "{at} {limit}");
        }
    }
}

/// Whose page cannot be joined to the others is named, and spoils no one else's.
#[test]
fn who_cannot_be_paged_or_asked_is_named() {
    let after = id(5).to_string();
    let on = |next: &str| Ok(page(&[(7, MOSSOS, "13047", "bajo")], Some(next)));
    let table: [(&str, Result<Answer, Silence>, &str); 7] = [
        ("from a mark of its own", on("PRUEBA-7"), "error"),
        ("from where it was asked", on(id(5).as_str()), "error"),
        ("from before", on(id(3).as_str()), "error"),
        ("after nothing", Ok(numbers(MOSSOS, &[], Some(9))), "error"),
        (
            "after what was told before",
            Ok(numbers(MOSSOS, &[4], Some(9))),
            "error",
        ),
        ("late", Err(Silence::Late), "fuera-de-plazo"),
        ("it does not search", Err(Silence::Unable), "no-admite"),
    ];
    for (name, answer, cause) in table {
        let told = vec![
            said(CENTRAL, Ok(numbers(HERENCIA, &[6, 8], None))),
            said(MOSSOS, answer),
            said(ERTZAINTZA, Err(Silence::Unable)),
        ];
        let released = merge(search(4, Some(&after)), told);
        assert_eq!(shown(&released), (vec![6, 8], None), "{name}");
        let expected = [named(MOSSOS, cause), named(ERTZAINTZA, "no-admite")];
        assert_eq!(silent(&released), expected, "{name}");
        let evidence: Vec<OrganismId> =
            released.entry(Digest::of(b"")).silent.into_iter().collect();
        assert_eq!(
            evidence,
            [MOSSOS, ERTZAINTZA].map(|it| it.parse().unwrap()),
            "{name}"
        );
    }
    let faulty = || Ok(page(&[], Some("PRUEBA")));
    let told = vec![said(CENTRAL, faulty()), said(MOSSOS, faulty())];
    let merged = search(4, None).merge(told, &BTreeMap::new());
    assert_eq!(merged.err(), Some(Problem::HolderUnreachable));
}

/// The list of one system alone is its own, whatever its cursors look like.
#[test]
fn one_alone_pages_as_it_likes() {
    let permitted = search(2, Some("PRUEBA-1"));
    assert_eq!(permitted.check_cursor(), Err(Problem::SchemaViolation));
    let case = (7, HERENCIA, "13047", "bajo");
    let told = vec![
        said(CENTRAL, Ok(page(&[case], Some("PRUEBA-2")))),
        said(ERTZAINTZA, Err(Silence::Unable)),
    ];
    let released = merge(permitted, told);
    assert_eq!(shown(&released), (vec![7], Some("PRUEBA-2".to_owned())));
    assert_eq!(silent(&released), [named(ERTZAINTZA, "no-admite")]);
    for after in [None, Some(id(3).to_string())] {
        assert_eq!(search(2, after.as_deref()).check_cursor(), Ok(()));
    }
}

/// Each row is decided on by itself, whoever told it; the evidence and the index know who did.
#[test]
fn a_row_of_any_system_is_judged_put_on_record_and_learned_as_its_own() {
    let central = page(
        &[
            (3, HERENCIA, "13047", "medio"),
            (4, HERENCIA, "13047", "alto"),
        ],
        None,
    );
    let mossos = page(
        &[(2, MOSSOS, "08019", "bajo"), (5, MOSSOS, "13047", "bajo")],
        None,
    );
    let told = vec![said(CENTRAL, Ok(central)), said(MOSSOS, Ok(mossos))];
    let released = merge(search(9, None), told);
    // Above the ceiling, and out of the territory.
    assert_eq!(shown(&released).0, [3, 5]);
    let entry = released.entry(Digest::of(b""));
    assert_eq!(entry.cases, [id(3), id(5)].into());
    let by = |organism: &str, case| (organism.parse().unwrap(), BTreeSet::from([id(case)]));
    assert_eq!(
        entry.told_by,
        BTreeMap::from([by(CENTRAL, 3), by(MOSSOS, 5)])
    );
    let learned = released.index_updates().iter();
    let learned: Vec<_> = learned.map(|it| (it.case, it.source.clone())).collect();
    let expected = [(2, MOSSOS), (3, CENTRAL), (4, CENTRAL), (5, MOSSOS)];
    assert_eq!(learned, expected.map(|(case, by)| (id(case), source(by))));
    let refusal = released.fail(Problem::Internal, now());
    assert!(refusal.entry().told_by.is_empty());
}

/// A system tells only what was searched: that it does not tell of a case is its word too.
#[test]
fn nobody_brings_a_case_of_others_into_what_is_searched() {
    type Row = (
        &'static str,
        Option<&'static str>,
        Result<(), Silence>,
        &'static [u64],
    );
    let table: [Row; 5] = [
        (
            "the central one's, which is heard",
            Some(CENTRAL),
            Ok(()),
            &[],
        ),
        (
            "the central one's, which is silent",
            Some(CENTRAL),
            Err(Silence::Late),
            &[5],
        ),
        ("its own", Some(MOSSOS), Ok(()), &[5]),
        (
            "another's, which does not search",
            Some(ERTZAINTZA),
            Ok(()),
            &[5],
        ),
        ("the index does not know it", None, Ok(()), &[5]),
    ];
    for (name, counts, central, expected) in table {
        let told = vec![
            said(CENTRAL, central.map(|()| numbers(HERENCIA, &[], None))),
            said(MOSSOS, Ok(numbers(MOSSOS, &[5], None))),
            said(ERTZAINTZA, Err(Silence::Unable)),
        ];
        let settled: Vec<(u64, &str)> = counts.map(|counts| (5, counts)).into_iter().collect();
        let released = settle(search(4, None), told, &settled);
        assert_eq!(shown(&released).0, expected, "{name}");
    }
}
