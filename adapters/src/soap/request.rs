//! Reading a request: one pass over the bytes, context before content.

use std::sync::Arc;

use contract::{Contract, Document, Limits};
use domain::Context;

use super::envelope::Envelope;
use super::header::Blocks;
use super::media::{Announced, announced};
use super::{SoapError, SoapVersion, operation};
use crate::{ContextError, ContextFault, ReadError, context_of, reserved};

/// A request as HTTP brought it.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `SOAPAction`.
    pub soap_action: Option<&'a str>,
    /// The body.
    pub bytes: &'a [u8],
}

/// A request that can be served.
#[derive(Debug)]
pub struct SoapRequest {
    /// The version to answer in.
    pub version: SoapVersion,
    /// The operation's name in its contract.
    pub operation: Arc<str>,
    /// What the caller says about itself.
    pub context: Context,
    /// What it asks.
    pub document: Document,
}

/// A request that cannot be served.
#[derive(Debug)]
pub struct Rejection {
    /// The version to answer in: the envelope's, else the content type's, else 1.1.
    pub version: SoapVersion,
    /// What the caller says about itself, if reading came so far.
    pub context: Option<Box<Context>>,
    /// What is wrong.
    pub error: ReadError,
}

impl Rejection {
    /// A rejection before anything is known of the caller.
    pub(crate) fn of(version: SoapVersion, error: ReadError) -> Self {
        Self {
            version,
            context: None,
            error,
        }
    }
}

/// Reads one request of `contract`.
///
/// # Errors
/// The first thing that is wrong with the frame; everything that is wrong with the context; up to
/// the limit of violations for the content.
pub fn read_request(
    message: &Incoming<'_>,
    contract: &Arc<Contract>,
    limits: &Limits,
) -> Result<SoapRequest, Rejection> {
    let mut known = Known {
        version: SoapVersion::V11,
        context: None,
    };
    let outcome = read(message, contract, limits, &mut known);
    let Known { version, context } = known;
    let rejection = |context: Option<Context>, error| Rejection {
        version,
        context: context.map(Box::new),
        error,
    };
    match (outcome, context) {
        (Ok((operation, document)), Some(context)) => Ok(SoapRequest {
            version,
            operation,
            context,
            document,
        }),
        (Ok(_), None) => {
            let missing = ContextError::of_block(ContextFault::NoBlock);
            Err(rejection(None, missing.into()))
        }
        (Err(error), context) => Err(rejection(context, error)),
    }
}

/// What is known of a request however far reading came.
struct Known {
    version: SoapVersion,
    context: Option<Context>,
}

fn read(
    message: &Incoming<'_>,
    contract: &Arc<Contract>,
    limits: &Limits,
    known: &mut Known,
) -> Result<(Arc<str>, Document), ReadError> {
    let announced = announced(message.content_type, message.soap_action)?;
    known.version = announced.version;
    let bytes = announced.utf8(message.bytes)?;
    let mut envelope = Envelope::open(&bytes, limits)?;
    known.version = envelope.version;
    check_version(&announced, envelope.version)?;
    let mut blocks = Blocks::of(contract);
    let start = envelope.body(|envelope, start| blocks.read(envelope, start))?;
    let line = envelope.source.line();
    // A contract of others may say in the message itself who asks.
    let action = announced.action.as_deref();
    let operation = operation::find(contract, &start, action, line);
    let inside = operation.as_ref().ok().copied();
    let inside = inside.and_then(operation::told_inside);
    if inside.is_none() {
        known.context = Some(blocks.finish()?);
    }
    let operation = operation?;
    operation::check_action(operation, action)?;
    blocks.check(contract, operation)?;
    let source = &mut envelope.source;
    let document = contract::xml::decode_at(contract, operation.request, source, &start, limits)
        .map_err(ReadError::Xml)?;
    envelope.close()?;
    if let Some(told) = inside {
        known.context = Some(context_of(&document, told)?);
    }
    reserved::refuse(&document)?;
    Ok((Arc::clone(&operation.name), document))
}

fn check_version(announced: &Announced, envelope: SoapVersion) -> Result<(), SoapError> {
    if announced.version == envelope {
        return Ok(());
    }
    Err(SoapError::MediaTypeOfOtherVersion {
        envelope,
        media: announced.version,
    })
}
