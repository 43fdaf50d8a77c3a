//! The automaton accepts what the model says: compared with a matcher that tries everything.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::automaton::Terms;
use super::super::{automaton, children};
use crate::{ContentModel, ElementId, Occurs, Particle, Place, Term};

/// The longest word tried: long enough to pass every count of the models below.
const LONGEST: u32 = 5;

fn occurs() -> impl Strategy<Value = Occurs> {
    let pairs = [
        (1, Some(1)),
        (0, Some(1)),
        (0, None),
        (1, None),
        (2, Some(3)),
        (0, Some(2)),
        (2, None),
        (2, Some(2)),
    ];
    prop::sample::select(pairs.to_vec()).prop_map(|(min, max)| Occurs { min, max })
}

fn model() -> impl Strategy<Value = Particle> {
    let element =
        (0u32..3, occurs()).prop_map(|(id, occurs)| Particle::Element(ElementId(id), occurs));
    element.prop_recursive(3, 8, 3, |inner| {
        let items = prop::collection::vec(inner, 1..4);
        (items, occurs(), any::<bool>()).prop_map(|(items, occurs, choice)| {
            if choice {
                Particle::Choice(items, occurs)
            } else {
                Particle::Sequence(items, occurs)
            }
        })
    })
}

/// Where the particle may end when it begins at `start`.
fn ends(particle: &Particle, word: &[ElementId], start: usize) -> BTreeSet<usize> {
    let occurs = particle.occurs();
    let mut here = BTreeSet::from([start]);
    let mut all = if occurs.min == 0 {
        here.clone()
    } else {
        BTreeSet::new()
    };
    // More rounds than the word is long add nothing.
    for round in 1..=occurs.max.unwrap_or(u32::MAX).min(LONGEST + occurs.min) {
        here = here
            .iter()
            .flat_map(|start| once(particle, word, *start))
            .collect();
        if round >= occurs.min {
            all.extend(&here);
        }
    }
    all
}

fn once(particle: &Particle, word: &[ElementId], start: usize) -> BTreeSet<usize> {
    match particle {
        Particle::Element(element, _) => (word.get(start) == Some(element))
            .then_some(start + 1)
            .into_iter()
            .collect(),
        Particle::Sequence(items, _) => {
            items.iter().fold(BTreeSet::from([start]), |starts, item| {
                starts
                    .iter()
                    .flat_map(|start| ends(item, word, *start))
                    .collect()
            })
        }
        Particle::Choice(items, _) => items
            .iter()
            .flat_map(|item| ends(item, word, start))
            .collect(),
        // The elements of these models have no namespace.
        Particle::Wildcard(..) | Particle::All(..) => BTreeSet::new(),
    }
}

/// Reads the word as the decoder does.
fn accepts(model: &ContentModel, word: &[ElementId]) -> bool {
    let mut place = Place::default();
    for element in word {
        let before = place;
        let wanted = Term::Element(*element);
        match model.step(place, |term| term == wanted) {
            Some((_, after)) => place = after,
            None => return false,
        }
        assert!(model.options(before).any(|term| term == wanted));
    }
    model.may_end(place)
}

fn all_words() -> Vec<Vec<ElementId>> {
    let mut words = vec![Vec::new()];
    let mut longest = words.clone();
    for _ in 0..LONGEST {
        let longer = |word: &Vec<ElementId>| {
            let word = word.clone();
            (0..3).map(move |id| [word.as_slice(), &[ElementId(id)]].concat())
        };
        longest = longest.iter().flat_map(longer).collect();
        words.extend(longest.iter().cloned());
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn automata_accept_what_models_say(model in model(), gone in 0u32..3) {
        let gone = ElementId(gone);
        let Ok(automaton) = compile(&model) else { return Ok(()) };
        let children = children::list(&model);
        let holds = model_holds(&model, gone);
        for word in all_words() {
            let valid = ends(&model, &word, 0).contains(&word.len());
            prop_assert_eq!(accepts(&automaton, &word), valid, "{:?} {:?}", model, word);
            if !valid {
                continue;
            }
            for child in &children {
                let times = word.iter().filter(|element| **element == child.element).count();
                prop_assert!(times > 0 || !child.required, "{:?} {:?}", model, word);
                prop_assert!(times < 2 || child.repeated, "{:?} {:?}", model, word);
            }
            let rest: Vec<_> = word.iter().copied().filter(|element| *element != gone).collect();
            if holds {
                prop_assert!(ends(&model, &rest, 0).contains(&rest.len()), "{:?} {:?}", model, word);
            }
        }
    }
}

fn compile(model: &Particle) -> Result<ContentModel, automaton::Refused> {
    let (elements, wildcards) = (&[], &[]);
    automaton::compile(
        model,
        Terms {
            elements,
            wildcards,
        },
    )
}

fn model_holds(model: &Particle, gone: ElementId) -> bool {
    model.holds_without(&|element| element == gone)
}
