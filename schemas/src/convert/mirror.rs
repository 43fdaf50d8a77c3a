//! What has the same path on both sides, carried over as it is.

use std::sync::Arc;

use super::compile::Site;
use super::fault::ConversionFault;
use super::fit;
use super::insert::{Explicit, located, node};
use super::place::{Attr, Place, Step, attributes, steps};
use super::plan::{Change, Leaf, Node, Presence};
use crate::{ElementId, Role};

/// Mirrors everything below `target`, except what has rules of its own.
pub(super) fn all(
    site: &mut Site<'_>,
    root: &mut Node,
    contexts: &mut Vec<Place>,
    target: ElementId,
    explicit: &Explicit,
) {
    let source = contexts.first().cloned();
    if let Some(source) = source {
        let mut trail = vec![target];
        let mut pass = Pass {
            site,
            explicit,
            trail: &mut trail,
        };
        pass.inside(root, contexts, &Place::root(target), Some(&source));
    }
}

struct Pass<'p, 'c> {
    site: &'p mut Site<'c>,
    explicit: &'p Explicit,
    trail: &'p mut Vec<ElementId>,
}

impl Pass<'_, '_> {
    /// Fills `parent`, which stands at `target`, from what stands at `source`.
    fn inside(
        &mut self,
        parent: &mut Node,
        contexts: &mut Vec<Place>,
        target: &Place,
        source: Option<&Place>,
    ) {
        for attribute in attributes(self.site.to, parent.element) {
            self.attribute(parent, contexts, &target.with(attribute), source);
        }
        for step in steps(self.site.to, parent.element) {
            let here = target.below(step.clone());
            let same = source.and_then(|source| self.same(source, &step.name));
            if let Some(child) = self.child(contexts, &step, &here, same.as_ref()) {
                parent.children.push(child);
            }
        }
    }

    /// The step of that name at the source.
    fn same(&self, source: &Place, name: &str) -> Option<Place> {
        let mut known = steps(self.site.from, source.element()).into_iter();
        let step = known.find(|step| *step.name == *name)?;
        Some(source.below(step))
    }

    fn child(
        &mut self,
        contexts: &mut Vec<Place>,
        step: &Step,
        here: &Place,
        same: Option<&Place>,
    ) -> Option<Node> {
        let (from, to) = (self.site.from, self.site.to);
        let path = here.path(to);
        let role = to.element(step.element).role;
        if role == Some(Role::Losses) || self.explicit.leaves.contains(&path) {
            return None;
        }
        let mut made = node(to, step, here, Presence::Made);
        if let Some(when) = self.explicit.made.get(&path) {
            let sources = when
                .iter()
                .filter_map(|place| located(from, contexts, place, None));
            made.presence = Presence::When(sources.collect());
            self.within(&mut made, contexts, here, same);
            return Some(made);
        }
        let same = same?;
        let source = located(from, contexts, same, None)?;
        let leaves = (to.value_type(step.element), from.value_type(same.element()));
        if leaves.0.is_some() != leaves.1.is_some() {
            let fault = ConversionFault::NotContained {
                from: same.path(from),
                to: path,
                what: String::new(),
            };
            self.site.fault(fault);
            return None;
        }
        let listed = same.steps.last().is_some_and(|step| step.repeated);
        if listed && !step.repeated {
            self.site.fault(ConversionFault::List(same.path(from)));
            return None;
        }
        if role == Some(Role::Withheld) && from.element(same.element()).role == Some(Role::Withheld)
        {
            made.presence = Presence::Withheld(source);
            return Some(made);
        }
        made.presence = Presence::Each(source);
        contexts.push(same.clone());
        if leaves.0.is_some() {
            made.value = self.leaf(contexts, here, same);
        }
        self.within(&mut made, contexts, here, Some(same));
        contexts.pop();
        Some(made)
    }

    /// Goes on below, unless the type holds itself.
    fn within(
        &mut self,
        made: &mut Node,
        contexts: &mut Vec<Place>,
        here: &Place,
        same: Option<&Place>,
    ) {
        if self.trail.contains(&made.element) {
            let path = here.path(self.site.to);
            self.site.fault(ConversionFault::Recursive(path));
            return;
        }
        self.trail.push(made.element);
        self.inside(made, contexts, here, same);
        self.trail.pop();
    }

    fn attribute(
        &mut self,
        parent: &mut Node,
        contexts: &[Place],
        here: &Place,
        source: Option<&Place>,
    ) {
        let Some(attribute) = here.attribute.clone() else {
            return;
        };
        if self.explicit.leaves.contains(&here.path(self.site.to)) {
            return;
        }
        let known = source.map(|source| attributes(self.site.from, source.element()));
        let same: Option<Attr> = known
            .into_iter()
            .flatten()
            .find(|known| known.name == attribute.name);
        if let (Some(source), Some(same)) = (source, same)
            && let Some(leaf) = self.leaf(contexts, here, &source.with(same))
        {
            parent
                .attributes
                .push((Arc::clone(&attribute.name), attribute.order, leaf));
        }
    }

    fn leaf(&mut self, contexts: &[Place], here: &Place, same: &Place) -> Option<Leaf> {
        let (from, to) = (self.site.from, self.site.to);
        let leaf = Leaf {
            path: here.path(to).into(),
            simple: here.simple(to)?,
            sources: vec![located(from, contexts, same, None)?],
            change: Change::Copy,
            default: None,
            lossy: None,
            refuses: false,
            told: None,
        };
        fit::check(self.site, &leaf);
        Some(leaf)
    }
}
