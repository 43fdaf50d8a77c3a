//! Wildcards as the schema writes them.

use super::annotation::{Annotation, Inherited};
use super::compile::Compiler;
use super::components::At;
use super::error::LoadError;
use crate::{Namespaces, Process, Wildcard, WildcardId};

/// What the path of a wildcard ends in.
pub(super) const ANY: &str = "#otros";

impl Compiler<'_> {
    /// Reads an `xs:any` or `xs:anyAttribute`. What it says of governance itself, or a rule for its
    /// place does, holds for all that it admits; what it inherits does not, for nobody has thought
    /// of what that may be.
    pub(super) fn wildcard(
        &mut self,
        at: At<'_>,
        inherited: Inherited,
    ) -> Result<Wildcard, LoadError> {
        let annotation = Annotation::read(at, self.groups)?;
        let alone = Inherited {
            place: inherited.place,
            ..annotation.own
        };
        let (_, ruled) = self.ruled(alone, ANY);
        let governance = annotation.own.overlaid(ruled.own()).governed(None);
        Ok(Wildcard {
            namespaces: namespaces(at),
            process: process(at)?,
            governance,
            source: at.node.location.clone(),
        })
    }

    /// Puts a wildcard into the table.
    pub(super) fn add_wildcard(&mut self, wildcard: Wildcard) -> WildcardId {
        if let Some(known) = self.wildcards.iter().position(|other| *other == wildcard) {
            return WildcardId(u32::try_from(known).unwrap_or(u32::MAX));
        }
        let id = WildcardId(u32::try_from(self.wildcards.len()).unwrap_or(u32::MAX));
        self.wildcards.push(wildcard);
        id
    }
}

fn namespaces(at: At<'_>) -> Namespaces {
    let target = at.schema.target.clone();
    match at.node.attribute("namespace").map(str::trim) {
        None | Some("##any") => Namespaces::Any,
        Some("##other") => Namespaces::Other(target),
        Some(list) => Namespaces::Listed(
            list.split_whitespace()
                .map(|word| match word {
                    "##targetNamespace" => target.clone(),
                    "##local" => None,
                    name => Some(name.into()),
                })
                .collect(),
        ),
    }
}

fn process(at: At<'_>) -> Result<Process, LoadError> {
    match at.node.attribute("processContents").map(str::trim) {
        None | Some("strict") => Ok(Process::Strict),
        Some("lax") => Ok(Process::Lax),
        Some("skip") => Ok(Process::Skip),
        Some(other) => Err(at.bad("processContents", other)),
    }
}
