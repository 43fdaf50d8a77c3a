//! The operations of the contract, one file each.

mod consult;
mod hit;
mod index;
mod search;
mod submit;

use adapters::soap::SoapRequest;
use contract::{Document, NodeRef};
use domain::Problem;
use jiff::Timestamp;

use crate::central::behaviour::Behaviour;
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::row::Stored;
use crate::record::{Draft, RecordError};

/// Carries out what a request asks for.
pub(super) async fn run(
    state: &State,
    asked: &SoapRequest,
    behaviour: &Behaviour,
    now: Timestamp,
) -> Result<Document, Refusal> {
    if *behaviour == Behaviour::Failing {
        return Err(Refusal::Problem(
            Problem::Internal,
            "fallo puesto a propósito",
        ));
    }
    let request = asked.document.root();
    match &*asked.operation {
        "consultarCaso" => consult::consult(state, request, behaviour).await,
        "consultarCoincidencia" => hit::hit(state, request).await,
        "buscarCasos" => search::search(state, request).await,
        "presentarCaso" => submit::submit(state, &asked.context, &asked.document, now).await,
        "consultarIndice" => index::index(state, request).await,
        _ => Err(Refusal::Problem(
            Problem::UnknownOperation,
            "operación sin servicio",
        )),
    }
}

/// The answer of an operation, to be filled.
fn answer(state: &State, operation: &'static str) -> Result<Draft, RecordError> {
    let contract = &state.form.contract;
    let response = contract
        .operation(operation)
        .ok_or(RecordError::Foreign(operation))?
        .response;
    Ok(Draft::new(contract, response))
}

/// The text of a leaf of a request.
fn text<'d>(request: NodeRef<'d>, local: &str) -> Option<&'d str> {
    request.child(local)?.text()
}

/// A leaf of a request, parsed.
fn parsed<T: std::str::FromStr>(request: NodeRef<'_>, local: &str) -> Option<T> {
    text(request, local)?.parse().ok()
}

/// The responsible unit of a case in a list.
fn unit(state: &State, draft: &mut Draft, case: &Stored) -> Result<(), RecordError> {
    crate::record::unit(draft, state.database.seed(), case)
}
