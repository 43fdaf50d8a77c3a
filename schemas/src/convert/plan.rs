//! What a conversion does, compiled: a tree in the shape of the target.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::place::Place;
use super::text::Take;
use crate::expression::Expression;
use crate::{ElementId, SimpleId};

/// What becomes of one message.
#[derive(Debug)]
pub(super) struct Message {
    pub source_name: Arc<str>,
    pub target: ElementId,
    pub target_name: Arc<str>,
    pub root: Node,
    /// The paths of the source that something is made of.
    pub read: BTreeSet<String>,
    /// What is lost when it is there.
    pub losses: Vec<(Source, Arc<str>)>,
    /// Where the target lists losses: name, and number among the root's children.
    pub loss_leaf: Option<(Arc<str>, usize)>,
    /// For each withheld list of the target, by its path: the paths within the case of the source's list,
    /// each with those within the case of the target's that come from it.
    pub withheld: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Absolute paths of the target, each with the one of the source that it comes from.
    pub origins: BTreeMap<String, String>,
}

/// An element of the target.
#[derive(Debug)]
pub(super) struct Node {
    pub element: ElementId,
    pub name: Arc<str>,
    /// Its number among its siblings, in schema order.
    pub order: usize,
    pub repeated: bool,
    pub presence: Presence,
    pub attributes: Vec<(Arc<str>, usize, Leaf)>,
    pub value: Option<Leaf>,
    pub children: Vec<Node>,
    /// The path in the target.
    pub path: Arc<str>,
}

/// When an element of the target is there.
#[derive(Debug)]
pub(super) enum Presence {
    /// Once for each of these; what it holds is looked for from there.
    Each(Source),
    /// Once when one of these is there and none was withheld.
    When(Vec<Source>),
    /// Once when something comes to stand in it.
    Made,
    /// As often as what was withheld at the source has a name at the target.
    Withheld(Source),
}

/// Where to look in the source.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// From which of the elements that the target's tree has gone down to.
    pub base: usize,
    pub steps: Vec<Arc<str>>,
    pub attribute: Option<Arc<str>>,
    /// Which one, when there are several.
    pub take: Option<Take>,
    /// The path from the root.
    pub path: Arc<str>,
    /// Whether it is there whenever the base is.
    pub certain: bool,
    pub place: Place,
}

/// The value of a leaf.
#[derive(Debug)]
pub(super) struct Leaf {
    pub path: Arc<str>,
    pub simple: SimpleId,
    pub sources: Vec<Source>,
    pub change: Change,
    pub default: Option<Arc<str>>,
    /// Why a value that does not fit is dropped.
    pub lossy: Option<Arc<str>>,
    /// Whether it is said that a value that does not fit refuses the document.
    pub refuses: bool,
    /// What is told as lost wherever a value goes.
    pub told: Option<Arc<str>>,
}

/// What is done to a value.
#[derive(Debug)]
pub(super) enum Change {
    Copy,
    Constant(Arc<str>),
    Table(Arc<BTreeMap<String, Entry>>),
    Expression {
        /// What is done to the value before the expression sees it.
        table: Option<Arc<BTreeMap<String, Entry>>>,
        expression: Box<Expression>,
        with: Vec<(Arc<str>, Source)>,
    },
}

/// What becomes of a listed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub value: Option<Arc<str>>,
    pub loss: Option<Arc<str>>,
}

impl Change {
    /// The table that a value goes through, if any.
    pub(super) fn table(&self) -> Option<&BTreeMap<String, Entry>> {
        match self {
            Self::Table(table) => Some(table),
            Self::Expression { table, .. } => table.as_deref(),
            Self::Copy | Self::Constant(_) => None,
        }
    }
}

impl Leaf {
    /// Whether the change may leave a value out.
    pub(super) fn drops(&self) -> bool {
        let mut entries = self.change.table().into_iter().flat_map(BTreeMap::values);
        entries.any(|entry| entry.value.is_none()) || self.lossy.is_some()
    }
}
