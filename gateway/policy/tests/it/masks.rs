//! The policies put to the shipped contract: what is left of a whole case for each kind of reader.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use contract::{
    Contract, Document, Fate, Governance, Limits, Mask, NodeRef, Treatment, Visibility,
};
use domain::{Mode, OrganismKind, Purpose, RiskLevel};
use policy::{Charge, Relation, Viewer};

use crate::shipped;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../schemas/contracts/viogen/2"
);

const HERENCIA: Viewer = Viewer {
    kind: OrganismKind::LocalPolice,
    mode: Mode::FollowUp,
    relation: Relation::InTerritory,
    charge: Charge::Foreign,
    purpose: Purpose::Protection,
    ceiling: RiskLevel::Extreme,
    level: Some(RiskLevel::Medium),
};

fn contract() -> &'static Arc<Contract> {
    static CONTRACT: LazyLock<Arc<Contract>> =
        LazyLock::new(|| Contract::load(Path::new(FOLDER), Governance::Required).unwrap());
    &CONTRACT
}

fn decode(root: &str, bytes: &[u8]) -> Document {
    let name = format!("{{urn:pasarela:viogen:2}}{root}").parse().unwrap();
    let root = contract().root(&name).unwrap();
    contract::xml::decode(contract(), root, bytes, &Limits::default())
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(bytes)))
}

fn example(root: &str, file: &str) -> Document {
    let path = Path::new(FOLDER).join("ejemplos").join(file);
    decode(root, &std::fs::read(path).unwrap())
}

fn whole_case() -> Document {
    example(
        "ConsultarCasoRespuesta",
        "consultarCasoRespuesta-completa.xml",
    )
}

/// The document as `viewer` gets it, decoded anew: what is left is valid.
fn reduced(document: Document, viewer: Viewer) -> Document {
    let unit = document.case_units().first().unwrap().element();
    let root = document.root().local().to_owned();
    let mask = shipped::engine().masks(contract(), unit, &viewer);
    let mut bytes = Vec::new();
    document
        .reduce(|_| Fate::Release(&mask))
        .write_xml(&mut bytes);
    decode(&root, &bytes)
}

#[test]
fn the_policies_rule_every_group_of_a_case_and_no_other() {
    let outside = ["peticion", "peticion.sujeto", "respuesta", "indice"];
    let groups: BTreeSet<_> = contract()
        .groups()
        .iter()
        .map(|group| &*group.name)
        .collect();
    let ruled = shipped::groups();
    let ruled = ruled.iter().map(String::as_str).chain(outside).collect();
    assert_eq!(groups, ruled);
}

#[test]
fn every_kind_of_reader_gets_a_valid_case() {
    for viewer in shipped::viewers(Purpose::Protection) {
        for (root, file) in [
            (
                "ConsultarCasoRespuesta",
                "consultarCasoRespuesta-completa.xml",
            ),
            (
                "ConsultarCoincidenciaRespuesta",
                "consultarCoincidenciaRespuesta.xml",
            ),
            ("BuscarCasosRespuesta", "buscarCasosRespuesta.xml"),
        ] {
            let left = reduced(example(root, file), viewer);
            assert_eq!(left.root().local(), root, "{viewer:?}");
        }
    }
}

#[test]
fn herencia_sees_what_she_may() {
    let left = reduced(whole_case(), HERENCIA);
    let case = left.case_units()[0];
    let text = |path| case.at(path).and_then(NodeRef::text);
    let table = [
        ("cabecera/estado", Some("activo")),
        ("cabecera/baja", None),
        ("responsabilidad/municipioResidencia", Some("13047")),
        ("victima/identidad/numeroDocumento", Some("99999018D")),
        ("victima/contacto/telefono", Some("+34900000018")),
        ("victima/alojamientoProtegido", None),
        ("victima/salud/atencionEspecial", Some("true")),
        ("victima/salud/embarazo", None),
        ("agresor/antecedentes/policiales", Some("true")),
        ("agresor/antecedentes/quebrantamientos", None),
        ("hechos/denuncia/origen", None),
        ("hechos/denuncia/fecha", Some("2025")),
        ("hechos/denuncia/municipio", Some("13000")),
        ("hechos/denuncia/hechos", None),
        ("valoracion/nivel/nivelActual", Some("medio")),
        ("valoracion/evaluacion/nivelAsignado", Some("bajo")),
        ("valoracion/evaluacion/respuesta", None),
        ("valoracion/diligencia", None),
        ("registro", None),
    ];
    for (path, expected) in table {
        assert_eq!(text(path), expected, "{path}");
    }
}

#[test]
fn in_consultation_persons_are_masked() {
    let viewer = Viewer {
        mode: Mode::Consultation,
        ..HERENCIA
    };
    let left = reduced(whole_case(), viewer);
    let case = left.case_units()[0];
    let text = |path| case.at(path).and_then(NodeRef::text);
    let table = [
        ("responsabilidad/municipioResidencia", Some("13000")),
        ("responsabilidad/agente/telefono", Some("***")),
        ("victima/identidad/nombre", Some("V***")),
        ("victima/identidad/fechaNacimiento", Some("1990")),
        ("victima/contacto", None),
        ("agresor/identidad/persona/apellido1", Some("P***")),
        ("relacion/vinculo/tipo", Some("expareja")),
        ("relacion/vinculo/convivencia", None),
        ("valoracion/evaluacion", None),
        (
            "proteccion/medidaPolicial/codigo",
            Some("VIGILANCIA_OCASIONAL"),
        ),
        ("proteccion/medidaPolicial/inicio", Some("2025")),
        ("proteccion/dispositivo/estado", Some("activo")),
        ("registro/notificacion/tipo", Some("quebrantamiento")),
        ("registro/notificacion/difundidaA", None),
    ];
    for (path, expected) in table {
        let found = text(path);
        let ends = expected == Some("***");
        let same = if ends {
            found.is_some_and(|it| it.contains("***"))
        } else {
            found == expected
        };
        assert!(same, "{path}: {found:?}, not {expected:?}");
    }
    let number = text("victima/identidad/numeroDocumento").unwrap();
    assert!(
        number.starts_with("***") && !number.contains("99999018"),
        "{number}"
    );
}

#[test]
fn coordination_units_see_summaries() {
    let viewer = Viewer {
        kind: OrganismKind::CoordinationUnit,
        ..HERENCIA
    };
    let left = reduced(whole_case(), viewer);
    let case = left.case_units()[0];
    let table = [
        ("responsabilidad/agente/seudonimo", Some("AGENTE-PRUEBA-07")),
        ("victima/contacto/idioma", None),
        ("victima/domicilio/enAlojamientoProtegido", None),
        (
            "agresor/localizacion/situacionPenitenciaria",
            Some("permiso"),
        ),
        ("agresor/localizacion/centroPenitenciario", Some("C***")),
        ("relacion/menor/tramoEdad", Some("6-11")),
        ("hechos/incidente/fecha", Some("2025-09-10")),
        ("hechos/incidente/descripcion", None),
        ("valoracion/evaluacion/nivelAsignado", Some("bajo")),
        ("valoracion/evaluacion/nivelCalculado", None),
        ("proteccion/plan/area/ambito", Some("movilidad")),
        ("proteccion/plan/area/pauta", None),
        ("proteccion/plan/palabraClave", None),
    ];
    for (path, expected) in table {
        assert_eq!(case.at(path).and_then(NodeRef::text), expected, "{path}");
    }
}

#[test]
fn prisons_see_the_state() {
    let viewer = Viewer {
        kind: OrganismKind::Prison,
        ..HERENCIA
    };
    for (root, file, path) in [
        (
            "ConsultarCasoRespuesta",
            "consultarCasoRespuesta-completa.xml",
            "cabecera/estado",
        ),
        ("BuscarCasosRespuesta", "buscarCasosRespuesta.xml", "estado"),
    ] {
        let left = reduced(example(root, file), viewer);
        let state = left.case_units()[0].at(path).and_then(NodeRef::text);
        assert_eq!(state, Some("activo"), "{root}");
    }
}

/// A group that some reader sees masked leaves something; only the answers to a form leave nothing.
#[test]
fn what_is_shown_masked_is_not_empty() {
    let case = whole_case();
    let unit = case.case_units()[0].element();
    let masked = |group: &str| {
        let mut viewers = shipped::viewers(Purpose::Protection);
        viewers.any(|viewer| shipped::ruling(viewer, group).visibility == Visibility::Masked)
    };
    let empty: Vec<String> = shipped::groups()
        .into_iter()
        .filter(|group| masked(group))
        .filter(|group| {
            let seen = contract().group_id(group);
            let mask = Mask::compile(contract(), unit, &|it| {
                if Some(it) == seen {
                    Visibility::Masked
                } else {
                    Visibility::Hidden
                }
            });
            let left = case.clone().reduce(|_| Fate::Release(&mask));
            let sections = left.case_units()[0].children();
            let parts = sections.flat_map(NodeRef::children);
            parts.filter(|part| part.local() != "retenido").count() == 0
        })
        .collect();
    assert_eq!(empty, ["valoracion.respuestas"]);
}

#[test]
fn a_hit_never_tells_the_municipality() {
    let bytes = br#"<ConsultarCoincidenciaRespuesta xmlns="urn:pasarela:viogen:2">
        <hayCoincidencia>true</hayCoincidencia><coincidencia>
        <idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso><nivel>alto</nivel>
        <unidad><organismo>L01130473</organismo></unidad>
        <municipioResidencia>13047</municipioResidencia></coincidencia>
        </ConsultarCoincidenciaRespuesta>"#;
    for viewer in shipped::viewers(Purpose::Protection) {
        let left = reduced(decode("ConsultarCoincidenciaRespuesta", bytes), viewer);
        let mut text = Vec::new();
        left.write_xml(&mut text);
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains(">13047<"), "{viewer:?}: {text}");
    }
}

#[test]
fn who_does_not_see_a_level_does_not_see_where_it_comes_from() {
    let hit = ("ConsultarCoincidenciaRespuesta", "coincidencia");
    let search = ("BuscarCasosRespuesta", "caso");
    for (root, unit) in [hit, search] {
        let found = if root == hit.0 {
            "<hayCoincidencia>true</hayCoincidencia>"
        } else {
            ""
        };
        let bytes = format!(
            "<{root} xmlns=\"urn:pasarela:viogen:2\">{found}<{unit}><idCaso>01JQ5Z7N2R8X4V6T0K3M9B1CDF</idCaso>\
             <nivel>extremo</nivel><origen><escalaOrigen>SIAV</escalaOrigen><nivelOrigen>moltAlt</nivelOrigen></origen>\
             </{unit}></{root}>"
        );
        let mut seen = [false; 2];
        for viewer in shipped::viewers(Purpose::Protection) {
            let left = reduced(decode(root, bytes.as_bytes()), viewer);
            let mut text = Vec::new();
            left.write_xml(&mut text);
            let text = String::from_utf8(text).unwrap();
            let (level, origin) = (text.contains(">extremo<"), text.contains(">moltAlt<"));
            assert!(level || !origin, "{viewer:?}: {text}");
            assert_eq!(text.contains(">SIAV<"), origin, "{viewer:?}: {text}");
            seen[usize::from(origin)] = true;
        }
        assert_eq!(seen, [true; 2], "{root}: both kinds of viewers");
    }
}

#[test]
fn masks_are_made_once() {
    let unit = whole_case().case_units()[0].element();
    let masks = [(); 2].map(|()| shipped::engine().masks(contract(), unit, &HERENCIA));
    assert!(Arc::ptr_eq(&masks[0], &masks[1]));
    let writable = [(); 2].map(|()| shipped::engine().writable(contract(), &HERENCIA));
    assert!(Arc::ptr_eq(&writable[0], &writable[1]));
    let names: Vec<_> = writable[0]
        .iter()
        .map(|id| &*contract().group(*id).name)
        .collect();
    assert_eq!(
        names,
        [
            "cabecera.calidad",
            "cabecera.idsLocales",
            "hechos.incidentes"
        ]
    );
    let withheld: Vec<_> = masks[0]
        .withheld()
        .iter()
        .filter(|it| it.treatment == Treatment::Withheld)
        .map(|it| it.path.as_str())
        .collect();
    assert!(
        withheld.contains(&"victima/alojamientoProtegido"),
        "{withheld:?}"
    );
}
