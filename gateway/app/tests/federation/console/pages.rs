//! Every page, by every kind of visitor, in both languages.

use std::time::Duration;

use server::{ConsoleAddress, admin_addresses, console_addresses};

use super::visitor::{AUDITOR, MANAGER, NOBODY, SCRIPT, SUPERVISOR, Visitor, example, shared};
use crate::answer::Answer;
use crate::site::run;

const ROLES: [(&str, &str); 3] = [
    (MANAGER, "gestor"),
    (SUPERVISOR, "supervisor"),
    (AUDITOR, "auditor"),
];

/// A form that says nothing of use is refused for what it says, unless its sender may not send any.
#[track_caller]
fn assert_may(answer: &Answer, address: &ConsoleAddress, role: &str, refusal: &str) {
    let may = address.by.iter().any(|it| it.as_str() == role);
    let told = format!(
        "{role} {} {}: {}",
        address.method, address.path, answer.body
    );
    assert_eq!(answer.status == 403, !may, "{told}");
    assert!(answer.status < 500, "{told}");
    assert!(may || answer.body.contains(refusal), "{told}");
}

/// What is sent to an operation of the administration interface such that nothing but a role is in the way.
fn sent(address: &ConsoleAddress, role: &str) -> (&'static str, String) {
    const JSON: &str = "application/json";
    match (address.method.as_str(), address.path) {
        ("GET", _) => ("", String::new()),
        ("POST", "/admin/v1/expedientes") => (JSON, file(&format!("ADHESION-PAPELES-{role}"))),
        // Nothing was proposed, which is told to whoever could have proposed it.
        ("POST", "/admin/v1/expedientes/{id}/asientos") => {
            (JSON, r#"{"version": 0, "acto": "retirada"}"#.to_owned())
        }
        ("PUT", "/admin/v1/organismos/{id}/usuarios") => (
            JSON,
            r#"{"usuarios": [{"funcionario": "PRUEBA-9", "rol": "agente", "desde": "2026-01-01"}]}"#.to_owned(),
        ),
        ("POST", "/admin/v1/politicas/propuestas") => (
            JSON,
            r#"{"base": "", "ficheros": {}, "motivo": "PRUEBA"}"#.to_owned(),
        ),
        ("POST", "/admin/v1/politicas/propuestas/{id}/decision") => {
            (JSON, r#"{"decision": "retirar"}"#.to_owned())
        }
        ("POST", "/admin/v1/documentos") => ("application/pdf", PAPER.to_owned()),
        (method, path) => panic!("nothing to send to `{method} {path}`: add it to the table"),
    }
}

const PAPER: &str = "%PDF-1.4\nPRUEBA de papeles\n%%EOF\n";

fn file(id: &str) -> String {
    format!(
        r#"{{"id": "{id}", "organismo": "L99990119", "tipo": "policiaLocal", "nombre": "PRUEBA"}}"#
    )
}

#[test]
fn every_operation_of_the_administration_is_for_its_roles_and_nobody_else() {
    let desk = shared();
    let manager = desk.visitor(MANAGER);
    let send = |by: &Visitor, method: &str, path: &str, (media, body): (&str, String)| {
        by.try_send_as(method, path, media, &body).unwrap()
    };
    let paper = ("application/pdf", PAPER.to_owned());
    let stored = send(&manager, "POST", "/admin/v1/documentos", paper).json();
    let opening = ("application/json", file("ADHESION-PAPELES"));
    let opened = send(&manager, "POST", "/admin/v1/expedientes", opening);
    assert_eq!(opened.status, 201, "{}", opened.body);
    let stranger = desk.visitor(NOBODY);
    for address in admin_addresses() {
        let id = match address.path {
            "/admin/v1/documentos/{id}" => stored["documento"].as_str().unwrap(),
            path if path.contains("/organismos/") => "L99990119",
            path if path.contains("/propuestas/") => "1",
            _ => "ADHESION-PAPELES",
        };
        let path = address.path.replace("{id}", id);
        let refused = send(&stranger, &address.method, &path, sent(&address, "nadie"));
        assert_eq!(refused.status, 403, "{path}");
        assert_eq!(refused.json()["codigo"], "personal-desconocido", "{path}");
        for (slug, role) in ROLES {
            let by = desk.visitor(slug);
            let answer = send(&by, &address.method, &path, sent(&address, role));
            let refusal = if role == "auditor" {
                "auditor-no-actua"
            } else {
                "falta-rol"
            };
            assert_may(&answer, &address, role, refusal);
        }
    }
}

#[test]
fn every_export_is_evidence() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    for (path, operation) in [
        ("/cobertura?formato=csv", "exportarCobertura"),
        ("/estadisticas/t1.csv", "exportarEstadistica"),
    ] {
        let file = visitor.get(path);
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let journal = desk.site.journal();
        let mut entries = journal.entries().iter();
        let told = entries.any(|it| it["personal"] == "AUDITORA-1" && it["operacion"] == operation);
        assert!(told, "{operation}");
    }
}

#[test]
fn every_page_is_served_to_its_readers_and_to_nobody_else() {
    let desk = shared();
    let stranger = desk.visitor(NOBODY);
    for (slug, role) in ROLES {
        let visitor = desk.signed_in(slug);
        for address in console_addresses() {
            let path = example(&address);
            if address.method == "GET" {
                let may = address.by.iter().any(|it| it.as_str() == role);
                let expected = if may { 200 } else { 403 };
                let page = visitor.get(&path);
                assert_eq!(page.status, expected, "{slug} {path}: {}", page.body);
                assert_eq!(stranger.get(&path).status, 403, "{path}");
                assert_eq!(desk.visitor(slug).get(&path).status, 303, "{path}");
            } else {
                assert_eq!(stranger.post(&path, "a=b").status, 403, "{path}");
                let foreign = visitor.post(&path, "a=b");
                assert_eq!(foreign.status, 403, "{slug} {path}");
                assert_may(
                    &visitor.send(&path, "a=b"),
                    &address,
                    role,
                    "papel-insuficiente",
                );
            }
        }
    }
}

/// The addresses of pages, with what `visitor` is shown there.
fn pages(visitor: &Visitor) -> Vec<(String, Answer)> {
    let read = console_addresses().into_iter();
    let read = read.filter(|address| address.method == "GET");
    let paths = read.map(|address| example(&address));
    let pages = paths.map(|path| {
        let page = visitor.get(&path);
        (path, page)
    });
    pages.collect()
}

#[test]
fn every_page_is_in_the_language_chosen() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    for (path, page) in pages(&visitor) {
        if !page
            .header("content-type")
            .unwrap()
            .starts_with("text/html")
        {
            continue;
        }
        for (language, footer) in [
            ("es", "Todo lo que se hace aquí queda registrado"),
            ("en", "Everything done here is recorded"),
            ("ca", "Todo lo que se hace aquí queda registrado"),
        ] {
            let page = visitor.get(&format!("{path}?lang={language}"));
            assert!(page.body.contains(footer), "{path} {language}");
            let tag = if language == "en" { "en" } else { "es" };
            let begins = format!("<html lang=\"{tag}\">");
            assert!(page.body.contains(&begins), "{path} {language}");
        }
        let english = [("Accept-Language", "en-GB,es;q=0.5")];
        let preferred = visitor.try_send("GET", &path, &english, "").unwrap();
        assert!(preferred.body.contains("<html lang=\"en\">"), "{path}");
    }
}

#[test]
fn no_page_carries_a_script_and_all_forbid_them() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    for (path, page) in pages(&visitor) {
        for forbidden in ["<script", " style=", "onclick", "javascript:"] {
            assert!(!page.body.contains(forbidden), "{path}: {forbidden}");
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none';"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.header(name), Some(value), "{path}");
        }
    }
}

#[test]
fn a_script_in_a_name_or_in_a_field_is_shown_as_text() {
    let visitor = shared().signed_in(AUDITOR);
    let named = visitor.get("/visibilidad/explicacion?organismo=E99990190");
    assert_eq!(named.status, 200);
    assert!(named.body.contains("&#60;script&#62;alert(1)"), "{SCRIPT}");
    assert!(!named.body.contains("<script"));
    let field = "/evidencias?buscar=1&organismo=%22%3E%3Cscript%3E";
    let refused = visitor.get(field);
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("El campo «organismo» no admite"));
    assert!(!refused.body.contains("<script"));
}

#[test]
fn a_search_of_the_evidence_is_evidence() {
    let desk = shared();
    desk.site.assert_serves("nothing");
    let case = desk.site.cases.own.as_str();
    let searches = |desk: &super::visitor::Desk| {
        let journal = desk.site.journal();
        let own = journal
            .entries()
            .iter()
            .filter(|entry| entry["operacion"] == "buscarEvidencia");
        own.count()
    };
    let before = searches(desk);
    let auditor = desk.signed_in(AUDITOR);
    let found = auditor.get("/evidencias?buscar=1&organismo=L01130473&tipo=entrega");
    assert_eq!(found.status, 200);
    assert!(
        found.body.contains("L01130473") && found.body.contains(case),
        "{}",
        found.body
    );
    let rows = found.body.matches("<th scope=\"row\">").count();
    assert_eq!(
        found.body.matches("<td>Entrega</td>").count(),
        rows,
        "{}",
        found.body
    );
    let ledger = auditor.get(&format!("/evidencias?buscar=1&caso={case}"));
    assert!(
        ledger.body.contains("AUDITORA-1"),
        "the search by case is in its ledger"
    );
    let refused = auditor.get("/evidencias?buscar=1&tipo=gestion&motivo=papel-insuficiente");
    assert_eq!(refused.status, 200);
    assert_eq!(searches(desk), before + 3);
    let manager = desk.signed_in(MANAGER);
    let found = manager.get("/evidencias?buscar=1&organismo=L01130473&tipo=entrega");
    assert!(found.body.contains("L01130473") && !found.body.contains(case));
    let by_case = manager.get(&format!("/evidencias?buscar=1&caso={case}"));
    assert_eq!(by_case.status, 403);
    let explained = manager.get(&format!(
        "/visibilidad/explicacion?organismo=L01130473&caso={case}"
    ));
    assert_eq!(explained.status, 403);
}

#[test]
fn the_journal_is_verified_up_to_its_seal() {
    let desk = shared();
    let visitor = desk.signed_in(SUPERVISOR);
    run(desk.site.until(Duration::from_secs(5), "a seal", async || {
        let page = visitor.body("/evidencias/verificacion").await;
        page.contains("Íntegro y sellado") && !page.contains("No se sostiene")
    }));
}

#[test]
fn a_decision_is_explained_by_its_clauses() {
    let desk = shared();
    let visitor = desk.signed_in(SUPERVISOR);
    let case = desk.site.cases.own.as_str();
    let query = format!("/visibilidad/explicacion?organismo=L01130473&caso={case}");
    let own = visitor.get(&query);
    assert!(own.body.contains("Se permite"), "{}", own.body);
    assert!(
        own.body
            .contains("Policía local · Seguimiento · En su territorio")
    );
    let made_up = |municipality: &str| {
        let query = "/visibilidad/explicacion?organismo=L01130473&nivel=bajo";
        visitor
            .get(&format!("{query}&municipio={municipality}"))
            .body
    };
    assert!(made_up("13047").contains("Se permite"));
    assert!(made_up("13034").contains("Se rechaza"));
    let unknown = visitor.get("/visibilidad/explicacion?organismo=E99990999");
    assert_eq!(unknown.status, 400);
}

#[test]
fn statistics_hide_small_counts_and_come_as_a_file() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    let page = visitor.get("/estadisticas");
    assert!(page.body.contains("Ciudad Real") && page.body.contains("Castilla-La Mancha"));
    for table in ["t1", "t2"] {
        let file = visitor.get(&format!("/estadisticas/{table}.csv"));
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let cells = file
            .body
            .lines()
            .skip(1)
            .flat_map(|line| line.split(',').skip(1));
        let small = cells
            .filter(|cell| ["\"1\"", "\"2\""].contains(cell))
            .count();
        assert_eq!(small, 0, "{}", file.body);
        assert!(file.body.lines().count() > 2, "{}", file.body);
    }
    assert_eq!(visitor.get("/estadisticas/t3.csv").status, 404);
    // On paper the tables stand alone, whole, with their heads on every sheet.
    let paper = paper_style(&visitor);
    for told in ["form", "table-header-group", "break-inside: avoid"] {
        assert!(paper.contains(told), "{told}: {paper}");
    }
}

/// What of the style of the pages holds for paper.
fn paper_style(visitor: &Visitor) -> String {
    let style = visitor.get("/estilo.css").body;
    let (_, paper) = style.split_once("@media print {").unwrap();
    paper.to_owned()
}

#[test]
fn what_does_not_exist_is_said_in_spanish() {
    let visitor = shared().signed_in(AUDITOR);
    let nothing = visitor.get("/no-existe");
    assert_eq!(nothing.status, 404);
    assert!(nothing.body.contains("No existe lo que busca"));
    let style = visitor.get("/estilo.css");
    assert_eq!(
        style.header("content-type"),
        Some("text/css; charset=utf-8")
    );
}
