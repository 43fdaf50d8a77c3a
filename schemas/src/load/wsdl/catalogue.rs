//! The components of all documents, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{WsdlFault, named, reference, refused, required};
use crate::QName;
use crate::load::error::{LoadError, SchemaFault};
use crate::load::files::Document;
use crate::load::tree::Node;

/// The components of the documents; each kind has its own names.
pub(super) struct Catalogue<'w> {
    messages: BTreeMap<QName, &'w Node>,
    port_types: BTreeMap<QName, &'w Node>,
    bindings: BTreeMap<QName, &'w Node>,
    ports: Vec<&'w Node>,
}

impl<'w> Catalogue<'w> {
    pub(super) fn gather(documents: &'w [Arc<Document>], errors: &mut Vec<LoadError>) -> Self {
        let mut all = Self {
            messages: BTreeMap::new(),
            port_types: BTreeMap::new(),
            bindings: BTreeMap::new(),
            ports: Vec::new(),
        };
        for document in documents {
            let root = &document.root;
            let target = root.attribute("targetNamespace");
            let mut put = |kind, table: &mut BTreeMap<QName, &'w Node>| {
                for node in named(root, kind) {
                    let added = add(table, target, node);
                    errors.extend(added.err());
                }
            };
            put("message", &mut all.messages);
            put("portType", &mut all.port_types);
            put("binding", &mut all.bindings);
            let services = named(root, "service");
            all.ports
                .extend(services.flat_map(|service| named(service, "port")));
        }
        all
    }

    /// The bindings to read, in the order of the ports; all of them where no service is.
    pub(super) fn bound(&self, errors: &mut Vec<LoadError>) -> Vec<&'w Node> {
        if self.ports.is_empty() {
            return self.bindings.values().copied().collect();
        }
        let mut found: Vec<&Node> = Vec::new();
        for port in &self.ports {
            match find(&self.bindings, port, "binding", "binding") {
                // Several ports may offer one binding at several addresses.
                Ok(binding) if found.iter().any(|known| std::ptr::eq(*known, binding)) => {}
                Ok(binding) => found.push(binding),
                Err(error) => errors.push(error),
            }
        }
        found
    }

    /// The port type of a binding.
    pub(super) fn port_type(&self, binding: &Node) -> Result<&'w Node, LoadError> {
        find(&self.port_types, binding, "type", "port type")
    }

    /// The message that a node names.
    pub(super) fn message(&self, node: &Node) -> Result<&'w Node, LoadError> {
        find(&self.messages, node, "message", "message")
    }
}

fn add<'w>(
    table: &mut BTreeMap<QName, &'w Node>,
    target: Option<&str>,
    node: &'w Node,
) -> Result<(), LoadError> {
    let name = QName::new(target, required(node, "name")?);
    match table.get(&name) {
        None => {
            table.insert(name, node);
            Ok(())
        }
        // A copy in another document says nothing new.
        Some(known) if known.location.file != node.location.file && known.says(node) => Ok(()),
        Some(_) => Err(node.error(SchemaFault::Twice(name))),
    }
}

fn find<'w>(
    table: &BTreeMap<QName, &'w Node>,
    node: &Node,
    attribute: &str,
    kind: &'static str,
) -> Result<&'w Node, LoadError> {
    let name = reference(node, attribute)?;
    let missing = || {
        let name = name.to_string();
        refused(node, WsdlFault::Missing { kind, name })
    };
    table.get(&name).copied().ok_or_else(missing)
}
