//! The question as it travels: SOAP 1.2, document/literal.

use adapters::soap::{self, SoapVersion};
use contract::{Document, Operation};
use domain::Context;

/// What both legs speak to each other.
pub(crate) const VERSION: SoapVersion = SoapVersion::V12;

/// A message ready to be sent.
pub(crate) struct Request {
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// Puts the question into its envelope, in the context of whoever asks.
pub(crate) fn build(context: &Context, operation: &Operation, question: &Document) -> Request {
    Request {
        content_type: soap::request_headers(VERSION, &operation.soap_action).content_type,
        body: soap::write_request(VERSION, context, question),
    }
}
