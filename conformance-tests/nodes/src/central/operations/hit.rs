//! `consultarCoincidencia`: whether somebody with a document is in any case.

use contract::{Document, NodeRef};

use crate::central::operations::{answer, said, text, unit};
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::find::Part;

/// The cases in which she or he is, in short.
pub(super) async fn hit(state: &State, request: NodeRef<'_>) -> Result<Document, Refusal> {
    let document = text(request, "numeroDocumento")
        .unwrap_or_default()
        .to_uppercase();
    let part = match text(request, "papel") {
        Some("victima") => Part::Victim,
        Some("agresor") => Part::Aggressor,
        _ => Part::Any,
    };
    let cases = state.database.by_document(&document, part).await?;
    let mut draft = answer(state, "consultarCoincidencia")?;
    draft.leaf("hayCoincidencia", !cases.is_empty())?;
    for case in &cases {
        draft.within("coincidencia", |draft| {
            draft.leaf("idCaso", &case.id)?;
            draft.maybe("nivel", case.level)?;
            said(draft, case.said.as_ref())?;
            unit(state, draft, case)?;
            draft.maybe("municipioResidencia", case.municipality)
        })?;
    }
    Ok(draft.finish()?)
}
