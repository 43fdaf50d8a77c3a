//! Envelopes that are not as SOAP wants them.

use domain::Problem;
use domain::problem::Violation;

use super::Told;
use crate::soap::{PackageError, Place, SoapError, SoapVersion};

pub(super) fn told(error: &SoapError) -> Told {
    let (problem, detail) = (problem(error), message(error));
    let violations = match place(error) {
        Some((path, line, code)) => {
            vec![Violation {
                path,
                line,
                code: code.to_owned(),
                message: detail.clone(),
            }]
        }
        None => Vec::new(),
    };
    Told {
        problem,
        detail,
        violations,
    }
}

fn problem(error: &SoapError) -> Problem {
    match error {
        SoapError::MediaType { .. }
        | SoapError::Charset { .. }
        | SoapError::MediaTypeOfOtherVersion { .. } => Problem::UnsupportedMediaType,
        SoapError::UnknownVersion { .. } | SoapError::WrongNamespace { .. } => {
            Problem::WrongNamespace
        }
        SoapError::WrongVersion { .. } => Problem::WrongVersion,
        SoapError::UnknownOperation { .. } => Problem::UnknownOperation,
        SoapError::UnexpectedAnswer { .. } => Problem::HolderGarbage,
        SoapError::Package(error) => error.fault.problem(),
        SoapError::Addressing(error) => error.fault.problem(),
        SoapError::NotAnEnvelope { .. }
        | SoapError::StrayText { .. }
        | SoapError::StrayElement { .. }
        | SoapError::MisplacedHeader { .. }
        | SoapError::TwoBodies { .. }
        | SoapError::NoBody
        | SoapError::EmptyBody
        | SoapError::CrowdedBody { .. }
        | SoapError::MustUnderstand { .. }
        | SoapError::InvalidMustUnderstand { .. }
        | SoapError::WrongAction { .. } => Problem::SchemaViolation,
    }
}

/// Path, line and code of errors that stand in one place of the message.
fn place(error: &SoapError) -> Option<(String, Option<u32>, &'static str)> {
    let at = |path: &str, line: &u32, code| Some((path.to_owned(), Some(*line), code));
    let somewhere = |path: &str, code| Some((path.to_owned(), None, code));
    match error {
        SoapError::MediaType { .. }
        | SoapError::Charset { .. }
        | SoapError::MediaTypeOfOtherVersion { .. } => None,
        SoapError::Package(PackageError { fault, spot }) => {
            Some((spot.path(), spot.line(), fault.code()))
        }
        SoapError::Addressing(error) => Some((
            format!("/Envelope/Header/{}", error.header.local()),
            error.line,
            error.fault.code(),
        )),
        SoapError::NotAnEnvelope { .. } => somewhere("/", "sin-sobre"),
        SoapError::UnknownVersion { .. } => somewhere("/Envelope", "version-soap"),
        SoapError::StrayText { place, line } => at(path(*place), line, "texto-inesperado"),
        SoapError::StrayElement { place, line, .. } => {
            at(path(*place), line, "elemento-inesperado")
        }
        SoapError::MisplacedHeader { line } => {
            at(path(Place::Header), line, "cabecera-fuera-de-lugar")
        }
        SoapError::TwoBodies { line } => at(path(Place::Body), line, "cuerpo-repetido"),
        SoapError::NoBody => somewhere(path(Place::Body), "sin-cuerpo"),
        SoapError::EmptyBody => somewhere(path(Place::Body), "cuerpo-vacio"),
        SoapError::CrowdedBody { line } => {
            at(path(Place::Body), line, "cuerpo-con-varios-elementos")
        }
        SoapError::MustUnderstand { line, .. } => {
            at(path(Place::Header), line, "bloque-no-entendido")
        }
        SoapError::InvalidMustUnderstand { line } => {
            at(path(Place::Header), line, "must-understand-no-valido")
        }
        SoapError::UnknownOperation { line, .. } => {
            at(path(Place::Body), line, "operacion-desconocida")
        }
        SoapError::WrongVersion { line, .. } => at(path(Place::Body), line, "version-no-admitida"),
        SoapError::WrongNamespace { line, .. } => {
            at(path(Place::Body), line, "espacio-de-nombres-desconocido")
        }
        SoapError::WrongAction { .. } => somewhere("SOAPAction", "accion-de-otra-operacion"),
        SoapError::UnexpectedAnswer { .. } => somewhere(path(Place::Body), "respuesta-inesperada"),
    }
}

fn path(place: Place) -> &'static str {
    match place {
        Place::Envelope => "/Envelope",
        Place::Header => "/Envelope/Header",
        Place::Body => "/Envelope/Body",
    }
}

fn message(error: &SoapError) -> String {
    match error {
        SoapError::MediaType { .. } => {
            "el tipo de contenido ha de ser `text/xml` o `application/soap+xml`, o `multipart/related` de uno de ellos".to_owned()
        }
        SoapError::Package(error) => error.fault.text().to_owned(),
        SoapError::Addressing(error) => error.fault.text().to_owned(),
        SoapError::Charset { found } => {
            format!("la codificación `{found}` no se admite, o no es la del mensaje")
        }
        SoapError::MediaTypeOfOtherVersion { envelope, .. } => {
            let (number, media) = (number(*envelope), envelope.media_type());
            format!("el sobre es de SOAP {number}: su tipo de contenido ha de ser `{media}`")
        }
        SoapError::NotAnEnvelope { found } => format!("la raíz es `{found}` y no un sobre SOAP"),
        SoapError::UnknownVersion { namespace } => {
            format!("el espacio de nombres del sobre, `{namespace}`, no es de SOAP 1.1 ni 1.2")
        }
        SoapError::StrayText { place, .. } => format!("texto suelto en `{place}`"),
        SoapError::StrayElement { found, place, .. } => {
            format!("`{found}` no puede ir en `{place}`")
        }
        SoapError::MisplacedHeader { .. } => "`Header` está repetido o tras `Body`".to_owned(),
        SoapError::TwoBodies { .. } => "hay más de un `Body`".to_owned(),
        SoapError::NoBody => "falta `Body`".to_owned(),
        SoapError::EmptyBody => "`Body` está vacío".to_owned(),
        SoapError::CrowdedBody { .. } => "`Body` tiene más de un elemento".to_owned(),
        SoapError::MustUnderstand { found, .. } => {
            format!("el bloque `{found}` exige ser entendido y aquí no se entiende")
        }
        SoapError::InvalidMustUnderstand { .. } => "`mustUnderstand` no es válido".to_owned(),
        SoapError::UnknownOperation { found, .. } => {
            format!("el contrato no tiene la operación `{found}`")
        }
        SoapError::WrongVersion { found, served, .. } => {
            format!("`{found}` es de otra versión del contrato; aquí se sirve la {served}")
        }
        SoapError::WrongNamespace {
            found, expected, ..
        } => {
            format!("el espacio de nombres de `{found}` ha de ser `{expected}`")
        }
        SoapError::WrongAction { found, expected } => {
            format!("la acción `{found}` no es la del cuerpo, `{expected}`")
        }
        SoapError::UnexpectedAnswer { found, expected } => {
            format!("la respuesta es `{found}` y se esperaba `{expected}`")
        }
    }
}

fn number(version: SoapVersion) -> &'static str {
    match version {
        SoapVersion::V11 => "1.1",
        SoapVersion::V12 => "1.2",
    }
}
