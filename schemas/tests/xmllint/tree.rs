//! Documents that are broken or tidied.

use contract::example::{Part, Tree};

/// White space that is no white space to libxml2.
pub(crate) const SPACE: &str = "<![CDATA[ ]]>";

/// How many elements there are, the outermost one included.
pub(crate) fn size(tree: &Tree) -> usize {
    1 + tree.children().map(size).sum::<usize>()
}

/// The element of that number, in document order.
pub(crate) fn nth(tree: &mut Tree, number: usize) -> Option<&mut Tree> {
    if number == 0 {
        return Some(tree);
    }
    let mut left = number - 1;
    for part in &mut tree.parts {
        if let Part::Element(child) = part {
            let size = size(child);
            if left < size {
                return nth(child, left);
            }
            left -= size;
        }
    }
    None
}

/// The same document without CDATA sections of white space, and without white space around
/// the text of leaves.
pub(crate) fn tidied(tree: &Tree) -> Tree {
    let leaf = tree.children().next().is_none();
    let mut text = String::new();
    let mut parts = Vec::new();
    for part in &tree.parts {
        match part {
            Part::Element(child) => parts.push(Part::Element(tidied(child))),
            Part::Markup(markup) if markup == SPACE => {}
            Part::Text(piece) if leaf => text.push_str(piece),
            Part::Markup(markup) if leaf && markup.starts_with("<!--") => {}
            Part::Text(_) | Part::Markup(_) => parts.push(part.clone()),
        }
    }
    parts.insert(
        0,
        Part::Text(text.trim_matches([' ', '\t', '\n', '\r']).to_owned()),
    );
    Tree {
        name: tree.name.clone(),
        attributes: tree.attributes.clone(),
        parts,
    }
}
