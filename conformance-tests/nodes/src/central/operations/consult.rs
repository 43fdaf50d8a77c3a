//! `consultarCaso`: a case by its identifier.

use std::sync::Arc;

use contract::{Document, NodeRef};
use domain::Problem;

use crate::central::behaviour::Behaviour;
use crate::central::operations::text;
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::find::Section;
use crate::database::row::Stored;
use crate::record::assemble;

/// The whole case.
pub(super) async fn consult(
    state: &State,
    request: NodeRef<'_>,
    behaviour: &Behaviour,
) -> Result<Arc<Document>, Refusal> {
    let asked = text(request, "idCaso").unwrap_or_default();
    if *behaviour == Behaviour::AnotherCase {
        return whole(state, state.database.other_case(asked).await?);
    }
    let ticket = match state.cache.get(asked) {
        Ok(case) => return Ok(case),
        Err(ticket) => ticket,
    };
    let case = whole(state, state.database.case(asked).await?)?;
    state.cache.put(ticket, asked, &case);
    Ok(case)
}

fn whole(state: &State, found: Option<(Stored, Vec<Section>)>) -> Result<Arc<Document>, Refusal> {
    let (stored, sections) = found.ok_or(Refusal::Problem(
        Problem::NotFoundOrOutOfScope,
        "no hay ningún caso con ese identificador",
    ))?;
    let document = assemble(&state.form, state.database.seed(), &stored, &sections)?;
    Ok(Arc::new(document))
}
