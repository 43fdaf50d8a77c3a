//! Named types by restriction: whatever they allow, their base allows too.
//!
//! Looked at by what the two accept, not by how they are written: every content of the one is walked
//! through the model of the other.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::error::{LoadError, SchemaFault};
use crate::model::NamedSimples;
use crate::{
    Body, Builtin, ComplexType, Content, ContentModel, Derivations, ElementId, Namespaces, Place,
    QName, SimpleId, Term, ValueConstraint, WildcardId,
};

/// Places of two models looked at together; counts could ask for any number, and what is beyond is
/// taken on trust.
const MOST: usize = 5_000;

/// Checks every type that a document may name in the place of another that it restricts.
pub(super) fn check(compiler: &mut Compiler<'_>) -> BTreeSet<LoadError> {
    let simples = compiler.named_simples();
    let errors = all(&Pair {
        compiler,
        simples: &simples,
    });
    compiler.simple_bases = simples.bases;
    errors
}

fn all(pair: &Pair<'_, '_>) -> BTreeSet<LoadError> {
    let compiler = pair.compiler;
    let only = Derivations {
        restriction: true,
        ..Derivations::default()
    };
    let mut errors = BTreeSet::new();
    for base in compiler.types.iter().filter(|base| !base.is_any()) {
        for derived in base.derived.iter().filter(|derived| derived.by == only) {
            let Some(narrow) = compiler.types.get(derived.complex.index()) else {
                continue;
            };
            let Err(why) = pair.types(base, narrow) else {
                continue;
            };
            let at = compiler.components.types.get(&derived.name);
            let fault = || SchemaFault::Wider(derived.name.clone(), why);
            errors.extend(at.map(|at| at.node.error(fault())));
        }
    }
    errors
}

struct Pair<'p, 's> {
    compiler: &'p Compiler<'s>,
    simples: &'p NamedSimples,
}

impl Pair<'_, '_> {
    fn types(&self, base: &ComplexType, narrow: &ComplexType) -> Result<(), String> {
        self.attributes(base, narrow)?;
        if narrow.mixed && !base.mixed {
            return Err("text may stand among its elements".to_owned());
        }
        match (&base.body, &narrow.body) {
            (Body::Elements(base), Body::Elements(narrow)) => self.contents(base, narrow),
            (Body::Elements(base), Body::Empty) if !base.may_end(Place::default()) => {
                Err("it may be empty".to_owned())
            }
            (Body::Empty, Body::Elements(_)) => Err("it may hold elements".to_owned()),
            (Body::Elements(_) | Body::Simple(_) | Body::Empty, _) => Ok(()),
        }
    }

    fn attributes(&self, base: &ComplexType, narrow: &ComplexType) -> Result<(), String> {
        for wide in base.attributes.iter().filter(|wide| wide.required) {
            let mut attributes = narrow.attributes.iter();
            if !attributes.any(|it| it.name == wide.name && it.required) {
                return Err(format!("attribute `{}` may be missing", wide.name));
            }
        }
        let any = base.any_attribute.and_then(|any| self.namespaces(any));
        for attribute in &narrow.attributes {
            let name = &attribute.name;
            let Some(wide) = base.attributes.iter().find(|it| it.name == *name) else {
                let admitted = any.is_some_and(|any| any.has(name.namespace.as_deref()));
                if admitted {
                    continue;
                }
                return Err(format!("it has an attribute `{name}`"));
            };
            if !self.narrows(attribute.simple, wide.simple) {
                return Err(format!("attribute `{name}` has another type"));
            }
            if !keeps(wide.value.as_ref(), attribute.value.as_ref()) {
                return Err(format!("attribute `{name}` is not fixed"));
            }
        }
        let own = narrow.any_attribute.and_then(|any| self.namespaces(any));
        match (own, any) {
            (Some(own), Some(any)) if own.is_within(any) => Ok(()),
            (None, _) => Ok(()),
            (Some(_), _) => Err("it has attributes of other namespaces".to_owned()),
        }
    }

    fn namespaces(&self, id: WildcardId) -> Option<&Namespaces> {
        let wildcard = self.compiler.wildcards.get(id.index())?;
        Some(&wildcard.namespaces)
    }

    /// Whether every content of the one is a content of the other.
    fn contents(&self, base: &ContentModel, narrow: &ContentModel) -> Result<(), String> {
        let start = (Place::default(), Place::default());
        let mut seen = BTreeSet::from([start]);
        let mut waiting = vec![start];
        while let Some((at_base, at)) = waiting.pop() {
            if narrow.may_end(at) && !base.may_end(at_base) {
                return Err("its content may end before that of its base".to_owned());
            }
            for term in narrow.options(at) {
                let Some((_, next)) = narrow.step(at, |other| other == term) else {
                    continue;
                };
                let Some((wide, next_base)) = base.step(at_base, |wide| self.covers(wide, term))
                else {
                    return Err(format!("{} may come where it may not", self.shown(term)));
                };
                if let (Term::Element(wide), Term::Element(own)) = (wide, term) {
                    self.elements(wide, own)?;
                }
                let both = (next_base, next);
                if seen.len() < MOST && seen.insert(both) {
                    waiting.push(both);
                }
            }
        }
        Ok(())
    }

    fn covers(&self, wide: Term, own: Term) -> bool {
        let name = |id: ElementId| self.compiler.elements.get(id.index()).map(|it| &it.name);
        match (wide, own) {
            (Term::Element(wide), Term::Element(own)) => name(wide) == name(own),
            (Term::Wildcard(wide), Term::Element(own)) => {
                let namespace = name(own).and_then(|name| name.namespace.as_deref());
                self.namespaces(wide).is_some_and(|it| it.has(namespace))
            }
            (Term::Wildcard(wide), Term::Wildcard(own)) => {
                let both = self.namespaces(own).zip(self.namespaces(wide));
                both.is_some_and(|(own, wide)| own.is_within(wide))
            }
            (Term::Element(_), Term::Wildcard(_)) => false,
        }
    }

    fn elements(&self, wide: ElementId, own: ElementId) -> Result<(), String> {
        let elements = &self.compiler.elements;
        let (Some(wide), Some(own)) = (elements.get(wide.index()), elements.get(own.index()))
        else {
            return Ok(());
        };
        let name = &own.name;
        if own.nillable && !wide.nillable {
            return Err(format!("element `{name}` may be nil"));
        }
        if !keeps(wide.value.as_ref(), own.value.as_ref()) {
            return Err(format!("element `{name}` is not fixed"));
        }
        if self.may_stand(wide.content, own.content) {
            Ok(())
        } else {
            Err(format!(
                "element `{name}` has a type that does not derive from that of the base"
            ))
        }
    }

    /// Whether the one type is the other or derives from it. Of types without a name that is not
    /// known, and taken on trust.
    fn may_stand(&self, wide: Content, own: Content) -> bool {
        let complex = |content: Content| match content {
            Content::Complex(id) => self.compiler.types.get(id.index()),
            Content::Simple(_) => None,
        };
        match (wide, own) {
            (Content::Simple(wide), Content::Simple(own)) => self.narrows(own, wide),
            (Content::Complex(_), _) => {
                let (Some(wide), own) = (complex(wide), complex(own)) else {
                    return true;
                };
                let Some(own) = own else { return wide.is_any() };
                let named = |name: &QName| {
                    wide.name.as_ref() == Some(name)
                        || wide.derived.iter().any(|it| it.name == *name)
                };
                wide.is_any() || wide.name.is_none() || own.name.as_ref().is_none_or(named)
            }
            (Content::Simple(_), Content::Complex(_)) => {
                complex(own).is_some_and(|own| matches!(own.body, Body::Simple(_)))
            }
        }
    }

    /// Of a member of a union it is not known what it came from; that is taken on trust.
    fn narrows(&self, own: SimpleId, wide: SimpleId) -> bool {
        let base = self.compiler.simples.get(wide.index());
        let broad = base.is_none_or(|base| {
            !base.members().is_empty() || base.builtin() == Builtin::AnySimpleType
        });
        own == wide || broad || self.simples.derives(own, wide)
    }

    fn shown(&self, term: Term) -> String {
        match term {
            Term::Element(id) => {
                let element = self.compiler.elements.get(id.index());
                element.map_or_else(String::new, |it| format!("element `{}`", it.name))
            }
            Term::Wildcard(_) => "what a wildcard admits".to_owned(),
        }
    }
}

/// Whether what is fixed stays so.
fn keeps(wide: Option<&ValueConstraint>, own: Option<&ValueConstraint>) -> bool {
    match (wide, own) {
        (Some(ValueConstraint::Fixed(wide)), Some(ValueConstraint::Fixed(own))) => wide == own,
        (Some(ValueConstraint::Fixed(_)), _) => false,
        (Some(ValueConstraint::Default(_)) | None, _) => true,
    }
}
