//! Whoever the provider knows is the one person that the list of staff says, by whichever way.

use serde_json::json;

use super::{House, keep, shared};
use crate::console::visitor::{MANAGER, SUPERVISOR};
use crate::program::{pasarela, succeed};

fn entries(house: &House, operation: &str, staff: &str) -> Vec<serde_json::Value> {
    let journal = house.desk.site.journal();
    let all = journal.entries().iter();
    all.filter(|it| it["operacion"] == operation && it["personal"] == staff)
        .cloned()
        .collect()
}

#[test]
fn one_signs_in_works_and_signs_out() {
    let house = shared();
    house.enlist("AUDITORA-1", "auditor", "PRUEBA-auditora");
    let nobody = house.desk.nobody();
    let wanted = nobody.get("/salud");
    assert_eq!(wanted.header("location"), Some("/entrar?destino=/salud"));
    let ways = nobody.get("/entrar?destino=/salud");
    assert_eq!(ways.status, 200);
    assert!(
        ways.body.contains("/entrar/proveedor?destino=%2Fsalud"),
        "{}",
        ways.body
    );
    assert!(ways.body.contains("Entrar con PRUEBA ID"), "{}", ways.body);

    let (visitor, entered) = house.comes_back("PRUEBA-auditora", |_, _| ());
    assert_eq!(entered.status, 200, "{}", entered.body);
    for told in ["AUDITORA-1", "Auditoría", "href=\"/salud\""] {
        assert!(entered.body.contains(told), "{told}: {}", entered.body);
    }
    let cookies: Vec<&str> = entered
        .headers
        .iter()
        .filter_map(|(name, value)| (name == "set-cookie").then_some(value.as_str()))
        .collect();
    let session = cookies.iter().find(|it| it.starts_with("__Host-sesion="));
    assert!(session.unwrap().contains("SameSite=Strict"), "{cookies:?}");
    assert!(!session.unwrap().contains("PRUEBA-auditora"), "{cookies:?}");
    let forgotten = cookies.iter().find(|it| it.starts_with("__Host-entrada=;"));
    assert!(forgotten.unwrap().contains("Max-Age=0"), "{cookies:?}");
    assert_eq!(visitor.get("/salud").status, 200);
    let signed = entries(house, "entrarPorProveedor", "AUDITORA-1");
    assert_eq!(signed.len(), 1);
    assert!(signed[0]["resumenPeticion"].is_string(), "{signed:?}");
    assert!(signed[0].get("certificado").is_none(), "{signed:?}");
    let whole = serde_json::to_string(house.desk.site.journal().entries()).unwrap();
    assert!(
        !whole.contains("PRUEBA-auditora"),
        "what the provider calls her is kept nowhere"
    );

    // What begins another session is the provider's word alone.
    assert_eq!(visitor.get("/entrar").header("location"), Some("/"));
    let again = visitor.send("/entrar", "");
    assert_eq!((again.status, again.header("set-cookie")), (303, None));

    let left = visitor.send("/salir", "");
    assert_eq!(left.header("location"), Some("/entrar?salida=1"));
    assert!(left.header("set-cookie").unwrap().contains("Max-Age=0"));
    let told = nobody.get("/entrar?salida=1");
    let end = format!(
        "href=\"{}/salida?client_id=consola&#38;post_logout",
        house.provider.url
    );
    assert!(told.body.contains(&end), "{}", told.body);
    assert_eq!(entries(house, "salir", "AUDITORA-1").len(), 1);
}

#[test]
fn the_same_person_by_both_ways_is_one_and_approves_nothing_of_her_own() {
    let house = shared();
    house.enlist("SUPERVISORA-1", "supervisor", "PRUEBA-supervisora");
    let by_certificate = house.desk.visitor(SUPERVISOR);
    let base = by_certificate.get("/admin/v1/politicas").json()["version"].clone();
    let wanted = json!({"base": base, "ficheros": {"comentario.cedar": "// PRUEBA 2\n"}, "motivo": "PRUEBA"});
    let api = "/admin/v1/politicas/propuestas";
    let entered = by_certificate.try_send_as("POST", api, "application/json", &wanted.to_string());
    let entered = entered.unwrap();
    assert_eq!(entered.status, 201, "{}", entered.body);
    let number = entered.json()["propuesta"].clone();
    let page = format!("/visibilidad/propuestas/{number}/decision");
    let by_provider = house.signed_in("PRUEBA-supervisora");
    let refused = by_provider.send(&page, "decision=aprobar");
    assert_ne!(refused.status, 303, "{}", refused.body);
    assert!(refused.body.contains("no las aprueba"), "{}", refused.body);
    // An identity is of one person.
    let config = house.desk.site.config();
    let taken = pasarela(&[
        "staff",
        "add",
        "--config",
        &config,
        "--id",
        "OTRA-1",
        "--role",
        "gestor",
        "--identity",
        "PRUEBA-supervisora",
    ]);
    assert_eq!(taken.status, 2, "{taken:?}");
    assert!(taken.err.contains("is of other staff"), "{taken:?}");
    let listed = succeed(&["staff", "list", "--config", &config]);
    let hers = listed
        .lines()
        .filter(|line| line.starts_with("SUPERVISORA-1"));
    assert_eq!(hers.count(), 2, "{listed}");
    assert!(
        listed.contains("oidc:") && !listed.contains("PRUEBA-supervisora"),
        "{listed}"
    );
}

#[test]
fn whoever_is_revoked_while_signed_in_is_out_at_once() {
    let house = shared();
    house.enlist("REVOCADA-3", "gestor", "PRUEBA-revocada");
    let visitor = house.signed_in("PRUEBA-revocada");
    assert_eq!(visitor.get("/salud").status, 200);
    let config = house.desk.site.config();
    succeed(&["staff", "revoke", "--config", &config, "REVOCADA-3"]);
    let refused = visitor.get("/salud");
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("está revocada"), "{}", refused.body);
    let (_, again) = house.comes_back("PRUEBA-revocada", |_, _| ());
    assert_eq!(again.status, 403, "{}", again.body);
    assert_eq!(house.desk.refusals("personal-revocado"), 2);
}

#[test]
fn a_session_of_the_provider_is_for_pages_and_for_connections_without_certificate() {
    let house = shared();
    house.enlist("GESTORA-8", "gestor", "PRUEBA-8");
    let visitor = house.signed_in("PRUEBA-8");
    // Programs show a certificate: a cookie is not enough, and a page of another site could send it.
    let before = house.desk.refusals("sin-identificar");
    let refused = visitor.get("/admin/v1/expedientes");
    assert_eq!(refused.status, 401, "{}", refused.body);
    assert!(house.desk.refusals("sin-identificar") > before);
    // Whoever shows a certificate is judged by it alone.
    let mut other = house.desk.visitor(MANAGER);
    other.cookie.clone_from(&visitor.cookie);
    assert_eq!(other.get("/salud").status, 401);
    // A cookie that was touched is none, and nor is that of a certificate's session without the certificate.
    let mut forged = house.desk.nobody();
    forged.cookie = visitor.cookie.replace("oidc:", "oidc:0");
    assert_eq!(forged.get("/salud").status, 303);
    forged.cookie = format!("{}0", visitor.cookie);
    assert_eq!(forged.get("/salud").status, 401);
    forged.cookie = house.desk.signed_in(MANAGER).cookie;
    assert_eq!(forged.get("/salud").status, 303, "nobody is there: sign in");
    // Every form wants the token of this session.
    assert_eq!(visitor.post("/salir", "").status, 403);
    assert_eq!(house.desk.signed_in(MANAGER).get("/salud").status, 200);
}

#[test]
fn a_session_ends_with_the_token_where_the_configuration_says_so() {
    let house = House::start(|oidc| {
        oidc.insert("session_end".into(), "token".into());
        oidc.insert("clock_skew_s".into(), 60.into());
    });
    house.enlist("GESTORA-9", "gestor", "PRUEBA-9");
    let soon = |_: &mut _, claims: &mut serde_json::Value| {
        claims["exp"] = (crate::site::now() + 2).into();
    };
    let (mut visitor, entered) = house.comes_back("PRUEBA-9", soon);
    assert_eq!(entered.status, 200, "{}", entered.body);
    let over = house.desk.site.until(
        std::time::Duration::from_secs(10),
        "the session is over",
        async || visitor.status("/salud").await == Some(401),
    );
    crate::site::run(over);
    assert!(house.desk.refusals("sesion-caducada") > 0);
    // The provider turns its keys: they are read once more.
    house.provider.rotates();
    let (_, entered) = house.comes_back("PRUEBA-9", |_, _| ());
    assert_eq!(entered.status, 200, "{}", entered.body);
    assert_eq!(house.provider.asked("/claves"), 2);
    keep(&mut visitor, &entered, "__Host-sesion");
    assert_eq!(visitor.get("/salud").status, 200);
}
