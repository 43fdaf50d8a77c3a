//! `consultarCaso`: a case by its identifier.

use contract::{Document, NodeRef};
use domain::Problem;

use crate::central::behaviour::Behaviour;
use crate::central::operations::text;
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::record::assemble;

/// The whole case.
pub(super) async fn consult(
    state: &State,
    request: NodeRef<'_>,
    behaviour: &Behaviour,
) -> Result<Document, Refusal> {
    let asked = text(request, "idCaso").unwrap_or_default();
    let found = match behaviour {
        Behaviour::AnotherCase => state.database.other_case(asked).await?,
        Behaviour::Honest
        | Behaviour::Slow(_)
        | Behaviour::Garbage
        | Behaviour::CloseConnection
        | Behaviour::Huge(_)
        | Behaviour::Failing => state.database.case(asked).await?,
    };
    let (stored, sections) = found.ok_or(Refusal::Problem(
        Problem::NotFoundOrOutOfScope,
        "no hay ningún caso con ese identificador",
    ))?;
    Ok(assemble(
        &state.form,
        state.database.seed(),
        &stored,
        &sections,
    )?)
}
