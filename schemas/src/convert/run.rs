//! Converting one document.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::place::attributes;
use super::plan::{Change, Entry, Leaf, Message, Node, Presence, Source};
use super::read::{Found, Sight};
use super::{Carried, Conversion, Converted, Loss, NotConverted, names};
use crate::expression::Scope;
use crate::{Builder, Contract, Document, Violation};

/// An element that came out, before it is validated.
struct Out<'d> {
    name: Arc<str>,
    order: usize,
    attributes: Vec<(Arc<str>, Cow<'d, str>)>,
    value: Option<Text<'d>>,
    children: Vec<Out<'d>>,
}

enum Text<'d> {
    Is(Cow<'d, str>),
    Nil,
}

struct Run<'r> {
    to: &'r Contract,
    message: &'r Message,
    losses: BTreeSet<Loss>,
}

/// Converts a message.
pub(super) fn message(
    conversion: &Conversion,
    message: &Message,
    document: &Document,
    carried: Carried<'_>,
) -> Result<Converted, NotConverted> {
    let mut run = Run {
        to: &conversion.to,
        message,
        losses: BTreeSet::new(),
    };
    let mut sight = Sight::of(document.root(), &message.source_name);
    for (source, reason) in &message.losses {
        if sight.has(source) {
            run.lose(source, reason);
        }
    }
    let mut root = run.build(&message.root, &mut sight)?.unwrap_or(Out {
        name: Arc::clone(&message.target_name),
        order: 0,
        attributes: Vec::new(),
        value: None,
        children: Vec::new(),
    });
    if let Some((name, order)) = &message.loss_leaf {
        let listed = carried.question.iter().map(|loss| (loss, "peticion"));
        let before = carried.answer.iter().map(|loss| (loss, "respuesta"));
        let own = run.losses.iter().map(|loss| (loss, "respuesta"));
        let listed = listed
            .chain(before)
            .chain(own)
            .map(|(loss, way)| listed_loss(name, *order, loss, way));
        root.children.extend(listed.collect::<Vec<_>>());
        root.children.sort_by_key(|child| child.order);
    }
    let mut builder = Builder::new(&conversion.to, message.target);
    // What the builder refuses it tells at the end, all of it.
    let _ = content(&mut builder, &root);
    let document = builder.finish().map_err(NotConverted::Invalid)?;
    let losses = run.losses.into_iter().collect();
    Ok(Converted { document, losses })
}

fn listed_loss<'d>(name: &Arc<str>, order: usize, loss: &Loss, way: &'static str) -> Out<'d> {
    let attributes = vec![
        (Arc::from("sentido"), Cow::Borrowed(way)),
        (Arc::from("motivo"), Cow::Owned(loss.reason.to_string())),
    ];
    Out {
        name: Arc::clone(name),
        order,
        attributes,
        value: Some(Text::Is(Cow::Owned(loss.path.to_string()))),
        children: Vec::new(),
    }
}

impl Run<'_> {
    /// What comes of a node of the tree.
    fn emit<'d>(
        &mut self,
        node: &Node,
        sight: &mut Sight<'d>,
        out: &mut Vec<Out<'d>>,
    ) -> Result<(), NotConverted> {
        match &node.presence {
            Presence::Each(source) => {
                for found in sight.elements(source) {
                    let made = sight.enter(found, &source.path, |sight| self.build(node, sight))?;
                    out.extend(made);
                }
            }
            Presence::When(sources) => {
                let there = sources.iter().any(|source| sight.has(source));
                if there && !sources.iter().any(|source| sight.is_withheld(source)) {
                    out.extend(self.build(node, sight)?);
                }
            }
            Presence::Made => {
                let made = self.build(node, sight)?;
                out.extend(made.filter(|made| {
                    made.value.is_some() || !made.children.is_empty() || !made.attributes.is_empty()
                }));
            }
            Presence::Withheld(source) => self.withheld(node, source, sight, out),
        }
        Ok(())
    }

    /// The element itself; none when it is a leaf without value.
    fn build<'d>(
        &mut self,
        node: &Node,
        sight: &mut Sight<'d>,
    ) -> Result<Option<Out<'d>>, NotConverted> {
        let value = match &node.value {
            Some(leaf) => match self.value(leaf, sight)? {
                None => return Ok(None),
                value => value,
            },
            None => None,
        };
        let mut attributes = Vec::new();
        for (name, _, leaf) in &node.attributes {
            if let Some(Text::Is(text)) = self.value(leaf, sight)? {
                attributes.push((Arc::clone(name), text));
            }
        }
        let mut children = Vec::new();
        for child in &node.children {
            self.emit(child, sight, &mut children)?;
        }
        Ok(Some(Out {
            name: Arc::clone(&node.name),
            order: node.order,
            attributes,
            value,
            children,
        }))
    }

    fn value<'d>(
        &mut self,
        leaf: &Leaf,
        sight: &Sight<'d>,
    ) -> Result<Option<Text<'d>>, NotConverted> {
        if let Change::Constant(constant) = &leaf.change {
            return Ok(Some(Text::Is(Cow::Owned(constant.to_string()))));
        }
        let mut sources = leaf.sources.iter();
        let found = sources.find_map(|source| Some((source, sight.value(source)?)));
        let Some((source, found)) = found else {
            let silent = leaf.sources.iter().any(|source| sight.is_withheld(source));
            let default = leaf.default.as_deref().filter(|_| !silent);
            return Ok(default.map(|text| Text::Is(Cow::Owned(text.to_owned()))));
        };
        let text = match found {
            Found::Nil => return Ok(Some(Text::Nil)),
            Found::Text(text) => text,
        };
        let Some(text) = self.changed(leaf, source, text, sight)? else {
            return Ok(None);
        };
        if let Some(reason) = &leaf.lossy
            && self.to.simple(leaf.simple).check(&text).is_err()
        {
            self.lose(source, reason);
            return Ok(None);
        }
        if let Some(reason) = &leaf.told {
            self.lose(source, reason);
        }
        Ok(Some(Text::Is(text)))
    }

    fn changed<'d>(
        &mut self,
        leaf: &Leaf,
        source: &Source,
        text: &'d str,
        sight: &Sight<'d>,
    ) -> Result<Option<Cow<'d, str>>, NotConverted> {
        match &leaf.change {
            Change::Copy | Change::Constant(_) => Ok(Some(Cow::Borrowed(text))),
            Change::Table(entries) => Ok(self.tabled(entries, source, text)),
            Change::Expression {
                table,
                expression,
                with,
            } => {
                let tabled = match table {
                    Some(entries) => self.tabled(entries, source, text),
                    None => Some(Cow::Borrowed(text)),
                };
                let Some(text) = tabled else {
                    return Ok(None);
                };
                let mut scope = Scope::new();
                scope.set_text("valor", &*text);
                for (name, other) in with {
                    match sight.value(other) {
                        Some(Found::Text(text)) => scope.set_text(name, text),
                        None if sight.is_withheld(other) => scope.set_null(name),
                        Some(Found::Nil) | None => scope.set_text(name, ""),
                    }
                }
                let made = expression.text_of(&scope).map_err(|fault| {
                    let path = Arc::clone(&leaf.path);
                    NotConverted::Expression { path, fault }
                })?;
                Ok(Some(Cow::Owned(made)))
            }
        }
    }

    /// What a table makes of a value; one that it does not list stays as it is.
    fn tabled<'d>(
        &mut self,
        entries: &BTreeMap<String, Entry>,
        source: &Source,
        text: &'d str,
    ) -> Option<Cow<'d, str>> {
        let Some(entry) = entries.get(text) else {
            return Some(Cow::Borrowed(text));
        };
        if let Some(reason) = &entry.loss {
            self.lose(source, reason);
        }
        let value = entry.value.as_ref();
        value.map(|value| Cow::Owned(value.to_string()))
    }

    /// The list of what was withheld, in the target's names.
    fn withheld<'d>(
        &self,
        node: &Node,
        source: &Source,
        sight: &Sight<'d>,
        out: &mut Vec<Out<'d>>,
    ) {
        let mut told = BTreeSet::new();
        let mut names = attributes(self.to, node.element).into_iter();
        // A version from before has no place for it.
        let has_clause = names.any(|it| *it.name == *"clausula");
        for found in sight.elements(source) {
            let path = found.text().unwrap_or_default();
            let treatment = found.attribute("tratamiento").unwrap_or_default();
            let clause = found.attribute("clausula").filter(|_| has_clause);
            let clause = clause.map(|clause| (Arc::from("clausula"), Cow::Borrowed(clause)));
            for name in names::withheld(self.message, &node.path, path) {
                if !told.insert(name) {
                    continue;
                }
                out.push(Out {
                    name: Arc::clone(&node.name),
                    order: node.order,
                    attributes: [(Arc::from("tratamiento"), Cow::Borrowed(treatment))]
                        .into_iter()
                        .chain(clause.clone())
                        .collect(),
                    value: Some(Text::Is(Cow::Owned(name.to_owned()))),
                    children: Vec::new(),
                });
            }
        }
    }

    fn lose(&mut self, source: &Source, reason: &Arc<str>) {
        self.losses.insert(Loss {
            path: Arc::clone(&source.path),
            reason: Arc::clone(reason),
        });
    }
}

/// Gives an element's content to the builder.
fn content(builder: &mut Builder, out: &Out<'_>) -> Result<(), Violation> {
    for (name, text) in &out.attributes {
        builder.attribute(name, text)?;
    }
    match &out.value {
        None => {}
        Some(Text::Nil) => builder.nil()?,
        Some(Text::Is(text)) => builder.text(text)?,
    }
    for child in &out.children {
        builder.open(&child.name)?;
        content(builder, child)?;
        builder.close()?;
    }
    Ok(())
}
