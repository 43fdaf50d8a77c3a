//! Reduction: what is left of a document for one reader.

mod leaf;
mod list;

use super::{Document, Label, Node, NodeRef, Part, Value};
use crate::mask::{Mask, Verdict};
use crate::sink::offset;
use crate::{Body, Contract, ElementId, Role};

/// What becomes of one governed case.
#[derive(Debug, Clone, Copy)]
pub enum Fate<'m> {
    /// It is released through the mask; a mask for another case unit releases nothing.
    Release(&'m Mask),
    /// It is taken out as if it had never been there.
    Drop,
}

impl Document {
    /// Takes out and masks what the reader may not see, case by case.
    ///
    /// A case inside a case is asked for too, and the masks of both hold for it. In each case what
    /// the masks withhold is listed in the leaf with the role `retenidos`. Outside the cases the leaf
    /// with the role `hay-coincidencia` says whether a case is left, and what wildcards and
    /// `xs:anyType` admit is taken out, for no mask judges it and nobody knows what it is.
    /// The document stays valid unless a case is dropped that its parent requires.
    #[must_use]
    pub fn reduce<'m>(self, fate: impl FnMut(NodeRef<'_>) -> Fate<'m>) -> Document {
        let mut reduction = Reduction {
            contract: &self.contract,
            fate,
            active: Vec::new(),
            trail: Vec::new(),
            nodes: Vec::with_capacity(self.nodes.len() + 32),
            text: String::with_capacity(self.text.len() + 1024),
            cases: 0,
            matches: Vec::new(),
            clauses: Vec::new(),
        };
        reduction.outside(self.root());
        reduction.settle_matches();
        let Reduction { nodes, text, .. } = reduction;
        Document {
            root: self.root,
            contract: self.contract,
            nodes,
            text,
            names: self.names,
        }
    }
}

struct Reduction<'c, 'm, F> {
    contract: &'c Contract,
    fate: F,
    /// The masks in force, the outermost first.
    active: Vec<Active<'m>>,
    /// The elements from below the outermost case unit down to the present one.
    trail: Vec<ElementId>,
    nodes: Vec<Node>,
    text: String,
    /// How many cases are left.
    cases: usize,
    /// The leaves that say whether a case is left.
    matches: Vec<u32>,
    /// The clauses of withheld lists that were written, and where their texts are.
    clauses: Vec<(&'m str, Value)>,
}

/// What stands in an element without a name of its own.
#[derive(Clone, Copy)]
enum Loose {
    Text,
    /// What wildcards admit.
    Other,
}

#[derive(Clone, Copy)]
struct Active<'m> {
    mask: &'m Mask,
    /// How long the trail was at its case unit.
    depth: usize,
}

impl<'m, F: FnMut(NodeRef<'_>) -> Fate<'m>> Reduction<'_, 'm, F> {
    /// An element that is in no case.
    fn outside(&mut self, node: NodeRef<'_>) {
        if node.case_unit() {
            return self.case(node, None);
        }
        let at = self.begin(node);
        if node.holds_any() {
            return self.hollow(at);
        }
        if self.contract.element(node.element()).role == Some(Role::HasMatch) {
            self.matches.push(at);
        }
        self.attributes(node);
        for part in node.parts() {
            match part {
                Part::Element(child) if !child.is_wild() => self.outside(child),
                Part::Text(_) => self.copy_part(node, part),
                Part::Element(_) | Part::Any(_) => {}
            }
        }
        self.end(at);
    }

    fn case(&mut self, node: NodeRef<'_>, parent: Option<NodeRef<'_>>) {
        let Fate::Release(mask) = (self.fate)(node) else {
            return;
        };
        if mask.unit() != node.element() {
            return;
        }
        self.active.push(Active {
            mask,
            depth: self.trail.len(),
        });
        if self.judged(node, parent, mask.list()) && self.active.len() == 1 {
            self.cases += 1;
        }
        self.active.pop();
    }

    /// An element of a case; `list` is the way from it down to its withheld list, if it has one.
    fn inside(&mut self, node: NodeRef<'_>, parent: NodeRef<'_>, list: &[ElementId]) {
        self.trail.push(node.element());
        if node.case_unit() {
            self.case(node, Some(parent));
        } else {
            self.judged(node, Some(parent), list);
        }
        self.trail.pop();
    }

    /// Gives out what the masks leave of an element; whether anything is left.
    fn judged(
        &mut self,
        node: NodeRef<'_>,
        parent: Option<NodeRef<'_>>,
        list: &[ElementId],
    ) -> bool {
        match self.verdict(node.element(), parent.map(NodeRef::element)) {
            Verdict::Gone => false,
            Verdict::Keep if list.is_empty() || self.withholds_nothing() => {
                self.copy(node);
                true
            }
            Verdict::Keep | Verdict::Open => self.open(node, parent, list),
            Verdict::Masked(masking) => self.masked(node, masking),
            Verdict::Shell => {
                let at = self.begin(node);
                self.end(at);
                true
            }
        }
    }

    fn open(&mut self, node: NodeRef<'_>, parent: Option<NodeRef<'_>>, list: &[ElementId]) -> bool {
        let at = self.begin(node);
        if !self.attributes(node) {
            return self.undo(at);
        }
        self.children(node, list);
        let empty = offset(self.nodes.len()) == at + 1 && node.value() == Value::None;
        if empty && !node.is_leaf() && self.hides(node) && self.can_go(node.element(), parent) {
            return self.undo(at);
        }
        self.end(at);
        true
    }

    /// What all the masks in force make of an element together.
    fn verdict(&self, id: ElementId, parent: Option<ElementId>) -> Verdict {
        let keeps = |mask: &Mask| parent.is_none_or(|parent| mask.keeps_shells(parent));
        let verdicts = self.active.iter().map(|Active { mask, .. }| {
            let verdict = mask.verdict(id);
            let lost = verdict == Verdict::Shell && !keeps(mask);
            if lost { Verdict::Gone } else { verdict }
        });
        verdicts.max().unwrap_or(Verdict::Keep)
    }

    fn withholds_nothing(&self) -> bool {
        self.active
            .iter()
            .all(|active| active.mask.withheld().is_empty())
    }

    /// Whether the masks hide any part of the element: then its being empty would tell something.
    fn hides(&self, node: NodeRef<'_>) -> bool {
        self.active
            .iter()
            .any(|active| active.mask.verdict(node.element()) == Verdict::Open)
    }

    /// Whether one element of that kind may be missing from any valid content of its parent.
    fn can_go(&self, id: ElementId, parent: Option<NodeRef<'_>>) -> bool {
        let Some(parent) = parent.filter(|_| !self.contract.element(id).case_unit) else {
            return false;
        };
        let Some(complex) = parent.complex() else {
            return false;
        };
        let is_gone = |other: ElementId| other == id;
        match &complex.body {
            Body::Elements(_) => !complex.counts_only(&is_gone) && complex.holds_without(&is_gone),
            Body::Empty | Body::Simple(_) => false,
        }
    }

    /// A part of an element of a case: what has no name of its own is judged by its parent.
    fn part(&mut self, part: Part<'_>, parent: NodeRef<'_>, list: &[ElementId]) {
        let loose = match part {
            Part::Element(child) if !child.is_wild() => {
                return self.inside(child, parent, list);
            }
            Part::Element(_) | Part::Any(_) => Loose::Other,
            Part::Text(_) => Loose::Text,
        };
        let element = self.contract.element(parent.element());
        let verdicts = self
            .active
            .iter()
            .map(|active| match (loose, parent.complex()) {
                (Loose::Text, _) => active.mask.text(element),
                (Loose::Other, Some(complex)) => active.mask.others(self.contract, complex),
                (Loose::Other, None) => Verdict::Gone,
            });
        match verdicts.max().unwrap_or(Verdict::Keep) {
            Verdict::Keep => self.copy_part(parent, part),
            Verdict::Open | Verdict::Masked(_) | Verdict::Shell | Verdict::Gone => {}
        }
    }

    /// Copies a part and everything below it.
    fn copy_part(&mut self, parent: NodeRef<'_>, part: Part<'_>) {
        match part {
            Part::Element(node) => self.copy(node),
            Part::Any(any) => self.copy_nodes(parent.document(), any.index(), any.subtree()),
            Part::Text(text) => {
                let value = self.keep_text(text);
                let end = offset(self.nodes.len()) + 1;
                let label = Label::Text;
                self.nodes.push(Node { label, end, value });
            }
        }
    }

    /// Copies an element and everything below it.
    fn copy(&mut self, node: NodeRef<'_>) {
        self.copy_nodes(node.document(), node.index(), node.subtree());
    }

    fn copy_nodes(&mut self, document: &Document, first: u32, nodes: &[Node]) {
        let base = offset(self.nodes.len());
        for source in nodes {
            let value = self.copied(document, source.value);
            self.nodes.push(Node {
                end: source.end - first + base,
                value,
                ..*source
            });
        }
    }

    /// Begins an element with its own text.
    fn begin(&mut self, node: NodeRef<'_>) -> u32 {
        let at = offset(self.nodes.len());
        let value = self.copied(node.document(), node.value());
        self.nodes.push(Node {
            label: Label::Element(node.element()),
            end: at,
            value,
        });
        at
    }

    fn end(&mut self, at: u32) {
        let end = offset(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.end = end;
        }
    }

    /// Ends an element that may hold anything with nothing in it.
    fn hollow(&mut self, at: u32) {
        if let Some(node) = self.nodes.get_mut(at as usize)
            && node.value != Value::Nil
        {
            node.value = Value::None;
        }
        self.end(at);
    }

    fn undo(&mut self, at: u32) -> bool {
        self.nodes.truncate(at as usize);
        false
    }

    fn copied(&mut self, document: &Document, value: Value) -> Value {
        match value {
            Value::Text { .. } => self.keep_text(document.slice(value)),
            Value::None | Value::Nil | Value::Default => value,
        }
    }

    fn keep_text(&mut self, text: &str) -> Value {
        let start = offset(self.text.len());
        self.text.push_str(text);
        Value::Text {
            start,
            end: offset(self.text.len()),
        }
    }

    /// Says in the leaves that tell so whether a case is left.
    fn settle_matches(&mut self) {
        let text = if self.cases > 0 { "true" } else { "false" };
        for at in std::mem::take(&mut self.matches) {
            let value = self.keep_text(text);
            if let Some(node) = self.nodes.get_mut(at as usize) {
                node.value = value;
            }
        }
    }
}
