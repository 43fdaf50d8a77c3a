//! What a submission makes of a case: what is present replaces, what is absent is kept.
//!
//! Contract `viogen/2`, README, `presentarCaso`: a leaf replaces its value, a repeatable element the whole list of that
//! name, an element with children only those of its children that are present. Nothing is erased. Some lists only
//! grow: several bodies write them, or not all who write them see them whole.

use contract::{Content, Document, NodeRef};

use crate::record::{Draft, Form, RecordError};

/// The lists that only grow, by their paths in the case, and what tells their elements apart: the leaves of the key, or
/// all there is of the element when there are none. The README of the contract says the same.
const GROWING: &[(&str, &[&str])] = &[
    ("caso/cabecera/idLocal", &["sistema"]),
    ("caso/relacion/menor", &["seudonimo"]),
    ("caso/hechos/denuncia", &[]),
    ("caso/hechos/incidente", &[]),
    ("caso/valoracion/evaluacion", &["formulario", "fecha"]),
    ("caso/valoracion/diligencia", &["tipo", "fecha"]),
    ("caso/proteccion/medidaJudicial", &["tipo", "nig"]),
];

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

/// Adds one element, made of the kept one and the submitted one; `path` ends with its name.
fn lay(
    draft: &mut Draft,
    path: &str,
    kept: Option<NodeRef<'_>>,
    submitted: NodeRef<'_>,
) -> Result<(), RecordError> {
    let Some(kept) = kept else {
        return draft.append(submitted);
    };
    if is_leaf(submitted) {
        return draft.append(submitted);
    }
    let local = path.rsplit('/').next().unwrap_or(path);
    draft.within(local, |draft| {
        attributes(draft, kept, submitted)?;
        for child in draft.children() {
            let named = |node: NodeRef<'_>| node.local() == &*child;
            let repeated = repeats(submitted, &child);
            let path = format!("{path}/{child}");
            let growing = GROWING.iter().find(|(growing, _)| *growing == path);
            match (submitted.child(&child), growing) {
                (Some(new), _) if !repeated => lay(draft, &path, kept.child(&child), new)?,
                (Some(_), Some((_, key))) => grow(draft, &path, key, (kept, submitted))?,
                (Some(_), None) => submitted
                    .children()
                    .filter(|node| named(*node))
                    .try_for_each(|node| draft.append(node))?,
                (None, _) => kept
                    .children()
                    .filter(|node| named(*node))
                    .try_for_each(|node| draft.append(node))?,
            }
        }
        Ok(())
    })
}

/// Adds the list of that path: what is kept, each with what was submitted of the same key laid over it, and then what is
/// new.
fn grow(
    draft: &mut Draft,
    path: &str,
    key: &[&str],
    (kept, submitted): (NodeRef<'_>, NodeRef<'_>),
) -> Result<(), RecordError> {
    let local = path.rsplit('/').next().unwrap_or(path);
    let named = |node: &NodeRef<'_>| node.local() == local;
    let mut list: Vec<(Option<NodeRef<'_>>, Option<NodeRef<'_>>)> = kept
        .children()
        .filter(named)
        .map(|node| (Some(node), None))
        .collect();
    for new in submitted.children().filter(named) {
        let same = |entry: &&mut (Option<NodeRef<'_>>, Option<NodeRef<'_>>)| {
            let (kept, laid) = &**entry;
            let mut known = kept.iter().chain(laid);
            known.any(|known| are_same(key, *known, new))
        };
        match list.iter_mut().find(same) {
            Some((_, laid)) => *laid = Some(new),
            None => list.push((None, Some(new))),
        }
    }
    for entry in list {
        match entry {
            (Some(kept), None) => draft.append(kept)?,
            (kept, Some(new)) => lay(draft, path, kept, new)?,
            (None, None) => {}
        }
    }
    Ok(())
}

/// Whether two elements of a list are one: by the key when both have all of it, else by all there is of them.
fn are_same(key: &[&str], one: NodeRef<'_>, other: NodeRef<'_>) -> bool {
    let value = |node: NodeRef<'_>| -> Option<Vec<String>> {
        let leaves = key
            .iter()
            .map(|leaf| node.child(leaf)?.text().map(str::to_owned));
        leaves
            .collect::<Option<Vec<_>>>()
            .filter(|leaves| !leaves.is_empty())
    };
    match (value(one), value(other)) {
        (Some(one), Some(other)) => one == other,
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => xml(one) == xml(other),
    }
}

fn xml(node: NodeRef<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    node.write_xml(&mut bytes);
    bytes
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

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use contract::{Contract, Document, Governance, Limits, json};

    use super::{GROWING, merge};
    use crate::record::Form;

    fn folder() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2")
    }

    fn case(form: &Form, text: &str) -> Document {
        let contract: &Arc<Contract> = &form.contract;
        let text = format!("{{\"caso\":{text}}}");
        let read = json::decode(contract, form.whole, text.as_bytes(), &Limits::default());
        read.unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn lists_grow_or_are_replaced_as_the_contract_says() {
        let contract = Contract::load(&folder(), Governance::Required).unwrap();
        let form = Form::of(&contract).unwrap();
        // What is kept, what is submitted, what comes of it.
        let table = [
            (
                r#"{"cabecera":{"idLocal":[{"sistema":"VIOGEN","identificador":"1"},{"sistema":"SIAV","identificador":"2"}]}}"#,
                r#"{"cabecera":{"idLocal":[{"sistema":"SIAV","identificador":"3"},{"sistema":"EBA","identificador":"4"}]}}"#,
                r#"{"cabecera":{"idLocal":[{"sistema":"VIOGEN","identificador":"1"},{"sistema":"SIAV","identificador":"3"},{"sistema":"EBA","identificador":"4"}]}}"#,
            ),
            (
                r#"{"hechos":{"incidente":[{"tipo":"amenaza","fecha":"2026-01-01"}]}}"#,
                r#"{"hechos":{"incidente":[{"tipo":"amenaza","fecha":"2026-01-01"},{"tipo":"amenaza","fecha":"2026-01-02"}]}}"#,
                r#"{"hechos":{"incidente":[{"tipo":"amenaza","fecha":"2026-01-01"},{"tipo":"amenaza","fecha":"2026-01-02"}]}}"#,
            ),
            (
                r#"{"valoracion":{"evaluacion":[{"formulario":"VPR","fecha":"2026-01-01T10:00:00Z","nivelAsignado":"bajo","estado":"provisional"}]}}"#,
                r#"{"valoracion":{"evaluacion":[{"formulario":"VPR","fecha":"2026-01-01T10:00:00Z","estado":"consolidada"},{"formulario":"VPER_S","fecha":"2026-01-01T10:00:00Z"}]}}"#,
                r#"{"valoracion":{"evaluacion":[{"formulario":"VPR","fecha":"2026-01-01T10:00:00Z","nivelAsignado":"bajo","estado":"consolidada"},{"formulario":"VPER_S","fecha":"2026-01-01T10:00:00Z"}]}}"#,
            ),
            (
                r#"{"proteccion":{"medidaJudicial":[{"tipo":"otra","nig":"1300000000202500018","estado":"vigente"},{"tipo":"otra","estado":"vigente"}]}}"#,
                r#"{"proteccion":{"medidaJudicial":[{"tipo":"otra","nig":"1300000000202500018","estado":"vencida"},{"tipo":"otra","estado":"vencida"}]}}"#,
                r#"{"proteccion":{"medidaJudicial":[{"tipo":"otra","nig":"1300000000202500018","estado":"vencida"},{"tipo":"otra","estado":"vigente"},{"tipo":"otra","estado":"vencida"}]}}"#,
            ),
            (
                r#"{"relacion":{"menor":[{"seudonimo":"MENOR-1","plan":"Plan de PRUEBA"}]}}"#,
                r#"{"relacion":{"menor":[{"seudonimo":"MENOR-1","tramoEdad":"6-11"},{"seudonimo":"MENOR-2"}]}}"#,
                r#"{"relacion":{"menor":[{"seudonimo":"MENOR-1","tramoEdad":"6-11","plan":"Plan de PRUEBA"},{"seudonimo":"MENOR-2"}]}}"#,
            ),
            (
                r#"{"valoracion":{"diligencia":[{"tipo":"menoresEnRiesgo","fecha":"2026-01-01T10:00:00Z","documento":"JVBERi0x"}]}}"#,
                r#"{"valoracion":{"diligencia":[{"tipo":"menoresEnRiesgo","fecha":"2026-01-01T10:00:00Z","texto":"PRUEBA"},{"tipo":"menoresEnRiesgo","fecha":"2026-01-02T10:00:00Z"}]}}"#,
                r#"{"valoracion":{"diligencia":[{"tipo":"menoresEnRiesgo","fecha":"2026-01-01T10:00:00Z","texto":"PRUEBA","documento":"JVBERi0x"},{"tipo":"menoresEnRiesgo","fecha":"2026-01-02T10:00:00Z"}]}}"#,
            ),
            (
                r#"{"proteccion":{"plan":{"area":[{"pauta":"A"}],"palabraClave":["X"]}}}"#,
                r#"{"proteccion":{"plan":{"area":[{"pauta":"B"}]}}}"#,
                r#"{"proteccion":{"plan":{"area":[{"pauta":"B"}],"palabraClave":["X"]}}}"#,
            ),
        ];
        for (kept, submitted, expected) in table {
            let (kept, submitted) = (case(&form, kept), case(&form, submitted));
            let submitted = submitted.root().child("caso").unwrap();
            let merged = merge(&form, kept.root().child("caso"), submitted).unwrap();
            let mut bytes = Vec::new();
            merged.root().child("caso").unwrap().write_json(&mut bytes);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn the_contract_says_which_lists_grow() {
        let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
        for (path, key) in GROWING {
            let path = path.trim_start_matches("caso/");
            let row = readme
                .lines()
                .find(|line| line.starts_with("| `") && line.contains(&format!("`{path}`")));
            let row = row.unwrap_or_else(|| panic!("no row of `{path}`"));
            assert!(
                key.iter().all(|leaf| row.contains(&format!("`{leaf}`"))),
                "{row}"
            );
        }
    }
}
