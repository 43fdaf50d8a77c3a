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
    changed(governance, &[])
}

/// The shipped contract under this governance, with these texts put in the place of others.
fn changed(governance: &str, changes: &[(&str, &str)]) -> Result<Contract, LoadErrors> {
    let files = ["padron.wsdl", "comunes.xsd", "datos-especificos.xsd"];
    let change = |text: String| {
        let each = changes.iter();
        each.fold(text, |text, (old, new)| text.replace(old, new))
    };
    let texts = files.map(|name| (name, change(shipped(name))));
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
            "others on the way",
            rule("ruta = \"/Respuesta/#otros/a\"\nsensibilidad = \"S1\""),
            "`/Respuesta/#otros/a` is no path",
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
            rule("ruta = \"/*/Atributos/TimeStamp\"\nsensibilidad = \"S4\""),
            "are equally specific and differ at `/Peticion/Atributos/TimeStamp`",
        ),
        (
            "unclassified",
            instead(
                "[[campo]]\nruta = \"/*/Atributos/IdPeticion\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S1\"\n",
                "",
            ),
            "leaf `/Peticion/Atributos/IdPeticion` is not classified",
        ),
        (
            "bare",
            instead(
                "Estado/CodigoEstado\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S1\"",
                "Estado/CodigoEstado\"\ngrupo = \"padron.gestion\"\nsensibilidad = \"S2\"",
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
            instead(
                "Funcionario/Seudonimo\"\nfinalidad",
                "Funcionario/Nada\"\nfinalidad",
            ),
            "is no leaf of the message",
        ),
        (
            "fault",
            instead(
                "texto = \"/Atributos/Estado/LiteralError",
                "texto = \"/Atributos/Estado/Nada",
            ),
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

/// What the service may add, and the leaf that nobody has classified then.
const ADDED: &[(&str, &str, &[&str])] = &[
    (
        r#"<xs:element name="NombreEmisor" type="Texto"/>"#,
        r#"<xs:element name="NombreEmisor" type="Texto"/><xs:element name="Nuevo" type="Texto"/>"#,
        &[
            "/Peticion/Solicitudes/SolicitudTransmision/DatosGenericos/Emisor/Nuevo",
            "/Respuesta/Transmisiones/TransmisionDatos/DatosGenericos/Emisor/Nuevo",
        ],
    ),
    (
        r#"<xs:element name="Via" type="xs:string"/>"#,
        r#"<xs:element name="Via" type="xs:string"/><xs:any namespace='##other' processContents="lax" minOccurs="0"/>"#,
        &["/Respuesta/Transmisiones/TransmisionDatos/DatosEspecificos/Domicilio/#otros"],
    ),
    (
        r#"<xs:attribute name="menores" type="xs:nonNegativeInteger"/>"#,
        r#"<xs:attribute name="menores" type="xs:nonNegativeInteger"/><xs:anyAttribute/>"#,
        &["/Respuesta/Transmisiones/TransmisionDatos/DatosEspecificos/Convivencia/#otros"],
    ),
];

#[test]
fn what_a_service_adds_is_seen_by_nobody_until_it_is_classified() {
    let good = shipped("governance.toml");
    for (old, new, paths) in ADDED {
        let found = errors(changed(&good, &[(old, new)]));
        assert_eq!(found.len(), paths.len(), "{found:?}");
        for path in *paths {
            let expected = format!("leaf `{path}` is not classified");
            assert!(
                found.iter().any(|it| it.contains(&expected)),
                "{expected}: {found:?}"
            );
        }
        let rule = |path: &&str| {
            let path = path.to_owned();
            let open = "grupo = \"padron.gestion\"\nsensibilidad = \"S1\"\n";
            ["\n[[campo]]\nruta = \"", path, "\"\n", open].concat()
        };
        let mut rules = vec![good.clone()];
        rules.extend(paths.iter().map(rule));
        let rules = rules.concat();
        let named = changed(&rules, &[(old, new)]);
        assert!(named.is_ok(), "{:?}", named.err());
    }
}

/// The schema with an element that repeats, and what is no longer judged by one value.
const SEVERAL: &[(&str, &str, &[&str])] = &[
    (
        r#"<xs:element name="SolicitudTransmision">"#,
        r#"<xs:element name="SolicitudTransmision" maxOccurs="2">"#,
        &[
            "`/Peticion/Solicitudes/SolicitudTransmision/DatosGenericos/Solicitante/IdentificadorSolicitante` may stand there more than once",
        ],
    ),
    (
        r#"<xs:element ref="Titular"/>"#,
        r#"<xs:element ref="Titular" maxOccurs="unbounded"/>"#,
        &[
            "`peticionSincrona` may hold more than one leaf of role `sujeto`",
            "`/Respuesta/Transmisiones/TransmisionDatos` may hold more than one leaf",
        ],
    ),
    (
        r#"<xs:sequence>
        <xs:element ref="Emisor"/>"#,
        r#"<xs:sequence maxOccurs="3">
        <xs:element ref="Emisor"/>"#,
        &["`/Peticion/Solicitudes/SolicitudTransmision/DatosGenericos/Solicitante/"],
    ),
];

#[test]
fn who_asks_and_about_whom_is_one() {
    let good = shipped("governance.toml");
    for (old, new, messages) in SEVERAL {
        let found = errors(changed(&good, &[(old, new)]));
        for message in *messages {
            assert!(
                found.iter().any(|it| it.contains(message)),
                "{message}: {found:?}"
            );
        }
    }
    let unsaid = good.replacen(
        "/*/**/DatosGenericos/Titular/Documentacion",
        "/Peticion/**/Titular/Documentacion",
        1,
    );
    let found = errors(governed(&unsaid));
    let message = "case `/Respuesta/Transmisiones/TransmisionDatos` has no leaf of role `sujeto`";
    assert!(found.iter().any(|it| it.contains(message)), "{found:?}");
}

#[test]
fn the_typed_fault_is_one_that_the_service_carries() {
    let good = shipped("governance.toml");
    let schema = "<xs:schema targetNamespace=\"urn:pasarela:padron:1:soapfaultatributos\" elementFormDefault=\"qualified\">";
    // The same element once more, in a namespace that comes before.
    let text = shipped("padron.wsdl");
    let start = text.find(schema).unwrap();
    let end = start + text[start..].find("</xs:schema>").unwrap() + "</xs:schema>".len();
    let other = text[start..end].replace("urn:pasarela:padron:1:soapfaultatributos", "urn:a");
    let twice = format!("{other}{schema}");
    let contract = changed(&good, &[(schema, &twice)]);
    let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
    let fault = contract.fronting().unwrap().fault.as_ref().unwrap();
    let name = &contract.element(fault.element).name;
    assert!(name.is(
        Some("urn:pasarela:padron:1:soapfaultatributos"),
        "Atributos"
    ));
    let carried = [
        (schema, twice.as_str()),
        (
            "<wsdl:message name=\"fallo\">",
            "<wsdl:message name=\"otro\"><wsdl:part name=\"a\" element=\"o:Atributos\" xmlns:o=\"urn:a\"/></wsdl:message><wsdl:message name=\"fallo\">",
        ),
        (
            "<wsdl:fault name=\"fallo\" message=\"tns:fallo\"/>",
            "<wsdl:fault name=\"fallo\" message=\"tns:fallo\"/><wsdl:fault name=\"otro\" message=\"tns:otro\"/>",
        ),
        (
            "<wsdl:fault name=\"fallo\"><soap:fault name=\"fallo\" use=\"literal\"/></wsdl:fault>",
            "<wsdl:fault name=\"fallo\"><soap:fault name=\"fallo\" use=\"literal\"/></wsdl:fault>\
             <wsdl:fault name=\"otro\"><soap:fault name=\"otro\" use=\"literal\"/></wsdl:fault>",
        ),
    ];
    let found = errors(changed(&good, &carried));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("`/Atributos/Estado/CodigoEstado` is a leaf of more than one element"),
        "{found:?}"
    );
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
