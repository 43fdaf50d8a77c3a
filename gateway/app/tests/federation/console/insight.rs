//! What the console tells of what is going on: traffic, alarms, queues, and what other policies would change.

use super::visitor::{AUDITOR, MANAGER, SUPERVISOR, shared};
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
fn policies_are_compared_and_nothing_comes_into_force() {
    let desk = shared();
    let (manager, supervisor) = (desk.signed_in(MANAGER), desk.signed_in(SUPERVISOR));
    let folder = policies::copy();
    let name = "lectura-prisiones.cedar";
    let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
    let page = manager.get("/visibilidad/diferencias").body;
    assert!(page.contains(name), "{page}");
    let address = "/visibilidad/diferencias";
    let send =
        |called: &str, bytes: &[u8]| manager.upload_as(address, &[], ("politicas", called, bytes));

    let without = supervisor.upload(address, &[("sin", name)], ("politicas", None));
    assert_eq!(without.status, 200, "{}", without.body);
    for told in ["Celdas que cambian", "Institución penitenciaria", "Oculto"] {
        assert!(without.body.contains(told), "{told}: {}", without.body);
    }
    // What refuses an operation to a whole kind touches its organisms, though no cell changes.
    let closed = "@id(\"prueba.cierre\")\n@titulo(\"PRUEBA\")\n@clausula(\"PRUEBA\")\n\
        forbid (principal is Organismo, action == Action::\"consulta\", resource);\n";
    let cut_off = send("prueba.cedar", closed.as_bytes());
    assert!(
        cut_off.body.contains("Celdas que cambian</dt><dd>0"),
        "{}",
        cut_off.body
    );
    assert!(
        !cut_off.body.contains("Organismos afectados</dt><dd>0"),
        "{}",
        cut_off.body
    );
    let commented = format!("// PRUEBA\n{text}");
    let same = send(name, commented.as_bytes());
    assert!(same.body.contains("No cambia nada."), "{}", same.body);

    let deep = "(".repeat(10_000);
    let chains = [
        "a.b".to_owned() + &".b".repeat(16_000),
        "true".to_owned() + &" || true".repeat(3_600),
        "if true then true else ".repeat(1_300) + "true",
        "-".repeat(32_000) + "1",
    ];
    let table: [(&str, &[u8], &str); 6] = [
        (name, text.as_bytes(), "No se ha enviado ningún cambio"),
        (
            name,
            b"permit(principal, action, resource);",
            "no son válidas",
        ),
        (name, b"\xff\xfe", "no es texto"),
        (name, deep.as_bytes(), "demasiados paréntesis"),
        ("../../pasarela.toml", b"a", "no es el nombre"),
        (name, &[b'a'; 70_000], "demasiado grande"),
    ];
    for (called, bytes, told) in table {
        let answer = send(called, bytes);
        assert_eq!(answer.status, 422, "{told}: {}", answer.body);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    // What is deep without brackets is read on a stack that is deep enough, and answered.
    for chain in &chains {
        let policy = format!(
            "@id(\"p.p\")\n@titulo(\"P\")\n@clausula(\"P\")\nforbid (principal is Organismo, action == Action::\"consulta\", resource) when {{ {chain} }};"
        );
        let answer = send("prueba.cedar", policy.as_bytes());
        assert!(
            [200, 422].contains(&answer.status),
            "{}: {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(
        manager.get(address).body.matches(name).count(),
        page.matches(name).count()
    );
    let compared = desk.site.journal();
    let compared = compared
        .entries()
        .iter()
        .filter(|it| it["operacion"] == "compararPoliticas");
    let by = |who: &str| compared.clone().filter(|it| it["personal"] == who).count();
    assert_eq!((by("SUPERVISORA-1"), by("GESTORA-1")), (1, 2));
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
