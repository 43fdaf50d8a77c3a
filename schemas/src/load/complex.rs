//! Complex types: attributes, content, and the types that may stand for them.

use super::annotation::{Inherited, documentation};
use super::attributes::Attributes;
use super::compile::Compiler;
use super::components::At;
use super::derive::{Level, Method};
use super::error::{LoadError, SchemaFault};
use super::particle::Siblings;
use super::{automaton, children, order};
use crate::{
    Body, ComplexType, Derived, ElementId, Namespaces, Occurs, Particle, Process, Wildcard,
};

/// Exactly once.
pub(super) const ONCE: Occurs = Occurs {
    min: 1,
    max: Some(1),
};

impl<'s> Compiler<'s> {
    /// Compiles a complex type for the governance that it inherits.
    pub(super) fn complex(
        &mut self,
        at: At<'s>,
        inherited: Inherited,
    ) -> Result<ComplexType, LoadError> {
        let derived = self.derive(at)?;
        let attributes = self.attributes(&derived.levels, inherited)?;
        let mut complex = if let Some(simple) = derived.simple {
            ComplexType {
                body: Body::Simple(simple),
                ..ComplexType::default()
            }
        } else {
            let base = derived.open.then(|| self.anything(inherited));
            let (parts, mixed) = self.parts(base, &derived.levels, inherited)?;
            self.content_of(at, parts, mixed)?
        };
        complex.name = at.node.attribute("name").map(|_| at.own_name());
        complex.doc = documentation(at.node);
        complex.is_abstract = at.flag("abstract")?;
        complex.block = at.derivations("block", "blockDefault")?;
        self.attribute_part(&mut complex, attributes);
        complex.derived = self.derived(at, inherited);
        Ok(complex)
    }

    /// `xs:anyType`: any elements, any text, any attributes.
    pub(super) fn any_type(
        &mut self,
        inherited: Inherited,
        at: At<'s>,
    ) -> Result<ComplexType, LoadError> {
        let anything = self.anything(inherited);
        let mut complex = self.content_of(at, vec![anything], true)?;
        complex.name = Some(crate::QName::new(Some(super::tree::XS), "anyType"));
        let any = Self::any_wildcard(inherited);
        complex.any_attribute = Some(self.add_wildcard(any));
        for named in self.hierarchy.named().to_vec() {
            complex.derived.push(Derived {
                name: named.own_name(),
                complex: self.complex_id(named, inherited),
                by: crate::Derivations::default(),
            });
        }
        Ok(complex)
    }

    /// A complex type of that content model, without attributes yet.
    fn content_of(
        &mut self,
        at: At<'s>,
        mut parts: Vec<Particle>,
        mixed: bool,
    ) -> Result<ComplexType, LoadError> {
        parts.retain(|part| !part.is_void());
        let particle = match (parts.len(), mixed) {
            (0, false) => return Ok(ComplexType::default()),
            (1, _) => parts.pop().unwrap_or(Particle::Sequence(Vec::new(), ONCE)),
            (_, _) => Particle::Sequence(parts, ONCE),
        };
        let model = automaton::compile(&particle, self.terms())
            .map_err(|refused| at.node.error(refused.fault(&self.elements)))?;
        self.spend(at, model.edges())?;
        let children = children::list(&particle);
        let name = |id: ElementId| self.elements.get(id.index()).map(|element| &element.name);
        let clashes = order::clashes(children.iter().filter_map(|child| name(child.element)));
        let form = order::form(&model, mixed);
        Ok(ComplexType {
            body: Body::Elements(model),
            particle: Some(particle),
            children,
            mixed,
            form,
            clashes,
            ..ComplexType::default()
        })
    }

    fn attribute_part(&mut self, complex: &mut ComplexType, attributes: Attributes) {
        let names = attributes.declared.iter().map(|attribute| &attribute.name);
        complex.attribute_clashes = order::clashes(names);
        complex.attributes = attributes.declared;
        complex.any_attribute = self.any_attribute(attributes.any);
    }

    /// The particles of all levels in order, those that a restriction replaces left out, and
    /// whether text may stand among them.
    fn parts(
        &mut self,
        base: Option<Particle>,
        levels: &[Level<'s>],
        inherited: Inherited,
    ) -> Result<(Vec<Particle>, bool), LoadError> {
        let mut siblings = Siblings::new(inherited);
        let restricted = |level: &Level<'_>| level.method == Method::Restriction;
        let first = levels.iter().rposition(restricted).unwrap_or(0);
        let mut mixed = base.is_some();
        let mut parts: Vec<Particle> = base.into_iter().collect();
        for level in levels.iter().skip(first) {
            if level.method == Method::Restriction {
                (parts, mixed) = (Vec::new(), false);
            }
            let mut own = Vec::new();
            for top in level.models() {
                own.extend(self.particle(top, &mut siblings)?);
            }
            let full = |parts: &[Particle], mixed| mixed || parts.iter().any(|it| !it.is_void());
            // Structures 3.4.6, derivation valid (extension), 1.4.2.2.2.2: both mixed, or neither.
            if mixed != level.mixed && full(&parts, mixed) && full(&own, level.mixed) {
                return Err(level.at.node.error(SchemaFault::Mixed));
            }
            mixed |= level.mixed;
            parts.append(&mut own);
        }
        Ok((parts, mixed))
    }

    /// The named types that derive from this one, compiled for the same governance.
    fn derived(&mut self, at: At<'s>, inherited: Inherited) -> Vec<Derived> {
        let found = self.hierarchy.derived(at.id());
        let derived = found.into_iter().map(|(at, by)| Derived {
            name: at.own_name(),
            complex: self.complex_id(at, inherited),
            by,
        });
        derived.collect()
    }

    /// Any element, any number of times.
    fn anything(&mut self, inherited: Inherited) -> Particle {
        let any = Self::any_wildcard(inherited);
        let occurs = Occurs { min: 0, max: None };
        Particle::Wildcard(self.add_wildcard(any), occurs)
    }

    /// What `xs:anyType` admits; who governs the element governs all of it.
    fn any_wildcard(inherited: Inherited) -> Wildcard {
        Wildcard {
            namespaces: Namespaces::Any,
            process: Process::Lax,
            governance: inherited.governed(None),
            source: crate::Location {
                file: "".into(),
                line: 0,
            },
        }
    }
}

impl Default for ComplexType {
    /// The empty content.
    fn default() -> Self {
        Self {
            name: None,
            doc: "".into(),
            attributes: Vec::new(),
            any_attribute: None,
            body: Body::Empty,
            particle: None,
            children: Vec::new(),
            mixed: false,
            is_abstract: false,
            block: crate::Derivations::default(),
            derived: Vec::new(),
            form: crate::Form::Object,
            clashes: Vec::new(),
            attribute_clashes: Vec::new(),
        }
    }
}
