//! A form as an organism sends it.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use adapters::rest;
use domain::adhesion::{User, UserRole};
use domain::problem::{Report, Violation};
use domain::{OfficerId, Problem};
use jiff::civil::Date;
use serde::Deserialize;

use crate::call::Call;

/// The whole form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    usuarios: Vec<Officer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officer {
    funcionario: OfficerId,
    rol: UserRole,
    formacion: Option<Date>,
    desde: Date,
    hasta: Option<Date>,
}

/// Why a form cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is not said to be JSON.
    Media,
    /// It is no JSON.
    Json(usize),
    /// It is no form: the line.
    Form(usize),
}

impl Unread {
    /// What the caller is told: never what it wrote, for a pseudonym that is none may be a name.
    pub(super) fn told(&self, call: &Call) -> Report {
        let (problem, line) = match self {
            Self::Media => return call.report(Problem::UnsupportedMediaType),
            Self::Json(line) => (Problem::MalformedJson, *line),
            Self::Form(line) => (Problem::SchemaViolation, *line),
        };
        let violation = Violation {
            path: "/usuarios".to_owned(),
            line: u32::try_from(line).ok(),
            code: problem.entry().code.to_owned(),
            message: "se espera {\"usuarios\":[{\"funcionario\",\"rol\",\"formacion\"?,\"desde\",\"hasta\"?}]}"
                .to_owned(),
        };
        Report {
            violations: vec![violation],
            ..call.report(problem)
        }
    }
}

/// Reads a form.
pub(super) fn read(request: &HttpRequest, body: &[u8]) -> Result<Vec<User>, Unread> {
    let media = request.headers().get(CONTENT_TYPE);
    let media = media.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = media.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(rest::CONTENT_TYPE) {
        return Err(Unread::Media);
    }
    users(body)
}

pub(super) fn users(body: &[u8]) -> Result<Vec<User>, Unread> {
    let sent: Sent = serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            Unread::Form(error.line())
        } else {
            Unread::Json(error.line())
        }
    })?;
    Ok(sent.usuarios.into_iter().map(User::from).collect())
}

impl From<Officer> for User {
    fn from(officer: Officer) -> Self {
        Self {
            officer: officer.funcionario,
            role: officer.rol,
            trained_on: officer.formacion,
            from: officer.desde,
            until: officer.hasta,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        let line = r#"{"funcionario":"A-1","rol":"agente","desde":"2026-01-20"}"#;
        let table = [
            (r#"{"usuarios":[]}"#.to_owned(), Ok(0)),
            (format!(r#"{{"usuarios":[{line},{line}]}}"#), Ok(2)),
            (format!("{{\n\"usuarios\":[{line}"), Err(Unread::Json(2))),
            (String::new(), Err(Unread::Json(1))),
            ("[]".to_owned(), Err(Unread::Form(1))),
            (
                r#"{"usuarios":[{"funcionario":"Nombre Apellido"}]}"#.to_owned(),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("agente", "jefa")),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("-20", "-99")),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("rol", "deAlta")),
                Err(Unread::Form(1)),
            ),
        ];
        for (body, expected) in table {
            let found = users(body.as_bytes()).map(|it| it.len());
            assert_eq!(found, expected, "{body}");
        }
    }
}
