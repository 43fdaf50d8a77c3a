//! Types taken apart: the steps of a derivation, and the simple type that simple content comes to.

use super::compile::Compiler;
use super::components::At;
use super::error::{LoadError, SchemaFault};
use super::simple::TypeRef;
use crate::SimpleId;

/// The longest chain of derivations.
const MAX_CHAIN: usize = 100;

/// A type taken apart: what it and the types that it derives from say, the first ancestor first.
pub(super) struct Derived<'s> {
    pub(super) levels: Vec<Level<'s>>,
    /// The type of the text, for simple content.
    pub(super) simple: Option<SimpleId>,
    /// Whether the first ancestor extends `xs:anyType`, so that anything may come first.
    pub(super) open: bool,
}

/// One step of a derivation.
#[derive(Clone, Copy)]
pub(super) struct Level<'s> {
    /// What carries particles and attributes.
    pub(super) at: At<'s>,
    pub(super) method: Method,
    /// What `mixed` says here.
    pub(super) mixed: bool,
    simple: bool,
}

impl<'s> Level<'s> {
    /// The particles that the step adds.
    pub(super) fn models(&self) -> impl Iterator<Item = At<'s>> + use<'s> {
        let models = |child: &At<'s>| {
            let name = child.node.xs();
            matches!(name, Some("sequence" | "choice" | "group" | "all"))
        };
        self.at.children().filter(models)
    }

    /// Whether the step adds nothing to the content: no particles, or a model without any.
    fn is_bare(&self) -> bool {
        let empty =
            |model: At<'s>| model.node.xs() != Some("group") && model.children().next().is_none();
        !self.mixed && self.models().all(empty)
    }
}

/// How a step derives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// It says everything itself.
    Own,
    Extension,
    Restriction,
}

impl<'s> Compiler<'s> {
    /// Takes a complex type apart.
    pub(super) fn derive(&mut self, at: At<'s>) -> Result<Derived<'s>, LoadError> {
        let mut levels: Vec<Level<'s>> = Vec::new();
        let mut seen = vec![at.id()];
        let mut current = at;
        let (base, open) = loop {
            let level = level(current)?;
            levels.push(level);
            if level.method == Method::Own {
                break (None, false);
            }
            match self.type_named(level.at, "base")? {
                TypeRef::Simple(simple) => break (Some(simple), false),
                TypeRef::Any => break (None, level.method == Method::Extension),
                TypeRef::Complex(base) if seen.contains(&base.id()) => {
                    return Err(at.node.error(SchemaFault::Circular(base.own_name())));
                }
                TypeRef::Complex(base) => {
                    check_final(base, level)?;
                    seen.push(base.id());
                    current = base;
                }
            }
            if levels.len() > MAX_CHAIN {
                let fault = SchemaFault::TooMany("derivations of one type");
                return Err(at.node.error(fault));
            }
        };
        levels.reverse();
        let simple = self.text_type(base, &levels)?;
        Ok(Derived {
            levels,
            simple,
            open,
        })
    }

    /// The type of the text after all steps; `None` for content of elements.
    fn text_type(
        &mut self,
        base: Option<SimpleId>,
        levels: &[Level<'s>],
    ) -> Result<Option<SimpleId>, LoadError> {
        let mut simple = base;
        for (step, level) in levels.iter().enumerate() {
            let wrong = || {
                let base = level.at.node.attribute("base").unwrap_or_default();
                let base = level.at.resolve(base)?;
                Err(level.at.node.error(SchemaFault::Base(base)))
            };
            match (level.simple, level.method) {
                (false, Method::Own) => {}
                (true, Method::Restriction) => {
                    let inline = level.at.child("simpleType").is_some();
                    if simple.is_none() && !(inline && level_before_is_mixed(levels, *level)) {
                        return wrong();
                    }
                    simple = Some(self.narrow_content(level.at, simple)?);
                }
                // What adds no elements to a complex type of text is text too (Structures 3.4.2).
                (false, Method::Extension) if simple.is_some() && step > 0 && level.is_bare() => {}
                (wrapped, _) if wrapped != simple.is_some() => return wrong(),
                (true | false, Method::Own | Method::Extension | Method::Restriction) => {}
            }
        }
        Ok(simple)
    }
}

/// The last step of a type.
fn level(at: At<'_>) -> Result<Level<'_>, LoadError> {
    let own = at.flag("mixed")?;
    let wrapper = at
        .child("complexContent")
        .or_else(|| at.child("simpleContent"));
    let Some(wrapper) = wrapper else {
        return Ok(Level {
            at,
            method: Method::Own,
            mixed: own,
            simple: false,
        });
    };
    if let Some(extra) = at.children().nth(1) {
        return Err(misplaced(extra));
    }
    let missing = || {
        let fault = SchemaFault::MissingAttribute("base".to_owned());
        wrapper.node.error(fault)
    };
    let step = wrapper.children().next().ok_or_else(missing)?;
    let simple = wrapper.node.xs() == Some("simpleContent");
    let method = if step.node.xs() == Some("extension") {
        Method::Extension
    } else {
        Method::Restriction
    };
    for child in step.children() {
        let name = child.node.xs().unwrap_or_default();
        let attribute = matches!(name, "attribute" | "attributeGroup" | "anyAttribute");
        let model = matches!(name, "sequence" | "choice" | "group" | "all");
        let narrowing = !attribute && !model;
        if (simple && model) || (narrowing && !(simple && method == Method::Restriction)) {
            return Err(misplaced(child));
        }
    }
    let mixed = match wrapper.node.attribute("mixed") {
        Some(_) => wrapper.flag("mixed")?,
        None => own,
    };
    Ok(Level {
        at: step,
        method,
        mixed,
        simple,
    })
}

/// Only mixed content may be narrowed to text of a simple type.
fn level_before_is_mixed(levels: &[Level<'_>], level: Level<'_>) -> bool {
    let at = levels
        .iter()
        .position(|other| other.at.id() == level.at.id());
    let before = at.and_then(|at| levels.get(at.checked_sub(1)?));
    before.is_some_and(|before| before.mixed)
}

/// A type may forbid to be extended or restricted.
fn check_final(base: At<'_>, level: Level<'_>) -> Result<(), LoadError> {
    let forbidden = base.derivations("final", "finalDefault")?;
    let forbids = match level.method {
        Method::Own => false,
        Method::Extension => forbidden.extension,
        Method::Restriction => forbidden.restriction,
    };
    if forbids {
        return Err(level.at.node.error(SchemaFault::Final(base.own_name())));
    }
    Ok(())
}

pub(super) fn misplaced(at: At<'_>) -> LoadError {
    let name = at.node.xs().unwrap_or_default();
    at.node.error(SchemaFault::Misplaced(format!("xs:{name}")))
}
