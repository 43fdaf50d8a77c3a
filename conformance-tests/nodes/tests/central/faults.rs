use std::time::Duration;

use nodes::central::Behaviour;

use crate::site::{Site, texts};

#[tokio::test]
async fn only_the_gateway_is_let_in() {
    let site = Site::start().await;
    let stranger = site.client_of(&site.pki.organism("herencia"));
    let answer = stranger
        .post(site.central.url())
        .header("content-type", "text/xml")
        .body("<a/>")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 500);
    let text = answer.text().await.unwrap();
    let code = domain::Problem::CertificateNotRegistered
        .shown()
        .entry()
        .code;
    assert!(text.contains(code), "{text}");
    let revoked = site.client_of(&site.pki.bad(certs::testpki::Bad::Revoked));
    assert!(
        revoked
            .post(site.central.url())
            .body("")
            .send()
            .await
            .is_err()
    );
    site.central.stop().await;
}

#[tokio::test]
async fn it_misbehaves_as_it_is_told_and_recovers() {
    let site = Site::start().await;
    let page = site
        .ask("BuscarCasos", "<limite>1</limite><ambito>ES</ambito>")
        .await
        .unwrap();
    let id = texts(&page, "idCaso").remove(0);
    let content = format!("<idCaso>{id}</idCaso>");
    for (behaviour, code) in [
        (Behaviour::Garbage, "garbage"),
        (Behaviour::CloseConnection, "connection"),
        (Behaviour::Huge(9 << 20), "garbage"),
        (Behaviour::Failing, "error-interno"),
    ] {
        site.central.behave(behaviour.clone());
        let failure = site.ask("ConsultarCaso", &content).await.unwrap_err();
        assert_eq!(failure.code(), code, "{behaviour:?}");
    }
    site.central.behave(Behaviour::AnotherCase);
    let other = site.ask("ConsultarCaso", &content).await.unwrap();
    assert_ne!(texts(&other, "idCaso"), [id.as_str()]);
    site.central
        .behave(Behaviour::Slow(Duration::from_millis(1)));
    let late = site.ask("ConsultarCaso", &content).await.unwrap();
    assert_eq!(texts(&late, "idCaso"), [id.as_str()]);
    site.central.stop().await;
}

#[tokio::test]
async fn bad_requests_get_their_own_faults() {
    let site = Site::start().await;
    let client = site.client_of(&site.pki.gateway());
    let ns = "http://schemas.xmlsoap.org/soap/envelope/";
    let envelope =
        |body: &str| format!("<s:Envelope xmlns:s=\"{ns}\"><s:Body>{body}</s:Body></s:Envelope>");
    for (body, code) in [
        ("no".to_owned(), "xml-mal-formado"),
        (envelope("<x/>"), "falta-contexto"),
        (format!("<!DOCTYPE a>{}", envelope("<x/>")), "xml-prohibido"),
    ] {
        let answer = client
            .post(site.central.url())
            .header("content-type", "text/xml")
            .body(body.clone());
        let text = answer.send().await.unwrap().text().await.unwrap();
        assert!(
            text.contains(&format!("<codigo>{code}</codigo>")),
            "{body}: {text}"
        );
    }
    site.central.stop().await;
}
