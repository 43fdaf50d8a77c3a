//! Quotas, participants, contract and signatures of an annex, set in the console's form and held to by the gateway.

use std::time::Instant;

use domain::Problem;
use serde_json::json;

use super::adhesion::{Folder, PDF, next_years, refused, step};
use super::visitor::{MANAGER, SUPERVISOR, shared};
use crate::answer::{Answer, Protocol};
use crate::members::{HERENCIA, JOINING};
use crate::partner::{OFFICER, Partner, fresh};
use crate::site::{PROMPTLY, prepared, run};

const FILE: &str = "PRUEBA-ANEXO-1";

/// What every form of the annex says here.
const USUAL: [(&str, &str); 7] = [
    ("formulario", "anexo"),
    ("operaciones", "coincidencia"),
    ("operaciones", "consulta"),
    ("finalidades", "proteccion"),
    ("territorio", "13047-3"),
    ("nivel", "extremo"),
    ("modo", "seguimiento"),
];

/// What this one is about.
const TERMS: [(&str, &str); 6] = [
    ("representados", HERENCIA.1),
    ("contrato", "viogen/1"),
    ("cuota_funcionario_peticiones", "2"),
    ("horario_desde", "07:00"),
    ("firma_peticiones", "opcional"),
    ("firma_respuestas", "opcional"),
];

fn annex<'f>(act: &[(&'f str, &'f str)], terms: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    [act, &USUAL, terms].concat()
}

/// Asks whether a person is known, in a version of the contract, for whom.
fn hit(partner: &Partner, version: &str, acted_for: &str) -> Answer {
    let body = json!({"tipoDocumento": "DNI", "numeroDocumento": "99999602H"}).to_string();
    let (path, id) = (format!("/{version}/coincidencias"), fresh());
    let headers = [
        ("Idempotency-Key", &*id),
        ("Pasarela-En-Nombre-De", acted_for),
    ];
    run(partner.rest("POST", &path, &headers, &body))
}

/// What was approved is in force within five seconds.
#[track_caller]
fn soon(asked: impl Fn() -> Answer, expected: impl Fn(&Answer) -> bool) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = asked();
        if expected(&answer) {
            return answer;
        }
        let late = begun.elapsed() > PROMPTLY;
        assert!(!late, "{}: {}", answer.status, answer.body);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

/// Every step, each with its paper.
fn steps(kept: &Folder<'_>) {
    let path = format!("/organismos/{}/usuario", JOINING.id);
    let user = format!("funcionario={OFFICER}&papel=agente&formacion=2026-01-01&desde=2026-01-01");
    for state in ["protocoloRatificado", "solicitudEnviada"] {
        kept.does(&step(state), Some(PDF));
    }
    assert_eq!(kept.visitor.send(&path, &user).status, 303);
    for state in ["usuariosRecibidos", "formacionRealizada", "firmado"] {
        kept.does(&step(state), Some(PDF));
    }
    let registered = [step("inscrito").as_slice(), &[("referencia", "PRUEBA-1")]].concat();
    kept.does(&registered, Some(PDF));
}

/// What the form does not take is told beside its field, and nothing of it is kept.
fn bad_terms(kept: &Folder<'_>) {
    let table = [
        (
            "cuota_funcionario_peticiones",
            "muchas",
            "La cuota es un número entero",
        ),
        ("representados", JOINING.id, "no se representa a sí mismo"),
        ("representados", "L01059999", "no está registrado"),
        ("contrato", "viogen/9", "no atiende ese contrato"),
        ("horario_desde", "pronto", "No es una hora del día"),
    ];
    for (field, value, told) in table {
        let answer = kept.act(&annex(&[("acto", "anexo")], &[(field, value)]), None);
        refused(&answer, 422, told);
        let marked = format!("id=\"anexo-{field}-error\"");
        assert!(answer.body.contains(&marked), "{field}: {}", answer.body);
        // What was written stays; of a list only what it offers.
        let stays = answer.body.contains(value);
        assert_eq!(stays, field != "contrato", "{field}: {}", answer.body);
    }
    assert!(!kept.page().contains("Lo que concede"));
}

/// From the annex to effect: one proposes, another approves.
fn activate(kept: &Folder<'_>, watched: &Folder<'_>) {
    kept.does(&annex(&[("acto", "anexo")], &TERMS), None);
    let page = kept.page();
    for told in [
        "Cada funcionario: peticiones: 2",
        "viogen/1",
        HERENCIA.1,
        "Opcional",
    ] {
        assert!(page.contains(&format!("<dd>{told}")), "{told}: {page}");
    }
    kept.does(&[("acto", "plazo"), ("plazo", &next_years())], None);
    let passed = [("acto", "conformidad"), ("resultado", "superada")];
    kept.does(&passed, Some(PDF));
    let activation = [
        ("acto", "propuesta"),
        ("propuesta", "activacion"),
        ("fecha", "2026-01-10"),
        ("referencia", "BOE-A-2026-1"),
    ];
    kept.does(&activation, Some(PDF));
    watched.does(&[("acto", "aprobacion")], None);
}

/// One field is changed: the others do not come, and are as they were.
fn change(kept: &Folder<'_>, watched: &Folder<'_>) {
    let change = [
        ("acto", "propuesta"),
        ("propuesta", "anexo"),
        ("fecha", "2026-01-10"),
    ];
    let wanted = annex(&change, &[("firma_peticiones", "exigida")]);
    kept.does(&wanted, Some(PDF));
    let page = watched.page();
    let proposed = page.split("Lo que se concedería").nth(1).unwrap();
    let proposed = proposed.split("</dl>").next().unwrap();
    assert_eq!(proposed.matches("<dt>").count(), 1, "{proposed}");
    let told = proposed.contains("Exigida") && proposed.contains("Opcional");
    assert!(told, "{proposed}");
    let own = kept.act(&[("acto", "aprobacion")], None);
    refused(&own, 422, "El acto exige otro papel");
    watched.does(&[("acto", "aprobacion")], None);
}

fn register() {
    let certificate = prepared().join("pki").join(format!("{}.pem", JOINING.slug));
    let (id, certificate) = (JOINING.id, certificate.display());
    shared().site.register(&format!(
        "[[organismo]]\nid = \"{id}\"\nkind = \"policiaLocal\"\nname = \"PRUEBA\"\n\
         certificados = [\"{certificate}\"]\n"
    ));
}

#[test]
fn what_the_form_of_the_annex_says_is_what_the_gateway_holds_to() {
    register();
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let organism = JOINING.id;
    let opening = format!("convenio={FILE}&organismo={organism}&tipo=policiaLocal&nombre=PRUEBA");
    assert_eq!(manager.send("/adhesiones/nueva", &opening).status, 303);
    let folder = |visitor| Folder {
        visitor,
        organism,
        file: FILE,
    };
    let (kept, watched) = (folder(&manager), folder(&supervisor));
    steps(&kept);
    bad_terms(&kept);
    activate(&kept, &watched);

    let partner = desk.site.partner((JOINING.slug, organism));
    let served = |answer: &Answer| answer.status == 200;
    soon(|| hit(&partner, "v1", HERENCIA.1), served);
    assert_ne!(hit(&partner, "v2", "").status, 200, "another version");
    let third = soon(|| hit(&partner, "v1", ""), |it| !served(it));
    third.assert_is("the third", Protocol::Rest, Problem::QuotaExceeded);

    change(&kept, &watched);
    let code = Problem::NotSigned.entry().code;
    soon(
        || hit(&partner, "v1", ""),
        |it| it.text("codigo").as_deref() == Some(code),
    );
}
