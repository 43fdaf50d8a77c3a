//! Reading the headers of addressing. What is wrong with one is kept until all are read, so that a refusal can say
//! what it relates to.

use std::collections::{BTreeMap, BTreeSet};

use contract::xml::{Event, Start};
use contract::{Contract, Operation};

use super::fault::{AddressingError, AddressingFault, AddressingHeader};
use super::{ADDRESSING, Addressing, Endpoint};
use crate::ReadError;
use crate::soap::SoapError;
use crate::soap::envelope::{Envelope, xml};
use crate::soap::operation::is_own;
use crate::text::is_blank;

/// The address of whoever asks, on the connection by which it asks.
pub(super) const ANONYMOUS: &str = "http://www.w3.org/2005/08/addressing/anonymous";
/// The address of nobody.
const NONE: &str = "http://www.w3.org/2005/08/addressing/none";

/// The longest value that is repeated or compared, in bytes.
const LONGEST: usize = 2_048;

/// The headers of addressing of one message.
#[derive(Debug, Default)]
pub(in crate::soap) struct Headers {
    values: BTreeMap<AddressingHeader, String>,
    endpoints: BTreeMap<AddressingHeader, Endpoint>,
    seen: BTreeSet<AddressingHeader>,
    wrong: Option<AddressingError>,
}

impl Headers {
    /// Reads a block to its end, if it is one of addressing.
    pub(in crate::soap) fn read(
        &mut self,
        envelope: &mut Envelope<'_>,
        start: &Start<'_>,
    ) -> Result<bool, ReadError> {
        let known = AddressingHeader::of(start.local());
        let Some(header) = known.filter(|_| start.namespace() == Some(ADDRESSING)) else {
            return Ok(false);
        };
        let line = envelope.source.line();
        // Related to may be several; of the others there is one.
        if self.seen.contains(&header) && header != AddressingHeader::RelatesTo {
            self.fault(AddressingFault::Repeated, header, Some(line));
            envelope.skip()?;
            return Ok(true);
        }
        self.seen.insert(header);
        let read = match header {
            AddressingHeader::ReplyTo | AddressingHeader::FaultTo | AddressingHeader::From => {
                endpoint(envelope)?.and_then(|address| self.endpoint(header, &address))
            }
            AddressingHeader::Action
            | AddressingHeader::MessageId
            | AddressingHeader::To
            | AddressingHeader::RelatesTo => {
                let value = envelope.leaf()?.unwrap_or_default();
                self.value(header, value.trim())
            }
        };
        if let Err(fault) = read {
            self.fault(fault, header, Some(line));
        }
        Ok(true)
    }

    /// What they say, once all are read; nothing where there are none.
    pub(in crate::soap) fn told(&self) -> Option<Addressing> {
        if self.seen.is_empty() {
            return None;
        }
        let to = |header| self.endpoints.get(&header).copied();
        // Whoever asks badly is told so: an endpoint counts only when nothing is wrong.
        let good = |endpoint: Option<Endpoint>| endpoint.filter(|_| self.wrong.is_none());
        let reply_to = good(to(AddressingHeader::ReplyTo)).unwrap_or(Endpoint::Anonymous);
        Some(Addressing {
            message_id: self.values.get(&AddressingHeader::MessageId).cloned(),
            reply_to,
            fault_to: good(to(AddressingHeader::FaultTo)).unwrap_or(reply_to),
        })
    }

    /// Refuses what is wrong with them, as those of a request for that operation.
    pub(in crate::soap) fn check(
        &self,
        contract: &Contract,
        operation: &Operation,
    ) -> Result<(), SoapError> {
        if let Some(wrong) = self.wrong {
            return Err(wrong.into());
        }
        if self.seen.is_empty() {
            return Ok(());
        }
        let refuse = |fault, header| {
            let line = None;
            Err(SoapError::Addressing(AddressingError {
                fault,
                header,
                line,
            }))
        };
        let value = |header| self.values.get(&header).map(String::as_str);
        match value(AddressingHeader::Action) {
            None => return refuse(AddressingFault::NoAction, AddressingHeader::Action),
            Some(action) if !is_own(operation, action) => {
                return refuse(AddressingFault::AnotherAction, AddressingHeader::Action);
            }
            Some(_) => {}
        }
        if value(AddressingHeader::MessageId).is_none() {
            return refuse(AddressingFault::NoMessageId, AddressingHeader::MessageId);
        }
        match value(AddressingHeader::To) {
            Some(to) if !is_here(to, contract) => {
                refuse(AddressingFault::AnotherService, AddressingHeader::To)
            }
            Some(_) | None => Ok(()),
        }
    }

    fn value(&mut self, header: AddressingHeader, value: &str) -> Result<(), AddressingFault> {
        if !is_absolute(value) {
            return Err(AddressingFault::BadValue);
        }
        self.values.insert(header, value.to_owned());
        Ok(())
    }

    fn endpoint(&mut self, header: AddressingHeader, address: &str) -> Result<(), AddressingFault> {
        if !is_absolute(address) {
            return Err(AddressingFault::BadAddress);
        }
        let endpoint = match address {
            ANONYMOUS => Endpoint::Anonymous,
            NONE => Endpoint::Nobody,
            // Whom it is from is nobody's address for an answer.
            _ if header == AddressingHeader::From => return Ok(()),
            _ => return Err(AddressingFault::NotAnonymous),
        };
        self.endpoints.insert(header, endpoint);
        Ok(())
    }

    /// The first thing that is wrong is what is told.
    fn fault(&mut self, fault: AddressingFault, header: AddressingHeader, line: Option<u32>) {
        let wrong = AddressingError {
            fault,
            header,
            line,
        };
        self.wrong.get_or_insert(wrong);
    }
}

/// The address of the endpoint whose start was just given.
fn endpoint(envelope: &mut Envelope<'_>) -> Result<Result<String, AddressingFault>, ReadError> {
    let mut address = None;
    let mut wrong = None;
    loop {
        let start = match envelope.source.next().map_err(xml)? {
            Event::Start(start) => start,
            Event::End | Event::Eof => break,
            Event::Text(text) if is_blank(&text) => continue,
            Event::Text(_) => {
                wrong.get_or_insert(AddressingFault::BadEndpoint);
                continue;
            }
        };
        if start.is(Some(ADDRESSING), "Address") {
            let text = envelope.leaf()?.unwrap_or_default().trim().to_owned();
            if address.replace(text).is_some() {
                wrong.get_or_insert(AddressingFault::BadEndpoint);
            }
        } else if start.is(Some(ADDRESSING), "ReferenceParameters") {
            if envelope.leaf()?.is_none_or(|text| !is_blank(&text)) {
                wrong.get_or_insert(AddressingFault::Parameters);
            }
        } else {
            envelope.skip()?;
        }
    }
    Ok(match wrong {
        Some(wrong) => Err(wrong),
        None => address.ok_or(AddressingFault::NoAddress),
    })
}

/// Whether it is an absolute IRI that is worth repeating: a scheme, a colon, and neither blank nor control in it.
fn is_absolute(value: &str) -> bool {
    let scheme = |scheme: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(plain)
    };
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '"');
    value.len() <= LONGEST
        && value.chars().all(clean)
        && value
            .split_once(':')
            .is_some_and(|(before, after)| scheme(before) && !after.is_empty())
}

/// Whether a message for that address may be read here: by which name the gateway is reached its partners know, but
/// the service is in the path.
fn is_here(to: &str, contract: &Contract) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    let own = format!("/{}/{}", contract.name(), contract.version());
    to == ANONYMOUS || path.trim_end_matches('/').ends_with(&own)
}
