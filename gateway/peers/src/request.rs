//! The question as it travels: SOAP, document/literal; to whom a WSDL of its own binds, in that edition and with nothing
//! of ours around it.

use std::sync::Arc;

use adapters::soap::{self, RequestHeaders, SoapVersion};
use contract::{Method, Operation, SoapEdition};

use crate::holder::Question;

/// What both legs speak to each other where the contract is ours, and nothing else is said.
pub(crate) const VERSION: SoapVersion = SoapVersion::V12;

/// A message ready to be sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) form: Form,
    pub(crate) method: Method,
    /// What follows the address of the holder.
    pub(crate) target: String,
    /// Empty where there is no body.
    pub(crate) content_type: String,
    /// The other headers, names in small letters.
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// An envelope of that version.
    Envelope(SoapVersion),
    /// JSON.
    Json,
}

/// The header that only SOAP 1.1 has.
const SOAP_ACTION: &str = "soapaction";
/// The header of the trace (W3C Trace Context).
pub(crate) const TRACEPARENT: &str = "traceparent";

/// Puts the question into its envelope, in the context of whoever asks.
pub(crate) fn build(question: &Question<'_>, version: SoapVersion) -> Request {
    let Question {
        context,
        operation,
        document,
        ..
    } = *question;
    let action = action(operation);
    let (version, body) = match bound(operation) {
        Some((edition, _)) => {
            let version = SoapVersion::of(*edition);
            (version, soap::write_plain(version, document))
        }
        None => (version, soap::write_request(version, context, document)),
    };
    let RequestHeaders {
        content_type,
        soap_action,
    } = soap::request_headers(version, action);
    let trace = question.trace.map(|trace| (TRACEPARENT, trace.to_string()));
    let soap_action = soap_action.map(|action| (SOAP_ACTION, action));
    Request {
        form: Form::Envelope(version),
        method: Method::Post,
        target: String::new(),
        content_type,
        headers: soap_action.into_iter().chain(trace).collect(),
        body,
    }
}

/// The action by which an operation is asked: its own, or the one that its WSDL binds.
pub(crate) fn action(operation: &Operation) -> &str {
    bound(operation).map_or(&operation.soap_action, |(_, action)| action)
}

fn bound(operation: &Operation) -> Option<&(SoapEdition, Arc<str>)> {
    operation.wire.as_ref()?.actions.first()
}
