//! What a text means, read and canonicalised by libraries that have nothing in common with ours:
//! exclusive canonicalisation without comments, after each prefix has been given the name of the
//! place of its namespace.

use std::borrow::Cow;
use std::collections::BTreeSet;

use bergshamra_c14n::{C14nMode, canonicalize_doc};
use uppsala::{Document, NodeId, NodeKind, QName};

const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// What becomes of white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// Each character counts.
    Kept,
    /// No run of it is more than one, and around a text it is nothing: what the types of a contract
    /// do with it is not known here.
    Collapsed,
}

/// The canonical bytes; hints where schemas are, and what says that an element is not nil, are left
/// out.
///
/// # Panics
/// When the text is no XML.
pub(crate) fn meaning(text: &str, space: Space) -> String {
    let mut document = uppsala::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let root = document.document_element().unwrap();
    let inside = document.descendants(root);
    let mut namespaces: BTreeSet<String> = BTreeSet::new();
    let all: Vec<NodeId> = std::iter::once(root).chain(inside).collect();
    for id in &all {
        if let Some(element) = document.element_mut(*id) {
            element.attributes.retain(|it| tells(&it.name, &it.value));
            let names = element.attributes.iter().map(|it| &it.name);
            let names = names.chain([&element.name]);
            namespaces
                .extend(names.filter_map(|it| it.namespace_uri.as_deref().map(str::to_owned)));
        }
    }
    namespaces.remove(XML);
    let namespaces: Vec<String> = namespaces.into_iter().collect();
    for id in all {
        rename(&mut document, id, &namespaces, space);
    }
    if let Some(element) = document.element_mut(root) {
        let places = namespaces.iter().enumerate();
        element.namespace_declarations = places
            .map(|(at, name)| (format!("n{at}").into(), name.clone().into()))
            .collect();
    }
    let bytes = canonicalize_doc::<&str>(&document, C14nMode::Exclusive, None, &[]).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn tells(name: &QName<'_>, value: &str) -> bool {
    if name.namespace_uri.as_deref() != Some(INSTANCE) {
        return true;
    }
    match &*name.local_name {
        "schemaLocation" | "noNamespaceSchemaLocation" => false,
        "nil" => !matches!(value.trim(), "false" | "0"),
        _ => true,
    }
}

fn rename(document: &mut Document<'_>, id: NodeId, namespaces: &[String], space: Space) {
    let prefixed = |name: &mut QName<'_>| {
        let Some(namespace) = name.namespace_uri.as_deref() else {
            name.prefix = None;
            return;
        };
        if let Some(at) = namespaces.iter().position(|known| known == namespace) {
            name.prefix = Some(format!("n{at}").into());
        }
    };
    match document.node_kind_mut(id) {
        Some(NodeKind::Element(element)) => {
            element.namespace_declarations.clear();
            prefixed(&mut element.name);
            for attribute in &mut element.attributes {
                let instance = attribute.name.namespace_uri.as_deref() == Some(INSTANCE);
                if instance && &*attribute.name.local_name == "nil" {
                    attribute.value = "true".into();
                }
                if space == Space::Collapsed || instance {
                    collapse(&mut attribute.value);
                }
                prefixed(&mut attribute.name);
            }
        }
        Some(NodeKind::Text(text) | NodeKind::CData(text)) if space == Space::Collapsed => {
            collapse(text);
        }
        _ => {}
    }
}

fn collapse(text: &mut Cow<'_, str>) {
    let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    *text = Cow::Owned(words.join(" "));
}
