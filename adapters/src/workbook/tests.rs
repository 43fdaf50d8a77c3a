use std::io::{Cursor, Write};

use domain::adhesion::UsersTable;
use domain::coverage::police::PoliceList;
use domain::coverage::population::Population;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// Made by `tests/workbooks/make.py` with the library that most programs of others use.
const INE: &[u8] = include_bytes!("../../tests/workbooks/pobmun24.xlsx");
const POLICE: &[u8] = include_bytes!("../../tests/workbooks/policias.xlsx");
const USERS: &[u8] = include_bytes!("../../tests/workbooks/usuarios.xlsx");
const ENCRYPTED: &[u8] = include_bytes!("../../tests/workbooks/cifrado.xlsx");

/// A workbook of one sheet, by the XML of its rows and what follows them.
struct Book {
    sheets: Vec<(String, &'static str)>,
    strings: String,
    more: Vec<(String, Vec<u8>)>,
}

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

impl Book {
    fn of(rows: &str) -> Self {
        Self {
            sheets: vec![(sheet(rows, ""), "visible")],
            strings: "<sst/>".to_owned(),
            more: Vec::new(),
        }
    }

    fn and(mut self, rows: &str, state: &'static str) -> Self {
        self.sheets.push((sheet(rows, ""), state));
        self
    }

    fn part(mut self, name: &str, content: impl Into<Vec<u8>>) -> Self {
        self.more.push((name.to_owned(), content.into()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, content: &[u8]| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        };
        let to = |kind: &str, target: &str, id: usize| {
            format!("<Relationship Id=\"r{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
        };
        let relations = |inner: &str| format!("<Relationships>{inner}</Relationships>");
        put("[Content_Types].xml", b"<Types/>");
        let first = relations(&to("officeDocument", "xl/workbook.xml", 0));
        put("_rels/.rels", first.as_bytes());
        let (mut list, mut targets) = (String::new(), String::new());
        for (at, (rows, state)) in self.sheets.iter().enumerate() {
            let name = format!("worksheets/sheet{at}.xml");
            let sheet = format!(
                "<sheet name=\"Hoja{at}\" sheetId=\"{at}\" state=\"{state}\" r:id=\"r{at}\"/>"
            );
            list.push_str(&sheet);
            targets += &to("worksheet", &name, at);
            put(&format!("xl/{name}"), rows.as_bytes());
        }
        let book = format!(
            "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{RELATIONS}\"><sheets>{list}</sheets></workbook>"
        );
        put("xl/workbook.xml", book.as_bytes());
        put("xl/_rels/workbook.xml.rels", relations(&targets).as_bytes());
        put("xl/sharedStrings.xml", self.strings.as_bytes());
        for (name, content) in &self.more {
            put(name, content);
        }
        zip.finish().unwrap().into_inner()
    }
}

fn sheet(rows: &str, after: &str) -> String {
    format!(
        "<worksheet xmlns=\"{SHEET}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData>{after}</worksheet>"
    )
}

/// A row of texts.
fn row(line: usize, cells: &[&str]) -> String {
    let cells = cells
        .iter()
        .map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"));
    format!("<row r=\"{line}\">{}</row>", cells.collect::<String>())
}

fn code(bytes: &[u8], name: &str) -> String {
    match table(bytes, name) {
        Ok(table) => format!("{} filas", table.rows().count()),
        Err(wrong) => format!(
            "{} {}{}",
            wrong.fault.code(),
            wrong.letters().unwrap_or_default(),
            wrong.line
        ),
    }
}

#[test]
fn the_population_as_it_is_published() {
    let population = Population::of(&table(INE, "pobmun24.xlsx").unwrap()).unwrap();
    assert_eq!((population.year, population.residents.len()), (2024, 6));
    assert_eq!(population.total(), 15_000 + 1_250_000 + 30);
}

#[test]
fn what_is_wrong_with_a_workbook_is_told_by_its_cell() {
    let told = |bytes: &[u8]| {
        let table = table(bytes, "").unwrap();
        let wrongs = PoliceList::of(&table).unwrap_err();
        wrongs.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(POLICE),
        [
            "line 5, column A: `1001` lost its leading zero: the code is `01001`",
            "line 6, column A: `10014` lost its leading zero: the code is `010014`",
            "line 8, column A: the cell is merged with others",
        ]
    );
}

#[test]
fn a_users_form_with_dates_of_both_kinds() {
    let form = UsersTable::of(&table(USERS, "usuarios.xlsx").unwrap()).unwrap();
    let told = form
        .users
        .iter()
        .map(|user| format!("{} {} {:?}", user.officer, user.from, user.trained_on));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "PRUEBA-1 2026-01-20 Some(2026-01-15)",
            "PRUEBA-2 2026-02-01 None"
        ]
    );
    assert_eq!(form.lines, [4, 6]);
}

#[test]
fn numbers_are_told_by_their_digits() {
    let table = [
        (8450.0, "8450"),
        (-3.0, "-3"),
        (0.0, "0"),
        (845.125, "845.1250"), // never 845,125
        (8.45, "8.4500"),
        (1234.56789, "1234.56789"),
        (1e20, "100000000000000000000.0000"),
    ];
    for (number, expected) in table {
        let cell = Book::of(&format!(
            "<row><c><v>{number:?}</v></c><c><v>1</v></c></row>"
        ));
        let read = super::table(&cell.bytes(), "").unwrap();
        assert_eq!(read.rows().next().unwrap().cell(0), expected, "{number}");
    }
}

#[test]
fn what_is_no_workbook_is_named() {
    let csv = b"codigo;nombre\n13047;Herencia\n";
    let mut cut = Book::of(&row(1, &["a", "b"])).bytes();
    cut.truncate(cut.len() / 2);
    let other = |parts: &[&str]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for part in parts {
            zip.start_file(*part, SimpleFileOptions::default()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let tables: [(&[u8], &str, &str); 9] = [
        (csv, "lista.csv", "2 filas"),
        (csv, "lista.XLSX", "libro-falso 1"),
        (ENCRYPTED, "a.xlsx", "libro-cifrado 1"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1W\0o\0r\0k\0",
            "pobmun98.xls",
            "libro-antiguo 1",
        ),
        (
            &other(&["pobmun24.xlsx", "pobmun23.xlsx"]),
            "pobmun.zip",
            "archivo-sin-libro 1",
        ),
        (
            &other(&["mimetype", "content.xml"]),
            "a.ods",
            "libro-de-otro-formato 1",
        ),
        (
            &other(&["_rels/.rels", "xl/workbook.bin"]),
            "a.xlsb",
            "libro-de-otro-formato 1",
        ),
        (&cut, "a.xlsx", "libro-danado 1"),
        (&vec![b'P'; MAX_BYTES + 1], "a.xlsx", "fichero-grande 1"),
    ];
    for (bytes, name, expected) in tables {
        assert_eq!(code(bytes, name), expected, "{name}");
    }
}

#[test]
fn what_asks_for_too_much_is_refused_before_it_is_read() {
    let good = row(1, &["a", "b"]);
    let cell = |place: &str| format!("<row><c r=\"{place}\"><v>1</v></c></row>");
    let megabyte = vec![b' '; 1 << 20];
    let mut bomb = Book::of(&good);
    for part in 0..=MOST_MIB {
        bomb = bomb.part(&format!("xl/media/{part}.bin"), megabyte.clone());
    }
    let mut parts = Book::of(&good);
    for part in 0..MOST_PARTS {
        parts = parts.part(&format!("xl/{part}.txt"), "");
    }
    let counting = |strings: &str| {
        let mut book = Book::of(&good);
        book.strings = strings.to_owned();
        book
    };
    let many = "<c><v>1</v></c>".repeat(60);
    let many = format!("<row>{many}</row>").repeat(MOST_CELLS / 60 + 1);
    let sheets = (0..MOST_SHEETS).fold(Book::of(&good), |book, _| book.and("", "visible"));
    let table = [
        (bomb, "libro-desmedido 1"),
        (parts, "libro-con-muchas-partes 1"),
        (sheets, "libro-con-muchas-partes 1"),
        (Book::of(&cell("A1048576")), "tabla-con-muchas-filas 1"),
        (Book::of(&cell("XFD1")), "tabla-con-muchas-columnas 1"),
        (Book::of(&cell("ZZZZZZZZZZ1")), "libro-danado 1"),
        (Book::of(&many), "tabla-con-muchas-celdas 1"),
        (
            Book::of(&row(3, &["a", &"x".repeat(MOST_LETTERS + 1)])),
            "celda-larga B3",
        ),
        // The library makes room for as many texts as this says there are.
        (
            counting("<sst uniqueCount=\"99999999999\"/>"),
            "tabla-con-muchas-celdas 1",
        ),
        (
            counting("<sst uniqueCount = '99999999999' />"),
            "tabla-con-muchas-celdas 1",
        ),
        (
            counting(
                "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><sst unique\u{1b}(BCount=\"99999999999\"/>",
            ),
            "libro-danado 1",
        ),
        (Book::of(&good), "1 filas"),
    ];
    for (book, expected) in table {
        assert_eq!(code(&book.bytes(), ""), expected);
    }
}

#[test]
fn an_archive_that_understates_itself_is_counted() {
    let mut bytes = Book::of(&row(1, &["a"]))
        .part("xl/media/1.bin", vec![b' '; 20 << 20])
        .bytes();
    // Its size, in the entry and in the directory, made one byte.
    let size = u32::try_from(20 << 20).unwrap().to_le_bytes();
    let places: Vec<usize> = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, it)| *it == size)
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    let told = code(&bytes, "");
    assert!(
        ["libro-desmedido 1", "libro-danado 1"].contains(&told.as_str()),
        "{told}"
    );
}

#[test]
fn the_sheet_that_is_meant_is_the_one_that_is_shown() {
    let good = row(1, &["a", "b"]);
    let table = [
        (Book::of(&good).and("", "visible"), "1 filas"),
        (Book::of(&good).and(&good, "hidden"), "1 filas"),
        (Book::of(&good).and(&good, "visible"), "varias-hojas 1"),
        (Book::of("").and(&good, "veryHidden"), "sin-hoja 1"),
    ];
    for (book, expected) in table {
        assert_eq!(code(&book.bytes(), ""), expected);
    }
}

#[test]
fn joined_cells_are_marked_as_far_as_the_table_goes() {
    let rows = [
        row(1, &["Título", "", ""]),
        row(2, &["a", "b", "c"]),
        row(3, &["d", "e", "f"]),
    ];
    let merged =
        "<mergeCells><mergeCell ref=\"A1:XFD1\"/><mergeCell ref=\"B2:B1048576\"/></mergeCells>";
    let mut book = Book::of("");
    book.sheets = vec![(sheet(&rows.concat(), merged), "visible")];
    let table = table(&book.bytes(), "").unwrap();
    let told = table
        .rows()
        .map(|row| (row.line(), row.merged(), row.cell(1).to_owned()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (1, Some(1), String::new()),
            (2, None, "b".to_owned()),
            (3, Some(1), String::new())
        ]
    );
}

/// What is wrong with the bytes of a workbook is an error, never the end of the program.
#[test]
fn mangled_workbooks_are_answered() {
    let stored = |bytes: &[u8]| {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).unwrap();
            zip.start_file(part.name().unwrap(), plain).unwrap();
            std::io::copy(&mut part, &mut zip).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    let mut told = std::collections::BTreeSet::new();
    for (turn, good) in [INE, POLICE, USERS].iter().enumerate() {
        for sample in [good.to_vec(), stored(good)] {
            for step in (turn..sample.len()).step_by(97) {
                let mut bytes = sample.clone();
                bytes[step] ^= 0x15;
                told.insert(code(&bytes, "").split(' ').next().unwrap().to_owned());
            }
        }
    }
    assert!(told.contains("libro-danado"), "{told:?}");
}
