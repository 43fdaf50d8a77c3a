//! `consultarIndice`: where every case is and who answers for it, in the order of changes.

use contract::{Document, NodeRef};
use domain::Problem;

use crate::central::operations::{answer, parsed, said, text};
use crate::central::refusal::Refusal;
use crate::central::service::State;

/// Entries on a page when the request does not say.
const PAGE: u32 = 1000;

/// One page. The cursor that it gives is good for ever: a case that changes shows up after it.
pub(super) async fn index(state: &State, request: NodeRef<'_>) -> Result<Document, Refusal> {
    let limit = parsed(request, "limite").unwrap_or(PAGE);
    let after = match text(request, "cursor") {
        None => 0,
        Some(cursor) => place(cursor)?,
    };
    let changes = state.database.changes(after, limit).await?;
    let mut draft = answer(state, "consultarIndice")?;
    for change in &changes {
        draft.within("entrada", |draft| {
            draft.leaf("idCaso", &change.id)?;
            draft.leaf("version", change.version)?;
            draft.maybe("municipioResidencia", change.municipality)?;
            draft.leaf("responsable", &change.responsible)?;
            draft.maybe("nivel", change.level)?;
            said(draft, change.said.as_ref())?;
            draft.leaf("estado", &change.state)
        })?;
    }
    let last = changes.last().map_or(after, |change| change.place);
    draft.leaf("siguienteCursor", last)?;
    Ok(draft.finish()?)
}

fn place(cursor: &str) -> Result<i64, Refusal> {
    let unknown = Refusal::Problem(Problem::SchemaViolation, "el cursor no es de este sistema");
    cursor
        .parse()
        .ok()
        .filter(|place| *place >= 0)
        .ok_or(unknown)
}
