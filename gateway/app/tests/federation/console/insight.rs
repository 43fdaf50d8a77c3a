//! What the console tells of what is going on: traffic, alarms, queues, and what other policies would change.

use super::visitor::{AUDITOR, MANAGER, SUPERVISOR, Visitor, shared};
use crate::answer::Answer;
use crate::members::CEILING;
use crate::policies;
use crate::site::{PROMPTLY, run};

#[test]
fn the_page_of_an_organism_counts_what_it_asked_and_what_was_refused() {
    let desk = shared();
    let partner = desk.site.partner((CEILING.slug, CEILING.id));
    for _ in 0..3 {
        assert_eq!(run(partner.get("/avisos")).status, 200);
    }
    assert_eq!(run(partner.get("/avisos?otro=1")).status, 400);
    let auditor = desk.signed_in(AUDITOR);
    let address = format!("/organismos/{}", CEILING.id);
    let counted = || {
        let page = auditor.get(&address).body;
        page.contains("<th scope=\"row\">leerAvisos</th><td class=\"number\">3</td>")
            && page.contains("<code>esquema-incumplido</code></th><td class=\"number\">1</td>")
            && page.contains("id=\"grafico-uso\"")
    };
    let begun = std::time::Instant::now();
    while !counted() {
        assert!(
            begun.elapsed() < PROMPTLY,
            "it is not counted: {}",
            auditor.get(&address).body
        );
    }
}

#[test]
fn the_page_of_an_organism_shows_its_territory_and_who_shares_it() {
    let page = shared().signed_in(AUDITOR).get("/organismos/L01130473");
    assert_eq!(page.status, 200, "{}", page.body);
    // A drawing, and the same in words; territories may overlap, and are shown to.
    for told in [
        "<svg class=\"mapa\"",
        "Herencia",
        "Territorio compartido con",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let (_, shared) = page.body.split_once("Territorio compartido con").unwrap();
    assert!(shared.contains("Organismo de prueba vigilante"), "{shared}");
}

fn compared(manager: &Visitor, name: &str, text: &[u8]) -> Answer {
    manager.upload_as("/visibilidad/diferencias", &[], ("politicas", name, text))
}

fn unfit_files_are_refused(manager: &Visitor, name: &str, present: &[u8]) {
    let (deep, large) = ("(".repeat(10_000), "a".repeat(20_000));
    let table: [(&str, &[u8], &str); 6] = [
        (name, present, "No se ha enviado ningún cambio"),
        (
            name,
            b"permit(principal, action, resource);",
            "no son válidas",
        ),
        (name, b"\xff\xfe", "no es texto"),
        (name, deep.as_bytes(), "demasiados paréntesis"),
        ("../../pasarela.toml", b"a", "no es el nombre"),
        (name, large.as_bytes(), "demasiado grande"),
    ];
    for (called, bytes, told) in table {
        let answer = compared(manager, called, bytes);
        assert_eq!(answer.status, 422, "{told}: {}", answer.body);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
}

/// What is deep without brackets is read on a stack that is deep enough, and told to be wrong.
fn chains_are_read(manager: &Visitor) {
    let chains = [
        "a.b".to_owned() + &".b".repeat(7_900),
        "-".repeat(16_000) + "1",
    ];
    for chain in &chains {
        let policy = format!(
            "@id(\"p.p\")\n@titulo(\"P\")\n@clausula(\"P\")\n\
             forbid (principal is Organismo, action == Action::\"consulta\", resource) when {{ {chain} }};"
        );
        let answer = compared(manager, "prueba.cedar", policy.as_bytes());
        assert_eq!(answer.status, 422, "{}", answer.body);
    }
}

#[test]
fn policies_are_compared_and_nothing_comes_into_force() {
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let folder = policies::copy();
    let name = "lectura-prisiones.cedar";
    let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
    let page = manager.get("/visibilidad/diferencias").body;
    assert!(page.contains(name), "{page}");
    let address = "/visibilidad/diferencias";
    let without = supervisor.upload(address, &[("sin", name)], ("politicas", None));
    assert_eq!(without.status, 200, "{}", without.body);
    for told in ["Celdas que cambian", "Institución penitenciaria", "Oculto"] {
        assert!(without.body.contains(told), "{told}: {}", without.body);
    }
    let commented = format!("// PRUEBA\n{text}");
    let same = compared(&manager, name, commented.as_bytes());
    assert!(same.body.contains("No cambia nada."), "{}", same.body);

    unfit_files_are_refused(&manager, name, text.as_bytes());
    chains_are_read(&manager);
    assert_eq!(
        manager.get(address).body.matches(name).count(),
        page.matches(name).count()
    );
    let journal = desk.site.journal();
    let entries = journal
        .entries()
        .iter()
        .filter(|it| it["operacion"] == "compararPoliticas");
    let by = |who: &str| entries.clone().filter(|it| it["personal"] == who).count();
    assert_eq!((by("SUPERVISORA-1"), by("GESTORA-1")), (1, 4));
}

#[test]
fn alarms_are_for_the_supervision_and_looking_is_evidence() {
    let desk = shared();
    assert_eq!(desk.signed_in(MANAGER).get("/alarmas").status, 403);
    for (slug, who) in [(AUDITOR, "AUDITORA-1"), (SUPERVISOR, "SUPERVISORA-1")] {
        let visitor = desk.signed_in(slug);
        let page = visitor.get("/alarmas");
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(visitor.get("/alarmas?tras=x").status, 400);
        let journal = desk.site.journal();
        let mut looked = journal
            .entries()
            .iter()
            .filter(|it| it["operacion"] == "verAlarmas");
        assert!(looked.any(|it| it["personal"] == who), "{who}");
    }
}

#[test]
fn health_tells_what_waits() {
    let desk = shared();
    let page = desk.signed_in(AUDITOR).get("/salud").body;
    for told in [
        "Lotes en curso",
        "Anotaciones sin sellar",
        "sin revisar",
        "Al día",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
}
