//! Every theorem holds of the shipped policies, and is refuted where a leak is planted: a proof that cannot fail proves
//! nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on fails where it stands"
)]

use std::path::Path;

use prover::{Bound, Outcome, Subject, Texts};

/// A leak: which theorem it breaks, in which file, what is written instead of what, and what the counterexample tells.
struct Leak {
    bound: &'static str,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    tells: &'static str,
}

const LEAKS: [Leak; 16] = [
    Leak {
        bound: "peligro",
        file: "excepcional.cedar",
        from: "Grupo::\"responsabilidad.unidad\",\n    Grupo::\"cabecera.retenidos\"",
        to: "Grupo::\"responsabilidad.unidad\", Grupo::\"victima.domicilio\",\n    Grupo::\"cabecera.retenidos\"",
        tells: "victima.domicilio",
    },
    Leak {
        bound: "peligro-peticion",
        file: "excepcional.cedar",
        from: "context.operacion == Operacion::\"coincidencia\" &&",
        to: "context.operacion in [Operacion::\"coincidencia\", Operacion::\"consulta\"] &&",
        tells: "peligro = true",
    },
    Leak {
        bound: "ambito",
        file: "territorio.cedar",
        from: "unless { context.peligro && resource.relacion == Relacion::\"peligro\" }",
        to: "unless { context.peligro || resource.relacion == Relacion::\"peligro\" }",
        tells: "peligro",
    },
    Leak {
        bound: "presencia",
        file: "traspaso.cedar",
        from: "Grupo::\"responsabilidad.agente\", Grupo::\"victima.identidad\", Grupo::\"victima.contacto\"",
        to: "Grupo::\"responsabilidad.agente\", Grupo::\"victima.identidad\", Grupo::\"victima.domicilio\"",
        tells: "victima.domicilio",
    },
    Leak {
        bound: "ambito",
        file: "territorio.cedar",
        from: "context.operacion in [Operacion::\"consulta\", Operacion::\"presentacion\"] &&",
        to: "context.operacion in [Operacion::\"consulta\", Operacion::\"presentacion\", Operacion::\"busqueda\"] &&",
        tells: "busqueda",
    },
    Leak {
        bound: "ambito",
        file: "territorio.cedar",
        from: "context.operacion == Operacion::\"coincidencia\" ||",
        to: "context.operacion in [Operacion::\"coincidencia\", Operacion::\"busqueda\"] ||",
        tells: "busqueda",
    },
    Leak {
        bound: "convenio",
        file: "convenio.cedar",
        from: "principal.convenio.situacion == Situacion::\"vigente\"",
        to: "principal.convenio.situacion in [Situacion::\"vigente\", Situacion::\"suspendido\"]",
        tells: "suspendido",
    },
    Leak {
        bound: "en-nombre-de",
        file: "convenio.cedar",
        from: "when { context.representacion == Representacion::\"ajena\" }",
        to: "when { context.representacion == Representacion::\"ajena\" && !context.conExpediente }",
        tells: "ajena",
    },
    Leak {
        bound: "techo-caso",
        file: "techo.cedar",
        from: "resource.nivel > principal.convenio.techo",
        to: "resource.nivel > principal.convenio.techo + 1",
        tells: "nivel",
    },
    Leak {
        bound: "techo-campos",
        file: "reserva.cedar",
        from: "principal.nivel > principal.techo",
        to: "principal.nivel > principal.techo && principal.finalidad != Finalidad::\"investigacion\"",
        tells: "investigacion",
    },
    Leak {
        bound: "ministerio-campos",
        file: "reserva.cedar",
        from: "forbid (principal is Lector in Clase::\"ministerio\", action, resource is Grupo);",
        to: "permit (principal is Lector in Clase::\"ministerio\", action == Action::\"verEnmascarado\", resource is Grupo) when { principal.relacion == Relacion::\"enTerritorio\" };",
        tells: "ministerio",
    },
    Leak {
        bound: "ministerio-operaciones",
        file: "operaciones.cedar",
        from: "forbid (principal is Organismo in Clase::\"ministerio\", action, resource);",
        to: "permit (principal is Organismo in Clase::\"ministerio\", action == Action::\"busqueda\", resource);",
        tells: "ministerio",
    },
    Leak {
        bound: "traspaso",
        file: "traspaso.cedar",
        from: "Grupo::\"cabecera.retenidos\", Grupo::\"cabecera.identificacion\", Grupo::\"cabecera.version\"",
        to: "Grupo::\"victima.contacto\", Grupo::\"cabecera.retenidos\", Grupo::\"cabecera.identificacion\", Grupo::\"cabecera.version\"",
        tells: "victima.contacto",
    },
    Leak {
        bound: "fuera",
        file: "reserva.cedar",
        from: "principal in [Clase::\"juzgado\", Clase::\"institucionPenitenciaria\", Clase::\"unidadCoordinacion\"] &&",
        to: "principal in [Clase::\"juzgado\", Clase::\"institucionPenitenciaria\"] &&",
        tells: "unidadCoordinacion",
    },
    Leak {
        bound: "escritura",
        file: "reserva.cedar",
        from: "when { principal.modo == Modo::\"consulta\" };",
        to: "when { principal.modo == Modo::\"consulta\" && !principal.responsable };",
        tells: "escribir",
    },
    Leak {
        bound: "alojamiento",
        file: "reserva.cedar",
        from: "principal in Clase::\"fuerzaEstatal\" && principal.responsable",
        to: "principal in Clase::\"fuerzaEstatal\"",
        tells: "alojamientoProtegido",
    },
];

/// What must be opened too for a lock that is taken away to let something through: each lock has a permit behind it
/// that asks for the same.
fn opened(bound: &str, texts: &mut Texts) {
    let permit = |head: &str| {
        format!(
            "@id(\"fuga\")\n@titulo(\"Fuga plantada\")\n@clausula(\"ninguna\")\npermit ({head});\n"
        )
    };
    let planted = match bound {
        "traspaso" => permit(
            "principal is Lector in Clase::\"policiaLocal\", action == Action::\"verCompleto\", resource == Grupo::\"victima.contacto\"",
        ),
        "fuera" => permit(
            "principal is Lector in Clase::\"unidadCoordinacion\", action == Action::\"verCompleto\", resource",
        ),
        "escritura" => permit(
            "principal is Lector in Clase::\"juzgado\", action == Action::\"escribir\", resource",
        ),
        "alojamiento" => permit(
            "principal is Lector in Clase::\"fuerzaEstatal\", action == Action::\"verCompleto\", resource",
        ),
        _ => return,
    };
    texts.insert("fuga.cedar".to_owned(), planted);
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped() -> Texts {
    prover::read(&here().join("../../gateway/policy/policies")).unwrap()
}

fn bounds() -> Vec<Bound> {
    prover::bounds(&here().join("bounds")).unwrap()
}

fn judge(texts: &Texts, bound: &Bound) -> Outcome {
    let subject = Subject::new(texts).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(subject.judge(bound)).unwrap()
}

#[test]
fn every_theorem_holds_of_the_shipped_policies() {
    for bound in bounds() {
        match judge(&shipped(), &bound) {
            Outcome::Proven(kinds) => assert!(kinds > 0),
            Outcome::Refuted(words) => panic!("{}: {words}", bound.title),
        }
    }
}

#[test]
fn every_theorem_is_refuted_by_a_planted_leak() {
    let mut left: Vec<_> = bounds().into_iter().map(|bound| bound.name).collect();
    for leak in LEAKS {
        let mut texts = shipped();
        let text = texts.get_mut(leak.file).unwrap();
        assert!(
            text.contains(leak.from),
            "{}: `{}` is not in {}",
            leak.bound,
            leak.from,
            leak.file
        );
        *text = text.replace(leak.from, leak.to);
        opened(leak.bound, &mut texts);
        let bound = bounds()
            .into_iter()
            .find(|bound| bound.name == leak.bound)
            .unwrap();
        match judge(&texts, &bound) {
            Outcome::Proven(_) => panic!("{}: the leak was not found", leak.bound),
            Outcome::Refuted(words) => {
                assert!(words.contains(leak.tells), "{}: {words}", leak.bound);
                println!("{}\n{words}\n", bound.title);
            }
        }
        left.retain(|name| name != leak.bound);
    }
    assert!(left.is_empty(), "no leak is planted for {left:?}");
}

/// The program carries its theorems with it: each file of the folder is one of them.
#[test]
fn the_theorems_that_ship_are_those_of_the_folder() {
    let named = |bounds: Vec<Bound>| -> Vec<_> {
        let pairs = bounds.into_iter().map(|bound| (bound.name, bound.title));
        pairs.collect()
    };
    assert_eq!(named(prover::shipped().unwrap()), named(bounds()));
}

#[test]
fn no_theorem_at_all_is_an_error() {
    let folder = here().join("src");
    let told = prover::bounds(&folder).err().unwrap().to_string();
    assert!(told.contains("no theorem"), "{told}");
}
