//! The children of a content model, each once, in schema order.

use crate::{Child, ElementId, Occurs, Particle};

/// Each element of the model once, with how often it occurs in a valid content.
pub(super) fn list(model: &Particle) -> Vec<Child> {
    let mut listing = Listing {
        children: Vec::new(),
        choices: 0,
    };
    listing.walk(
        model,
        Place {
            certain: true,
            choice: None,
        },
    );
    for child in &mut listing.children {
        let (min, max) = count(model, child.element);
        child.required = min > 0;
        child.repeated = max > 1;
    }
    listing.children
}

struct Listing {
    children: Vec<Child>,
    choices: u32,
}

/// Where a particle stands.
#[derive(Clone, Copy)]
struct Place {
    /// Whether every valid content passes here.
    certain: bool,
    /// The innermost choice around it, and whether every valid content makes it.
    choice: Option<(u32, bool)>,
}

impl Listing {
    fn walk(&mut self, particle: &Particle, place: Place) {
        match particle {
            Particle::Element(element, _) => self.add(*element, place),
            Particle::Wildcard(..) => {}
            Particle::Sequence(items, occurs) | Particle::All(items, occurs) => {
                let certain = place.certain && occurs.min > 0;
                for item in items {
                    self.walk(item, Place { certain, ..place });
                }
            }
            Particle::Choice(items, occurs) => {
                let made = place.certain && occurs.min > 0 && !particle.emptiable();
                let choice = Some((self.choices, made));
                self.choices += 1;
                let certain = false;
                for item in items {
                    self.walk(item, Place { certain, choice });
                }
            }
        }
    }

    fn add(&mut self, element: ElementId, place: Place) {
        if self.children.iter().any(|known| known.element == element) {
            return;
        }
        self.children.push(Child {
            element,
            repeated: false,
            required: false,
            choice: place.choice.map(|choice| choice.0),
            required_choice: place.choice.is_some_and(|choice| choice.1),
        });
    }
}

/// The fewest and the most times that the element occurs; the most is cut at 2.
fn count(particle: &Particle, wanted: ElementId) -> (u32, u32) {
    let (occurs, min, max) = match particle {
        Particle::Element(element, occurs) => {
            let once = u32::from(*element == wanted);
            (occurs, once, once)
        }
        Particle::Wildcard(_, occurs) => (occurs, 0, 0),
        Particle::Sequence(items, occurs) | Particle::All(items, occurs) => {
            let counts = items.iter().map(|item| count(item, wanted));
            let sum = counts.fold((0, 0), |(min, max), (fewest, most)| {
                (u32::saturating_add(min, fewest), (max + most).min(2))
            });
            (occurs, sum.0, sum.1)
        }
        Particle::Choice(items, occurs) => {
            let counts: Vec<_> = items.iter().map(|item| count(item, wanted)).collect();
            let min = counts.iter().map(|count| count.0).min();
            let max = counts.iter().map(|count| count.1).max();
            (occurs, min.unwrap_or(0), max.unwrap_or(0))
        }
    };
    let Occurs {
        min: fewest,
        max: most,
    } = *occurs;
    (
        min.saturating_mul(fewest),
        max.saturating_mul(most.unwrap_or(u32::MAX)).min(2),
    )
}
