//! Reading a case by the roles of its leaves, whatever the contract.

use std::collections::BTreeSet;

use contract::{Contract, NodeRef, Role};
use domain::{CaseId, MunicipalityCode};
use policy::CaseFacts;

/// What policy must know of a case. What cannot be read counts as unknown, and so as the worst: no
/// municipality smaller than the nation, the highest level, nobody responsible.
pub(crate) fn facts(unit: NodeRef<'_>) -> CaseFacts {
    CaseFacts {
        municipality: unit
            .role(Role::Territory)
            .and_then(|text| text.parse().ok()),
        responsible: unit
            .role(Role::Responsible)
            .and_then(|text| text.parse().ok()),
        level: unit.role(Role::Level).and_then(|text| text.parse().ok()),
        stays: stays(unit),
        ..CaseFacts::default()
    }
}

/// Where the victim stays for a time or works. A place that cannot be read opens nothing to anyone.
fn stays(unit: NodeRef<'_>) -> BTreeSet<MunicipalityCode> {
    let places = unit
        .roles(Role::TemporaryStay)
        .chain(unit.roles(Role::WorkTown));
    places.filter_map(|text| text.parse().ok()).collect()
}

/// The identifier of a case.
pub(crate) fn case_id(unit: NodeRef<'_>) -> Option<CaseId> {
    unit.role(Role::CaseId)?.parse().ok()
}

/// The version of a case.
pub(crate) fn version(unit: NodeRef<'_>) -> Option<u32> {
    unit.role(Role::Version)?.parse().ok()
}

/// The first leaf with that role in a message itself, the cases in it aside.
pub(crate) fn own_leaf(root: NodeRef<'_>, role: Role) -> Option<NodeRef<'_>> {
    find(root.document().contract(), root, role)
}

fn find<'d>(contract: &Contract, node: NodeRef<'d>, role: Role) -> Option<NodeRef<'d>> {
    let own = node.children().filter(|child| !child.case_unit());
    own.into_iter().find_map(|child| {
        let found = contract.element(child.element()).role == Some(role);
        if found {
            Some(child)
        } else {
            find(contract, child, role)
        }
    })
}
