//! `buscarCasos`: cases within a territory, page by page.

use contract::{Document, NodeRef};
use domain::Problem;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::central::operations::{answer, parsed, said, text, unit};
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::search::Search;

/// Cases on a page when the request does not say.
const PAGE: u32 = 20;

/// One page, in the order of the identifiers. Without `ambito` nothing is found: the gateway always says where.
pub(super) async fn search(state: &State, request: NodeRef<'_>) -> Result<Document, Refusal> {
    let limit = parsed(request, "limite").unwrap_or(PAGE);
    let scope = request.children().filter(|child| child.local() == "ambito");
    let search = Search {
        scope: scope
            .filter_map(|place| place.text()?.parse().ok())
            .collect(),
        municipality: parsed(request, "municipio"),
        level: parsed(request, "nivel"),
        highest: parsed(request, "nivelMaximo"),
        state: text(request, "estado").map(str::to_owned),
        changed_since: text(request, "actualizadoDesde").map(seconds).transpose()?,
        after: text(request, "cursor").unwrap_or_default().to_owned(),
        limit: limit + 1,
    };
    let mut cases = state.database.search(&search).await?;
    let more = cases.len() > limit as usize;
    cases.truncate(limit as usize);
    let mut draft = answer(state, "buscarCasos")?;
    for case in &cases {
        draft.within("caso", |draft| {
            draft.leaf("idCaso", &case.id)?;
            draft.leaf("version", case.version)?;
            draft.leaf("estado", &case.state)?;
            draft.maybe("nivel", case.level)?;
            said(draft, case.said.as_ref())?;
            draft.maybe("municipioResidencia", case.municipality)?;
            unit(state, draft, case)
        })?;
    }
    let last = cases.last().filter(|_| more);
    draft.maybe("siguienteCursor", last.map(|case| &case.id))?;
    Ok(draft.finish()?)
}

/// An `xs:dateTime` in seconds since 1970; without zone it is UTC.
fn seconds(text: &str) -> Result<i64, Refusal> {
    let zoned = text.parse::<Timestamp>();
    let instant = zoned.or_else(|_| {
        text.parse::<DateTime>()?
            .to_zoned(TimeZone::UTC)
            .map(|z| z.timestamp())
    });
    instant.map(Timestamp::as_second).map_err(|_| {
        Refusal::Problem(
            Problem::SchemaViolation,
            "`actualizadoDesde` no es un instante",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn instants_with_and_without_zone_are_read() {
        for (text, expected) in [
            ("1970-01-01T00:00:10Z", Some(10)),
            ("1970-01-01T01:00:10+01:00", Some(10)),
            ("1970-01-01T00:00:10", Some(10)),
            ("1970-01-01", Some(0)),
            ("mañana", None),
        ] {
            assert_eq!(seconds(text).ok(), expected, "{text}");
        }
    }
}
