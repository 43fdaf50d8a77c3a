//! A lot: the shape of its request and of its answer, whatever the words.

use std::sync::Arc;

use super::compile::Compiler;
use super::error::OperationFault;
use crate::model::{Child, ComplexType};
use crate::{Content, ElementId, Lot, LotResults, Operation};

/// What a contract says of the lots of `single`, from their request and their answer.
pub(super) fn compiled(
    compiler: &Compiler<'_>,
    (request, response): (ElementId, ElementId),
    single: &Operation,
) -> Result<Lot, OperationFault> {
    let of = || single.name.to_string();
    let shapes = Shapes { compiler };
    let item = shapes.item(request, single);
    let item = item.ok_or_else(|| OperationFault::Lot(of()))?;
    let told = shapes.from(request).zip(shapes.results(response, single));
    let (from, results) = told.ok_or_else(|| OperationFault::LotShape(of()))?;
    Ok(Lot {
        of: Arc::clone(&single.name),
        item,
        from,
        results,
    })
}

struct Shapes<'c, 's> {
    compiler: &'c Compiler<'s>,
}

impl Shapes<'_, '_> {
    /// The one element of the request: it repeats, and is the operation's own request.
    fn item(&self, request: ElementId, single: &Operation) -> Option<ElementId> {
        match self.children(request) {
            [item] if item.repeated => Some(item.element),
            _ => None,
        }
        .filter(|item| self.content(*item) == self.content(single.request))
    }

    fn from(&self, request: ElementId) -> Option<Arc<str>> {
        match self.complex(request)?.attributes.as_slice() {
            [from] if !from.required => Some(Arc::clone(&from.name.local)),
            _ => None,
        }
    }

    fn results(&self, response: ElementId, single: &Operation) -> Option<LotResults> {
        let [result] = self.children(response) else {
            return None;
        };
        let [position, accepted, refused] = self.children(result.element) else {
            return None;
        };
        let [texts @ .., breach] = self.children(refused.element) else {
            return None;
        };
        let either = accepted.choice.is_some() && accepted.choice == refused.choice;
        let answers = self.content(accepted.element) == self.content(single.response);
        if !(result.repeated && breach.repeated && either && answers) {
            return None;
        }
        let [position] = self.leaves(std::slice::from_ref(position))?;
        Some(LotResults {
            result: self.name(*result)?,
            position,
            accepted: self.name(*accepted)?,
            refused: self.name(*refused)?,
            refusal: self.leaves(texts)?,
            breach: self.name(*breach)?,
            within: self.leaves(self.children(breach.element))?,
        })
    }

    /// The names of so many leaves, each of them there once.
    fn leaves<const N: usize>(&self, children: &[Child]) -> Option<[Arc<str>; N]> {
        let leaf = |child: &Child| {
            let simple = matches!(self.content(child.element)?, Content::Simple(_));
            let once = child.required && !child.repeated;
            self.name(*child).filter(|_| simple && once)
        };
        let names: Option<Vec<Arc<str>>> = children.iter().map(leaf).collect();
        names?.try_into().ok()
    }

    fn name(&self, child: Child) -> Option<Arc<str>> {
        let element = self.compiler.elements.get(child.element.index())?;
        Some(Arc::clone(&element.name.local))
    }

    fn content(&self, id: ElementId) -> Option<Content> {
        let element = self.compiler.elements.get(id.index());
        element.map(|element| element.content)
    }

    fn complex(&self, id: ElementId) -> Option<&ComplexType> {
        match self.content(id)? {
            Content::Complex(complex) => self.compiler.types.get(complex.index()),
            Content::Simple(_) => None,
        }
    }

    fn children(&self, id: ElementId) -> &[Child] {
        let complex = self.complex(id);
        complex.map_or(&[][..], |complex| &complex.children)
    }
}
