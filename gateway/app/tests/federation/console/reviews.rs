//! An exceptional access is opened, judged and closed on the console, by whom it may be.

use super::visitor::{AUDITOR, SUPERVISOR, shared};
use crate::exceptional::created;
use crate::members::VIGILANT;
use crate::site::run;

const QUESTION: &str = r#"{"tipoDocumento":"DNI","numeroDocumento":"99999690Z"}"#;
const DANGER: (&str, &str) = (
    "Pasarela-Peligro-Inminente",
    "PRUEBA%20de%20revision%20en%20consola",
);

#[test]
fn a_supervisor_reads_the_reason_and_closes_the_review_once() {
    let desk = shared();
    let case = created(&desk.site, "99999690Z");
    let partner = desk.site.partner((VIGILANT.slug, VIGILANT.id));
    let declared = run(partner.rest("POST", "/v2/coincidencias", &[DANGER], QUESTION));
    assert_eq!(declared.status, 200, "{}", declared.body);

    let (supervisor, auditor) = (desk.signed_in(SUPERVISOR), desk.signed_in(AUDITOR));
    let queue = supervisor.get("/revisiones");
    let address = queue.body.split("href=\"/revisiones?intercambio=").nth(1);
    let exchange = address.and_then(|rest| rest.split('"').next()).unwrap();
    let page = format!("/revisiones?intercambio={exchange}");
    let opened = supervisor.get(&page);
    assert!(
        opened.body.contains("PRUEBA de revision en consola"),
        "{}",
        opened.body
    );
    assert!(opened.body.contains("Cerrar la revisión"));
    assert!(!auditor.get(&page).body.contains("Cerrar la revisión"));

    let form = format!("intercambio={exchange}&dictamen=justificado");
    assert_eq!(auditor.send("/revisiones/cerrar", &form).status, 403);
    let bad = format!("intercambio={exchange}&dictamen=quizas");
    assert_eq!(supervisor.send("/revisiones/cerrar", &bad).status, 400);
    assert_eq!(supervisor.send("/revisiones/cerrar", &form).status, 303);
    let again = supervisor.send("/revisiones/cerrar", &form);
    assert_eq!(again.status, 409);
    assert!(
        again.body.contains("ya la cerró SUPERVISORA-1"),
        "{}",
        again.body
    );
    let erased = auditor.get(&page);
    assert!(erased.body.contains("El motivo se borró"));
    let listed = |address: &str| auditor.get(address).body.contains(exchange);
    assert!(!listed("/revisiones"), "it waits no more");
    assert!(listed("/revisiones?cola=todas"));
    assert_eq!(auditor.get("/revisiones?tras=x").status, 400);

    let journal = desk.site.journal();
    let of = |kind: &str| {
        let entries = journal.entries().iter();
        let own = entries.filter(|it| it["intercambio"] == exchange && it["tipo"] == kind);
        own.filter(|it| it["personal"] == "SUPERVISORA-1").count()
    };
    assert_eq!(of("revision"), 1);
    // What a page shows of cases is evidence with them, also when there is no reason to be read any more.
    assert!(erased.body.contains(&case), "{}", erased.body);
    for operation in ["leerMotivo", "verRevision"] {
        let entries = journal.entries().iter();
        let mut own = entries.filter(|it| it["intercambio"] == exchange);
        let told = own.any(|it| {
            let cases = it["casos"].as_array().into_iter().flatten();
            it["operacion"] == operation
                && it["personal"] == "AUDITORA-1"
                && cases.into_iter().any(|it| *it == case)
        });
        assert!(told, "{operation} of {case}");
    }
    assert!(!journal.text().contains("PRUEBA de revision"));
}
