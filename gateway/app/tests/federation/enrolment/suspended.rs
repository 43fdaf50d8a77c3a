//! An organism whose agreement is suspended runs nothing, in the sandbox neither.

use jiff::Timestamp;
use serde_json::json;

use super::office::{Office, office};
use crate::answer::Answer;
use crate::members::{SUSPENDED, SUSPENDED_LATER};
use crate::partner::{OFFICER, Partner, fresh};
use crate::site::{PROMPTLY, prepared, run};

async fn begins(partner: &Partner) -> Answer {
    let asked = json!({"hora": Timestamp::now().to_string(), "funcionario": OFFICER});
    partner.post("/conformidad", "x", &asked.to_string()).await
}

#[track_caller]
fn is_refused(answer: &Answer) {
    assert_eq!(answer.status, 409, "{}", answer.body);
    for told in ["conformidad-no-posible", "convenio-suspendido"] {
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
}

fn state(office: &Office, state: &str) {
    let pki = prepared().join("pki");
    office.site.register(&SUSPENDED_LATER.entry(&pki, state));
}

#[test]
fn a_suspended_organism_runs_nothing() {
    let office = office();
    is_refused(&run(begins(
        &office.rehearses((SUSPENDED.slug, SUSPENDED.id)),
    )));

    // It had begun before, and is suspended meanwhile.
    let partner = office.rehearses((SUSPENDED_LATER.slug, SUSPENDED_LATER.id));
    let begun = run(begins(&partner));
    assert_eq!(begun.status, 201, "{}", begun.body);
    let told = begun.json();
    let first = told["peticiones"][0]["ruta"].as_str().unwrap();
    let path = format!("/conformidad/{}", told["ejecucion"].as_str().unwrap());
    let asked = async || {
        let body = r#"{"tipoDocumento":"OTRO","numeroDocumento":"PRUEBA00000000"}"#;
        partner.post(first, &fresh(), body).await.status
    };
    assert_eq!(run(asked()), 200);
    state(office, "suspendido");
    run(office
        .site
        .until(PROMPTLY, "its key leaves the sandbox", async || {
            asked().await == 403
        }));
    run(office.site.until(PROMPTLY, "it begins nothing", async || {
        begins(&partner).await.status == 409
    }));
    is_refused(&run(begins(&partner)));
    is_refused(&run(partner.post(&path, "x", "{}")));

    // Lifted, it runs again.
    state(office, "vigente");
    run(office
        .site
        .until(PROMPTLY, "the suspension is lifted", async || {
            begins(&partner).await.status == 201
        }));
}
