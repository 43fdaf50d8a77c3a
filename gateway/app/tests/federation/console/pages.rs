//! Every page, by every kind of visitor, in both languages.

use server::console_addresses;

use super::visitor::{AUDITOR, MANAGER, NOBODY, SCRIPT, SUPERVISOR, example, shared};

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

#[test]
fn every_page_is_in_the_language_chosen() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    for address in console_addresses() {
        if address.method != "GET" {
            continue;
        }
        let path = example(&address);
        for (language, footer) in [
            ("es", "Todo lo que se hace aquí queda registrado"),
            ("en", "Everything done here is recorded"),
            ("ca", "Todo lo que se hace aquí queda registrado"),
        ] {
            let page = visitor.get(&format!("{path}?lang={language}"));
            assert!(page.body.contains(footer), "{path} {language}");
            let tag = if language == "en" { "en" } else { "es" };
            assert!(
                page.body.contains(&format!("<html lang=\"{tag}\">")),
                "{path}"
            );
        }
        let kept = visitor.try_send("GET", &path, &[("Accept-Language", "en-GB,es;q=0.5")], "");
        assert!(kept.unwrap().body.contains("<html lang=\"en\">"), "{path}");
    }
}

#[test]
fn no_page_carries_a_script_or_lets_one_in() {
    let desk = shared();
    let visitor = desk.signed_in(AUDITOR);
    let mut seen = 0;
    for address in console_addresses() {
        if address.method != "GET" {
            continue;
        }
        let path = example(&address);
        let page = visitor.get(&path);
        for forbidden in ["<script", " style=", "onclick", "javascript:"] {
            assert!(!page.body.contains(forbidden), "{path}: {forbidden}");
        }
        seen += usize::from(page.body.contains("&#60;script&#62;alert(1)"));
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
    assert!(
        seen >= crate::console::pages::SHOW_NAMES,
        "`{SCRIPT}` was shown {seen} times"
    );
}

/// How many pages list organisms by name.
const SHOW_NAMES: usize = 0;

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
