//! Requests that are refused, each by its name.

use adapters::soap::{FaultCode, Incoming, SoapVersion, read_request};
use contract::Limits;
use domain::Problem;

use crate::support::{CASE, FIELDS, body, codes, envelope, good, header, read, report, viogen};

/// One message, the problem it is, and the codes of its violations.
type Row = (String, Problem, &'static [&'static str]);

fn check(rows: impl IntoIterator<Item = Row>) {
    for (message, problem, expected) in rows {
        let rejection = read(SoapVersion::V11, message.as_bytes()).unwrap_err();
        let report = report(&rejection);
        assert_eq!(report.problem, problem, "{message}: {}", report.detail);
        assert_eq!(codes(&report), expected, "{message}");
        assert!(!report.detail.is_empty(), "{message}");
        assert_eq!(
            report.problem.entry().blame,
            domain::problem::Blame::Caller,
            "{message}"
        );
    }
}

fn v11(inside: &str) -> String {
    envelope(SoapVersion::V11, inside)
}

#[test]
fn what_is_no_xml_or_forbidden_xml() {
    use Problem::{BodyTooLarge, ForbiddenXml, MalformedXml, TooDeep};
    let good = good(SoapVersion::V11);
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    let entity = format!("<!DOCTYPE s [<!ENTITY e 'x'>]>{good}");
    let attributes: String = (0..100).map(|n| format!(" a{n}='x'")).collect();
    check([
        (String::new(), MalformedXml, &["xml-mal-formado"][..]),
        ("no xml".to_owned(), MalformedXml, &["xml-mal-formado"]),
        (
            good.replace("</s:Body>", ""),
            MalformedXml,
            &["xml-mal-formado"],
        ),
        (
            good.replace("xmlns:s=", "xmlns:t="),
            MalformedXml,
            &["espacio-de-nombres"],
        ),
        (
            format!("{good}<again/>"),
            MalformedXml,
            &["datos-sobrantes"],
        ),
        (entity, ForbiddenXml, &["dtd-prohibida"]),
        (
            good.replace(CASE, "&xxe;"),
            ForbiddenXml,
            &["entidad-prohibida"],
        ),
        (
            good.replace(CASE, "<?php ?>"),
            ForbiddenXml,
            &["instruccion-prohibida"],
        ),
        (
            v11(&format!("<s:Header>{deep}</s:Header>")),
            TooDeep,
            &["demasiado-profundo"],
        ),
        (
            v11(&format!("<s:Header{attributes}/>")),
            TooDeep,
            &["demasiados-atributos"],
        ),
        (
            format!("{good}{}", " ".repeat(9 << 20)),
            BodyTooLarge,
            &["demasiado-grande"],
        ),
    ]);
}

#[test]
fn what_is_no_envelope() {
    use Problem::{SchemaViolation, WrongNamespace};
    let header = header(FIELDS);
    let body = body();
    let two = body.replace("</ConsultarCaso>", "</ConsultarCaso><x/>");
    check([
        ("<Sobre/>".to_owned(), SchemaViolation, &["sin-sobre"][..]),
        (
            "<Envelope xmlns='urn:x'/>".to_owned(),
            WrongNamespace,
            &["version-soap"],
        ),
        ("<Envelope/>".to_owned(), WrongNamespace, &["version-soap"]),
        (v11(""), SchemaViolation, &["sin-cuerpo"]),
        (v11(&header), SchemaViolation, &["sin-cuerpo"]),
        (
            v11(&format!("{header}<s:Body/>")),
            SchemaViolation,
            &["cuerpo-vacio"],
        ),
        (
            v11(&format!("{header}<s:Body>  </s:Body>")),
            SchemaViolation,
            &["cuerpo-vacio"],
        ),
        (
            v11(&format!("{header}<s:Body>x</s:Body>")),
            SchemaViolation,
            &["texto-inesperado"],
        ),
        (
            v11(&format!("{header}{body}{body}")),
            SchemaViolation,
            &["cuerpo-repetido"],
        ),
        (
            v11(&format!("{header}{two}")),
            SchemaViolation,
            &["cuerpo-con-varios-elementos"],
        ),
        (
            v11(&format!("{header}{header}{body}")),
            SchemaViolation,
            &["cabecera-fuera-de-lugar"],
        ),
        (
            v11(&format!("{header}{body}{header}")),
            SchemaViolation,
            &["cabecera-fuera-de-lugar"],
        ),
        (
            v11(&format!("{header}<x/>{body}")),
            SchemaViolation,
            &["elemento-inesperado"],
        ),
        (
            v11(&format!("{header}{body}<x/>")),
            SchemaViolation,
            &["elemento-inesperado"],
        ),
        (
            v11(&format!("x{header}{body}")),
            SchemaViolation,
            &["texto-inesperado"],
        ),
    ]);
}

#[test]
fn header_blocks_that_must_be_understood() {
    use Problem::SchemaViolation;
    let with = |block: &str| {
        let header = header(FIELDS).replace("<s:Header>", &format!("<s:Header>{block}"));
        v11(&format!("{header}{}", body()))
    };
    check([
        (
            with("<w:Security xmlns:w='urn:w' s:mustUnderstand='1'/>"),
            SchemaViolation,
            &["bloque-no-entendido"][..],
        ),
        (
            with("<w:Security xmlns:w='urn:w' s:mustUnderstand='1' s:actor=''/>"),
            SchemaViolation,
            &["bloque-no-entendido"],
        ),
        (
            with("<w:Security xmlns:w='urn:w' s:mustUnderstand='true'/>"),
            SchemaViolation,
            &["must-understand-no-valido"],
        ),
    ]);
}

#[test]
fn bodies_that_are_no_operation_of_ours() {
    use Problem::{MaskedValue, SchemaViolation, UnknownOperation, WrongNamespace, WrongVersion};
    let with = |from: &str, to: &str| good(SoapVersion::V11).replace(from, to);
    let search = |inside: &str| {
        let asked = format!("<BuscarCasos xmlns='urn:pasarela:viogen:2'>{inside}</BuscarCasos>");
        v11(&format!("{}<s:Body>{asked}</s:Body>", header(FIELDS)))
    };
    let hit = |number: &str| {
        let asked = format!(
            "<ConsultarCoincidencia xmlns='urn:pasarela:viogen:2'><tipoDocumento>DNI</tipoDocumento>\
             <numeroDocumento>{number}</numeroDocumento></ConsultarCoincidencia>"
        );
        v11(&format!("{}<s:Body>{asked}</s:Body>", header(FIELDS)))
    };
    check([
        (
            with("ConsultarCaso", "BorrarCaso"),
            UnknownOperation,
            &["operacion-desconocida"][..],
        ),
        (
            with("ConsultarCaso", "ConsultarCasoRespuesta"),
            UnknownOperation,
            &["operacion-desconocida"],
        ),
        (
            with("viogen:2", "viogen:1"),
            WrongVersion,
            &["version-no-admitida"],
        ),
        (
            with("viogen:2", "siav:1"),
            WrongNamespace,
            &["espacio-de-nombres-desconocido"],
        ),
        (
            with(" xmlns='urn:pasarela:viogen:2'", ""),
            WrongNamespace,
            &["espacio-de-nombres-desconocido"],
        ),
        (
            with("<idCaso>", "<otro/><idCaso>"),
            SchemaViolation,
            &["elemento-inesperado"],
        ),
        (with(CASE, "x"), SchemaViolation, &["valor-no-valido"]),
        (
            search("<ambito>ES</ambito>"),
            SchemaViolation,
            &["campo-reservado"],
        ),
        (
            search("<nivelMaximo>extremo</nivelMaximo>"),
            SchemaViolation,
            &["campo-reservado"],
        ),
        (hit("***9901*"), MaskedValue, &["valor-enmascarado"]),
    ]);
}

#[test]
fn contexts_that_are_incomplete_or_wrong() {
    use Problem::{InvalidContext, MissingContext, UnknownPurpose};
    let with = |fields: &str| v11(&format!("{}{}", header(fields), body()));
    let without = |element: &str| {
        let (before, rest) = FIELDS.split_once(&format!("<{element}>")).unwrap();
        let (_, after) = rest.split_once(&format!("</{element}>")).unwrap();
        with(&format!("{before}{after}"))
    };
    let replaced = |from: &str, to: &str| with(&FIELDS.replace(from, to));
    let twice = header(FIELDS).replace(
        "<s:Header>",
        "<s:Header><Contexto xmlns='urn:pasarela:contexto:1'/>",
    );
    check([
        (v11(&body()), MissingContext, &["contexto-ausente"][..]),
        (
            v11(&format!("<s:Header/>{}", body())),
            MissingContext,
            &["contexto-ausente"],
        ),
        (
            good(SoapVersion::V11).replace("contexto:1", "contexto:9"),
            MissingContext,
            &["contexto-ausente"],
        ),
        (
            v11(&format!("{twice}{}", body())),
            InvalidContext,
            &["contexto-repetido"],
        ),
        (without("Solicitante"), MissingContext, &["dato-ausente"]),
        (without("Funcionario"), MissingContext, &["dato-ausente"]),
        (without("Finalidad"), MissingContext, &["dato-ausente"]),
        (without("IdPeticion"), MissingContext, &["dato-ausente"]),
        (without("TimeStamp"), MissingContext, &["dato-ausente"]),
        (with(""), MissingContext, &["dato-ausente"; 5]),
        (
            replaced("L01130473", " "),
            MissingContext,
            &["dato-ausente"],
        ),
        (
            replaced("L01130473", "nadie"),
            InvalidContext,
            &["dato-no-valido"],
        ),
        (
            replaced("PRUEBA-7", "Nombre Apellido"),
            InvalidContext,
            &["dato-no-valido"],
        ),
        (replaced("p-1", "ñ"), InvalidContext, &["dato-no-valido"]),
        (
            replaced("10:00:00+01:00", "10:00:00"),
            InvalidContext,
            &["dato-no-valido"],
        ),
        (
            replaced("proteccion", "curiosidad"),
            UnknownPurpose,
            &["finalidad-desconocida"],
        ),
        (
            replaced("PRUEBA-7", "<b/>"),
            MissingContext,
            &["dato-ausente", "contenido-inesperado"],
        ),
        (
            with(&format!("{FIELDS}<Otro/>")),
            InvalidContext,
            &["dato-desconocido"],
        ),
        (
            with(&format!("{FIELDS}{}", "<IdPeticion>p-2</IdPeticion>")),
            InvalidContext,
            &["dato-repetido"],
        ),
        (
            with(&format!("{FIELDS}x")),
            InvalidContext,
            &["contenido-inesperado"],
        ),
        (
            with(&format!(
                "{FIELDS}<Expediente>{}</Expediente>",
                "x".repeat(66)
            )),
            InvalidContext,
            &["dato-no-valido"],
        ),
    ]);
}

#[test]
fn headers_of_http_that_do_not_fit() {
    let other = "urn:pasarela:viogen:2:buscarCasos";
    let v12 = good(SoapVersion::V12);
    let v11 = good(SoapVersion::V11);
    for (content_type, soap_action, message, problem) in [
        (None, None, &v11, Problem::UnsupportedMediaType),
        (
            Some("application/json"),
            None,
            &v11,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("text/xml; charset=latin1"),
            None,
            &v11,
            Problem::UnsupportedMediaType,
        ),
        (Some("text/xml"), None, &v12, Problem::UnsupportedMediaType),
        (
            Some("application/soap+xml"),
            None,
            &v11,
            Problem::UnsupportedMediaType,
        ),
        (
            Some("text/xml"),
            Some(other),
            &v11,
            Problem::SchemaViolation,
        ),
    ] {
        let message = Incoming {
            content_type,
            soap_action,
            bytes: message.as_bytes(),
        };
        let rejection = read_request(&message, &viogen(), &Limits::default()).unwrap_err();
        assert_eq!(
            report(&rejection).problem,
            problem,
            "{content_type:?} {soap_action:?}"
        );
    }
}

#[test]
fn the_rejection_is_in_the_envelopes_version_and_names_who_asked() {
    let message = good(SoapVersion::V12).replace(CASE, "x");
    let rejection = read(SoapVersion::V12, message.as_bytes()).unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);
    assert_eq!(rejection.context.unwrap().officer.as_str(), "PRUEBA-7");

    let message = good(SoapVersion::V12);
    let rejection = read(SoapVersion::V11, message.as_bytes()).unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);

    let rejection = read(SoapVersion::V12, b"<Envelope xmlns='urn:x'/>").unwrap_err();
    assert_eq!(rejection.version, SoapVersion::V12);
    assert_eq!(FaultCode::of(&rejection.error), FaultCode::VersionMismatch);
}

#[test]
fn a_violation_says_where() {
    let message = good(SoapVersion::V11).replace(&format!("<idCaso>{CASE}"), "\n\n<idCaso>x");
    let rejection = read(SoapVersion::V11, message.as_bytes()).unwrap_err();
    let report = report(&rejection);
    let violation = report.violations.first().unwrap();
    assert_eq!(violation.path, "/ConsultarCaso/idCaso");
    assert_eq!(violation.line, Some(3));
}
