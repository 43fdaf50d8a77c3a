//! What a content model says beyond "this property is required": choices, and parts that come together.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{ComplexType, Contract, ElementId, Occurs, Particle};

/// How often an element occurs in all, at least and at most.
pub(super) fn occurrence(particle: &Particle, wanted: ElementId) -> (u32, Option<u32>) {
    match particle {
        Particle::Element(element, occurs) if *element == wanted => (occurs.min, occurs.max),
        Particle::Element(..) | Particle::Wildcard(..) => (0, Some(0)),
        Particle::Sequence(items, occurs) | Particle::All(items, occurs) => {
            let sum = items.iter().map(|item| occurrence(item, wanted)).fold(
                (0, Some(0)),
                |(least, most): (u32, Option<u32>), (more, much)| {
                    let most = most.zip(much).map(|(one, other)| one.saturating_add(other));
                    (least.saturating_add(more), most)
                },
            );
            times(sum, *occurs)
        }
        Particle::Choice(items, occurs) => {
            let each = || items.iter().map(|item| occurrence(item, wanted));
            let least = each().map(|(least, _)| least).min().unwrap_or(0);
            let most = each()
                .map(|(_, most)| most)
                .reduce(|one, other| one.zip(other).map(|(one, other)| one.max(other)));
            times((least, most.unwrap_or(Some(0))), *occurs)
        }
    }
}

fn times((least, most): (u32, Option<u32>), occurs: Occurs) -> (u32, Option<u32>) {
    let most = match (most, occurs.max) {
        (Some(0), _) | (_, Some(0)) => Some(0),
        (Some(most), Some(times)) => Some(most.saturating_mul(times)),
        (None, _) | (_, None) => None,
    };
    (least.saturating_mul(occurs.min), most)
}

/// The rules of a content model, each a schema; none when an element has several places in it.
pub(super) fn of(
    contract: &Contract,
    complex: &ComplexType,
    particle: &Particle,
    hidden: &dyn Fn(&str) -> bool,
) -> Vec<Value> {
    let mut rules = Rules {
        contract,
        clashes: &complex.clashes,
        found: Vec::new(),
    };
    let members = rules.members(particle);
    let distinct: BTreeSet<&String> = members.iter().collect();
    let certain = distinct.len() == members.len() && !members.iter().any(|name| hidden(name));
    if certain {
        rules.collect(particle, true);
    }
    rules.found
}

struct Rules<'c> {
    contract: &'c Contract,
    clashes: &'c [std::sync::Arc<str>],
    found: Vec<Value>,
}

impl Rules<'_> {
    /// Walks the model; `certain` says that every valid content makes this part of it.
    fn collect(&mut self, particle: &Particle, certain: bool) {
        match particle {
            Particle::Element(..) | Particle::Wildcard(..) => {}
            Particle::Sequence(items, occurs) | Particle::All(items, occurs)
                if occurs.max == Some(1) =>
            {
                let certain = certain && occurs.min > 0;
                if !certain {
                    self.together(items);
                }
                for item in items {
                    self.collect(item, certain);
                }
            }
            Particle::Choice(items, occurs) if occurs.max == Some(1) => {
                self.one_of(items, certain && !particle.emptiable());
                for item in items {
                    self.collect(item, false);
                }
            }
            Particle::Sequence(..) | Particle::Choice(..) | Particle::All(..) => {
                if certain && !particle.emptiable() {
                    let members = self.members(particle);
                    let any = members.iter().map(present);
                    self.found.push(json!({ "anyOf": any.collect::<Vec<_>>() }));
                }
            }
        }
    }

    /// One member of an optional sequence brings its required members with it.
    fn together(&mut self, items: &[Particle]) {
        let required: Vec<String> = items.iter().flat_map(|item| self.required(item)).collect();
        let mut dependent = Map::new();
        for member in items.iter().flat_map(|item| self.members(item)) {
            let others: Vec<&String> = required.iter().filter(|name| **name != member).collect();
            if !others.is_empty() {
                dependent.insert(member.clone(), json!(others));
            }
        }
        if !dependent.is_empty() {
            self.found.push(json!({ "dependentRequired": dependent }));
        }
    }

    /// At most one branch of a choice, and at least one when it must be made.
    fn one_of(&mut self, items: &[Particle], required: bool) {
        let branches: Vec<Vec<String>> = items.iter().map(|item| self.members(item)).collect();
        let mut verdicts = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let others = branches
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .flat_map(|(_, names)| names.iter().cloned());
            let mut verdict = absent(&others.collect::<Vec<_>>());
            verdict.insert("required".into(), json!(self.required(item)));
            verdicts.push(Value::Object(verdict));
        }
        if !required {
            verdicts.push(Value::Object(absent(&branches.concat())));
        }
        self.found.push(json!({ "anyOf": verdicts }));
    }

    /// Every element named, in order, as often as it is named.
    fn members(&self, particle: &Particle) -> Vec<String> {
        match particle {
            Particle::Element(element, _) => {
                let name = &self.contract.element(*element).name;
                vec![crate::json::property(name, self.clashes)]
            }
            Particle::Wildcard(..) => vec![crate::json::ANY.to_owned()],
            Particle::Sequence(items, _) | Particle::Choice(items, _) | Particle::All(items, _) => {
                items.iter().flat_map(|item| self.members(item)).collect()
            }
        }
    }

    /// The elements that come with this part of the model whenever it is made.
    fn required(&self, particle: &Particle) -> Vec<String> {
        match particle {
            Particle::Element(_, occurs) if occurs.min > 0 => self.members(particle),
            Particle::Sequence(items, occurs) | Particle::All(items, occurs) if occurs.min > 0 => {
                items.iter().flat_map(|item| self.required(item)).collect()
            }
            Particle::Element(..)
            | Particle::Wildcard(..)
            | Particle::Sequence(..)
            | Particle::Choice(..)
            | Particle::All(..) => Vec::new(),
        }
    }
}

fn present(name: &String) -> Value {
    json!({ "required": [name] })
}

fn absent(names: &[String]) -> Map<String, Value> {
    let mut members = Map::new();
    if !names.is_empty() {
        let any: Vec<Value> = names.iter().map(present).collect();
        members.insert("not".into(), json!({ "anyOf": any }));
    }
    members
}
