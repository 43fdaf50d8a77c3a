//! Namespace declarations in force (Namespaces in XML 1.0).

use std::borrow::Cow;

use super::{MAX_NAMESPACE, XML, XMLNS};
use crate::fault::FaultKind;

static XML_NAME: Cow<'static, str> = Cow::Borrowed(XML);
/// Most declarations in force at once: looking one up costs in proportion, for each name of the
/// document.
const MAX_BINDINGS: usize = 128;

/// The declarations in force, innermost last.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope<'a> {
    bindings: Vec<Binding<'a>>,
    /// How many elements are open.
    depth: usize,
}

#[derive(Debug, Clone)]
struct Binding<'a> {
    /// Empty for the default namespace.
    prefix: &'a str,
    /// Empty takes the default namespace away.
    namespace: Cow<'a, str>,
    /// The depth of the element that declares it.
    depth: usize,
}

impl<'a> Scope<'a> {
    /// Enters an element.
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// Leaves the innermost element and forgets what it declared.
    pub(super) fn leave(&mut self) {
        while self
            .bindings
            .last()
            .is_some_and(|binding| binding.depth >= self.depth)
        {
            self.bindings.pop();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Declares `prefix` on the innermost element.
    pub(super) fn declare(
        &mut self,
        prefix: &'a str,
        namespace: Cow<'a, str>,
    ) -> Result<(), FaultKind> {
        let depth = self.depth;
        if prefix == "xml" {
            return if namespace == XML {
                Ok(())
            } else {
                Err(FaultKind::Namespace)
            };
        }
        let reserved = prefix == "xmlns" || namespace == XML || namespace == XMLNS;
        if reserved || (namespace.is_empty() && !prefix.is_empty()) {
            return Err(FaultKind::Namespace);
        }
        if namespace.len() > MAX_NAMESPACE {
            return Err(FaultKind::TextTooLong);
        }
        let here = self
            .bindings
            .iter()
            .rev()
            .take_while(|binding| binding.depth == depth);
        if here.into_iter().any(|binding| binding.prefix == prefix) {
            return Err(FaultKind::DuplicateAttribute);
        }
        if self.bindings.len() >= MAX_BINDINGS {
            return Err(FaultKind::TooManyNamespaces);
        }
        self.bindings.push(Binding {
            prefix,
            namespace,
            depth,
        });
        Ok(())
    }

    /// The namespace of an element with that prefix; the empty prefix is the default namespace.
    pub(super) fn element(&self, prefix: &str) -> Result<Option<&Cow<'a, str>>, FaultKind> {
        // Comparing empty texts by their bytes is what takes the time here: the empty prefix is the
        // usual one, and the C library reads, masked, from where nothing is.
        let of_prefix = |binding: &&Binding<'_>| {
            binding.prefix.len() == prefix.len() && (prefix.is_empty() || binding.prefix == prefix)
        };
        match self.bindings.iter().rev().find(of_prefix) {
            Some(binding) if binding.namespace.is_empty() => Ok(None),
            Some(binding) => Ok(Some(&binding.namespace)),
            None if prefix.is_empty() => Ok(None),
            None if prefix == "xml" => Ok(Some(&XML_NAME)),
            None => Err(FaultKind::Namespace),
        }
    }

    /// The namespace of an attribute with that prefix: none without prefix.
    pub(super) fn attribute(&self, prefix: &str) -> Result<Option<&Cow<'a, str>>, FaultKind> {
        if prefix.is_empty() {
            Ok(None)
        } else {
            self.element(prefix)
        }
    }

    /// The declarations in force as prefix and namespace, innermost first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.bindings
            .iter()
            .rev()
            .map(|binding| (binding.prefix, &*binding.namespace))
    }
}
