//! What of the canonical contract a partner can give and take, leaf by leaf.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::sync::Arc;

use contract::{Contract, Conversions, Lot, Operation, Reach};

/// What of the canonical contract a partner can give and take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The contract of the partner.
    pub dialect: String,
    /// The canonical contract.
    pub canonical: String,
    /// Each canonical message that the partner has in one direction or both.
    pub messages: BTreeMap<String, MessageCoverage>,
    /// The canonical messages of a lot, with what the partner calls them and the message that each item is.
    pub lots: BTreeMap<String, (Arc<str>, String)>,
    /// The canonical messages that it has in neither.
    pub without: BTreeSet<String>,
}

/// What of one canonical message a partner can give and take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageCoverage {
    /// What the partner calls it.
    pub called: Arc<str>,
    /// The canonical leaves that the partner's message gives, and those that it cannot; none when it never sends one.
    pub gives: Option<BTreeMap<String, bool>>,
    /// The canonical leaves, each with why the partner cannot take it, if it cannot; none when it is never told one.
    pub takes: Option<BTreeMap<String, Option<Arc<str>>>>,
}

impl Coverage {
    pub(super) fn of(conversions: &Conversions) -> Self {
        let canonical = conversions.forth.to();
        let mut messages: BTreeMap<String, MessageCoverage> = BTreeMap::new();
        for Reach {
            from, to, given, ..
        } in conversions.forth.reach()
        {
            let message = messages.entry(to.to_string()).or_default();
            message.called = from;
            message.gives = Some(given);
        }
        for Reach {
            from, to, taken, ..
        } in conversions.back.reach()
        {
            let message = messages.entry(from.to_string()).or_default();
            message.called = to;
            message.takes = Some(taken);
        }
        let lots = lots(conversions);
        let roots = canonical.roots().iter();
        let names = roots.map(|root| canonical.element(*root).name.local.to_string());
        let without = names.filter(|name| !messages.contains_key(name) && !lots.contains_key(name));
        Self {
            dialect: conversions.forth.from().id(),
            canonical: canonical.id(),
            without: without.collect(),
            messages,
            lots,
        }
    }

    /// Whether what stands at that canonical path comes back when a message goes to the partner and back.
    pub fn keeps(&self, message: &str, path: &str) -> bool {
        let Some(message) = self.messages.get(message) else {
            return false;
        };
        let gives = message.gives.as_ref().and_then(|gives| gives.get(path));
        let takes = message.takes.as_ref().and_then(|takes| takes.get(path));
        gives == Some(&true) && takes.is_some_and(Option::is_none)
    }
}

/// Where both contracts have lots of the same: each item is converted as the message that it is many of.
fn lots(conversions: &Conversions) -> BTreeMap<String, (Arc<str>, String)> {
    let (from, to) = (conversions.forth.from(), conversions.forth.to());
    let name = |contract: &Contract, id| Arc::clone(&contract.element(id).name.local);
    let mut lots = BTreeMap::new();
    for (own, own_lot) in with_lots(from) {
        let single = from.operation(&own_lot.of);
        for (common, lot) in with_lots(to).filter(|(common, _)| common.class == own.class) {
            let Some((own_single, single)) = single.zip(to.operation(&lot.of)) else {
                continue;
            };
            if !conversions.forth.speaks_of(own_single.request) {
                continue;
            }
            for (told, called, item) in [
                (common.request, own.request, single.request),
                (common.response, own.response, single.response),
            ] {
                let row = (name(from, called), name(to, item).to_string());
                lots.insert(name(to, told).to_string(), row);
            }
        }
    }
    lots
}

fn with_lots(contract: &Contract) -> impl Iterator<Item = (&Operation, &Lot)> {
    let operations = contract.operations().iter();
    operations.filter_map(|operation| Some((operation, operation.lot.as_ref()?)))
}

/// As Markdown.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Cobertura de {} en {}\n", self.dialect, self.canonical)?;
        writeln!(
            f,
            "| mensaje | como lo llama | da | toma |\n|---|---|---|---|"
        )?;
        for (name, message) in &self.messages {
            let gives = message.gives.as_ref();
            let gives = gives.map(|all| (all.values().filter(|given| **given).count(), all.len()));
            let takes = message.takes.as_ref();
            let takes =
                takes.map(|all| (all.values().filter(|it| it.is_none()).count(), all.len()));
            let (gives, takes) = (fraction(gives), fraction(takes));
            writeln!(f, "| {name} | {} | {gives} | {takes} |", message.called)?;
        }
        for (name, (called, item)) in &self.lots {
            writeln!(
                f,
                "| {name} | {called} | {item}, uno a uno | {item}, uno a uno |"
            )?;
        }
        for name in &self.without {
            writeln!(f, "| {name} | – | – | – |")?;
        }
        for (name, message) in &self.messages {
            f.write_str(&untold(name, message))?;
        }
        Ok(())
    }
}

fn fraction(count: Option<(usize, usize)>) -> String {
    count.map_or_else(|| "–".to_owned(), |(some, all)| format!("{some} de {all}"))
}

/// What a partner cannot give or take of a message.
fn untold(name: &str, message: &MessageCoverage) -> String {
    let mut text = String::new();
    if let Some(gives) = &message.gives {
        let missing = |given: &bool| (!given).then(|| Arc::from(""));
        let lost = summed(
            gives
                .iter()
                .map(|(path, given)| (path.as_str(), missing(given))),
        );
        list(&mut text, &format!("{name}: no puede dar"), &lost);
    }
    if let Some(takes) = &message.takes {
        let lost = summed(takes.iter().map(|(path, why)| (path.as_str(), why.clone())));
        list(&mut text, &format!("{name}: no puede tomar"), &lost);
    }
    text
}

fn list(text: &mut String, title: &str, lost: &BTreeMap<String, Arc<str>>) {
    if lost.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {title}\n\n");
    for (path, reason) in lost {
        let _ = match &**reason {
            "" => writeln!(text, "- `{path}`"),
            reason => writeln!(text, "- `{path}`: {reason}"),
        };
    }
}

/// The lost leaves, an element of which everything is lost for one reason in the place of what it holds.
fn summed<'p>(
    leaves: impl Iterator<Item = (&'p str, Option<Arc<str>>)> + Clone,
) -> BTreeMap<String, Arc<str>> {
    let mut whole: BTreeMap<&str, Option<Arc<str>>> = BTreeMap::new();
    for (path, reason) in leaves.clone() {
        for prefix in prefixes(path) {
            let known = whole.entry(prefix).or_insert_with(|| reason.clone());
            if *known != reason {
                *known = None;
            }
        }
    }
    let mut lost = BTreeMap::new();
    for (path, reason) in leaves {
        let Some(reason) = reason else { continue };
        let mut above = prefixes(path);
        let top = above.find(|prefix| whole.get(prefix).is_some_and(Option::is_some));
        lost.insert(top.unwrap_or(path).to_owned(), reason);
    }
    lost
}

/// The paths of the elements on the way, less the message itself, and the path.
fn prefixes(path: &str) -> impl Iterator<Item = &str> {
    let ends = path
        .char_indices()
        .filter(|(at, letter)| *at > 0 && *letter == '/');
    let ends = ends.map(|(at, _)| at).skip(1).chain([path.len()]);
    ends.filter_map(|end| path.get(..end))
}
