//! Places in a contract: the steps from a message's root to an element or an attribute.

use std::sync::Arc;

use super::fault::ConversionFault;
use crate::{Content, Contract, ElementId, SimpleId};

/// A place below a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) root: ElementId,
    pub(crate) steps: Vec<Step>,
    /// The attribute at the end, by its number in the type.
    pub(crate) attribute: Option<Attr>,
}

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) element: ElementId,
    pub(crate) name: Arc<str>,
    pub(crate) repeated: bool,
    /// Whether everything that holds it has it.
    pub(crate) required: bool,
    /// Its number among its siblings, in schema order.
    pub(crate) order: usize,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attr {
    pub(crate) name: Arc<str>,
    pub(crate) simple: SimpleId,
    pub(crate) required: bool,
    pub(crate) order: usize,
}

impl Place {
    pub(crate) fn root(root: ElementId) -> Self {
        Self {
            root,
            steps: Vec::new(),
            attribute: None,
        }
    }

    /// The element at its end.
    pub(crate) fn element(&self) -> ElementId {
        self.steps.last().map_or(self.root, |step| step.element)
    }

    pub(crate) fn below(&self, step: Step) -> Self {
        let mut place = self.clone();
        place.steps.push(step);
        place
    }

    pub(crate) fn with(&self, attribute: Attr) -> Self {
        let mut place = self.clone();
        place.attribute = Some(attribute);
        place
    }

    /// Follows `path`, names joined by `/` and an attribute with `@`; `.` stays.
    pub(crate) fn follow(&self, contract: &Contract, path: &str) -> Result<Self, ConversionFault> {
        let mut place = self.clone();
        for name in path.split('/').filter(|name| *name != ".") {
            let missing = || ConversionFault::NoSuchPath(path.to_owned());
            if place.attribute.is_some() {
                return Err(missing());
            }
            if let Some(name) = name.strip_prefix('@') {
                let mut known = attributes(contract, place.element()).into_iter();
                let attribute = known.find(|known| *known.name == *name);
                place.attribute = Some(attribute.ok_or_else(missing)?);
            } else {
                let mut known = steps(contract, place.element()).into_iter();
                let step = known.find(|step| *step.name == *name);
                place.steps.push(step.ok_or_else(missing)?);
            }
        }
        Ok(place)
    }

    /// The type of the value there; `None` when it is no leaf.
    pub(crate) fn simple(&self, contract: &Contract) -> Option<SimpleId> {
        match &self.attribute {
            Some(attribute) => Some(attribute.simple),
            None => contract.value_type(self.element()),
        }
    }

    /// Whether `other` is here or below.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        self.root == other.root
            && self.attribute.is_none()
            && other.steps.len() >= self.steps.len()
            && self
                .steps
                .iter()
                .zip(&other.steps)
                .all(|(one, other)| one.element == other.element && one.name == other.name)
    }

    /// The path from the root's name.
    pub(crate) fn path(&self, contract: &Contract) -> String {
        let mut path = format!("/{}", contract.element(self.root).name.local);
        for step in &self.steps {
            path.push('/');
            path.push_str(&step.name);
        }
        if let Some(attribute) = &self.attribute {
            path.push_str("/@");
            path.push_str(&attribute.name);
        }
        path
    }

    /// The path of the innermost case unit on the way; none outside of cases.
    pub(crate) fn unit(&self, contract: &Contract) -> Option<String> {
        let unit = |step: &Step| contract.element(step.element).case_unit;
        let root = contract.element(self.root).case_unit;
        let steps = match self.steps.iter().rposition(unit) {
            Some(at) => at + 1,
            None if root => 0,
            None => return None,
        };
        let mut place = Self::root(self.root);
        place.steps.extend(self.steps.iter().take(steps).cloned());
        Some(place.path(contract))
    }
}

/// The children of an element.
pub(crate) fn steps(contract: &Contract, element: ElementId) -> Vec<Step> {
    let Content::Complex(id) = contract.element(element).content else {
        return Vec::new();
    };
    let children = contract.complex(id).children.iter().enumerate();
    let step = |(order, child): (usize, &crate::Child)| Step {
        element: child.element,
        name: Arc::clone(&contract.element(child.element).name.local),
        repeated: child.repeated,
        required: child.required,
        order,
    };
    children.map(step).collect()
}

/// The attributes of an element.
pub(crate) fn attributes(contract: &Contract, element: ElementId) -> Vec<Attr> {
    let Content::Complex(id) = contract.element(element).content else {
        return Vec::new();
    };
    let declared = contract.complex(id).attributes.iter().enumerate();
    let attribute = |(order, known): (usize, &crate::Attribute)| Attr {
        name: Arc::clone(&known.name.local),
        simple: known.simple,
        required: known.required,
        order,
    };
    declared.map(attribute).collect()
}
