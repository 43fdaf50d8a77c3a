//! Lines that are verified, or whose results are signed · RFC 9421, RFC 9530.
//!
//! Such a lot is believed only whole, so it comes in pieces: no longer than a body may be, and no more lines than a message
//! of SOAP has items. None of its lines counts before all of them are verified; the results leave as one body.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Payload};
use domain::Problem;
use domain::problem::Report;
use exchange::Seen;
use journal::Digest;

use super::{NDJSON, Serving, operation};
use crate::call::{Call, Refused};
use crate::http_security::{self, Answering};
use crate::lot::{GROUP, Item, LAST};
use crate::{body, rest as endpoint};

/// Serves one piece.
pub(super) async fn serve(
    mut serving: Serving,
    payload: Payload,
    position: u64,
    answering: &Answering,
) -> HttpResponse {
    let gateway = serving.gateway.clone();
    let items = match verified(&mut serving, payload, position, answering).await {
        Ok(items) => items,
        Err(refused) => {
            let call = &serving.call;
            let response = endpoint::problem(&refused.journalled(&gateway, call).await);
            return answering.sign(&gateway, call, response).await;
        }
    };
    let headers = serving.request.headers().clone();
    // In a task of its own, as what comes in a stream.
    let served = actix_web::rt::spawn(async move {
        let _under_way = serving.gateway.current.lot();
        let outcomes = serving.serve(items).await;
        let (results, _) = serving.written(&outcomes);
        (serving.call, results)
    });
    let (call, response) = match served.await {
        Ok((call, results)) => {
            let response = HttpResponse::Ok().content_type(NDJSON).body(results);
            (call, response)
        }
        Err(error) => {
            tracing::error!(%error, "a piece of a lot was not served to its end");
            let call = Call::begin(&gateway, &headers);
            let response = endpoint::problem(&call.report(Problem::Internal));
            (call, response)
        }
    };
    answering.sign(&gateway, &call, response).await
}

/// The lines, once all of them are here and are as they were agreed; from then on they are those of whoever signed.
async fn verified(
    serving: &mut Serving,
    payload: Payload,
    position: u64,
    answering: &Answering,
) -> Result<Vec<Item>, Refused> {
    let Serving {
        gateway,
        call,
        request,
        caller,
        context,
    } = &*serving;
    let mut seen = Seen {
        contract: Some(&gateway.contract),
        operation: operation(gateway, request),
        context: Some(context),
        ..Seen::default()
    };
    let collected = body::collect(request.headers(), payload, gateway.body).await;
    let bytes = collected.map_err(|problem| {
        let report = match (problem, answering.amiss()) {
            (Problem::BodyTooLarge, Some(fault)) => http_security::told(call, fault),
            (Problem::BodyTooLarge, None) => too_long(call, gateway.body.bytes),
            (other, _) => call.report(other),
        };
        call.unread(caller, seen, report)
    })?;
    call.is_whole();
    seen.digest = Some(Digest::of(&bytes));
    let from = (caller.clone(), bytes.as_ref());
    let secured = http_security::verify(gateway, (call, request), from, seen, answering).await?;
    let caller = secured.named(call, seen, context)?;
    let lines: Vec<Bytes> = lines(&bytes).collect();
    let refused = |report| call.unread(&caller, seen, report);
    if lines.len() > GROUP {
        return Err(refused(too_long(call, gateway.body.bytes)));
    }
    let count = u64::try_from(lines.len()).unwrap_or(u64::MAX);
    if position.saturating_add(count) > LAST.saturating_add(1) {
        return Err(refused(call.report(Problem::SchemaViolation)));
    }
    serving.caller = caller;
    Ok(serving.items(lines, position))
}

/// The lines of a body; blank ones are nothing.
fn lines(bytes: &Bytes) -> impl Iterator<Item = Bytes> + '_ {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines
        .filter(|line| !line.is_empty())
        .map(|line| bytes.slice_ref(line))
}

fn too_long(call: &Call, bytes: usize) -> Report {
    Report {
        detail: format!(
            "Un lote firmado se envía por partes de hasta {GROUP} líneas y {bytes} bytes, cada una con su firma y su `desde`."
        ),
        ..call.report(Problem::BodyTooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, lines};

    #[test]
    fn lines_are_what_stands_between_their_ends() {
        let table: [(&str, &[&str]); 5] = [
            ("", &[]),
            ("a", &["a"]),
            ("a\nb\n", &["a", "b"]),
            ("\n \na\r\n\n", &["a"]),
            ("a b\n\tc", &["a b", "c"]),
        ];
        for (body, expected) in table {
            let body = Bytes::from_static(body.as_bytes());
            assert_eq!(lines(&body).collect::<Vec<_>>(), expected, "{body:?}");
        }
    }
}
