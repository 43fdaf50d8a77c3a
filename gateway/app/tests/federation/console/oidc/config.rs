//! A `[console.oidc]` that cannot be used is named before anybody signs in.

use super::section;
use crate::program::pasarela;
use crate::site::prepared;

/// A key, what it is set to, and what then is named.
fn wrong(open: &str) -> Vec<(&'static str, toml::Value, &'static str)> {
    vec![
        ("issuer", "http://id.example".into(), "console.oidc.issuer"),
        (
            "issuer",
            "http://localhost.example".into(),
            "console.oidc.issuer",
        ),
        (
            "issuer",
            "https://id.example?x=1".into(),
            "console.oidc.issuer",
        ),
        ("issuer", "id".into(), "console.oidc.issuer"),
        (
            "redirect",
            "http://localhost:1/entrar/vuelta".into(),
            "console.oidc.redirect",
        ),
        (
            "redirect",
            "https://localhost:1/otra".into(),
            "console.oidc.redirect",
        ),
        (
            "redirect",
            "https://localhost/entrar/vuelta?x".into(),
            "console.oidc.redirect",
        ),
        ("client_id", "".into(), "console.oidc.client_id"),
        (
            "client_secret",
            "/nada".into(),
            "console.oidc.client_secret",
        ),
        ("client_secret", open.into(), "may be read by everybody"),
        (
            "client_authentication",
            "private_key_jwt".into(),
            "private_key_jwt",
        ),
        (
            "scopes",
            toml::Value::Array(vec!["profile".into()]),
            "console.oidc.scopes",
        ),
        (
            "acr",
            toml::Value::Array(vec!["a b".into()]),
            "console.oidc.acr",
        ),
        ("clock_skew_s", 301.into(), "console.oidc.clock_skew_s"),
        (
            "longest_minutes",
            721.into(),
            "console.oidc.longest_minutes",
        ),
        ("ca", "/nada".into(), "console.oidc.ca"),
        ("secreto", "PRUEBA".into(), "secreto"),
    ]
}

#[test]
fn what_is_wrong_with_the_provider_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pasarela.toml");
    let open = folder.path().join("abierto");
    std::fs::write(&open, "PRUEBA").unwrap();
    let good = std::fs::read_to_string(prepared().join("pasarela.toml")).unwrap();
    let open = open.display().to_string();
    for (field, value, named) in wrong(&open) {
        let mut config: toml::Table = good.parse().unwrap();
        let mut oidc = section("https://localhost:1", "localhost:2");
        oidc.insert(field.to_owned(), value.clone());
        let console = config["console"].as_table_mut().unwrap();
        console.insert("oidc".into(), oidc.into());
        std::fs::write(&file, config.to_string()).unwrap();
        let ended = pasarela(&["check", "--config", &file.display().to_string()]);
        assert_ne!(ended.status, 0, "{field} = {value}: {ended:?}");
        let told = format!("{}{}", ended.out, ended.err);
        assert!(
            told.contains(named),
            "{field} = {value}: no `{named}` in {told}"
        );
    }
}

#[test]
fn an_identity_wants_a_provider() {
    let config = prepared().join("pasarela.toml").display().to_string();
    let base = [
        "staff", "add", "--config", &config, "--id", "OTRA-2", "--role", "gestor",
    ];
    let table: [(&[&str], i32, &str); 3] = [
        (&["--identity", "PRUEBA"], 1, "[console.oidc]"),
        (&[], 2, "--identity"),
        (&["--identity", "PRUEBA", "otra.pem"], 2, "--identity"),
    ];
    for (rest, status, named) in table {
        let words: Vec<&str> = base.iter().chain(rest).copied().collect();
        let ended = pasarela(&words);
        assert_eq!(ended.status, status, "{rest:?}: {ended:?}");
        assert!(ended.err.contains(named), "{rest:?}: {ended:?}");
    }
}
