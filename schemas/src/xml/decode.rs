//! XML to documents.

use std::sync::Arc;

use super::INSTANCE;
use super::chars::split_name;
use super::encoding::utf8;
use super::source::{Event, Source, Step};
use super::start::Start;
use crate::name::Expanded;
use crate::sink::{Sink, Stop, Wanted};
use crate::violation::{DecodeError, Violation, ViolationKind, shown};
use crate::{Contract, Document, ElementId, Fault, FaultKind, Limits, SimpleType};

/// How often the longest document the names of namespaces may come to, once they are spelled out:
/// a prefix that is declared once may be used by every element.
const MOST_SPELLED: usize = 4;

/// Why the reading ended early.
enum Halt {
    Fault(Fault),
    Stop,
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Stop> for Halt {
    fn from(Stop: Stop) -> Self {
        Self::Stop
    }
}

/// Reads a whole XML text as the element `root`; nothing may follow it. The encoding is what the
/// text itself says.
///
/// Masked values are refused when `root` is the request of an operation.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode(
    contract: &Arc<Contract>,
    root: ElementId,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, DecodeError> {
    if bytes.len() > limits.max_bytes {
        let (kind, line) = (FaultKind::TooLarge, 1);
        return Err(Fault { kind, line }.into());
    }
    let bytes = utf8(bytes, None)?;
    let mut source = Source::new(&bytes, limits)?;
    let Event::Start(start) = source.next()? else {
        return Err(unreadable(&source));
    };
    let document = decode_at(contract, root, &mut source, &start, limits)?;
    match source.step()? {
        Step::Eof => Ok(document),
        Step::Start | Step::End | Step::Text => Err(unreadable(&source)),
    }
}

/// Reads the element `root` from the middle of an XML text: `source` has just given `start`, and
/// is left after its end.
///
/// Masked values are refused when `root` is the request of an operation.
///
/// # Errors
/// See [`DecodeError`].
pub fn decode_at(
    contract: &Arc<Contract>,
    root: ElementId,
    source: &mut Source<'_>,
    start: &Start<'_>,
    limits: &Limits,
) -> Result<Document, DecodeError> {
    let name = &contract.element(root).name;
    if !start.is(name.namespace.as_deref(), &name.local) {
        return Err(DecodeError::Invalid(vec![wrong_root(
            source,
            start,
            &name.to_string(),
        )]));
    }
    let mut sink = Sink::new(contract, root, limits);
    sink.expect(source.left());
    let heaviest = limits.max_bytes.saturating_mul(MOST_SPELLED);
    match read(contract, source, start, (&mut sink, heaviest)) {
        Ok(()) => {}
        Err(Halt::Fault(fault)) => return Err(DecodeError::Fault(fault)),
        Err(Halt::Stop) => {
            return Err(DecodeError::Invalid(
                sink.violations(|at| source.line_at(at)),
            ));
        }
    }
    sink.finish(contract, |at| source.line_at(at))
        .map_err(DecodeError::Invalid)
}

fn read(
    contract: &Contract,
    source: &mut Source<'_>,
    start: &Start<'_>,
    (sink, heaviest): (&mut Sink, usize),
) -> Result<(), Halt> {
    sink.at(source.start_position());
    head(contract, source, start, sink)?;
    while sink.depth() > 0 {
        let step = source.step()?;
        if sink.weight() > heaviest {
            let fault = Fault {
                kind: FaultKind::TooManyNamespaces,
                line: source.line(),
            };
            return Err(Halt::Fault(fault));
        }
        sink.at(source.start_position());
        match step {
            Step::Start => {
                let start = source.tag();
                sink.open(contract, Wanted::Name(start.namespace(), start.local()))?;
                head(contract, source, start, sink)?;
            }
            Step::Text if contract.has_names && is_name(contract, sink) => {
                let text = expanded(source, source.run());
                sink.text(contract, &text)?;
            }
            Step::Text => sink.text(contract, source.run())?,
            Step::End => sink.close(contract)?,
            Step::Eof => {
                let fault = Fault {
                    kind: FaultKind::NotWellFormed,
                    line: source.line(),
                };
                return Err(Halt::Fault(fault));
            }
        }
    }
    Ok(())
}

/// The attributes of a start tag, those of the schema instance namespace included.
fn head(
    contract: &Contract,
    source: &Source<'_>,
    start: &Start<'_>,
    sink: &mut Sink,
) -> Result<(), Stop> {
    if let Some(written) = start.attribute(Some(INSTANCE), "type") {
        named_type(contract, source, written, sink)?;
    }
    let mut nil = None;
    let any = sink.in_any();
    for (namespace, local, value) in start.attributes() {
        match (namespace, local) {
            // Hints where a schema might be found; never followed.
            (Some(INSTANCE), "schemaLocation" | "noNamespaceSchemaLocation" | "type") => {}
            (Some(INSTANCE), "nil") if !any => nil = Some(value),
            _ if contract.has_names && sink.wants_name(contract, namespace, local) => {
                let value = expanded(source, value);
                sink.attribute(contract, Wanted::Name(namespace, local), &value)?;
            }
            _ => sink.attribute(contract, Wanted::Name(namespace, local), value)?,
        }
    }
    if let Some(value) = nil {
        is_nil(contract, value, sink)?;
    }
    sink.close_head(contract)
}

/// Whether the text of the open element is a name.
fn is_name(contract: &Contract, sink: &Sink) -> bool {
    let simple = sink.open_leaf().map(|simple| contract.simple(simple));
    simple.is_some_and(SimpleType::is_name)
}

/// A name as it is written, with the namespace that its prefix stands for here. What is no name, or
/// has a prefix that stands for nothing, stays as it is and is refused by its type.
fn expanded(source: &Source<'_>, written: &str) -> String {
    let written = written.trim_matches([' ', '\t', '\n', '\r']);
    let Ok((prefix, local)) = split_name(written) else {
        return written.to_owned();
    };
    let namespace = source.resolve(prefix);
    let name = Expanded {
        namespace: namespace.as_deref(),
        prefix,
        local,
    };
    name.to_string()
}

/// Gives the open element the type that `xsi:type` names.
fn named_type(
    contract: &Contract,
    source: &Source<'_>,
    written: &str,
    sink: &mut Sink,
) -> Result<(), Stop> {
    let written = written.trim_matches([' ', '\t', '\n', '\r']);
    let (prefix, local) = written.split_once(':').unwrap_or(("", written));
    let namespace = source.resolve(prefix);
    let bound = prefix.is_empty() || namespace.is_some();
    if !bound || split_name(written).is_err() {
        let name = shown(written);
        sink.violate(contract, ViolationKind::TypeSubstitution { name })?;
        return Err(Stop);
    }
    let name = Expanded {
        namespace: namespace.as_deref(),
        prefix,
        local,
    };
    if sink.in_any() {
        let attribute = Wanted::Name(Some(INSTANCE), "type");
        return sink.attribute(contract, attribute, &name.to_string());
    }
    sink.retype(contract, name)
}

fn is_nil(contract: &Contract, value: &str, sink: &mut Sink) -> Result<(), Stop> {
    let element = sink.open_element().map(|id| contract.element(id));
    match value.trim_matches([' ', '\t', '\n', '\r']) {
        "true" | "1" => sink.nil(contract),
        "false" | "0" if element.is_some_and(|element| element.nillable) => Ok(()),
        "false" | "0" => sink.violate(contract, ViolationKind::NotNillable),
        _ => sink.violate(contract, ViolationKind::InvalidNil),
    }
}

fn wrong_root(source: &Source<'_>, start: &Start<'_>, expected: &str) -> Violation {
    let local = shown(start.local());
    let found = match start.namespace() {
        Some(namespace) => format!("{{{}}}{local}", shown(namespace)),
        None => local.clone(),
    };
    Violation {
        path: format!("/{local}"),
        line: Some(source.line()),
        kind: ViolationKind::WrongRoot {
            found,
            expected: expected.to_owned(),
        },
    }
}

fn unreadable(source: &Source<'_>) -> DecodeError {
    DecodeError::Fault(Fault {
        kind: FaultKind::NotWellFormed,
        line: source.line(),
    })
}
