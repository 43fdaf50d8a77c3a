//! The operations of the contract, one file each.

mod consult;
mod create;
mod hit;
mod index;
mod lot;
mod search;
mod submit;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::web::Data;
use adapters::soap::SoapRequest;
use contract::{Document, NodeRef};
use domain::Problem;
use jiff::Timestamp;

use crate::central::behaviour::Behaviour;
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::row::{Said, Stored};
use crate::record::{Draft, RecordError};

/// Carries out what a request asks for.
pub(super) async fn run(
    state: &Data<State>,
    asked: &Arc<SoapRequest>,
    behaviour: &Behaviour,
    now: Timestamp,
) -> Result<Arc<Document>, Refusal> {
    if *behaviour == Behaviour::Failing {
        return Err(Refusal::Problem(
            Problem::Internal,
            "fallo puesto a propósito",
        ));
    }
    let request = asked.document.root();
    let document = match &*asked.operation {
        "consultarCaso" => return consult::consult(state, request, behaviour).await,
        "consultarCoincidencia" => hit::hit(state, request).await?,
        "buscarCasos" => search::search(state, request).await?,
        "presentarCaso" => {
            // A task of its own: a caller who hangs up must not leave a write half told to the cache.
            let (state, asked) = (state.clone(), Arc::clone(asked));
            let task =
                actix_web::rt::spawn(async move { submit::submit(&state, &asked, now).await });
            task.await.map_err(|_| Refusal::Broken)??
        }
        "remitirLote" if *behaviour != Behaviour::WithoutLots => {
            state.lots.fetch_add(1, Ordering::Relaxed);
            let (state, asked) = (state.clone(), Arc::clone(asked));
            let task = actix_web::rt::spawn(async move { lot::lot(&state, &asked, now).await });
            task.await.map_err(|_| Refusal::Broken)??
        }
        "consultarIndice" => index::index(state, request).await?,
        _ => {
            return Err(Refusal::Problem(
                Problem::UnknownOperation,
                "operación sin servicio",
            ));
        }
    };
    Ok(Arc::new(document))
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

/// The level of a case in a list as it was said, in the scale that it came from.
fn said(draft: &mut Draft, said: Option<&Said>) -> Result<(), RecordError> {
    let Some(said) = said else {
        return Ok(());
    };
    draft.within("origen", |draft| {
        draft.leaf("escalaOrigen", &said.scale)?;
        draft.leaf("nivelOrigen", &said.level)
    })
}

/// The responsible unit of a case in a list.
fn unit(state: &State, draft: &mut Draft, case: &Stored) -> Result<(), RecordError> {
    crate::record::unit(draft, state.database.seed(), case)
}
