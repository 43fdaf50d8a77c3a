//! The global components of all files, by name, and how names in attribute values are resolved.

use std::collections::BTreeMap;

use super::error::{LoadError, SchemaFault};
use super::files::Schema;
use super::tree::Node;
use crate::QName;
use crate::name::Expanded;

/// A node together with the schema document that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'s> {
    pub(super) schema: &'s Schema,
    pub(super) node: &'s Node,
}

/// What tells two nodes apart; one node of a file with two target namespaces counts as two.
pub(super) type NodeId = (usize, usize);

/// The symbol spaces of the contract.
#[derive(Debug, Default)]
pub(super) struct Components<'s> {
    pub(super) elements: BTreeMap<QName, At<'s>>,
    pub(super) types: BTreeMap<QName, At<'s>>,
    pub(super) attributes: BTreeMap<QName, At<'s>>,
    pub(super) groups: BTreeMap<QName, At<'s>>,
    pub(super) attribute_groups: BTreeMap<QName, At<'s>>,
    /// The identity constraints that references may name.
    pub(super) identities: BTreeMap<QName, At<'s>>,
    /// The global elements in the order of the files.
    pub(super) element_order: Vec<QName>,
}

impl<'s> Components<'s> {
    /// Gathers the global components; names declared twice are errors.
    pub(super) fn gather(schemas: &'s [Schema], errors: &mut Vec<LoadError>) -> Self {
        let mut all = Self::default();
        for schema in schemas {
            for node in &schema.root().children {
                if let Err(error) = all.add(At { schema, node }) {
                    errors.push(error);
                }
                all.add_identities(At { schema, node }, errors);
            }
        }
        all
    }

    /// Gathers the identity constraints inside a component; a copy in another file is the same one.
    fn add_identities(&mut self, at: At<'s>, errors: &mut Vec<LoadError>) {
        for child in at.children() {
            if !matches!(child.node.xs(), Some("key" | "unique" | "keyref")) {
                self.add_identities(child, errors);
                continue;
            }
            let name = child.own_name();
            match self.identities.get(&name) {
                Some(known) if std::ptr::eq(known.schema, child.schema) => {
                    errors.push(child.node.error(SchemaFault::Twice(name)));
                }
                Some(_) => {}
                None => drop(self.identities.insert(name, child)),
            }
        }
    }

    fn add(&mut self, at: At<'s>) -> Result<(), LoadError> {
        let space = match at.node.xs() {
            Some("element") => &mut self.elements,
            Some("complexType" | "simpleType") => &mut self.types,
            Some("attribute") => &mut self.attributes,
            Some("group") => &mut self.groups,
            Some("attributeGroup") => &mut self.attribute_groups,
            _ => return Ok(()),
        };
        let name = QName {
            namespace: at.schema.target.clone(),
            local: at.name()?.into(),
        };
        if at.node.xs() == Some("element") && !space.contains_key(&name) {
            self.element_order.push(name.clone());
        }
        match space.get(&name) {
            None => drop(space.insert(name, at)),
            // A copy of the declaration in another file says nothing new.
            Some(known) if !std::ptr::eq(known.schema, at.schema) && known.node.says(at.node) => {}
            Some(_) => return Err(at.node.error(SchemaFault::Twice(name))),
        }
        Ok(())
    }
}

impl<'s> At<'s> {
    /// What tells this node from every other.
    pub(super) fn id(self) -> NodeId {
        (
            std::ptr::from_ref(self.schema).addr(),
            std::ptr::from_ref(self.node).addr(),
        )
    }

    /// Whether this is a global declaration.
    pub(super) fn is_global(self) -> bool {
        self.schema
            .root()
            .children
            .iter()
            .any(|child| std::ptr::eq(child, self.node))
    }

    /// Another node of the same document.
    pub(super) fn of(self, node: &'s Node) -> Self {
        Self { node, ..self }
    }

    /// The children in XML Schema's namespace, annotations left out.
    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let parts = self
            .node
            .children
            .iter()
            .filter(|child| child.xs() != Some("annotation"));
        parts.map(move |child| self.of(child))
    }

    /// The first child called `name`.
    pub(super) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.node.xs() == Some(name))
    }

    /// The `name` attribute: a name without colon.
    pub(super) fn name(self) -> Result<&'s str, LoadError> {
        let name = self.required("name")?.trim();
        if crate::facets::is_ncname(name) {
            Ok(name)
        } else {
            Err(self.bad("name", name))
        }
    }

    /// An attribute that must be there.
    pub(super) fn required(self, name: &str) -> Result<&'s str, LoadError> {
        let missing = || {
            self.node
                .error(SchemaFault::MissingAttribute(name.to_owned()))
        };
        self.node.attribute(name).ok_or_else(missing)
    }

    /// The error of an attribute with a value that it cannot have.
    pub(super) fn bad(self, name: &str, value: &str) -> LoadError {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.node.error(SchemaFault::AttributeValue { name, value })
    }

    /// A boolean attribute, false when it is absent.
    pub(super) fn flag(self, name: &str) -> Result<bool, LoadError> {
        match self.node.attribute(name).map(str::trim) {
            None | Some("false" | "0") => Ok(false),
            Some("true" | "1") => Ok(true),
            Some(other) => Err(self.bad(name, other)),
        }
    }

    /// Whether a local declaration carries its namespace in documents.
    pub(super) fn qualified(self, default: &str) -> Result<bool, LoadError> {
        let root = self.of(self.schema.root());
        let (at, name) = match self.node.attribute("form") {
            Some(_) => (self, "form"),
            None => (root, default),
        };
        match at.node.attribute(name).map(str::trim) {
            Some("qualified") => Ok(true),
            None | Some("unqualified") => Ok(false),
            Some(other) => Err(at.bad(name, other)),
        }
    }

    /// The name that `text` means here.
    pub(super) fn resolve(self, text: &str) -> Result<QName, LoadError> {
        let text = text.trim();
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        let namespace = match self.node.namespace(prefix) {
            Some(namespace) => Some(namespace),
            None if prefix.is_empty() && self.schema.chameleon => self.schema.target.as_deref(),
            None if prefix.is_empty() => None,
            None => return Err(self.node.error(SchemaFault::Prefix(text.to_owned()))),
        };
        let name = QName::new(namespace, local);
        if self.schema.sees(&name) {
            Ok(name)
        } else {
            Err(self.node.error(SchemaFault::NotImported(name)))
        }
    }

    /// A name in a value, with the namespace that its prefix stands for here; what cannot be looked up stays as it is.
    pub(super) fn expanded(self, text: &str) -> String {
        let text = text.trim();
        let (prefix, local) = text.split_once(':').unwrap_or(("", text));
        let namespace = self.node.namespace(prefix);
        if namespace.is_none() && !prefix.is_empty() {
            return text.to_owned();
        }
        let name = Expanded {
            namespace,
            prefix,
            local,
        };
        name.to_string()
    }

    /// The name of the declaration itself; for one declared in place, that of its kind.
    pub(super) fn own_name(self) -> QName {
        match self.node.attribute("name") {
            Some(name) => QName {
                namespace: self.schema.target.clone(),
                local: name.trim().into(),
            },
            None => self.node.name.clone(),
        }
    }

    /// The component of `space` that the attribute `attribute` names.
    pub(super) fn find(
        self,
        attribute: &str,
        space: &BTreeMap<QName, At<'s>>,
    ) -> Result<(QName, At<'s>), LoadError> {
        let name = self.resolve(self.required(attribute)?)?;
        match space.get(&name) {
            Some(found) => Ok((name, *found)),
            None => Err(self.node.error(SchemaFault::Unresolved(name))),
        }
    }
}
