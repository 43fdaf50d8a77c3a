//! Applying rules and forms to a message.

use std::cell::LazyCell;
use std::ops::Deref;
use std::sync::Arc;

use serde_json::Value as Json;

use super::value::each;
use super::{Breach, Facts, Rule, RuleFailed, Rulebook, Set};
use crate::convert::place::Place;
use crate::expression::Scope;
use crate::{Document, NodeRef};

/// How many elements one rule looks at in one message; no honest message comes near.
const MOST_ELEMENTS: usize = 2_000;

pub(super) fn document(
    book: &Rulebook,
    document: &Document,
    facts: &Facts,
) -> Result<Vec<Breach>, RuleFailed> {
    let mut breaches = Vec::new();
    // Places are numbers of one contract: they mean nothing in another.
    let own = |contract| Arc::ptr_eq(document.contract(), contract);
    if !book.contract.as_ref().is_some_and(own) {
        return Ok(breaches);
    }
    // Several files and the forms look at the same places.
    let mut known: Vec<(&Place, Vec<(Json, String)>)> = Vec::new();
    let sets = book.sets.iter().flat_map(|set| &set.places);
    let forms = book.forms.iter().flat_map(|forms| &forms.places);
    for place in sets.chain(forms) {
        if known.iter().all(|(other, _)| *other != place) {
            known.push((place, values(document, place)));
        }
    }
    for set in &book.sets {
        for (value, path) in set.places.iter().flat_map(|place| at(&known, place)) {
            self::set(set, value, path, facts, &mut breaches)?;
        }
    }
    if let Some(forms) = &book.forms {
        for (value, path) in forms.places.iter().flat_map(|place| at(&known, place)) {
            forms.judge(value, path, &mut breaches);
        }
    }
    breaches.sort();
    breaches.dedup();
    Ok(breaches)
}

/// What stands at one of the places that were looked at.
fn at<'k>(known: &'k [(&Place, Vec<(Json, String)>)], place: &Place) -> &'k [(Json, String)] {
    let found = known.iter().find(|(other, _)| *other == place);
    found.map_or(&[], |(_, values)| values)
}

/// What stands at a place of the document, in its JSON form.
fn values(document: &Document, place: &Place) -> Vec<(Json, String)> {
    let mut found = Vec::new();
    if document.root().element() == place.root {
        below(document.root(), &place.steps, &mut found);
    }
    let path = place.path(document.contract());
    let value = |node: NodeRef<'_>| {
        let mut bytes = Vec::new();
        node.write_json(&mut bytes);
        // What the writer wrote is JSON: a test over every example says so.
        let value = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        (value, path.clone())
    };
    found.into_iter().map(value).collect()
}

fn below<'d>(
    node: NodeRef<'d>,
    steps: &[crate::convert::place::Step],
    found: &mut Vec<NodeRef<'d>>,
) {
    match steps.split_first() {
        None => found.push(node),
        Some((step, rest)) => {
            for child in node
                .children()
                .filter(|child| child.element() == step.element)
            {
                below(child, rest, found);
            }
        }
    }
}

/// Applies the rules of one file to one case.
fn set(
    set: &Set,
    value: &Json,
    path: &str,
    facts: &Facts,
    breaches: &mut Vec<Breach>,
) -> Result<(), RuleFailed> {
    // Most rules are about what a message does not say.
    let scope = LazyCell::new(|| scope(set, value, facts));
    for rule in &set.rules {
        self::rule(rule, &scope, value, path, breaches)?;
    }
    Ok(())
}

/// What every rule of a file sees.
pub(super) fn scope(set: &Set, value: &Json, facts: &Facts) -> Scope<'static> {
    let mut scope = Scope::new();
    scope.set("caso", value);
    scope.set("ahora", &Json::from(facts.now.as_str()));
    scope.set("hechos", &Json::Object(facts.known.clone()));
    for (name, constant) in &set.constants {
        scope.set(name, constant);
    }
    scope
}

/// Applies one rule to one case.
pub(super) fn rule(
    rule: &Rule,
    scope: &impl Deref<Target = Scope<'static>>,
    value: &Json,
    path: &str,
    breaches: &mut Vec<Breach>,
) -> Result<(), RuleFailed> {
    let mut judged = Vec::new();
    match &rule.each {
        None => judged.push((value, path.to_owned())),
        Some(names) => each(value, names, path.to_owned(), &mut judged),
    }
    if judged.len() > MOST_ELEMENTS {
        breaches.push(Breach {
            path: path.to_owned(),
            code: Arc::clone(&rule.id),
            message: "el mensaje tiene demasiados elementos para aplicar la regla".into(),
        });
        return Ok(());
    }
    for (this, at) in judged {
        if rule.needs.iter().all(|need| need.met(this)) && !holds(rule, scope, this)? {
            breaches.extend(rule.paths.iter().map(|path| Breach {
                path: if path == "." {
                    at.clone()
                } else {
                    format!("{at}/{path}")
                },
                code: Arc::clone(&rule.id),
                message: Arc::clone(&rule.message),
            }));
        }
    }
    Ok(())
}

fn holds(rule: &Rule, scope: &Scope<'_>, this: &Json) -> Result<bool, RuleFailed> {
    let mut scope = scope.inner();
    scope.set("esto", this);
    let failed = |fault| RuleFailed {
        rule: Arc::clone(&rule.id),
        fault,
    };
    if let Some(when) = &rule.when
        && !when.holds(&scope).map_err(failed)?
    {
        return Ok(true);
    }
    rule.holds.holds(&scope).map_err(failed)
}
