//! The life of an adhesion in the console, from the first letter to effect: two people, every paper, and whatever can go
//! wrong on the way.

use super::visitor::{AUDITOR, MANAGER, SUPERVISOR, Visitor, shared};
use crate::answer::Answer;

pub(super) const PDF: &[u8] = b"%PDF-1.4\n% PRUEBA\n%%EOF\n";

/// A town that no other test adheres: Íscar, one of the pending of the sample.
const TOWN: &str = "L01470758";
const FILE: &str = "PRUEBA-ISCAR-1";

/// The file as its page shows it.
pub(super) struct Folder<'v> {
    pub(super) visitor: &'v Visitor,
    pub(super) organism: &'static str,
    pub(super) file: &'static str,
}

impl Folder<'_> {
    pub(super) fn page(&self) -> String {
        let page = self.visitor.get(&format!("/organismos/{}", self.organism));
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    /// The version that the page was made of; nothing where it offers no form.
    fn version(&self) -> String {
        let page = self.page();
        let rest = page.split("name=\"version\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    pub(super) fn act(&self, fields: &[(&str, &str)], document: Option<&[u8]>) -> Answer {
        let version = self.version();
        self.act_on(&version, fields, document)
    }

    fn act_on(&self, version: &str, fields: &[(&str, &str)], document: Option<&[u8]>) -> Answer {
        let mut all = vec![("convenio", self.file), ("version", version)];
        all.extend(fields);
        let path = format!("/organismos/{}/acto", self.organism);
        self.visitor.upload(&path, &all, ("documento", document))
    }

    #[track_caller]
    pub(super) fn does(&self, fields: &[(&str, &str)], document: Option<&[u8]>) {
        let done = self.act(fields, document);
        assert_eq!(done.status, 303, "{fields:?}: {}", done.body);
    }
}

#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, told: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(told), "{told}: {}", answer.body);
}

#[test]
fn the_whole_life_of_an_adhesion_takes_two_people() {
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let opened = manager.send(
        "/adhesiones/nueva",
        &format!(
            "convenio={FILE}&organismo={TOWN}&tipo=policiaLocal&nombre=%3Cb%3EPRUEBA%3C%2Fb%3E"
        ),
    );
    assert_eq!(opened.status, 303, "{}", opened.body);
    let again = manager.send(
        "/adhesiones/nueva",
        &format!("convenio={FILE}&organismo={TOWN}&tipo=policiaLocal&nombre=PRUEBA"),
    );
    refused(&again, 422, "Ya hay un expediente");
    let kept = Folder {
        visitor: &manager,
        organism: TOWN,
        file: FILE,
    };
    assert!(kept.page().contains("&#60;b&#62;PRUEBA"), "a name is text");

    early_steps(&kept);
    late_steps(&kept);
    terms(&kept);
    activation(&kept, &supervisor);
    let board = supervisor.get("/adhesiones?q=iscar&comunidad=7&provincia=47&estado=vigente");
    assert!(board.body.contains(FILE), "{}", board.body);
    // Both filters count, each for itself and together.
    for elsewhere in ["comunidad=8", "provincia=5", "comunidad=7&provincia=5"] {
        let board = supervisor.get(&format!("/adhesiones?q=iscar&{elsewhere}"));
        assert_eq!(board.status, 200, "{elsewhere}");
        assert!(!board.body.contains(FILE), "{elsewhere}: {}", board.body);
    }
    let nowhere = supervisor.get("/adhesiones?comunidad=8&provincia=47");
    refused(&nowhere, 400, "provincia");
}

/// A step, as of the day of all of them.
pub(super) fn step(state: &str) -> [(&str, &str); 3] {
    [("acto", "paso"), ("estado", state), ("fecha", "2026-01-10")]
}

/// From the draft to the letter: no step without its paper, none left out, none before its time.
fn early_steps(kept: &Folder<'_>) {
    refused(
        &kept.act(&step("protocoloRatificado"), None),
        422,
        "Falta el documento",
    );
    let not_pdf = kept.act(&step("protocoloRatificado"), Some(b"<html>"));
    refused(&not_pdf, 422, "no es un PDF");
    refused(
        &kept.act(&step("firmado"), Some(PDF)),
        422,
        "no se puede saltar",
    );
    kept.does(&step("protocoloRatificado"), Some(PDF));
    let early = [
        ("acto", "paso"),
        ("estado", "solicitudEnviada"),
        ("fecha", "2026-01-09"),
    ];
    refused(
        &kept.act(&early, Some(PDF)),
        422,
        "anterior a la del paso precedente",
    );
    kept.does(&step("solicitudEnviada"), Some(PDF));
}

/// From the users form to the register.
fn late_steps(kept: &Folder<'_>) {
    refused(
        &kept.act(&step("usuariosRecibidos"), Some(PDF)),
        422,
        "no tiene a nadie de alta",
    );
    let user = "funcionario=A-1&papel=agente&formacion=2026-01-01&desde=2026-01-01";
    let on = kept
        .visitor
        .send(&format!("/organismos/{TOWN}/usuario"), user);
    assert_eq!(on.status, 303, "{}", on.body);
    kept.does(&step("usuariosRecibidos"), Some(PDF));
    refused(
        &kept.act(&step("formacionRealizada"), None),
        422,
        "Falta el documento",
    );
    kept.does(&step("formacionRealizada"), Some(PDF));
    kept.does(&step("firmado"), Some(PDF));
    let register = [
        step("inscrito").as_slice(),
        &[("referencia", "PRUEBA-REOICO-1")],
    ]
    .concat();
    refused(
        &kept.act(&step("inscrito"), Some(PDF)),
        422,
        "Falta la referencia",
    );
    kept.does(&register, Some(PDF));
}

/// What is granted, and until when.
fn terms(kept: &Folder<'_>) {
    let annex = |territory| {
        [
            ("acto", "anexo"),
            ("formulario", "anexo"),
            ("operaciones", "consulta"),
            ("finalidades", "proteccion"),
            ("territorio", territory),
            ("nivel", "medio"),
            ("modo", "seguimiento"),
        ]
    };
    refused(&kept.act(&annex("470759"), None), 422, "dígito de control");
    refused(
        &kept.act(&annex("47999"), None),
        422,
        "No existe un municipio",
    );
    kept.does(&annex("47075-8"), None);
    let last = next_years();
    kept.does(&[("acto", "plazo"), ("plazo", &last)], None);
    let passed = [("acto", "conformidad"), ("resultado", "superada")];
    refused(&kept.act(&passed, None), 422, "Falta el documento");
    kept.does(&passed, Some(PDF));
}

/// One proposes and another approves, once.
fn activation(kept: &Folder<'_>, supervisor: &Visitor) {
    let activation = [
        ("acto", "propuesta"),
        ("propuesta", "activacion"),
        ("fecha", "2026-01-10"),
        ("referencia", "BOE-A-2026-1"),
    ];
    let watched = Folder {
        visitor: supervisor,
        ..*kept
    };
    let approval = [("acto", "aprobacion")];
    refused(&watched.act(&activation, None), 422, "Falta el documento");
    watched.does(&activation, Some(PDF));
    let own = watched.act(&approval, None);
    refused(&own, 422, "Quien propone no aprueba");
    watched.does(&[("acto", "retirada")], None);
    kept.does(&activation, Some(PDF));
    refused(&kept.act(&approval, None), 422, "El acto exige otro papel");
    let version = watched.version();
    let approved = watched.act_on(&version, &approval, None);
    assert_eq!(approved.status, 303, "{}", approved.body);
    let late = watched.act_on(&version, &approval, None);
    refused(&late, 409, "alguien se ha adelantado");
    assert!(watched.page().contains("Vigente"));
}

/// A last day that is neither over nor too far.
pub(super) fn next_years() -> String {
    (jiff::Zoned::now().year() + 2).to_string() + "-01-01"
}

#[test]
fn what_an_auditor_may_not_do_she_is_not_offered() {
    let auditor = shared().signed_in(AUDITOR);
    let page = auditor.get("/organismos/L01130473");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains("/acto?token"));
    let sent = auditor.upload(
        "/organismos/L01130473/acto",
        &[("acto", "incorporacion")],
        ("documento", None),
    );
    assert_eq!(sent.status, 403);
}

#[test]
fn lists_of_coverage_are_imported_or_refused_line_by_line() {
    let desk = shared();
    let manager = desk.signed_in(MANAGER);
    let sample = manager.get("/cobertura?datos=muestra");
    assert!(sample.body.contains("87,3 %") && sample.body.contains("Pedrajas de San Esteban"));
    let csv = manager.get("/cobertura?datos=muestra&formato=csv");
    assert!(
        csv.body.contains("CA07,Castilla y León,71,62,9,87.3"),
        "{}",
        csv.body
    );
    let bad = b"codigo;nombre\n130474;Herencia\n13999;Nada\n";
    let bad = manager.upload("/cobertura/policias", &[], ("fichero", Some(bad)));
    refused(&bad, 422, "el dígito de control de 13047 es 3, no 4");
    refused(&bad, 422, "no existe el municipio 13999");
    let good = b"codigo;nombre\n13047;Herencia\n24014;Bembibre\n";
    let good = manager.upload("/cobertura/policias", &[], ("fichero", Some(good)));
    assert_eq!(good.status, 200, "{}", good.body);
    let counted = manager.get("/cobertura");
    assert!(counted.body.contains("Bembibre"), "{}", counted.body);
    let large = vec![b' '; 22 << 20];
    let large = manager.upload("/cobertura/policias", &[], ("fichero", Some(&large)));
    refused(&large, 413, "demasiado grande");
}
