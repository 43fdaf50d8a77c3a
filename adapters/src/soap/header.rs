//! Header blocks: the context, which is ours; `mustUnderstand`, which is everybody's.
//!
//! SOAP 1.1 sections 4.2.2 and 4.2.3, SOAP 1.2 part 1 section 5.2.

use contract::xml::{Event, Start};
use contract::{Contract, Operation};
use domain::Context;

use super::addressing::{self, Headers};
use super::envelope::{Envelope, name, xml};
use super::{CONTEXT_NAMESPACE, SoapError, SoapVersion};
use crate::context::{Defaults, Raw};
use crate::text::is_blank;
use crate::wsse::{SecurityError, SecurityFault, WSSE};
use crate::{ContextError, ContextFault, Field, Naming, ReadError};

/// Header blocks, as they are read.
#[derive(Debug)]
pub(super) struct Blocks<'a> {
    context: Option<Raw<'a>>,
    /// Those of addressing, where they are understood.
    addressing: Option<Headers>,
}

impl<'a> Blocks<'a> {
    /// None yet, of a message of that contract.
    pub(super) fn of(contract: &Contract) -> Self {
        let addressing = addressing::is_understood(contract).then(Headers::default);
        Self {
            context: None,
            addressing,
        }
    }

    /// Reads one block to its end.
    pub(super) fn read(
        &mut self,
        envelope: &mut Envelope<'a>,
        start: &Start<'a>,
    ) -> Result<(), ReadError> {
        let must = must_understand(envelope, start)?;
        if start.is(Some(CONTEXT_NAMESPACE), "Contexto") {
            if self.context.is_some() {
                return Err(ContextError::of_block(ContextFault::TwoBlocks).into());
            }
            self.context = Some(context(envelope)?);
            return Ok(());
        }
        refuse_security(envelope, start)?;
        if let Some(headers) = self.addressing.as_mut()
            && is_for_us(envelope.version, start)
            && headers.read(envelope, start)?
        {
            return Ok(());
        }
        if must {
            let (found, line) = (name(start), envelope.source.line());
            return Err(SoapError::MustUnderstand { found, line }.into());
        }
        envelope.skip()
    }

    /// Refuses headers of addressing that are not those of a request for that operation.
    pub(super) fn check(
        &self,
        contract: &Contract,
        operation: &Operation,
    ) -> Result<(), SoapError> {
        self.addressing
            .as_ref()
            .map_or(Ok(()), |headers| headers.check(contract, operation))
    }

    /// The context, once all blocks are read.
    pub(super) fn finish(&mut self) -> Result<Context, ContextError> {
        let block = self
            .context
            .take()
            .ok_or(ContextError::of_block(ContextFault::NoBlock))?;
        block.finish(Naming::Elements, Defaults::default())
    }
}

/// Reads the fields, in any order; what is wrong with them is told together.
fn context<'a>(envelope: &mut Envelope<'a>) -> Result<Raw<'a>, ReadError> {
    let mut raw = Raw::default();
    loop {
        let start = match envelope.source.next().map_err(xml)? {
            Event::Start(start) => start,
            Event::End | Event::Eof => return Ok(raw),
            Event::Text(text) if is_blank(&text) => continue,
            Event::Text(_) => {
                raw.fault(ContextFault::Stray);
                continue;
            }
        };
        let ours = start.namespace() == Some(CONTEXT_NAMESPACE);
        let field = Field::from_element(start.local()).filter(|_| ours);
        match (field, envelope.leaf()?) {
            (Some(field), Some(value)) => raw.put(field, value),
            (Some(_), None) => raw.fault(ContextFault::Stray),
            (None, _) => raw.fault(ContextFault::Unknown(name(&start).to_string())),
        }
    }
}

/// Refuses a security header for us: whoever sends one where none was agreed may take it for looked at.
pub(super) fn refuse_security(envelope: &Envelope<'_>, start: &Start<'_>) -> Result<(), ReadError> {
    if !(start.is(Some(WSSE), "Security") && is_for_us(envelope.version, start)) {
        return Ok(());
    }
    let (fault, line) = (SecurityFault::NotAgreed, Some(envelope.source.line()));
    Err(SecurityError { fault, line }.into())
}

/// Whether the block is for us and must be understood.
fn must_understand(envelope: &Envelope<'_>, start: &Start<'_>) -> Result<bool, SoapError> {
    let namespace = Some(envelope.version.namespace());
    let must = match start.attribute(namespace, "mustUnderstand").map(str::trim) {
        None | Some("0") => false,
        Some("1") => true,
        Some("false") if envelope.version == SoapVersion::V12 => false,
        Some("true") if envelope.version == SoapVersion::V12 => true,
        Some(_) => {
            return Err(SoapError::InvalidMustUnderstand {
                line: envelope.source.line(),
            });
        }
    };
    Ok(must && is_for_us(envelope.version, start))
}

/// Whether the block names no other node.
pub(super) fn is_for_us(version: SoapVersion, start: &Start<'_>) -> bool {
    let attribute = match version {
        SoapVersion::V11 => "actor",
        SoapVersion::V12 => "role",
    };
    start
        .attribute(Some(version.namespace()), attribute)
        .is_none_or(|node| version.is_our_role(node))
}
