//! A compiled contract: everything the codecs, masks and emitters ask about it.

mod automaton;
mod complex;
mod derivation;
mod element;
mod governance;
mod identity;
mod simples;
mod wildcard;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use automaton::{
    AllGroup, AllMember, Automaton, ContentModel, Count, Edge, Place, State, Term,
};
pub(crate) use automaton::{COUNTERS, MAX_ALL};
pub use complex::{Attribute, Body, Child, ComplexType, Form, Occurs, Particle};
pub use derivation::{Derivations, Derived};
pub use element::{Content, Element, Location, ValueConstraint};
pub use governance::{Governed, Group, Masking, Role, Sensitivity};
pub use identity::{Identity, IdentityKind, NameTest, Path};
pub use simples::Fidelity;
pub(crate) use simples::NamedSimples;
pub use wildcard::{Namespaces, Process, Wildcard};

use crate::facets::SimpleType;
use crate::{Fronting, LoadErrors, Operation, QName, load};

macro_rules! id {
    ($name:ident($width:ty), $what:literal) => {
        #[doc = concat!("The number of ", $what, " in its contract.")]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $width);

        impl $name {
            /// The number, to index tables with.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(ElementId(u32), "an element use");
id!(TypeId(u32), "a complex type");
id!(SimpleId(u32), "a simple type");
id!(GroupId(u16), "a field group");
id!(StateId(u32), "a state of a content model");
id!(WildcardId(u32), "a wildcard");

/// Whether every leaf must say who may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Governance {
    /// A leaf without group and sensitivity is a load error.
    Required,
    /// Contracts without our annotations are accepted.
    Ungoverned,
}

/// One XSD file of a contract, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// The path inside the contract folder, with `/`.
    pub path: Arc<str>,
    /// The target namespace, if any.
    pub namespace: Option<Arc<str>>,
    /// The text of the file.
    pub text: Arc<str>,
}

/// A folder of XSD files, compiled.
///
/// INVARIANT: every id inside a contract is an index into that contract's own tables; ids of one
/// contract are never used with another.
#[derive(Debug)]
pub struct Contract {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) namespace: Arc<str>,
    pub(crate) elements: Vec<Element>,
    pub(crate) types: Vec<ComplexType>,
    pub(crate) simples: Vec<SimpleType>,
    pub(crate) wildcards: Vec<Wildcard>,
    pub(crate) across: crate::identity::Across,
    /// The global attributes.
    pub(crate) attributes: BTreeMap<QName, Attribute>,
    pub(crate) simple_names: NamedSimples,
    pub(crate) fidelity: Fidelity,
    /// Some value of its documents may be a name.
    pub(crate) has_names: bool,
    pub(crate) groups: Vec<Group>,
    pub(crate) roots: Vec<ElementId>,
    pub(crate) roots_by_name: BTreeMap<QName, ElementId>,
    pub(crate) operations: Vec<Operation>,
    pub(crate) service: Option<Arc<str>>,
    pub(crate) fronting: Option<Fronting>,
    pub(crate) files: Vec<SchemaFile>,
}

impl Contract {
    /// Compiles every root XSD and WSDL under `dir` into one contract.
    ///
    /// # Errors
    /// Everything that is wrong with the files, not only the first fault.
    pub fn load(dir: &std::path::Path, governance: Governance) -> Result<Arc<Self>, LoadErrors> {
        load::folder(dir, governance).map(Arc::new)
    }

    /// Compiles one XSD or WSDL `file` and what it imports from inside the folder `base`.
    ///
    /// # Errors
    /// Everything that is wrong with the files, not only the first fault.
    pub fn load_file(
        base: &std::path::Path,
        file: &std::path::Path,
        governance: Governance,
    ) -> Result<Arc<Self>, LoadErrors> {
        load::file(base, file, governance).map(Arc::new)
    }

    /// Compiles what is at `path`: a folder as one contract, or one file and what it imports from its folder.
    ///
    /// # Errors
    /// Everything that is wrong with the files, not only the first fault.
    pub fn load_at(
        path: &std::path::Path,
        governance: Governance,
    ) -> Result<Arc<Self>, LoadErrors> {
        load::at(path, governance).map(Arc::new)
    }

    /// The contracts at `path` that declare the global element `root`: the folder or file as one contract; where the
    /// root files of a folder do not go together (two may declare one name), those that declare it, each on its own.
    ///
    /// # Errors
    /// Everything that is wrong with the files, if no part of the folder compiles and declares the element.
    pub fn declaring(
        path: &std::path::Path,
        root: &QName,
        governance: Governance,
    ) -> Result<Vec<Arc<Self>>, LoadErrors> {
        let found = load::declaring(path, root, governance)?;
        Ok(found.into_iter().map(Arc::new).collect())
    }

    /// The contract's name: the last folder but one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The contract's version: the last folder.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Name and version, as agreements and the journal write them: `viogen/2`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.name, self.version)
    }

    /// The target namespace of the file with the operations, else of the first root; may be empty.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The global element of that name.
    pub fn root(&self, name: &QName) -> Option<ElementId> {
        self.roots_by_name.get(name).copied()
    }

    /// Every global element, in the order of the files.
    pub fn roots(&self) -> &[ElementId] {
        &self.roots
    }

    /// The element use of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are indices into these tables by construction"
    )]
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id.index()]
    }

    /// How many element uses there are; their ids are the numbers below it.
    pub fn element_count(&self) -> usize {
        self.elements.len()
    }

    /// The complex type of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are indices into these tables by construction"
    )]
    pub fn complex(&self, id: TypeId) -> &ComplexType {
        &self.types[id.index()]
    }

    /// The simple type of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are indices into these tables by construction"
    )]
    pub fn simple(&self, id: SimpleId) -> &SimpleType {
        &self.simples[id.index()]
    }

    /// What a conversion to JSON and back keeps.
    pub fn fidelity(&self) -> Fidelity {
        self.fidelity
    }

    /// The simple type of that name, built in or declared.
    pub(crate) fn simple_named(&self, name: &QName) -> Option<SimpleId> {
        self.simple_names.ids.get(name).copied()
    }

    /// Whether `derived` may stand for `base`.
    pub(crate) fn simple_derives(&self, derived: SimpleId, base: SimpleId) -> bool {
        self.simple_names.derives(derived, base)
    }

    /// The wildcard of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are indices into these tables by construction"
    )]
    pub fn wildcard(&self, id: WildcardId) -> &Wildcard {
        &self.wildcards[id.index()]
    }

    /// The field group of that number.
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are indices into these tables by construction"
    )]
    pub fn group(&self, id: GroupId) -> &Group {
        &self.groups[id.index()]
    }

    /// Every field group, by number, in the order of their names.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The field group called `name`.
    pub fn group_id(&self, name: &str) -> Option<GroupId> {
        let at = self
            .groups
            .binary_search_by(|group| (*group.name).cmp(name))
            .ok()?;
        u16::try_from(at).ok().map(GroupId)
    }

    /// Every operation, in the order of the files.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation whose request is the global element `name`; the first, where several are told apart
    /// by their actions.
    pub fn operation_by_request(&self, name: &QName) -> Option<&Operation> {
        self.operations_by_request(name).next()
    }

    /// The operations whose request is the global element `name`.
    pub fn operations_by_request(&self, name: &QName) -> impl Iterator<Item = &Operation> {
        let root = self.root(name);
        let operations = self.operations.iter();
        operations.filter(move |operation| Some(operation.request) == root)
    }

    /// The operation called `name`.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| *operation.name == *name)
    }

    /// The path of the WSDL that a contract which is not ours brings along.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    /// What the governance file says of a contract that is not ours.
    pub fn fronting(&self) -> Option<&Fronting> {
        self.fronting.as_ref()
    }

    /// The files, to serve and to embed; the roots first.
    pub fn files(&self) -> &[SchemaFile] {
        &self.files
    }

    /// Every element use that holds a governed case.
    pub fn case_units(&self) -> Vec<ElementId> {
        let ids = (0..self.elements.len()).filter_map(|at| u32::try_from(at).ok());
        ids.map(ElementId)
            .filter(|id| self.element(*id).case_unit)
            .collect()
    }

    /// The simple type of the element's value: its own, or the one its attributes extend.
    pub fn value_type(&self, id: ElementId) -> Option<SimpleId> {
        match self.element(id).content {
            Content::Simple(simple) => Some(simple),
            Content::Complex(complex) => match self.complex(complex).body {
                Body::Simple(simple) => Some(simple),
                Body::Empty | Body::Elements(_) => None,
            },
        }
    }
}
