//! The administration interface: programs of the ministry keep files of adhesion, each as the person whose certificate it
//! shows.

use domain::adhesion::Refused;
use serde_json::{Value, json};

use super::visitor::{AUDITOR, Desk, MANAGER, NOBODY, SUPERVISOR, Visitor, shared};
use crate::answer::Answer;

const FILES: &str = "/admin/v1/expedientes";
const FILE: &str = "/admin/v1/expedientes/ADHESION-API";
const PDF: &str = "%PDF-1.4\nPRUEBA\n%%EOF\n";

fn send(by: &Visitor, method: &str, path: &str, (media, body): (&str, &str)) -> Answer {
    by.try_send_as(method, path, media, body).unwrap()
}

fn post(by: &Visitor, path: &str, body: &Value) -> Answer {
    send(by, "POST", path, ("application/json", &body.to_string()))
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let media = answer.header("content-type");
    assert_eq!(media, Some("application/problem+json"), "{}", answer.body);
    assert_eq!(answer.json()["codigo"], code, "{}", answer.body);
}

fn new_file(id: &str) -> Value {
    json!({"id": id, "organismo": "L99990117", "tipo": "policiaLocal", "nombre": "Policía Local de PRUEBA"})
}

#[test]
fn a_file_is_opened_entered_and_read() {
    let desk: &Desk = shared();
    let by = desk.visitor(MANAGER);
    let opened = post(&by, FILES, &new_file("ADHESION-API"));
    assert_eq!(opened.status, 201, "{}", opened.body);
    assert_refused(
        &post(&by, FILES, &new_file("ADHESION-API")),
        409,
        "expediente-existente",
    );

    let stored = send(
        &by,
        "POST",
        "/admin/v1/documentos",
        ("application/pdf", PDF),
    );
    assert_eq!(stored.status, 201, "{}", stored.body);
    let paper = stored.json()["documento"].clone();
    let read = by.get(&format!("/admin/v1/documentos/{}", paper.as_str().unwrap()));
    assert_eq!(read.body, PDF);
    let journal = desk.site.journal();
    let reading = journal.entries().iter().find(|it| {
        it["operacion"] == "adhesion.documento.lectura" && it["personal"] == "GESTORA-1"
    });
    let reading = reading.expect("that it was read is evidence");
    assert_eq!(reading["resumenPeticion"], paper);

    let entries = format!("{FILE}/asientos");
    let step = json!({"version": 0, "acto": {"paso": "protocoloRatificado"}, "documento": paper});
    let entered = post(&by, &entries, &step);
    assert_eq!(entered.status, 201, "{}", entered.body);
    assert_eq!(
        entered.json()["expediente"]["estado"],
        "protocoloRatificado"
    );
    let stale = Refused::Stale(0, 1);
    let again = post(&by, &entries, &step);
    assert_refused(&again, 409, stale.code());
    assert_eq!(again.json()["title"], stale.to_string());
    let approval = json!({"version": 1, "acto": "aprobacion"});
    assert_refused(&post(&by, &entries, &approval), 403, "falta-rol");
    let approving = desk.visitor(SUPERVISOR);
    assert_refused(&post(&approving, &entries, &approval), 422, "sin-propuesta");

    let auditor = desk.visitor(AUDITOR);
    let seen = auditor.get(FILE).json();
    assert_eq!(
        seen["asientos"][0]["acto"],
        json!({"paso": "protocoloRatificado"})
    );
    let listed = auditor.get(FILES).json();
    let mut files = listed["expedientes"].as_array().unwrap().iter();
    assert!(files.any(|file| file["id"] == "ADHESION-API"), "{listed}");
    let remark = json!({"version": 1, "acto": "incorporacion", "nota": "nota de PRUEBA"});
    assert_refused(&post(&auditor, &entries, &remark), 403, "auditor-no-actua");
}

#[test]
fn users_are_put_and_read() {
    let desk = shared();
    let by = desk.visitor(MANAGER);
    let path = "/admin/v1/organismos/L99990118/usuarios";
    let form =
        json!({"usuarios": [{"funcionario": "PRUEBA-1", "rol": "agente", "desde": "2026-01-01"}]});
    let send_form = |visitor: &Visitor, form: &Value| {
        send(
            visitor,
            "PUT",
            path,
            ("application/json", &form.to_string()),
        )
    };
    assert_refused(&send_form(&by, &form), 404, "organismo-inexistente");
    let mut file = new_file("ADHESION-USUARIOS");
    file["organismo"] = "L99990118".into();
    let auditor = desk.visitor(AUDITOR);
    assert_refused(&post(&auditor, FILES, &file), 403, "auditor-no-actua");
    assert_eq!(post(&by, FILES, &file).status, 201);
    let nobody = json!({"usuarios": []});
    assert_refused(&send_form(&auditor, &nobody), 403, "auditor-no-actua");
    for (town, code) in [
        ("L01139992", "municipio-inexistente"),
        ("L01130474", "digito-de-control-erroneo"),
    ] {
        file["organismo"] = town.into();
        assert_refused(&post(&by, FILES, &file), 422, code);
    }
    let put = send_form(&by, &form);
    assert_eq!(put.status, 200, "{}", put.body);
    assert_eq!(by.get(path).json()["usuarios"][0]["deAlta"], true);
}

#[test]
fn whoever_is_not_staff_and_whatever_is_not_read_is_refused_by_name() {
    let desk = shared();
    let manager = desk.visitor(MANAGER);
    let stranger = desk.visitor(NOBODY);
    assert_refused(&stranger.get(FILES), 403, "personal-desconocido");
    assert_refused(
        &manager.get("/admin/v1/expedientes/NADIE"),
        404,
        "expediente-inexistente",
    );
    assert_refused(
        &manager.get("/admin/v1/documentos/abc"),
        404,
        "pagina-inexistente",
    );
    let text = new_file("OTRO").to_string();
    // As a form of another site could send it.
    let foreign = send(&manager, "POST", FILES, ("text/plain", &text));
    assert_refused(&foreign, 400, "campo-invalido");
    let table = [
        ("no", "formulario-ilegible"),
        ("{}", "formulario-ilegible"),
        (
            &text.replace("policiaLocal", "policia"),
            "formulario-ilegible",
        ),
        (&text.replace('}', ",\"otro\":1}"), "formulario-ilegible"),
    ];
    for (body, code) in table {
        let refused = send(&manager, "POST", FILES, ("application/json", body));
        assert_refused(&refused, 400, code);
    }
    let page = send(
        &manager,
        "POST",
        "/admin/v1/documentos",
        ("application/pdf", "<html>"),
    );
    assert_refused(&page, 422, "documento-no-es-pdf");
    let described = manager.get("/admin/v1/openapi.json").json();
    assert_eq!(described["openapi"], "3.1.0");
    assert!(desk.refusals("personal-desconocido") > 0);
}
