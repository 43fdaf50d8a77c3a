//! The question as it travels: SOAP 1.2, document/literal; to a service of others, in the edition that
//! its WSDL binds and with nothing of ours around it.

use adapters::soap::{self, RequestHeaders, SoapVersion};

use crate::holder::Question;

/// What both legs speak to each other where the contract is ours, and nothing else is said.
pub(crate) const VERSION: SoapVersion = SoapVersion::V12;

/// A message ready to be sent.
pub(crate) struct Request {
    pub(crate) version: SoapVersion,
    pub(crate) content_type: String,
    pub(crate) soap_action: Option<String>,
    /// The value of `traceparent`.
    pub(crate) trace: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Puts the question into its envelope, in the context of whoever asks.
pub(crate) fn build(question: &Question<'_>, version: SoapVersion) -> Request {
    let Question {
        context,
        operation,
        document,
        ..
    } = *question;
    let bound = operation
        .wire
        .as_ref()
        .and_then(|wire| wire.actions.first());
    let (version, action, body) = match bound {
        Some((edition, action)) => {
            let version = SoapVersion::of(*edition);
            (version, &**action, soap::write_plain(version, document))
        }
        None => (
            version,
            operation.soap_action.as_str(),
            soap::write_request(version, context, document),
        ),
    };
    let RequestHeaders {
        content_type,
        soap_action,
    } = soap::request_headers(version, action);
    Request {
        version,
        content_type,
        soap_action,
        trace: question.trace.map(|trace| trace.to_string()),
        body,
    }
}
