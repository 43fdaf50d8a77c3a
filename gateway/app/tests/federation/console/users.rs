//! The users form of an organism from a file: CSV and workbooks, and what is told of those that are not taken.

use super::visitor::{AUDITOR, MANAGER, SCRIPT, SUPERVISOR, Visitor, shared};
use crate::answer::Answer;

/// Registered under a name that would be a script.
const ID: &str = "E99990190";
const HEAD: &str = "funcionario;rol;formacion;desde;hasta\n";

fn page() -> String {
    format!("/organismos/{ID}/usuarios")
}

fn workbook(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read(folder.join("../../adapters/tests/workbooks").join(name)).unwrap()
}

fn sends(visitor: &Visitor, called: &str, bytes: &[u8]) -> Answer {
    visitor.upload_as(&page(), &[], ("fichero", called, bytes))
}

/// Who is on the form, as the page shows it.
fn count(visitor: &Visitor) -> String {
    let page = visitor.get(&page());
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once("Usuarios que constan: ").unwrap();
    rest.split('.').next().unwrap().to_owned()
}

#[test]
fn the_users_form_comes_from_a_file() {
    let desk = shared();
    let manager = desk.signed_in(MANAGER);
    assert_eq!(count(&manager), "0");
    let csv = format!(
        "{HEAD}PRUEBA-9;agente;2026-01-15;20/01/2026;\nPRUEBA-8;Responsable;;2026-01-20;\n"
    );
    let taken = sends(&manager, "usuarios.csv", csv.as_bytes());
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert!(
        taken.body.contains("Incorporados o corregidos: 2"),
        "{}",
        taken.body
    );
    let book = workbook("usuarios.xlsx");
    let taken = sends(&manager, "usuarios.xlsx", &book);
    assert_eq!(taken.status, 200, "{}", taken.body);
    // The same once more corrects them, and adds nobody.
    assert_eq!(sends(&manager, "usuarios.xlsx", &book).status, 200);
    assert_eq!(count(&manager), "4");
    let journal = desk.site.journal();
    let put = journal.entries().iter().filter(|it| {
        it["operacion"] == "adhesion.usuario"
            && it["organismo"] == ID
            && it["veredicto"] != "denegado"
    });
    assert!(put.count() >= 4);
    bad_files_are_named(desk, &manager);
    assert_eq!(
        count(&manager),
        "4",
        "of a file with one wrong line nothing is taken"
    );
    only_managers_import(desk);
    a_name_is_text(&manager);
}

fn line(cells: &str) -> Vec<u8> {
    format!("{HEAD}PRUEBA-7;agente;;2026-01-20;\n{cells}\n").into_bytes()
}

type Bad = (&'static str, Vec<u8>, &'static str);

/// One line that cannot be, after one that can.
fn bad_lines() -> Vec<Bad> {
    let table = [
        ("A 1;agente;;2026-01-20;", "columna A: no es un seudónimo"),
        ("<script>alert(2)</script>;agente;;2026-01-20;", "columna A"),
        ("A-1;jefe;;2026-01-20;", "Línea 3, columna B: no es un rol"),
        ("A-1;agente;;31/02/2026;", "columna D: no es un día"),
        ("A-1;agente;;;", "Línea 3, columna D: falta desde"),
        ("99999022J;agente;;2026-01-20;", "documento de identidad"),
        ("PRUEBA-7;agente;;2026-01-20;", "figura dos veces"),
        ("A-1;agente;2099-01-01;2026-01-20;", "posterior a hoy"),
        ("A-1;agente;;2026-01-20;2025-01-20", "anterior"),
    ];
    let row = |(cells, told)| ("u.csv", line(cells), told);
    table.into_iter().map(row).collect()
}

/// Files that are no form, or no file of that kind.
fn bad_files() -> Vec<Bad> {
    let mut cut = workbook("usuarios.xlsx");
    cut.truncate(cut.len() / 2);
    let columns = "falta la línea con los nombres";
    let text = |text: &str| text.as_bytes().to_vec();
    let other = "funcionario;rol;desde;dni\nA;agente;2026-01-20;1\n";
    vec![
        ("u.csv", text(HEAD), "no hay ningún funcionario"),
        ("u.csv", text("nombre;rol\nA;agente\n"), columns),
        ("u.csv", text(other), "no tiene esa columna"),
        ("u.csv", b"\x00\x01\xff\xfe".to_vec(), "fichero de texto"),
        ("u.csv", Vec::new(), columns),
        ("u.xlsx", line("A-1;agente;;2026-01-20;"), "no es un libro"),
        ("u.xlsx", workbook("cifrado.xlsx"), "con contraseña"),
        ("u.xlsx", cut, "el libro está dañado"),
        ("u.xlsx", workbook("policias.xlsx"), columns),
    ]
}

fn bad_files_are_named(desk: &super::visitor::Desk, manager: &Visitor) {
    let before = desk.refusals("formulario-no-admitido");
    let table = [bad_lines(), bad_files()].concat();
    for (called, bytes, told) in &table {
        let refused = sends(manager, called, bytes);
        let page = &refused.body;
        assert_eq!(refused.status, 422, "{told}: {page}");
        assert!(page.contains(told), "{told}: {page}");
        // What stands in a cell is not repeated: it may be a name, a number, a script.
        assert!(!page.contains("<script>alert"), "{told}: {page}");
        assert!(!page.contains("99999022J"), "{told}: {page}");
    }
    let none = manager.upload(&page(), &[], ("fichero", None));
    // Nor is it a form with a file.
    for answer in [none, manager.send(&page(), "fichero=x")] {
        assert_eq!(answer.status, 422, "{}", answer.body);
        let told = "No ha elegido ningún fichero";
        assert!(answer.body.contains(told), "{}", answer.body);
    }
    let after = desk.refusals("formulario-no-admitido");
    assert!(after >= before + table.len() + 2, "{before} {after}");
}

fn only_managers_import(desk: &super::visitor::Desk) {
    let csv = line("A-1;agente;;2026-01-20;");
    for slug in [AUDITOR, SUPERVISOR] {
        let visitor = desk.signed_in(slug);
        let seen = visitor.get(&page());
        assert_eq!(seen.status, 200, "{slug}: {}", seen.body);
        assert!(
            !seen.body.contains("type=\"file\""),
            "{slug}: {}",
            seen.body
        );
        assert_eq!(sends(&visitor, "u.csv", &csv).status, 403, "{slug}");
    }
}

/// The organism's name stands on the page as text, in its title too.
fn a_name_is_text(manager: &Visitor) {
    for path in [page(), format!("{}?lang=en", page())] {
        let seen = manager.get(&path);
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert!(!seen.body.contains(SCRIPT), "{}", seen.body);
        assert!(!seen.body.contains("<script>alert"), "{}", seen.body);
        assert!(
            seen.body.contains("&#60;script&#62;alert(1)"),
            "{}",
            seen.body
        );
    }
    let nobody = manager.get("/organismos/E99990999/usuarios");
    assert_eq!(nobody.status, 404, "{}", nobody.body);
}
