//! Every page, by every kind of visitor, in both languages.

use std::time::Duration;

use server::console_addresses;

use super::visitor::{AUDITOR, MANAGER, NOBODY, SCRIPT, SUPERVISOR, Visitor, example, shared};
use crate::answer::Answer;
use crate::site::run;

const ROLES: [(&str, &str); 3] = [
    (MANAGER, "gestor"),
    (SUPERVISOR, "supervisor"),
    (AUDITOR, "auditor"),
];

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
                assert_eq!(visitor.post(&path, "a=b").status, 403, "{slug} {path}");
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
