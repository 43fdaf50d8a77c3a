//! Valid documents, made from a contract.

use std::collections::BTreeMap;

use contract::{
    Body, Content, Contract, ElementId, Occurs, Particle, QName, SimpleId, SimpleType,
    ValueConstraint,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;

use crate::random::Random;
use crate::texts::texts;
use crate::tree::{Part, Tree};

/// How deep a document may be before only what must be there is.
const DEEP: usize = 12;

/// Makes documents of one contract.
pub(crate) struct Maker<'c> {
    contract: &'c Contract,
    /// Values of each simple type, made once.
    values: BTreeMap<SimpleId, Vec<String>>,
    /// How many of a hundred optional things are there.
    richness: usize,
}

impl<'c> Maker<'c> {
    pub(crate) fn new(contract: &'c Contract) -> Self {
        Self {
            contract,
            values: BTreeMap::new(),
            richness: 50,
        }
    }

    /// A valid document with that root.
    pub(crate) fn document(&mut self, root: ElementId, random: &mut Random) -> Tree {
        self.richness = *random.pick(&[5, 25, 50, 90]);
        self.element(root, random, 0)
    }

    fn element(&mut self, id: ElementId, random: &mut Random, depth: usize) -> Tree {
        let element = self.contract.element(id);
        let mut tree = Tree {
            name: element.name.clone(),
            attributes: Vec::new(),
            parts: Vec::new(),
        };
        let fixed = fixed(element.value.as_ref());
        match element.content {
            Content::Simple(simple) => {
                tree.parts
                    .push(Part::Text(self.value(simple, fixed, random)));
            }
            Content::Complex(complex) => {
                let complex = self.contract.complex(complex);
                for attribute in &complex.attributes {
                    if attribute.required || random.chance(self.richness) {
                        let fixed = self::fixed(attribute.value.as_ref());
                        let value = self.value(attribute.simple, fixed, random);
                        tree.attributes.push((attribute.name.clone(), value));
                    }
                }
                match (&complex.body, &complex.particle) {
                    (Body::Simple(simple), _) => {
                        tree.parts
                            .push(Part::Text(self.value(*simple, fixed, random)));
                    }
                    (_, Some(particle)) => self.content(particle, random, depth, &mut tree),
                    (_, None) => {}
                }
            }
        }
        tree
    }

    fn content(&mut self, particle: &Particle, random: &mut Random, depth: usize, tree: &mut Tree) {
        for _ in 0..self.times(particle.occurs(), random, depth) {
            match particle {
                Particle::Element(id, _) => {
                    tree.parts
                        .push(Part::Element(self.element(*id, random, depth + 1)));
                }
                Particle::Wildcard(..) => {
                    let name = QName::new(Some("urn:ajeno"), "ajeno");
                    tree.parts
                        .push(Part::Element(Tree::leaf(name, "x".to_owned())));
                }
                Particle::Sequence(items, _) | Particle::All(items, _) => {
                    for item in items {
                        self.content(item, random, depth, tree);
                    }
                }
                Particle::Choice(items, _) => {
                    self.content(random.pick(items), random, depth, tree);
                }
            }
        }
    }

    fn times(&self, occurs: Occurs, random: &mut Random, depth: usize) -> u32 {
        let mut times = occurs.min;
        let more = |times| occurs.max.is_none_or(|max| times < max);
        while depth < DEEP && times < occurs.min + 4 && more(times) && random.chance(self.richness)
        {
            times += 1;
        }
        times
    }

    fn value(&mut self, id: SimpleId, fixed: Option<&str>, random: &mut Random) -> String {
        if let Some(fixed) = fixed {
            return fixed.to_owned();
        }
        let simple = self.contract.simple(id);
        let values = self.values.entry(id).or_insert_with(|| values(simple));
        assert!(!values.is_empty(), "no value found for {simple:?}");
        random.pick(values).clone()
    }
}

fn fixed(value: Option<&ValueConstraint>) -> Option<&str> {
    match value {
        Some(ValueConstraint::Fixed(text)) => Some(text),
        Some(ValueConstraint::Default(_)) | None => None,
    }
}

/// Some values of the type: of those that its facets name, its pattern makes, and the rest admit.
fn values(simple: &SimpleType) -> Vec<String> {
    let facets = simple.facets();
    let mut candidates: Vec<String> = facets.enumeration.iter().map(ToString::to_string).collect();
    candidates.extend(
        facets
            .min
            .iter()
            .chain(&facets.max)
            .map(|bound| bound.text.to_string()),
    );
    let mut runner = TestRunner::deterministic();
    for pattern in &facets.patterns {
        let inside = pattern.ecma().trim_start_matches('^').trim_end_matches('$');
        let Ok(strategy) = string_regex(inside) else {
            continue;
        };
        for _ in 0..200 {
            candidates.extend(strategy.new_tree(&mut runner).map(|tree| tree.current()));
        }
    }
    let longest = usize::try_from(facets.max_length.or(facets.length).unwrap_or(3)).unwrap();
    candidates.extend([
        "a".repeat(longest),
        "7".repeat(longest),
        "0".repeat(2 * longest),
    ]);
    candidates.extend(texts().iter().map(|text| text.trim().to_owned()));
    let plain = |text: &String| text.chars().all(|c| matches!(c, ' '..='\u{24f}'));
    candidates.retain(|text| plain(text) && simple.check(text).is_ok());
    candidates.truncate(40);
    candidates
}
