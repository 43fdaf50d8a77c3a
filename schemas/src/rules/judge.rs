//! Applying rules and forms to a message.

use std::cell::OnceCell;
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
    let known: Vec<(&Place, Vec<Seen<'_>>)> = known
        .iter()
        .map(|(place, values)| (*place, Seen::all(values, facts)))
        .collect();
    for set in &book.sets {
        for seen in set.places.iter().flat_map(|place| at(&known, place)) {
            for rule in &set.rules {
                self::rule(rule, set, seen, &mut breaches)?;
            }
        }
    }
    if let Some(forms) = &book.forms {
        for seen in forms.places.iter().flat_map(|place| at(&known, place)) {
            forms.judge(seen.value, seen.path, &mut breaches);
        }
    }
    breaches.sort();
    breaches.dedup();
    Ok(breaches)
}

/// What stands at one of the places that were looked at.
fn at<'k, 'd>(known: &'k [(&Place, Vec<Seen<'d>>)], place: &Place) -> &'k [Seen<'d>] {
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

/// A case that rules judge.
pub(super) struct Seen<'d> {
    value: &'d Json,
    path: &'d str,
    facts: &'d Facts,
    /// Made for the first rule that comes to its expression: most are about what a message does not say.
    scope: OnceCell<Scope<'d, 'd>>,
}

impl<'d> Seen<'d> {
    pub(super) fn new(value: &'d Json, path: &'d str, facts: &'d Facts) -> Self {
        Self {
            value,
            path,
            facts,
            scope: OnceCell::new(),
        }
    }

    fn all(values: &'d [(Json, String)], facts: &'d Facts) -> Vec<Self> {
        let values = values.iter();
        let seen = values.map(|(value, path)| Self::new(value, path, facts));
        seen.collect()
    }

    /// What every rule sees.
    fn scope(&self) -> &Scope<'d, 'd> {
        self.scope.get_or_init(|| {
            let mut scope = Scope::new();
            scope.set("caso", self.value);
            scope.set_text("ahora", self.facts.now.as_str());
            scope.set_map("hechos", &self.facts.known);
            scope
        })
    }
}

/// Applies one rule of a file to one case.
pub(super) fn rule(
    rule: &Rule,
    set: &Set,
    seen: &Seen<'_>,
    breaches: &mut Vec<Breach>,
) -> Result<(), RuleFailed> {
    let mut judged = Vec::new();
    match &rule.each {
        None => judged.push((seen.value, seen.path.to_owned())),
        Some(names) => each(seen.value, names, seen.path.to_owned(), &mut judged),
    }
    if judged.len() > MOST_ELEMENTS {
        breaches.push(Breach {
            path: seen.path.to_owned(),
            code: Arc::clone(&rule.id),
            message: "el mensaje tiene demasiados elementos para aplicar la regla".into(),
        });
        return Ok(());
    }
    for (this, at) in judged {
        if rule.needs.iter().all(|need| need.met(this)) && !holds(rule, set, seen, this)? {
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

fn holds(rule: &Rule, set: &Set, seen: &Seen<'_>, this: &Json) -> Result<bool, RuleFailed> {
    let mut known = seen.scope().inner();
    known.know(&set.constants);
    let mut scope = known.inner();
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
