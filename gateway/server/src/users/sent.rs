//! A form as an organism sends it.

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Bytes;
use adapters::rest;
use domain::Problem;
use domain::adhesion::users_table::Fault;
use domain::adhesion::{User, UsersTable};
use domain::problem::{Report, Violation};
use domain::table::{FileFault, Table, Wrong};

use crate::call::Call;
use crate::officers::Officers;
use crate::tables;

/// What a form is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Csv,
    Workbook,
}

/// What may be sent, by what it is said to be.
pub(super) const MEDIA: [(&str, Kind); 3] = [
    (rest::CONTENT_TYPE, Kind::Json),
    ("text/csv", Kind::Csv),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Kind::Workbook,
    ),
];
/// So many wrong cells are told.
const MOST_TOLD: usize = 50;

/// A form that was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) users: Vec<User>,
    /// The line of each officer, where they came as a table.
    lines: Vec<usize>,
}

impl Sent {
    /// The line of that officer, from 1.
    pub(super) fn line(&self, at: usize) -> Option<u32> {
        u32::try_from(*self.lines.get(at)?).ok()
    }
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
    /// It is a table with cells that are not as they must be.
    Table(Vec<Wrong<Fault>>),
}

impl Unread {
    /// What the caller is told: never what it wrote, for a pseudonym that is none may be a name.
    pub(super) fn told(&self, call: &Call) -> Report {
        let (problem, line) = match self {
            Self::Media => return call.report(Problem::UnsupportedMediaType),
            Self::Json(line) => (Problem::MalformedJson, *line),
            Self::Form(line) => (Problem::SchemaViolation, *line),
            Self::Table(wrongs) => return wrong_cells(call, wrongs),
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

/// Every wrong cell by its place, never by what stands in it.
fn wrong_cells(call: &Call, wrongs: &[Wrong<Fault>]) -> Report {
    let told = wrongs.iter().take(MOST_TOLD).map(|wrong| Violation {
        path: format!("{}{}", wrong.letters().unwrap_or_default(), wrong.line),
        line: u32::try_from(wrong.line).ok(),
        code: wrong.fault.code().to_owned(),
        message: wrong.fault.to_string(),
    });
    Report {
        violations: told.collect(),
        ..call.report(Problem::SchemaViolation)
    }
}

/// Reads a form.
pub(super) async fn read(request: &HttpRequest, body: Bytes) -> Result<Sent, Unread> {
    let media = request.headers().get(CONTENT_TYPE);
    let media = media.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let said = media.split(';').next().unwrap_or_default().trim();
    let known = MEDIA
        .iter()
        .find(|(media, _)| said.eq_ignore_ascii_case(media));
    match known {
        Some((_, Kind::Json)) => users(&body).map(|users| Sent {
            users,
            lines: Vec::new(),
        }),
        // What it says that it is, it must be: a workbook is not taken for text, nor text for a workbook.
        Some((_, Kind::Csv)) => csv(&body),
        Some((_, Kind::Workbook)) => {
            let table = tables::read(body, "usuarios.xlsx".to_owned()).await;
            table_of(table)
        }
        None => Err(Unread::Media),
    }
}

fn csv(body: &[u8]) -> Result<Sent, Unread> {
    table_of(Table::csv(body).map_err(Wrong::whole))
}

fn table_of(table: Result<Table, Wrong<FileFault>>) -> Result<Sent, Unread> {
    let read = table.map_err(|wrong| vec![wrong.map(Fault::File)]);
    let read = read.and_then(|table| UsersTable::of(&table));
    let UsersTable { users, lines } = read.map_err(Unread::Table)?;
    Ok(Sent { users, lines })
}

pub(super) fn users(body: &[u8]) -> Result<Vec<User>, Unread> {
    let sent: Officers = serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            Unread::Form(error.line())
        } else {
            Unread::Json(error.line())
        }
    })?;
    Ok(sent.users())
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

    #[test]
    fn what_is_read_of_a_table() {
        let read = |text: &str| match csv(text.as_bytes()) {
            Ok(sent) => format!("{} {:?}", sent.users.len(), sent.line(0)),
            Err(Unread::Table(wrongs)) => {
                let told = wrongs.iter().map(|wrong| {
                    let column = wrong.letters().unwrap_or_default();
                    format!("{column}{} {}", wrong.line, wrong.fault.code())
                });
                told.collect::<Vec<_>>().join(", ")
            }
            Err(other) => format!("{other:?}"),
        };
        let head = "funcionario,rol,desde";
        let table = [
            (format!("{head}\nA-1,agente,2026-01-20"), "1 Some(2)"),
            (
                format!("{head}\nNombre Apellido,jefa,2026-01-20"),
                "A2 seudonimo-no-valido",
            ),
            ("PK\u{3}\u{4}".to_owned(), "1 fichero-sin-texto"),
        ];
        for (text, expected) in table {
            assert_eq!(read(&text), expected, "{text}");
        }
    }
}
