//! What there must be one of: who asks, and about whom. The gateway judges by one value, so a message
//! that may hold several would be judged by the first and answered by all.

use std::collections::BTreeMap;

use super::walk::{holds, types};
use crate::load::compile::Compiler;
use crate::{Content, ElementId, Particle, Role};

/// Whether more than one leaf may stand at `path`, names from the root: something on the way repeats,
/// or two children share the name.
pub(super) fn repeats(compiler: &Compiler<'_>, path: &str, root: ElementId) -> bool {
    let mut at = root;
    for name in path.split('/').skip(2) {
        let content = compiler.elements.get(at.index()).map(|it| it.content);
        let Some(Content::Complex(complex)) = content else {
            return false;
        };
        let children = compiler.types.get(complex.index()).map(|it| &it.children);
        let called = |id: ElementId| {
            let element = compiler.elements.get(id.index());
            element.is_some_and(|element| *element.name.local == *name)
        };
        let mut named = children
            .into_iter()
            .flatten()
            .filter(|child| called(child.element));
        let Some(first) = named.next() else {
            return false;
        };
        if first.repeated || named.next().is_some() {
            return true;
        }
        at = first.element;
    }
    false
}

/// How many leaves of that role one element may hold, cut at 2.
pub(super) fn most(compiler: &Compiler<'_>, top: ElementId, role: Role) -> u32 {
    let mut counter = Counter {
        compiler,
        role,
        known: BTreeMap::new(),
    };
    counter.element(top)
}

struct Counter<'c, 'k> {
    compiler: &'c Compiler<'k>,
    role: Role,
    /// What was counted; `None` while it is.
    known: BTreeMap<ElementId, Option<u32>>,
}

impl Counter<'_, '_> {
    fn element(&mut self, id: ElementId) -> u32 {
        match self.known.get(&id) {
            Some(Some(count)) => return *count,
            // It holds itself, as often as the message likes.
            Some(None) => {
                return if holds(self.compiler, id, self.role) {
                    2
                } else {
                    0
                };
            }
            None => {}
        }
        let Some(element) = self.compiler.elements.get(id.index()) else {
            return 0;
        };
        self.known.insert(id, None);
        let own = u32::from(element.role == Some(self.role));
        let inside = types(self.compiler, element.content).into_iter().map(|it| {
            let attributes = it.attributes.iter();
            let attributes = attributes.filter(|it| it.role == Some(self.role)).count();
            let children = it.particle.as_ref().map_or(0, |it| self.particle(it));
            children.saturating_add(u32::try_from(attributes).unwrap_or(2))
        });
        let count = own.saturating_add(inside.max().unwrap_or(0)).min(2);
        self.known.insert(id, Some(count));
        count
    }

    fn particle(&mut self, particle: &Particle) -> u32 {
        let once = match particle {
            Particle::Element(id, _) => self.element(*id),
            Particle::Wildcard(..) => 0,
            Particle::Sequence(items, _) | Particle::All(items, _) => {
                items.iter().map(|item| self.particle(item)).sum()
            }
            Particle::Choice(items, _) => {
                let items = items.iter().map(|item| self.particle(item));
                items.max().unwrap_or(0)
            }
        };
        let often = particle.occurs().max.unwrap_or(2).min(2);
        once.min(2) * often
    }
}
