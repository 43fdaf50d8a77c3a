//! Which form its sender has seen: `If-Match` with the entity tag of the one that it was told · RFC 9110 section 13.1.1.

use actix_web::http::header::{HeaderMap, IF_MATCH};
use domain::Problem;
use domain::problem::{Report, Violation};
use journal::Digest;

use crate::call::Call;

/// Why it is not known which form was seen.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It is not said.
    Missing,
    /// It is not one strong entity tag.
    Unreadable,
    /// It is the tag of no form.
    Other,
}

/// The entity tag of a form.
pub(super) fn tag(mark: &Digest) -> String {
    format!("\"{mark}\"")
}

/// The form that the sender has seen.
pub(super) fn read(headers: &HeaderMap) -> Result<Digest, Unseen> {
    let mut told = headers.get_all(IF_MATCH);
    let first = told.next().ok_or(Unseen::Missing)?;
    let text = first.to_str().ok().filter(|_| told.next().is_none());
    let tag = text.unwrap_or_default().trim().strip_prefix('"');
    let tag = tag.and_then(|rest| rest.strip_suffix('"'));
    let tag = tag.filter(|it| !it.is_empty() && !it.contains('"'));
    let tag = tag.ok_or(Unseen::Unreadable)?;
    tag.parse().map_err(|_| Unseen::Other)
}

/// What whoever has seen another form is told.
pub(super) fn moved(call: &Call) -> Report {
    Report {
        detail: "El formulario ha cambiado desde el que indica If-Match: léalo de nuevo y envíelo a partir de él."
            .to_owned(),
        ..call.report(Problem::VersionConflict)
    }
}

impl Unseen {
    /// What the caller is told.
    pub(super) fn told(&self, call: &Call) -> Report {
        match self {
            Self::Missing => Report {
                detail: "Falta If-Match, con el ETag del formulario que se leyó.".to_owned(),
                ..call.report(Problem::PreconditionRequired)
            },
            Self::Unreadable => {
                let problem = Problem::SchemaViolation;
                let violation = Violation {
                    path: "If-Match".to_owned(),
                    line: None,
                    code: problem.entry().code.to_owned(),
                    message: "se espera el ETag del formulario, entre comillas".to_owned(),
                };
                Report {
                    violations: vec![violation],
                    ..call.report(problem)
                }
            }
            Self::Other => moved(call),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn one_strong_tag_names_a_form() {
        let mark = Digest::of(b"PRUEBA");
        let own = tag(&mark);
        let weak = format!("W/{own}");
        let list = format!("{own}, {own}");
        let table: [(&[&str], _); 9] = [
            (&[], Err(Unseen::Missing)),
            (&[&own], Ok(mark)),
            (&[&own, &own], Err(Unseen::Unreadable)),
            (&[&list], Err(Unseen::Unreadable)),
            (&[&weak], Err(Unseen::Unreadable)),
            (&["*"], Err(Unseen::Unreadable)),
            (&[""], Err(Unseen::Unreadable)),
            (&["\"\""], Err(Unseen::Unreadable)),
            (&["\"7\""], Err(Unseen::Other)),
        ];
        for (told, expected) in table {
            let mut headers = HeaderMap::new();
            for value in told {
                headers.append(IF_MATCH, HeaderValue::from_str(value).unwrap());
            }
            assert_eq!(read(&headers), expected, "{told:?}");
        }
    }
}
