//! The policies by the action they may speak of, so that a question is put to those only.

use std::collections::BTreeMap;

use cedar_policy::{
    ActionConstraint, Authorizer, EntityTypeName, EntityUid, Policy, PolicySet,
    PrincipalConstraint, Request, Response, Schema,
};

use crate::vocabulary::{Asked, Unaskable};

/// The policies in force, ready to be asked.
pub(crate) struct Slices {
    authorizer: Authorizer,
    schema: Schema,
    by_question: BTreeMap<(EntityTypeName, EntityUid), PolicySet>,
}

impl Slices {
    /// Sorts the policies by the questions that the schema allows.
    pub(crate) fn new(schema: Schema, policies: &PolicySet) -> Self {
        let mut by_question = BTreeMap::new();
        for action in schema.actions() {
            let principals = schema.principals_for_action(action).into_iter().flatten();
            for principal in principals {
                let fitting = policies
                    .policies()
                    .filter(|policy| speaks_of(policy, principal, action));
                let slice =
                    PolicySet::from_policies(fitting.cloned()).unwrap_or_else(|_| policies.clone());
                by_question.insert((principal.clone(), action.clone()), slice);
            }
        }
        Self {
            authorizer: Authorizer::new(),
            schema,
            by_question,
        }
    }

    /// Puts a question to the policies.
    pub(crate) fn ask(&self, asked: Asked) -> Result<Response, Unaskable> {
        let key = (asked.principal.type_name().clone(), asked.action.clone());
        let slice = self.by_question.get(&key).ok_or("no such question")?;
        let request = Request::new(
            asked.principal,
            asked.action,
            asked.resource,
            asked.context,
            Some(&self.schema),
        )?;
        Ok(self
            .authorizer
            .is_authorized(&request, slice, &asked.entities))
    }
}

/// Whether the head of a policy leaves room for a principal of that type and for that action.
fn speaks_of(policy: &Policy, principal: &EntityTypeName, action: &EntityUid) -> bool {
    let principal_fits = match policy.principal_constraint() {
        PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => name == *principal,
        PrincipalConstraint::Any | PrincipalConstraint::In(_) | PrincipalConstraint::Eq(_) => true,
    };
    // Actions have no groups in the schema.
    principal_fits
        && match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(only) => only == *action,
            ActionConstraint::In(some) => some.contains(action),
        }
}
