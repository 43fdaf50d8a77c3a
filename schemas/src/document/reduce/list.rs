//! The list of what was withheld, written into the case.

use super::{Fate, Reduction};
use crate::document::{Label, Node, NodeRef, Part, Value};
use crate::mask::{Treatment, Withheld};
use crate::sink::offset;
use crate::{Content, ElementId};

/// The attribute of the list's leaves that says what was done.
const TREATMENT: &str = "tratamiento";
/// The attribute that says on what that rests; older contracts have none.
const CLAUSE: &str = "clausula";

/// One line of the list.
#[derive(Clone, Copy)]
struct Line<'m> {
    path: &'m str,
    treatment: Treatment,
    clause: Option<&'m str>,
}

impl<'m> Line<'m> {
    fn of(withheld: &'m Withheld, path: &'m str) -> Self {
        Self {
            path,
            treatment: withheld.treatment,
            clause: withheld.clause.as_deref(),
        }
    }
}

impl<'m, F: FnMut(NodeRef<'_>) -> Fate<'m>> Reduction<'_, 'm, F> {
    /// Gives out the children of an element, and among them, at its place in schema order, the
    /// withheld list, or the element on the way to it, which is made where it is missing.
    pub(super) fn children(&mut self, node: NodeRef<'_>, list: &[ElementId]) {
        let way = list.split_first();
        let way = way.and_then(|(next, rest)| Some((self.own(node, *next)?, rest)));
        let Some(((place, next), rest)) = way else {
            for part in node.parts() {
                self.part(part, node, &[]);
            }
            return;
        };
        let list = &[&[next], rest].concat()[..];
        let entries = self.entries(node, list);
        let mut due = !entries.is_empty();
        for part in node.parts() {
            let Part::Element(child) = part else {
                self.part(part, node, &[]);
                continue;
            };
            let on_the_way = child.element() == next && !rest.is_empty();
            if due && place_of(node, child.element()).is_none_or(|at| at >= place) {
                due = false;
                if on_the_way {
                    self.inside(child, node, rest);
                    continue;
                }
                self.write_list(list, &entries);
            }
            // What an earlier gateway withheld stays said.
            let said = child.element() == next
                && rest.is_empty()
                && entries.iter().any(|line| child.text() == Some(line.path));
            if !said {
                self.part(part, node, &[]);
            }
        }
        if due {
            self.write_list(list, &entries);
        }
    }

    /// The child that the type which the node has here declares under the name of `wanted`, and its
    /// place; a type that narrows the declared one may have another, or none.
    fn own(&self, node: NodeRef<'_>, wanted: ElementId) -> Option<(usize, ElementId)> {
        if let Some(place) = place_of(node, wanted) {
            return Some((place, wanted));
        }
        let wanted = self.contract.element(wanted);
        let mut children = node.complex()?.children.iter().enumerate();
        children.find_map(|(place, child)| {
            let known = self.contract.element(child.element);
            let same = known.name == wanted.name && known.role == wanted.role;
            same.then_some((place, child.element))
        })
    }

    /// Writes the list, inside the elements that lead to it.
    fn write_list(&mut self, list: &[ElementId], entries: &[Line<'m>]) {
        let Some((&leaf, outer)) = list.split_last() else {
            return;
        };
        let mut opened = Vec::new();
        for id in outer.iter().copied() {
            opened.push(offset(self.nodes.len()));
            self.nodes.push(Node {
                label: Label::Element(id),
                end: 0,
                value: Value::None,
            });
        }
        for line in entries {
            self.write_entry(leaf, line);
        }
        for at in opened {
            self.end(at);
        }
    }

    fn write_entry(&mut self, leaf: ElementId, line: &Line<'m>) {
        let value = self.keep_text(line.path);
        let at = offset(self.nodes.len());
        self.nodes.push(Node {
            label: Label::Element(leaf),
            end: at,
            value,
        });
        if let Content::Complex(complex) = self.contract.element(leaf).content {
            let attributes = self.contract.complex(complex).attributes.iter();
            for (place, attribute) in attributes.enumerate() {
                let value = match &*attribute.name.local {
                    TREATMENT => self.keep_text(line.treatment.as_str()),
                    CLAUSE => match line.clause {
                        Some(clause) => self.keep_clause(clause),
                        None => continue,
                    },
                    _ => continue,
                };
                let label = Label::Attribute(offset(place));
                let end = offset(self.nodes.len()) + 1;
                self.nodes.push(Node { label, end, value });
            }
        }
        self.end(at);
    }

    /// Many lines rest on the same clause: its text is held once.
    fn keep_clause(&mut self, clause: &'m str) -> Value {
        let known = self.clauses.iter().find(|(known, _)| *known == clause);
        if let Some((_, value)) = known {
            return *value;
        }
        let value = self.keep_text(clause);
        self.clauses.push((clause, value));
        value
    }

    /// What the innermost mask withholds, what the outer ones do below the present case, and of
    /// both what the element's own list already says that was withheld.
    fn entries(&self, node: NodeRef<'_>, list: &[ElementId]) -> Vec<Line<'m>> {
        let mut entries: Vec<Line<'m>> = Vec::new();
        let Some(inner) = self.active.last().copied() else {
            return entries;
        };
        let own = inner.mask.withheld().iter();
        entries.extend(own.map(|it| Line::of(it, &it.path)));
        for active in self.active.iter().rev().skip(1) {
            let way = self
                .trail
                .get(active.depth..inner.depth)
                .unwrap_or_default();
            let names = way.iter().map(|id| &*self.contract.element(*id).name.local);
            let prefix: String = names.flat_map(|name| [name, "/"]).collect();
            for withheld in active.mask.withheld() {
                let Some(path) = withheld.path.strip_prefix(prefix.as_str()) else {
                    continue;
                };
                match entries.iter_mut().find(|other| other.path == path) {
                    Some(known) if known.treatment <= withheld.treatment => {}
                    Some(known) => *known = Line::of(withheld, path),
                    None => entries.push(Line::of(withheld, path)),
                }
            }
        }
        let said = |child: &NodeRef<'_>| {
            list.len() == 1
                && list.first() == Some(&child.element())
                && child.attribute(TREATMENT) == Some(Treatment::Withheld.as_str())
        };
        for child in node.children().filter(said) {
            if let Some(known) = entries
                .iter_mut()
                .find(|line| child.text() == Some(line.path))
            {
                known.treatment = Treatment::Withheld;
            }
        }
        entries
    }
}

/// Where the child stands in the schema order of the type that the node has here.
fn place_of(node: NodeRef<'_>, child: ElementId) -> Option<usize> {
    let mut children = node.complex()?.children.iter();
    children.position(|other| other.element == child)
}
