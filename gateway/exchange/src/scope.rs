//! Narrowing a search to what the agreement covers, before it is asked.

use contract::{Builder, Content, Document, Role};
use domain::Annex;

/// The search with the agreement's territory and ceiling in it, in place of any it had.
///
/// What the caller asked for by itself stays beside them: the holder applies both. `None` when the
/// contract has no place for a part of them, or the territory covers nothing; a search without
/// them would be one over the whole nation.
pub(crate) fn narrow(search: &Document, annex: &Annex) -> Option<Document> {
    let contract = search.contract();
    let root = search.root();
    let Content::Complex(id) = contract.element(root.element()).content else {
        return None;
    };
    let mut builder = Builder::new(contract, root.element());
    let mut places: Vec<String> = annex
        .territory
        .places()
        .map(|place| place.to_string())
        .collect();
    let mut ceiling = Some(annex.max_risk.as_str());
    for child in &contract.complex(id).children {
        let element = contract.element(child.element);
        match element.role {
            Some(Role::Scope) => {
                if places.is_empty() {
                    return None;
                }
                for place in places.drain(..) {
                    builder.leaf(&element.name.local, &place).ok()?;
                }
            }
            Some(Role::MaxLevel) => {
                builder.leaf(&element.name.local, ceiling.take()?).ok()?;
            }
            Some(_) | None => {
                let own = root
                    .children()
                    .filter(|node| node.element() == child.element);
                own.into_iter()
                    .try_for_each(|node| builder.append(node))
                    .ok()?;
            }
        }
    }
    // Both must have found their place.
    (places.is_empty() && ceiling.is_none()).then(|| builder.finish().ok())?
}
