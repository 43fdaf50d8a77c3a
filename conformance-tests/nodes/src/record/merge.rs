//! What a submission makes of a case: what is present replaces, what is absent is kept.
//!
//! Contract `viogen/2`, README, `presentarCaso`: a leaf replaces its value, a repeatable element the whole list of that
//! name, an element with children only those of its children that are present. Nothing is erased.

use contract::{Content, Document, NodeRef};

use crate::record::{Draft, Form, RecordError};

/// The case as it is, with the submitted one laid over it.
pub(crate) fn merge(
    form: &Form,
    kept: Option<NodeRef<'_>>,
    submitted: NodeRef<'_>,
) -> Result<Document, RecordError> {
    let mut draft = Draft::new(&form.contract, form.whole);
    lay(&mut draft, "caso", kept, submitted)?;
    draft.finish()
}

/// Adds one element, made of the kept one and the submitted one.
fn lay(
    draft: &mut Draft,
    local: &str,
    kept: Option<NodeRef<'_>>,
    submitted: NodeRef<'_>,
) -> Result<(), RecordError> {
    let Some(kept) = kept else {
        return draft.append(submitted);
    };
    if is_leaf(submitted) {
        return draft.append(submitted);
    }
    draft.within(local, |draft| {
        attributes(draft, kept, submitted)?;
        for child in draft.children() {
            let named = |node: NodeRef<'_>| node.local() == &*child;
            let repeated = repeats(submitted, &child);
            match submitted.child(&child) {
                Some(new) if !repeated => lay(draft, &child, kept.child(&child), new)?,
                Some(_) => submitted
                    .children()
                    .filter(|node| named(*node))
                    .try_for_each(|node| draft.append(node))?,
                None => kept
                    .children()
                    .filter(|node| named(*node))
                    .try_for_each(|node| draft.append(node))?,
            }
        }
        Ok(())
    })
}

/// The submitted attributes, and the kept ones that it does not name.
fn attributes(
    draft: &mut Draft,
    kept: NodeRef<'_>,
    submitted: NodeRef<'_>,
) -> Result<(), RecordError> {
    for (_, local, value) in submitted.attributes() {
        draft.attribute(local, value)?;
    }
    for (_, local, value) in kept.attributes() {
        if submitted.attribute(local).is_none() {
            draft.attribute(local, value)?;
        }
    }
    Ok(())
}

fn is_leaf(node: NodeRef<'_>) -> bool {
    node.document()
        .contract()
        .value_type(node.element())
        .is_some()
}

/// Whether an element may have more than one child of that name.
fn repeats(parent: NodeRef<'_>, local: &str) -> bool {
    let contract = parent.document().contract();
    match contract.element(parent.element()).content {
        Content::Simple(_) => false,
        Content::Complex(complex) => {
            contract.complex(complex).children.iter().any(|child| {
                child.repeated && &*contract.element(child.element).name.local == local
            })
        }
    }
}
