//! The governance file: which rule wins, and what is refused.

use std::path::Path;

use super::{errors, load};
use crate::catalogue::{Field, fields};
use crate::{ContextSource, Contract, Governance, LoadErrors, Masking, Sensitivity, Territory};

const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/contracts/padron/1");

fn shipped(name: &str) -> String {
    std::fs::read_to_string(Path::new(CONTRACTS).join(name)).unwrap()
}

/// The shipped contract under this governance.
fn governed(governance: &str) -> Result<Contract, LoadErrors> {
    let files = ["padron.wsdl", "comunes.xsd", "datos-especificos.xsd"];
    let texts = files.map(|name| (name, shipped(name)));
    let mut files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    files.push(("governance.toml", governance));
    load(&files, Governance::Required)
}

fn field(contract: &Contract, root: crate::ElementId, path: &str) -> Field {
    let all = fields(contract, root);
    all.into_iter()
        .find(|field| field.path == path)
        .unwrap_or_else(|| panic!("no {path}"))
}

#[test]
#[allow(clippy::too_many_lines, reason = "the table is long, the work is not")]
fn the_most_specific_rule_gives_each_property() {
    let contract =
        governed(&shipped("governance.toml")).unwrap_or_else(|errors| panic!("{errors}"));
    let operation = contract.operation("peticionSincrona").unwrap();
    let unit = "Respuesta/Transmisiones/TransmisionDatos[]";
    let request = "Peticion/Solicitudes/SolicitudTransmision";
    for (root, path, group, sensitivity, masking) in [
        (
            operation.request,
            format!("{request}/DatosGenericos/Titular/Documentacion"),
            "padron.titular",
            Sensitivity::S2,
            None,
        ),
        (
            operation.request,
            "Peticion/Atributos/IdPeticion".to_owned(),
            "padron.gestion",
            Sensitivity::S1,
            None,
        ),
        (
            operation.response,
            "Respuesta/Atributos/IdPeticion".to_owned(),
            "padron.gestion",
            Sensitivity::S1,
            None,
        ),
        (
            operation.response,
            format!("{unit}/DatosGenericos/Titular/Documentacion"),
            "padron.titular",
            Sensitivity::S2,
            Some(Masking::Document),
        ),
        (
            operation.response,
            format!("{unit}/DatosEspecificos/Residencia/CodigoMunicipio"),
            "padron.residencia",
            Sensitivity::S2,
            Some(Masking::Province),
        ),
        (
            operation.response,
            format!("{unit}/DatosEspecificos/Convivencia/@menores"),
            "padron.convivencia",
            Sensitivity::S4,
            None,
        ),
    ] {
        let found = field(&contract, root, &path);
        assert_eq!(found.group.as_deref(), Some(group), "{path}");
        assert_eq!(found.sensitivity, Some(sensitivity), "{path}");
        assert_eq!(found.masking, masking, "{path}");
    }
    let group = contract.group(contract.group_id("padron.titular").unwrap());
    assert_eq!(
        (group.policy_name(), &*group.title),
        ("victima.identidad", "Identidad del titular")
    );
    let terms = operation.terms.as_ref().unwrap();
    assert_eq!(terms.per_minute, Some(120));
    assert!(matches!(terms.context, ContextSource::Body(_)));
    assert_eq!(contract.fronting().unwrap().territory, Territory::Told);
}

#[test]
#[allow(clippy::too_many_lines, reason = "the table is long, the work is not")]
fn what_does_not_hold_is_refused_by_name_and_line() {
    let good = shipped("governance.toml");
    let rule = |text: &str| format!("{good}\n[[campo]]\n{text}\n");
    let instead = |old: &str, new: &str| {
        assert!(good.contains(old), "{old}");
        good.replacen(old, new, 1)
    };
    let unit = "[[caso]]\nruta = \"/Respuesta/Transmisiones/TransmisionDatos\"\n";
    for (case, text, message) in [
        (
            "idle",
            rule("ruta = \"/Respuesta/Nada\"\nfuncion = \"sujeto\""),
            "`/Respuesta/Nada` matches nothing",
        ),
        (
            "no path",
            rule("ruta = \"Respuesta\""),
            "`Respuesta` is no path",
        ),
        (
            "no group",
            rule("ruta = \"/Respuesta/**\"\ngrupo = \"otro\""),
            "group `otro` is not declared",
        ),
        (
            "no sensitivity",
            rule("ruta = \"/Respuesta/**\"\nsensibilidad = \"S9\""),
            "`S9` is no value for `sensibilidad`",
        ),
        (
            "unknown key",
            rule("ruta = \"/Respuesta/**\"\ncolor = \"rojo\""),
            "unknown field `color`",
        ),
        (
            "clash",
            rule("ruta = \"/Peticion/**\"\nsensibilidad = \"S4\""),
            "are equally specific and differ at `/Peticion/",
        ),
        (
            "unclassified",
            instead(
                "[[campo]]\nruta = \"/Peticion/**\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S1\"\n",
                "",
            ),
            "leaf `/Peticion/Atributos/IdPeticion` is not classified",
        ),
        (
            "bare",
            instead(
                "ruta = \"/Respuesta/**\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S1\"",
                "ruta = \"/Respuesta/**\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S2\"",
            ),
            "stands in no case, so its sensitivity must be S1",
        ),
        (
            "no case",
            instead(unit, ""),
            "the answer of operation `peticionSincrona` has no case",
        ),
        (
            "whole answer",
            instead(
                "TransmisionDatos\"\n\n[[operacion]]",
                "TransmisionDatos\"\n[[caso]]\nruta = \"/Respuesta\"\n\n[[operacion]]",
            ),
            "is a whole answer",
        ),
        (
            "no territory",
            instead("funcion = \"territorio\"\n", ""),
            "has no leaf of role `territorio`",
        ),
        (
            "required",
            instead("clase = \"consulta\"", "clase = \"coincidencia\""),
            "is required, so its operation must be of class `consulta`",
        ),
        (
            "submission",
            instead("clase = \"consulta\"", "clase = \"presentacion\""),
            "class `presentacion` is not fronted",
        ),
        (
            "class",
            instead("clase = \"consulta\"", "clase = \"lectura\""),
            "`lectura` is no value for `clase`",
        ),
        (
            "operation",
            instead("nombre = \"peticionSincrona\"", "nombre = \"otra\""),
            "the service has no operation `otra`",
        ),
        (
            "route",
            instead("cuerpo = \".\"", "cuerpo = \"Nada\""),
            "body `Nada` is no child of the request",
        ),
        (
            "context",
            instead("Funcionario/Seudonimo", "Funcionario/Nada"),
            "is no leaf of the message",
        ),
        (
            "fault",
            instead("/Atributos/Estado/LiteralError", "/Atributos/Estado/Nada"),
            "`/Atributos/Estado/Nada` is no leaf of the message",
        ),
    ] {
        let found = errors(governed(&text));
        assert!(
            found.iter().any(|it| it.contains(message)),
            "{case}: {found:?}"
        );
    }
}

#[test]
fn a_contract_without_territory_says_why() {
    let good = shipped("governance.toml");
    let without = good.replacen("funcion = \"territorio\"\n", "", 1).replacen(
        "[grupos]",
        "[contrato.sin-territorio]\nmotivo = \"no lo dice\"\norganismos = [\"fuerzaEstatal\"]\n\n[grupos]",
        1,
    );
    let contract = governed(&without).unwrap_or_else(|errors| panic!("{errors}"));
    let Territory::Without { reason, kinds } = &contract.fronting().unwrap().territory else {
        panic!("{:?}", contract.fronting());
    };
    assert_eq!(&**reason, "no lo dice");
    assert!(kinds.contains("fuerzaEstatal"));
}

#[test]
fn a_governance_file_alone_governs_nothing() {
    let files = [
        (
            "a.xsd",
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>",
        ),
        ("governance.toml", "[contrato]\n"),
    ];
    assert_eq!(
        errors(load(&files, Governance::Required)),
        ["governance.toml: the folder has no WSDL"]
    );
}
