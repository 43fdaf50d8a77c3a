//! What is refused on the way to the provider and back, each by its name, on the page and in the evidence.

use serde_json::{Value, json};

use super::double::Canned;
use super::{House, shared};
use crate::answer::Answer;
use crate::console::visitor::SUPERVISOR;

#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{code}: {}", answer.body);
    assert!(
        answer.body.contains(&format!("<code>{code}</code>")),
        "{code}: {}",
        answer.body
    );
    let session = answer
        .headers
        .iter()
        .any(|(name, value)| name == "set-cookie" && value.starts_with("__Host-sesion=s"));
    assert!(!session, "{code}");
}

#[test]
fn tokens_that_are_not_believed() {
    type Change = fn(&mut Value, &mut Value);
    let house = House::start(|oidc| {
        oidc.insert("acr".into(), toml::Value::Array(vec!["alto".into()]));
    });
    house.enlist("GESTORA-7", "gestor", "PRUEBA-7");
    let table: [(&str, u16, Change); 12] = [
        ("token-algoritmo-no-admitido", 502, |header, _| {
            header["alg"] = json!("none");
        }),
        ("token-algoritmo-no-admitido", 502, |header, _| {
            header["alg"] = json!("HS256");
        }),
        ("token-clave-de-otro-uso", 502, |header, _| {
            header["alg"] = json!("RS256");
        }),
        ("token-cabecera-critica", 502, |header, _| {
            header["crit"] = json!(["x"]);
        }),
        ("token-clave-desconocida", 502, |header, _| {
            header["kid"] = json!("99");
        }),
        ("token-de-otro-emisor", 502, |_, claims| {
            claims["iss"] = json!("https://otro.example");
        }),
        ("token-para-otro", 502, |_, claims| {
            claims["aud"] = json!("otra");
        }),
        ("token-caducado", 502, |_, claims| claims["exp"] = json!(1)),
        ("token-antiguo", 502, |_, claims| claims["iat"] = json!(1)),
        ("token-de-otro-intento", 502, |_, claims| {
            claims["nonce"] = json!("n");
        }),
        ("token-acr-insuficiente", 403, |_, claims| {
            claims["acr"] = json!("bajo");
        }),
        ("identidad-desconocida", 403, |_, claims| {
            claims["sub"] = json!("PRUEBA-otra");
        }),
    ];
    for (code, status, change) in table {
        let (visitor, answer) = house.comes_back("PRUEBA-7", |header, claims| {
            claims["acr"] = json!("alto");
            change(header, claims);
        });
        refused(&answer, status, code);
        assert_eq!(visitor.get("/salud").status, 303, "{code}");
    }
    for (code, ..) in table {
        assert!(house.desk.refusals(code) > 0, "{code}");
    }
    let (_, good) = house.comes_back("PRUEBA-7", |_, claims| claims["acr"] = json!("alto"));
    assert_eq!(good.status, 200, "{}", good.body);
}

#[test]
fn ways_back_that_are_not_of_this_attempt() {
    let house = shared();
    house.enlist("GESTORA-6", "gestor", "PRUEBA-6");
    let answers = |asked: &str| house.provider.answers(asked, "PRUEBA-6", |_, _| ());
    // Of another browser, or of none.
    let (one, asked) = house.leave("/salud");
    let back = answers(&asked);
    refused(&house.desk.nobody().get(&back), 401, "entrada-sin-intento");
    let (other, _) = house.leave("/salud");
    refused(&other.get(&back), 401, "entrada-de-otro-navegador");
    let mut forged = house.desk.nobody();
    forged.cookie = format!("{}0", one.cookie);
    refused(&forged.get(&back), 401, "entrada-falsa");
    // Of another provider, or with something twice; that uses the attempt up.
    let mixed = back.replace("iss=http", "iss=https");
    refused(&one.get(&mixed), 502, "vuelta-de-otro-proveedor");
    refused(&one.get(&back), 401, "entrada-repetida");
    refused(
        &one.get(&format!("{back}&code=x")),
        401,
        "vuelta-con-repetidos",
    );
    // The good one, once.
    let (one, asked) = house.leave("//otro.example");
    let back = answers(&asked);
    let entered = one.get(&back);
    assert_eq!(entered.status, 200, "{}", entered.body);
    assert!(
        !entered.body.contains("otro.example"),
        "nobody is led elsewhere"
    );
    refused(&one.get(&back), 401, "entrada-repetida");
    // A code that the provider has given already, or that was made for another attempt.
    let (two, asked) = house.leave("/salud");
    let state = answers(&asked);
    let used = back.split('&').next().unwrap();
    let rest = state.split_once('&').unwrap().1;
    refused(&two.get(&format!("{used}&{rest}")), 401, "codigo-rechazado");
    let ((first, to_first), (_, to_second)) = (house.leave("/salud"), house.leave("/salud"));
    let (own, foreign) = (answers(&to_first), answers(&to_second));
    let injected = format!(
        "{}&{}",
        foreign.split('&').next().unwrap(),
        own.split_once('&').unwrap().1
    );
    refused(&first.get(&injected), 401, "codigo-rechazado");
    // She has said no.
    let (three, asked) = house.leave("/salud");
    let denied = answers(&asked).replace("code=", "error=access_denied&x=");
    refused(&three.get(&denied), 401, "proveedor-deniega");
}

fn canned(status: u16, headers: &str, body: &[u8]) -> Canned {
    (status, headers.to_owned(), body.to_vec())
}

#[test]
fn a_provider_that_answers_badly() {
    let house = shared();
    let long = [b"{\"keys\":[".as_slice(), &vec![b' '; 300 << 10], b"]}"].concat();
    let away = "Location: http://127.0.0.1:1/\r\n";
    let table = [
        ("/canje", canned(302, away, b""), 502, "proveedor-redirige"),
        (
            "/canje",
            canned(200, "", b"<html>"),
            502,
            "proveedor-ilegible",
        ),
        ("/canje", canned(200, "", b"{}"), 502, "token-ausente"),
        (
            "/canje",
            canned(401, "", b"{\"error\":\"invalid_client\"}"),
            502,
            "cliente-rechazado",
        ),
        ("/canje", canned(503, "", b""), 503, "proveedor-no-responde"),
        (
            "/canje",
            canned(200, "", &long),
            502,
            "proveedor-respuesta-grande",
        ),
    ];
    for (path, answer, status, code) in table {
        house.provider.say(path, Some(answer));
        let (_, told) = house.comes_back("PRUEBA-x", |_, _| ());
        house.provider.say(path, None);
        refused(&told, status, code);
    }
}

#[test]
fn a_provider_that_is_away_stops_nobody_else() {
    let mut issuer = String::new();
    let house = House::start(|oidc| {
        // Nobody listens there.
        issuer = format!("http://127.0.0.1:{}", crate::site::free_port());
        oidc.insert("issuer".into(), issuer.clone().into());
        oidc.insert("attempts_per_minute".into(), 3.into());
    });
    let nobody = house.desk.nobody();
    assert_eq!(nobody.get("/entrar").status, 200);
    let away = nobody.get("/entrar/proveedor");
    refused(&away, 503, "proveedor-no-responde");
    assert!(
        away.body.contains("El proveedor de identidad no responde"),
        "{}",
        away.body
    );
    assert!(
        nobody
            .get("/entrar?salida=1")
            .body
            .contains("Ha salido de la consola")
    );
    // Nor is it asked as often as anybody likes; a new minute may begin meanwhile.
    let mut hasty = (0..8).map(|_| nobody.get("/entrar/proveedor"));
    let hasty = hasty.find(|answer| answer.status == 429);
    refused(&hasty.unwrap(), 429, "entrada-demasiado-seguida");
    assert_eq!(house.desk.signed_in(SUPERVISOR).get("/salud").status, 200);
}

#[test]
fn nobody_fills_the_journal_by_asking_as_a_program() {
    let house = House::start(|_| ());
    let nobody = house.desk.nobody();
    for _ in 0..90 {
        assert_eq!(nobody.get("/admin/v1/expedientes").status, 401);
    }
    // Thirty a minute and the first that is too many; a new minute may begin meanwhile.
    let told = house.desk.refusals("sin-identificar");
    assert!((31..=62).contains(&told), "{told}");
}

#[test]
fn a_key_that_changes_under_the_same_name_keeps_nobody_out() {
    let house = House::start(|_| ());
    house.enlist("GESTORA-9", "gestor", "PRUEBA-9");
    house.signed_in("PRUEBA-9");
    assert_eq!(house.provider.asked("/claves"), 1);
    house.provider.changes_its_key();
    house.signed_in("PRUEBA-9");
    house.signed_in("PRUEBA-9");
    assert_eq!(house.provider.asked("/claves"), 2);
}
