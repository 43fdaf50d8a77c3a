//! A message that is a lot: many requests of one operation, answered in one message.

use actix_web::HttpResponse;
use adapters::soap::{FaultCode, SoapRequest, Transmission, write_response};
use domain::Problem;
use exchange::Seen;

use super::{Came, Fault};
use crate::call::Call;
use crate::gateway::Gateway;
use crate::security::Answering;
use crate::{clock, lot};

/// Serves a message that is a lot.
pub(super) async fn serve(
    gateway: &Gateway,
    call: &Call,
    came: &Came,
    asked: SoapRequest,
    answering: &Answering,
) -> Result<HttpResponse, Fault> {
    let version = asked.version;
    let faulty = |refused| Fault {
        version,
        code: FaultCode::Table,
        refused,
    };
    let operation = gateway.contract.operation(&asked.operation);
    let lot = operation.and_then(|lot| Some((lot, lot::operation(lot)?)));
    let unread = |problem| {
        let seen = Seen {
            contract: Some(&gateway.contract),
            operation,
            context: Some(&asked.context),
            digest: Some(came.digest),
        };
        faulty(call.unread(&came.secured.caller, seen, call.report(problem)))
    };
    let (operation, of) = lot.ok_or_else(|| unread(Problem::Internal))?;
    let sender = lot::Sender {
        gateway,
        call,
        caller: &came.secured.caller,
        context: &asked.context,
        operation: of,
    };
    let answer = lot::whole(sender, operation, &asked.document, came.digest).await;
    let answer = answer.map_err(faulty)?;
    let transmission = Transmission {
        request_id: asked.context.request_id.clone(),
        id: call.moment.exchange.clone(),
        at: clock::now(),
    };
    let answer = write_response(version, &transmission, &answer);
    let action = operation.answer_action();
    let answer = answering.addressed((&action, &transmission.id), answer);
    let signed = answering.sign(gateway, version, answer).await;
    let signed = signed.map_err(|fault| {
        tracing::error!(incident = call.moment.exchange, %fault, "the answer to a lot could not be signed");
        unread(Problem::SigningUnavailable)
    })?;
    let mut response = HttpResponse::Ok();
    Ok(response.content_type(version.content_type()).body(signed))
}
