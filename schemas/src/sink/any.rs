//! What wildcards admit, and text among elements.

use std::collections::BTreeMap;

use super::{Frame, FrameKind, Opened, Sink, Stop, Wanted, offset};
use crate::document::{Label, Node, Value};
use crate::violation::ViolationKind;
use crate::{Contract, Place, Process, QName, xml};

impl Sink {
    /// Opens a child that a wildcard admits.
    pub(super) fn open_any(
        &mut self,
        contract: &Contract,
        wanted: Wanted<'_>,
        process: Process,
    ) -> Result<Opened, Stop> {
        let name = match wanted {
            Wanted::Name(namespace, local) => QName::new(namespace, local),
            Wanted::Like(id) => contract.element(id).name.clone(),
            Wanted::Local(local) => QName::new(None, local),
        };
        if name.namespace.as_deref().is_some_and(is_reserved) {
            let found = wanted.shown(contract);
            self.violate_below(contract, &found, ViolationKind::NotDeclared)?;
            return Err(Stop);
        }
        self.spell(&name);
        let declared = match process {
            Process::Strict | Process::Lax => contract.root(&name),
            Process::Skip => None,
        };
        match declared {
            Some(root) => {
                self.push(contract, root, Label::Wild(root));
                Ok(Opened::Wild(root))
            }
            None if process == Process::Strict => {
                let found = wanted.shown(contract);
                self.violate_below(contract, &found, ViolationKind::NotDeclared)?;
                Err(Stop)
            }
            None => {
                self.push_any(name, process);
                Ok(Opened::Any)
            }
        }
    }

    fn push_any(&mut self, name: QName, process: Process) {
        let number = self.number_of(name);
        let node = offset(self.nodes.len());
        self.nodes.push(Node {
            label: Label::Any(number),
            end: node,
            value: Value::None,
        });
        self.frames.push(Frame {
            node,
            element: None,
            complex: None,
            kind: FrameKind::Any(number, process),
            place: Place::default(),
            head: true,
        });
    }

    /// Counts the namespace of a name.
    pub(super) fn spell(&mut self, name: &QName) {
        let length = name.namespace.as_deref().map_or(0, str::len);
        self.spelled = self.spelled.saturating_add(length);
    }

    /// The number of a name that is not declared.
    pub(super) fn number_of(&mut self, name: QName) -> u32 {
        let next = offset(self.names.len());
        *self.names.entry(name).or_insert(next)
    }

    /// Whether the open element is not declared, so that `xsi:` attributes mean nothing in it.
    pub(crate) fn in_any(&self) -> bool {
        let kind = self.frames.last().map(|frame| frame.kind);
        matches!(kind, Some(FrameKind::Any(..)))
    }

    /// Adds text among elements.
    pub(super) fn mixed_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let value = self.keep_text(text);
        let end = offset(self.nodes.len()) + 1;
        let label = Label::Text;
        self.nodes.push(Node { label, end, value });
    }
}

/// Whether the namespace is one whose prefix cannot be taken from it.
fn is_reserved(namespace: &str) -> bool {
    matches!(namespace, xml::XML | xml::XMLNS)
}

/// The names by their numbers.
pub(super) fn in_order(names: BTreeMap<QName, u32>) -> Vec<QName> {
    let mut names: Vec<(QName, u32)> = names.into_iter().collect();
    names.sort_unstable_by_key(|(_, number)| *number);
    names.into_iter().map(|(name, _)| name).collect()
}
