//! Reading a request of the gateway.
//!
//! [`read_request`] reads what organisms send, and refuses leaves that only the gateway fills. Here it is the gateway
//! that asks, and in a search those leaves are the territory and the highest level of the agreement.

use std::sync::Arc;

use adapters::ReadError;
use adapters::soap::{Incoming, Rejection, SoapRequest, SoapVersion, read_request};
use contract::xml::{Event, Source};
use contract::{Contract, Document, Limits, QName};

/// The class of the operations in which the gateway fills leaves.
const SEARCH: &str = "busqueda";

/// Reads one request.
pub(super) fn read(
    message: &Incoming<'_>,
    contract: &Arc<Contract>,
    limits: &Limits,
) -> Result<SoapRequest, Rejection> {
    match read_request(message, contract, limits) {
        Err(Rejection {
            version,
            context: Some(context),
            error: error @ ReadError::Reserved(_),
        }) => match search(message.bytes, version, contract, limits) {
            Some((operation, document)) => Ok(SoapRequest {
                version,
                operation,
                context: *context,
                document,
            }),
            None => Err(Rejection {
                version,
                context: Some(context),
                error,
            }),
        },
        other => other,
    }
}

/// The search in the body of a message whose envelope was found good.
fn search(
    bytes: &[u8],
    version: SoapVersion,
    contract: &Arc<Contract>,
    limits: &Limits,
) -> Option<(Arc<str>, Document)> {
    let mut source = Source::new(bytes, limits).ok()?;
    let mut in_body = false;
    loop {
        let start = match source.next().ok()? {
            Event::Start(start) => start,
            Event::End | Event::Text(_) => continue,
            Event::Eof => return None,
        };
        if in_body {
            let name = QName::new(start.namespace(), start.local());
            let operation = contract.operation_by_request(&name)?;
            if *operation.class != *SEARCH {
                return None;
            }
            let request = operation.request;
            let document =
                contract::xml::decode_at(contract, request, &mut source, &start, limits).ok()?;
            return Some((Arc::clone(&operation.name), document));
        }
        in_body = start.is(Some(version.namespace()), "Body");
    }
}
