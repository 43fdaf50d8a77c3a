//! Breaking documents, or changing them in ways that must not matter.

use contract::{Contract, QName};

use crate::tree::{SPACE, nth, size};
use contract::example::Random;
use contract::example::texts;
use contract::example::{INSTANCE, Part, Tree};

/// Changes one thing.
pub(crate) fn mutate(tree: &mut Tree, contract: &Contract, random: &mut Random) {
    let number = random.below(size(tree));
    let Some(node) = nth(tree, number) else {
        return;
    };
    match random.below(12) {
        0 | 1 => children(node, random),
        2 => rename(node, contract, random),
        3 => node.name.namespace = namespace(random),
        4 | 5 => node.parts = vec![Part::Text((*random.pick(&texts()).unwrap()).to_owned())],
        6 => attributes(node, random),
        7 => add_attribute(node, contract, random),
        8 => pad(node, random),
        9 => insert(node, random),
        10 => node.parts.clear(),
        _ => transplant(tree, random),
    }
}

/// Removes, doubles or moves children.
fn children(node: &mut Tree, random: &mut Random) {
    if node.parts.is_empty() {
        return;
    }
    let at = random.below(node.parts.len());
    let part = node.parts[at].clone();
    match random.below(5) {
        0 | 1 => drop(node.parts.remove(at)),
        2 => node.parts.insert(at, part),
        3 => node.parts.extend(vec![part; 1 + random.below(14)]),
        _ => {
            let other = random.below(node.parts.len());
            node.parts.swap(at, other);
        }
    }
}

fn rename(node: &mut Tree, contract: &Contract, random: &mut Random) {
    node.name.local = if random.chance(30) {
        "desconocido".into()
    } else {
        some_name(contract, random).local
    };
}

/// The name of some element of the contract.
fn some_name(contract: &Contract, random: &mut Random) -> QName {
    let mut id = *random.pick(contract.roots()).unwrap();
    for _ in 0..random.below(6) {
        let contract::Content::Complex(complex) = contract.element(id).content else {
            break;
        };
        let children = &contract.complex(complex).children;
        if children.is_empty() {
            break;
        }
        id = random.pick(children).unwrap().element;
    }
    contract.element(id).name.clone()
}

fn namespace(random: &mut Random) -> Option<std::sync::Arc<str>> {
    [
        None,
        Some("urn:otro"),
        Some("urn:shapes"),
        Some("urn:pasarela:viogen:2"),
    ][random.below(4)]
    .map(Into::into)
}

/// Removes or breaks an attribute.
fn attributes(node: &mut Tree, random: &mut Random) {
    if node.attributes.is_empty() {
        return;
    }
    let at = random.below(node.attributes.len());
    match random.below(4) {
        0 => drop(node.attributes.remove(at)),
        1 => node.attributes[at].0.namespace = namespace(random),
        _ => (*random.pick(&texts()).unwrap()).clone_into(&mut node.attributes[at].1),
    }
    // Two attributes of one name would be no XML.
    let names: std::collections::BTreeSet<_> = node
        .attributes
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    if names.len() < node.attributes.len() {
        node.attributes.truncate(1);
    }
}

fn add_attribute(node: &mut Tree, contract: &Contract, random: &mut Random) {
    let instance = |local: &str| QName::new(Some(INSTANCE), local);
    let (name, value) = match random.below(7) {
        0 => (QName::new(None, "desconocido"), "1"),
        1 => (QName::new(Some("urn:otro"), "desconocido"), "1"),
        2 => (QName::new(None, &some_name(contract, random).local), "a"),
        3 => (
            instance("schemaLocation"),
            "urn:otro http://127.0.0.1/none.xsd",
        ),
        4 => (instance("noNamespaceSchemaLocation"), "none.xsd"),
        _ => (
            instance("nil"),
            *random
                .pick(&["true", "1", "false", " 0 ", "yes", ""])
                .unwrap(),
        ),
    };
    if !node.attributes.iter().any(|(known, _)| *known == name) {
        node.attributes.push((name, value.to_owned()));
    }
}

/// White space around and comments inside, which matter to few types.
fn pad(node: &mut Tree, random: &mut Random) {
    let space = *random.pick(&[" ", "\n  ", "\t"]).unwrap();
    let at = random.below(node.parts.len() + 1);
    let part = match random.below(4) {
        0 | 1 => Part::Text(space.to_owned()),
        2 => Part::Markup("<!-- comment -->".to_owned()),
        _ => Part::Markup(SPACE.to_owned()),
    };
    node.parts.insert(at, part);
}

/// Puts text or an element where none may stand.
fn insert(node: &mut Tree, random: &mut Random) {
    let at = random.below(node.parts.len() + 1);
    let name = QName {
        namespace: node.name.namespace.clone(),
        local: "intruso".into(),
    };
    node.parts.insert(
        at,
        match random.below(4) {
            0 => Part::Element(Tree::leaf(name, "1".to_owned())),
            1 => Part::Markup("<![CDATA[x]]>".to_owned()),
            2 => Part::Markup("&#x41;".to_owned()),
            _ => Part::Text((*random.pick(&texts()).unwrap()).to_owned()),
        },
    );
}

/// Copies one element into another.
fn transplant(tree: &mut Tree, random: &mut Random) {
    let (from, to) = (random.below(size(tree)), random.below(size(tree)));
    let Some(copy) = nth(tree, from).cloned() else {
        return;
    };
    if let Some(node) = nth(tree, to) {
        let at = random.below(node.parts.len() + 1);
        node.parts.insert(at, Part::Element(copy));
    }
}
