//! The rules at work: which of them hold at a path, followed name by name as the schema is compiled.
//!
//! A place is a set of positions in patterns. There are finitely many, so a type that contains
//! itself is still compiled finitely often.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{Field, File};
use super::pattern::{Pattern, Step};
use super::{SidecarFault, refused};
use crate::load::annotation::Inherited;
use crate::load::error::LoadError;
use crate::load::wildcard::ANY;
use crate::{Group, GroupId, Masking, Role, Sensitivity};

/// Where in the patterns a path has come to; the default is nowhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::load) struct Place(u32);

/// Positions: the number of a pattern, and of the step that comes next.
type Positions = BTreeSet<(usize, usize)>;

/// A rule for leaves.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) group: Option<GroupId>,
    pub(super) sensitivity: Option<Sensitivity>,
    pub(super) masking: Option<Masking>,
    pub(super) role: Option<Role>,
}

/// What the rules say at a place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::load) struct Ruled {
    pub(in crate::load) group: Option<GroupId>,
    pub(in crate::load) sensitivity: Option<Sensitivity>,
    pub(in crate::load) masking: Option<Masking>,
    pub(in crate::load) role: Option<Role>,
    pub(in crate::load) case_unit: bool,
}

impl Ruled {
    /// Group and sensitivity, as an annotation would give them.
    pub(in crate::load) fn own(self) -> Inherited {
        Inherited {
            group: self.group,
            sensitivity: self.sensitivity,
            ..Inherited::default()
        }
    }
}

/// Two rules that disagree, by their numbers.
pub(super) type Clash = (usize, usize);

/// Every rule of a governance file; without one, none.
#[derive(Debug, Default)]
pub(in crate::load) struct Rules {
    /// Those of leaves first, then those of cases.
    pub(super) patterns: Vec<Pattern>,
    leaves: Vec<Rule>,
    places: Vec<Positions>,
    numbers: BTreeMap<Positions, Place>,
}

impl Rules {
    /// The rules of a file.
    ///
    /// # Errors
    /// A group that the file does not declare.
    pub(in crate::load) fn new(file: &File, groups: &[Group]) -> Result<Self, LoadError> {
        let mut rules = Self::default();
        for field in &file.fields {
            rules.leaves.push(rule(field, groups)?);
            rules.patterns.push(field.pattern.clone());
        }
        let cases = file.cases.iter().map(|case| case.pattern.clone());
        rules.patterns.extend(cases);
        rules.number(Positions::new());
        Ok(rules)
    }

    /// Whether there are rules at all.
    pub(in crate::load) fn any(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// The place where every path begins.
    pub(in crate::load) fn start(&mut self) -> Place {
        if !self.any() {
            return Place::default();
        }
        let mut positions = Positions::new();
        for at in 0..self.patterns.len() {
            self.reach((at, 0), &mut positions);
        }
        self.number(positions)
    }

    /// The place one name further.
    pub(in crate::load) fn enter(&mut self, from: Place, name: &str) -> Place {
        let Some(before) = self.places.get(from.0 as usize).filter(|it| !it.is_empty()) else {
            return Place::default();
        };
        let mut positions = Positions::new();
        for (pattern, step) in before {
            let found = self.patterns.get(*pattern);
            match found.and_then(|pattern| pattern.steps.get(*step)) {
                Some(Step::Name(wanted)) if wanted == name => {
                    self.reach((*pattern, step + 1), &mut positions);
                }
                // What a wildcard admits nobody has seen: only a rule that names it speaks of it.
                Some(Step::One | Step::Many) if name == ANY => {}
                Some(Step::One) => self.reach((*pattern, step + 1), &mut positions),
                Some(Step::Many) => self.reach((*pattern, *step), &mut positions),
                Some(Step::Name(_)) | None => {}
            }
        }
        self.number(positions)
    }

    /// What holds at a place.
    pub(in crate::load) fn at(&self, place: Place) -> Ruled {
        let mut ruled = Ruled::default();
        for at in self.matching(place) {
            let Some(rule) = self.leaves.get(at) else {
                ruled.case_unit = true;
                continue;
            };
            ruled.group = ruled.group.or(rule.group);
            ruled.sensitivity = ruled.sensitivity.or(rule.sensitivity);
            ruled.masking = ruled.masking.or(rule.masking);
            ruled.role = ruled.role.or(rule.role);
        }
        ruled
    }

    /// The numbers of the rules that match at a place, the most specific first.
    pub(super) fn matching(&self, place: Place) -> Vec<usize> {
        let positions = self.places.get(place.0 as usize);
        let ended = |(pattern, step): &(usize, usize)| {
            let length = self.patterns.get(*pattern).map(|it| it.steps.len());
            (length == Some(*step)).then_some(*pattern)
        };
        let mut found: Vec<usize> = positions.into_iter().flatten().filter_map(ended).collect();
        found.sort_by_key(|at| {
            let pattern = self.patterns.get(*at);
            std::cmp::Reverse(pattern.map(Pattern::specificity))
        });
        found
    }

    /// Two rules, as specific as each other, that give one property two values.
    pub(super) fn clash(&self, place: Place) -> Option<Clash> {
        let found = self.matching(place);
        let differ = |one: usize, other: usize| {
            let (one, other) = (self.leaves.get(one)?, self.leaves.get(other)?);
            let clash = both(one.group, other.group)
                || both(one.sensitivity, other.sensitivity)
                || both(one.masking, other.masking)
                || both(one.role, other.role);
            clash.then_some(())
        };
        let rank = |at: usize| self.patterns.get(at).map(Pattern::specificity);
        let pairs = found
            .iter()
            .enumerate()
            .flat_map(|(at, one)| found.iter().skip(at + 1).map(move |other| (*one, *other)));
        pairs
            .filter(|(one, other)| rank(*one) == rank(*other))
            .find(|(one, other)| differ(*one, *other).is_some())
    }

    /// Whether the rule is one of cases.
    pub(super) fn is_case(&self, at: usize) -> bool {
        at >= self.leaves.len()
    }

    /// Adds a position, and those behind steps that may stand for nothing.
    fn reach(&self, (pattern, step): (usize, usize), positions: &mut Positions) {
        let steps = self.patterns.get(pattern).map(|it| it.steps.as_slice());
        let mut step = step;
        positions.insert((pattern, step));
        while steps.and_then(|steps| steps.get(step)) == Some(&Step::Many) {
            step += 1;
            positions.insert((pattern, step));
        }
    }

    fn number(&mut self, positions: Positions) -> Place {
        if let Some(known) = self.numbers.get(&positions) {
            return *known;
        }
        let place = Place(u32::try_from(self.places.len()).unwrap_or_default());
        self.places.push(positions.clone());
        self.numbers.insert(positions, place);
        place
    }
}

fn rule(field: &Field, groups: &[Group]) -> Result<Rule, LoadError> {
    let group = field.group.as_deref().map(|name| {
        let at = groups
            .binary_search_by(|group| (*group.name).cmp(name))
            .ok();
        let id = at.and_then(|at| u16::try_from(at).ok()).map(GroupId);
        id.ok_or_else(|| refused(field.pattern.line, SidecarFault::Group(name.to_owned())))
    });
    Ok(Rule {
        group: group.transpose()?,
        sensitivity: field.sensitivity,
        masking: field.masking,
        role: field.role,
    })
}

fn both<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}
