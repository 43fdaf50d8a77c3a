//! Annotations: Spanish documentation, and ours in `xs:appinfo`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::components::At;
use super::error::LoadError;
use super::files::Schema;
use super::sidecar::Place;
use super::tree::{ANNOTATIONS, Node};
use crate::{Governed, Group, GroupId, Masking, Role, Sensitivity};

/// The governance that an element passes on to what stands inside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Inherited {
    pub(super) group: Option<GroupId>,
    pub(super) sensitivity: Option<Sensitivity>,
    /// Where the paths of the governance file have come to.
    pub(super) place: Place,
}

/// What the annotation of one declaration says.
#[derive(Debug, Clone, Default)]
pub(super) struct Annotation {
    pub(super) doc: Arc<str>,
    pub(super) own: Inherited,
    pub(super) masking: Option<Masking>,
    pub(super) role: Option<Role>,
    pub(super) case_unit: bool,
}

impl Inherited {
    /// This governance, with what `own` says put in its place.
    pub(super) fn overlaid(self, own: Self) -> Self {
        Self {
            group: own.group.or(self.group),
            sensitivity: own.sensitivity.or(self.sensitivity),
            place: self.place,
        }
    }

    /// The governance of a leaf, once group and sensitivity are both known.
    pub(super) fn governed(self, masking: Option<Masking>) -> Option<Governed> {
        let (group, sensitivity) = self.group.zip(self.sensitivity)?;
        Some(Governed {
            group,
            sensitivity,
            masking,
        })
    }
}

impl Annotation {
    /// Reads the annotation of a declaration; `groups` are all the groups of the contract.
    pub(super) fn read(at: At<'_>, groups: &[Group]) -> Result<Self, LoadError> {
        let mut annotation = Self {
            doc: documentation(at.node),
            ..Self::default()
        };
        for word in words(at.node) {
            let word = at.of(word);
            match &*word.node.name.local {
                "caso" => annotation.case_unit = true,
                "gobierno" => annotation.govern(word, groups)?,
                _ => {}
            }
        }
        Ok(annotation)
    }

    /// This annotation of a global declaration, with what the one of a reference to it says put in
    /// its place.
    pub(super) fn overlaid(self, reference: Self) -> Self {
        Self {
            doc: if reference.doc.is_empty() {
                self.doc
            } else {
                reference.doc
            },
            own: self.own.overlaid(reference.own),
            masking: reference.masking.or(self.masking),
            role: reference.role.or(self.role),
            case_unit: reference.case_unit || self.case_unit,
        }
    }

    fn govern(&mut self, word: At<'_>, groups: &[Group]) -> Result<(), LoadError> {
        if let Some(name) = word.node.attribute("grupo") {
            let at = groups.binary_search_by(|group| (*group.name).cmp(name.trim()));
            let id = at.ok().and_then(|at| u16::try_from(at).ok());
            self.own.group = Some(GroupId(id.ok_or_else(|| word.bad("grupo", name))?));
        }
        if let Some(text) = word.node.attribute("sensibilidad") {
            let value = Sensitivity::from_word(text.trim());
            self.own.sensitivity = Some(value.ok_or_else(|| word.bad("sensibilidad", text))?);
        }
        if let Some(text) = word.node.attribute("mascara") {
            let value = Masking::from_word(text.trim());
            self.masking = Some(value.ok_or_else(|| word.bad("mascara", text))?);
        }
        if let Some(text) = word.node.attribute("funcion") {
            let value = Role::from_word(text.trim());
            self.role = Some(value.ok_or_else(|| word.bad("funcion", text))?);
        }
        Ok(())
    }
}

/// Our words in the annotation of a declaration.
pub(super) fn words(node: &Node) -> impl Iterator<Item = &Node> {
    let annotations = node
        .children
        .iter()
        .filter(|child| child.xs() == Some("annotation"));
    let parts = annotations.flat_map(|annotation| &annotation.children);
    let appinfo = parts
        .filter(|part| part.xs() == Some("appinfo"))
        .flat_map(|part| &part.children);
    appinfo.filter(|word| word.name.namespace.as_deref() == Some(ANNOTATIONS))
}

/// The documentation of a component, its white space collapsed: what is in Spanish, if anything.
pub(super) fn documentation(node: &Node) -> Arc<str> {
    let annotations = node
        .children
        .iter()
        .filter(|child| child.xs() == Some("annotation"));
    let parts = annotations.flat_map(|annotation| &annotation.children);
    let texts: Vec<&Node> = parts
        .filter(|part| part.xs() == Some("documentation"))
        .collect();
    let spanish = |node: &&Node| {
        let mut attributes = node.attributes.iter();
        attributes.any(|(name, value)| &*name.local == "lang" && value.starts_with("es"))
    };
    let chosen = if texts.iter().any(spanish) {
        texts.into_iter().filter(|node| spanish(node)).collect()
    } else {
        texts
    };
    let words = chosen.iter().flat_map(|node| node.text.split_whitespace());
    Arc::from(words.collect::<Vec<_>>().join(" "))
}

/// Every group that the governance file declares or an annotation names, in the order of their names.
pub(super) fn groups(schemas: &[Schema], declared: Vec<Group>) -> Vec<Group> {
    let mut names = BTreeSet::new();
    for schema in schemas {
        gather(schema.root(), &mut names);
    }
    let mut groups = declared;
    names.retain(|name| !groups.iter().any(|group| *group.name == **name));
    groups.extend(names.into_iter().map(|name| Group {
        name: Arc::from(name),
        title: Arc::from(""),
        canonical: None,
    }));
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    groups
}

fn gather<'s>(node: &'s Node, names: &mut BTreeSet<&'s str>) {
    if node.name.is(Some(ANNOTATIONS), "gobierno") {
        let name = node.attribute("grupo").map(str::trim);
        let word = |name: &&str| !name.is_empty() && !name.contains(char::is_whitespace);
        names.extend(name.filter(word));
    }
    node.children.iter().for_each(|child| gather(child, names));
}

/// Whether anything in the file carries our annotations.
pub(super) fn is_ours(node: &Node) -> bool {
    node.name.namespace.as_deref() == Some(ANNOTATIONS) || node.children.iter().any(is_ours)
}
