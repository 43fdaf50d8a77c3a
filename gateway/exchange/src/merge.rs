//! One answer out of what several systems said, and who said nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{Builder, Content, Document, NodeRef, Role, Violation};
use domain::{CaseId, Claim, OrganismId, Problem, Silence, Source};

use crate::{Answer, Received, reduce, unit};

/// The attribute of the leaves of role `sin-respuesta` that says why.
const CAUSE: &str = "causa";

/// What one of the systems that were asked said.
///
/// [`Permitted::merge`](crate::Permitted::merge) makes one answer of several: one entry a case, by the rule of
/// [`domain::source::counts`], in the order of the cases' identifiers, which does not tell who holds which; and an entry
/// for each system that said nothing, or what nobody can use. An answer in which somebody is silent is an answer:
/// only when all are silent is there none.
#[derive(Debug)]
pub struct Told {
    /// The organism whose system it is, as the caller is told it.
    pub organism: OrganismId,
    /// Which system.
    pub source: Source,
    /// Its answer, or why there is none.
    pub answer: Result<Answer, Silence>,
}

/// Those who were silent, and why.
type Silent = BTreeMap<OrganismId, Silence>;

/// See [`Told`].
pub(crate) fn merge(received: &Received, told: Vec<Told>) -> Result<Answer, Problem> {
    let mut silent = Silent::new();
    let mut heard: Vec<(Source, Document)> = Vec::new();
    for one in told {
        match one.answer.map(Answer::open) {
            Ok(document) if reduce::check_subject(received, &document).is_ok() => {
                passed_on(&document, &mut silent);
                heard.push((one.source, document));
            }
            Ok(_) => drop(silent.insert(one.organism, Silence::Faulty)),
            Err(silence) => drop(silent.insert(one.organism, silence)),
        }
    }
    let Some((_, first)) = heard.first() else {
        return Err(Problem::HolderUnreachable);
    };
    let merged = build(received, first, &cases(&heard), &silent);
    merged.map(Answer::new).map_err(|_| Problem::HolderGarbage)
}

/// What a system that asks others itself says of their silence.
fn passed_on(document: &Document, silent: &mut Silent) {
    for leaf in document.root().children() {
        let role = document.contract().element(leaf.element()).role;
        if role != Some(Role::Unanswered) {
            continue;
        }
        let organism = leaf.text().and_then(|text| text.parse().ok());
        let cause = leaf.attribute(CAUSE).and_then(|text| text.parse().ok());
        if let (Some(organism), Some(cause)) = (organism, cause) {
            silent.entry(organism).or_insert(cause);
        }
    }
}

/// One entry for each case, of those that tell of it the one that counts.
fn cases(heard: &[(Source, Document)]) -> Vec<NodeRef<'_>> {
    let mut found: BTreeMap<CaseId, Vec<(&Source, NodeRef<'_>)>> = BTreeMap::new();
    for (source, document) in heard {
        for case in document.case_units() {
            if let Some(id) = unit::case_id(case) {
                found.entry(id).or_default().push((source, case));
            }
        }
    }
    found.into_values().filter_map(|told| one(&told)).collect()
}

fn one<'d>(told: &[(&Source, NodeRef<'d>)]) -> Option<NodeRef<'d>> {
    let named: Vec<Option<OrganismId>> = told
        .iter()
        .map(|(_, case)| unit::facts(*case).responsible)
        .collect();
    let claims: Vec<Claim<'_>> = told
        .iter()
        .zip(&named)
        .map(|((source, case), responsible)| Claim {
            source,
            responsible: responsible.as_ref(),
            told: leaves(*case),
        })
        .collect();
    let (_, case) = told.get(domain::source::counts(&claims)?)?;
    Some(*case)
}

/// How many values an element holds.
fn leaves(node: NodeRef<'_>) -> usize {
    let own = usize::from(node.text().is_some());
    own + node.children().map(leaves).sum::<usize>()
}

fn build(
    received: &Received,
    first: &Document,
    cases: &[NodeRef<'_>],
    silent: &Silent,
) -> Result<Document, Vec<Violation>> {
    let contract = Arc::clone(first.contract());
    let response = received.operation.response;
    let mut builder = Builder::new(&contract, response);
    let children = match contract.element(response).content {
        Content::Complex(id) => contract.complex(id).children.as_slice(),
        Content::Simple(_) => &[],
    };
    // What is wrong with any of it comes out of `finish`.
    for child in children {
        let element = contract.element(child.element);
        let local = &*element.name.local;
        if element.case_unit {
            for case in cases {
                drop(builder.append(*case));
            }
        } else if element.role == Some(Role::HasMatch) {
            let any = if cases.is_empty() { "false" } else { "true" };
            drop(builder.leaf(local, any));
        } else if element.role == Some(Role::Unanswered) {
            for one in silent {
                drop(named(&mut builder, local, one));
            }
        } else {
            let same = |node: &NodeRef<'_>| node.element() == child.element;
            let of_first = first.root().children().filter(same);
            of_first.for_each(|node| drop(builder.append(node)));
        }
    }
    builder.finish()
}

fn named(
    builder: &mut Builder,
    local: &str,
    (organism, silence): (&OrganismId, &Silence),
) -> Result<(), Violation> {
    builder.open(local)?;
    builder.attribute(CAUSE, silence.as_str())?;
    builder.text(organism.as_str())?;
    builder.close()
}
