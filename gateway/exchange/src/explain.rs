//! What would be decided of a question and why, without asking it of anybody: policy by policy, group by group.

use std::collections::BTreeSet;
use std::sync::Arc;

use contract::{Content, Contract, ElementId, catalogue};
use policy::{Decision, Engine, Posture, Question, Ruling, Viewer};

use crate::shows_nothing;

/// How deep a case is looked for in an answer: a type may hold itself.
const DEPTH: usize = 8;

/// A decision with what it rests on.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// Whether the operation may go on, and which policies say so.
    pub decision: Arc<Decision>,
    /// What is seen of the case, where the decision lets it be seen.
    pub sight: Option<CaseSight>,
}

/// What a reader sees of a case.
#[derive(Clone, Debug)]
pub struct CaseSight {
    /// The kind of reader that the organism is for this case.
    pub viewer: Viewer,
    /// Whether not one field is seen: then the answer is that there is no such case.
    pub nothing: bool,
    /// Every field group of the contract's case; empty if the contract has no cases.
    pub groups: Vec<GroupSight>,
}

/// How one field group is seen.
#[derive(Clone, Debug)]
pub struct GroupSight {
    /// Its name in the contract.
    pub name: String,
    /// How, and by which policies; none if the policies do not know the group: then it is withheld.
    pub ruling: Option<Ruling>,
    /// The paths of its fields.
    pub fields: Vec<String>,
}

/// Explains what would be decided of `question`.
pub fn explain(question: &Question<'_>, engine: &Engine, contract: &Arc<Contract>) -> Explanation {
    let posture = Posture::of(question);
    let decision = engine.decide_posture(&posture);
    let viewer = posture.viewer().filter(|_| decision.allowed());
    Explanation {
        sight: viewer.map(|viewer| sight(engine, contract, viewer)),
        decision,
    }
}

/// What a kind of reader sees of the contract's case.
pub fn sight(engine: &Engine, contract: &Arc<Contract>, viewer: Viewer) -> CaseSight {
    let Some(unit) = case_unit(contract) else {
        return CaseSight {
            viewer,
            nothing: true,
            groups: Vec::new(),
        };
    };
    let rulings = engine.rulings(viewer);
    let all = catalogue::fields(contract, unit);
    let names = all.iter().filter_map(|field| field.group.as_deref());
    let names: BTreeSet<&str> = names.collect();
    let groups = names.into_iter().map(|name| {
        let known = contract.groups().iter().find(|group| *group.name == *name);
        let own = all
            .iter()
            .filter(|field| field.group.as_deref() == Some(name));
        GroupSight {
            name: name.to_owned(),
            ruling: known
                .and_then(|group| rulings.get(group.policy_name()))
                .cloned(),
            fields: own.map(|field| field.path.clone()).collect(),
        }
    });
    CaseSight {
        viewer,
        nothing: shows_nothing(contract, &engine.masks(contract, unit, &viewer)),
        groups: groups.collect(),
    }
}

fn case_unit(contract: &Contract) -> Option<ElementId> {
    let consulted = contract.operation("consultarCaso");
    let answered = consulted.and_then(|it| unit_below(contract, it.response, DEPTH));
    answered.or_else(|| contract.case_units().first().copied())
}

fn unit_below(contract: &Contract, element: ElementId, depth: usize) -> Option<ElementId> {
    let known = contract.element(element);
    if known.case_unit {
        return Some(element);
    }
    let Content::Complex(id) = known.content else {
        return None;
    };
    let mut children = contract.complex(id).children.iter();
    children.find_map(|child| unit_below(contract, child.element, depth.checked_sub(1)?))
}
