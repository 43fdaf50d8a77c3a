use super::*;

mod oracle;

fn both(counts: &[CaseCount]) -> [Table; 2] {
    tables(
        counts,
        &Registry::new(0, Vec::new(), Vec::new(), Vec::new()),
    )
}

fn count(province: Option<u8>, level: Option<RiskLevel>, state: &str, cases: u64) -> CaseCount {
    CaseCount {
        province,
        responsible: "L01130473".parse().unwrap(),
        level,
        state: state.to_owned(),
        cases,
    }
}

fn row(table: &Table, label: &Label) -> Vec<String> {
    let row = table.rows.iter().find(|row| row.label == *label).unwrap();
    row.cells.iter().map(|cell| cell.text()).collect()
}

#[test]
fn provinces_sum_to_communities_and_these_to_the_whole() {
    let [table, _] = both(&[
        count(Some(13), Some(RiskLevel::Low), "activo", 10),
        count(Some(13), Some(RiskLevel::Medium), "activo", 5),
        count(Some(45), None, "activo", 4),
        count(Some(45), Some(RiskLevel::Low), "inactivo", 30),
        count(Some(28), Some(RiskLevel::Low), "inactivo", 7),
        count(None, Some(RiskLevel::Low), "inactivo", 9),
    ]);
    let table_of = [
        (Label::Province(13), "0 10 5 0 0 0 15 0 15"),
        (Label::Province(45), "0 0 0 0 0 4 4 30 34"),
        (Label::Community(8), "0 10 5 0 0 4 19 30 49"),
        (Label::Community(13), "0 0 0 0 0 0 0 7 7"),
        (Label::Elsewhere, "0 0 0 0 0 0 0 9 9"),
        (Label::Whole, "0 10 5 0 0 4 19 46 65"),
    ];
    for (label, expected) in table_of {
        assert_eq!(row(&table, &label).join(" "), expected, "{label:?}");
    }
    let last = table.rows.last().unwrap();
    assert_eq!(last.label, Label::Whole);
}

#[test]
fn one_case_is_not_found_by_subtraction() {
    let [table, _] = both(&[
        count(Some(13), Some(RiskLevel::High), "activo", 1),
        count(Some(13), Some(RiskLevel::Low), "activo", 8),
        count(Some(45), Some(RiskLevel::High), "activo", 6),
        count(Some(45), Some(RiskLevel::Low), "activo", 20),
    ]);
    let own = row(&table, &Label::Province(13));
    assert_eq!(own.get(3).map(String::as_str), Some("··"));
    // Neither across the row nor down the column.
    assert!(
        own.iter().filter(|cell| *cell == "··").count() >= 2,
        "{own:?}"
    );
    let other = row(&table, &Label::Province(45));
    assert_eq!(other.get(3).map(String::as_str), Some("··"), "{other:?}");
}

#[test]
fn local_police_are_counted_by_community() {
    let [_, table] = both(&[count(Some(13), Some(RiskLevel::Low), "activo", 8)]);
    assert_eq!(row(&table, &Label::Local(8)).join(" "), "0 8 0 0 0 0 8 0 8");
    assert_eq!(row(&table, &Label::Whole).join(" "), "0 8 0 0 0 0 8 0 8");
}

/// Cases of a force; several of a call stand side by side.
fn of_force(
    force: &str,
    province: u8,
    cells: [(Option<RiskLevel>, &str, u64); 3],
) -> Vec<CaseCount> {
    let counts = cells.into_iter().map(|(level, state, cases)| CaseCount {
        responsible: force.parse().unwrap(),
        ..count(Some(province), level, state, cases)
    });
    counts.collect()
}

#[test]
fn one_table_does_not_tell_what_the_other_hides() {
    let (low, high) = (Some(RiskLevel::Low), Some(RiskLevel::High));
    let table = [
        // The whole, shown by T1, less the large force is the small one.
        [("E99990101", 28, 40, 26, 0), ("E99990102", 28, 2, 0, 3)],
        [("E99990101", 28, 40, 26, 0), ("E99990102", 13, 2, 0, 3)],
        [("E99990101", 13, 1, 0, 9), ("E99990102", 45, 0, 1, 9)],
        [("E99990101", 13, 1, 1, 0), ("E99990101", 45, 50, 60, 70)],
        [("E99990101", 13, 1, 0, 0), ("E99990101", 13, 0, 0, 0)],
    ];
    for case in table {
        let counts = case.map(|(force, province, lows, highs, ended)| {
            let cells = [
                (low, "activo", lows),
                (high, "activo", highs),
                (low, "inactivo", ended),
            ];
            of_force(force, province, cells)
        });
        let found = oracle::found(&both(&counts.concat()));
        assert_eq!(found, Vec::<String>::new(), "{case:?}");
    }
}

/// Numbers that look random and are always the same.
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % 6
    })
}

#[test]
fn no_small_count_can_be_worked_out() {
    let levels = [Some(RiskLevel::Low), Some(RiskLevel::High), None];
    for seed in 1..40 {
        let mut numbers = numbers(seed);
        let mut counts = Vec::new();
        for province in [13, 45, 28] {
            for force in ["E99990101", "E99990102", "E99990103"] {
                for (level, state) in levels.into_iter().zip(["activo", "activo", "inactivo"]) {
                    // Many empty, as in real tables.
                    let cases = numbers.next().unwrap() * (numbers.next().unwrap() % 2);
                    let one = count(Some(province), level, state, cases);
                    let responsible = force.parse().unwrap();
                    counts.push(CaseCount { responsible, ..one });
                }
            }
        }
        let tables = both(&counts);
        let small = |cell: &&Cell| matches!(cell, Cell::Shown(1 | 2));
        let rows = tables.iter().flat_map(|table| &table.rows);
        assert_eq!(rows.flat_map(|row| &row.cells).filter(small).count(), 0);
        assert_eq!(oracle::found(&tables), Vec::<String>::new(), "{seed}");
    }
}

#[test]
fn the_oracle_finds_what_two_tables_tell_together() {
    // T1 shows the whole; T2, suppressed alone, hid it, and the two forces in it.
    let shown = |label: Label, cells: &str| Row {
        label,
        cells: cells
            .split(' ')
            .map(|it| it.parse().map_or(Cell::Hidden, Cell::Shown))
            .collect(),
    };
    let whole = "0 0 0 0 0 68 68 3 71";
    let territory = [
        shown(Label::Province(28), whole),
        shown(Label::Community(13), whole),
        shown(Label::Whole, whole),
    ];
    let bodies = [
        shown(Label::Force("A".to_owned()), "0 0 0 0 0 ·· ·· 0 66"),
        shown(Label::Force("B".to_owned()), "0 0 0 0 0 ·· ·· ·· 5"),
        shown(Label::Whole, "0 0 0 0 0 ·· ·· 3 71"),
    ];
    let found = oracle::found(&[territory, bodies].map(|rows| Table {
        rows: rows.to_vec(),
    }));
    assert!(
        found.iter().any(|it| it.contains("Force(\"B\") 6: 2")),
        "{found:?}"
    );
}
