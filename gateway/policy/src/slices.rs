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
    by_question: BTreeMap<Key, PolicySet>,
}

/// What a question's policies are found by: what asks, of which kind it is, and the action.
pub(crate) type Key = (EntityTypeName, EntityUid, EntityUid);

impl Slices {
    /// Sorts the policies by the questions that the schema allows to those of these `kinds`.
    pub(crate) fn new(schema: Schema, kinds: &[EntityUid], policies: &PolicySet) -> Self {
        let mut by_question = BTreeMap::new();
        for action in schema.actions() {
            let principals = schema.principals_for_action(action).into_iter().flatten();
            for (principal, kind) in
                principals.flat_map(|it| kinds.iter().map(move |kind| (it, kind)))
            {
                let fitting = policies
                    .policies()
                    .filter(|policy| speaks_of(policy, (principal, kind), action));
                let slice =
                    PolicySet::from_policies(fitting.cloned()).unwrap_or_else(|_| policies.clone());
                by_question.insert((principal.clone(), kind.clone(), action.clone()), slice);
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
        let key = (
            asked.principal.type_name().clone(),
            asked.kind,
            asked.action.clone(),
        );
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

    /// Those of the policies that another set does not have just so, ready to be asked.
    pub(crate) fn changed_from(&self, other: &Self) -> Self {
        let changed = |(key, slice): (&Key, &PolicySet)| {
            let known = other.texts(key);
            let new = slice.policies().filter(|policy| {
                let text = known.get(&policy.id().to_string());
                text.is_none_or(|text| *text != policy.to_string())
            });
            let slice = PolicySet::from_policies(new.cloned()).unwrap_or_else(|_| slice.clone());
            (key.clone(), slice)
        };
        Self {
            authorizer: Authorizer::new(),
            schema: self.schema.clone(),
            by_question: self.by_question.iter().map(changed).collect(),
        }
    }

    /// Whether any of the policies applies to a question, or fails on it.
    pub(crate) fn touch(&self, asked: Asked) -> bool {
        let key = (
            asked.principal.type_name().clone(),
            asked.kind,
            asked.action.clone(),
        );
        let Some(slice) = self.by_question.get(&key) else {
            return true;
        };
        if slice.is_empty() {
            return false;
        }
        // The questions are those that the whole set is asked, which are held to the schema.
        let request = Request::new(
            asked.principal,
            asked.action,
            asked.resource,
            asked.context,
            None,
        );
        let Ok(request) = request else { return true };
        let response = self
            .authorizer
            .is_authorized(&request, slice, &asked.entities);
        let diagnostics = response.diagnostics();
        diagnostics.reason().next().is_some() || diagnostics.errors().next().is_some()
    }

    /// The texts of the policies that may speak to one kind of principal about one action, by id.
    pub(crate) fn texts(&self, key: &Key) -> BTreeMap<String, String> {
        let policies = self.by_question.get(key).into_iter();
        policies
            .flat_map(PolicySet::policies)
            .map(|policy| (policy.id().to_string(), policy.to_string()))
            .collect()
    }
}

/// Whether the head of a policy leaves room for a principal of that type and kind and for that action.
fn speaks_of(
    policy: &Policy,
    (principal, kind): (&EntityTypeName, &EntityUid),
    action: &EntityUid,
) -> bool {
    // A principal is in its kind and in nothing else.
    let principal_fits = match policy.principal_constraint() {
        PrincipalConstraint::Is(name) => name == *principal,
        PrincipalConstraint::IsIn(name, within) => name == *principal && within == *kind,
        PrincipalConstraint::In(within) => within == *kind,
        PrincipalConstraint::Any | PrincipalConstraint::Eq(_) => true,
    };
    // Actions have no groups in the schema.
    principal_fits
        && match policy.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(only) => only == *action,
            ActionConstraint::In(some) => some.contains(action),
        }
}
