//! `consultarIndice` · which cases a holder has, where they belong and who answers for them.

use std::sync::Arc;
use std::time::Duration;

use contract::{Builder, Contract, Document, NodeRef, Operation, Violation};
use domain::{Context, IndexEntry, Source};

use crate::holder::{Question, Repeat};
use crate::{Holder, PeerFault, Trust};

const OPERATION: &str = "consultarIndice";

/// One page of a holder's index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPage {
    /// The cases, in the holder's order, as of the central system: which holder it is, whoever asked knows.
    pub entries: Vec<IndexEntry>,
    /// Where to go on; on the last page, where to ask for changes from.
    pub next: Option<String>,
}

impl Holder {
    /// Asks for the page of the index after `cursor`, of at most `limit` cases, in the gateway's own context.
    pub async fn index_feed(
        &self,
        context: &Context,
        (cursor, limit): (Option<&str>, u32),
        trust: &Trust<'_>,
    ) -> Result<IndexPage, PeerFault> {
        let operation = operation(self.contract())?;
        let question = question(self.contract(), operation, cursor, limit)
            .map_err(|violations| PeerFault::Question(told(&violations)))?;
        let document = self
            .document(&Question {
                context,
                operation,
                document: &question,
                expected: operation.response,
                repeat: Repeat::Harmless,
                longest: Duration::MAX,
                trace: None,
                trust,
            })
            .await?;
        self.stirs();
        page(&document).ok_or_else(|| PeerFault::Garbage("an index entry with no case".to_owned()))
    }
}

fn operation(contract: &Contract) -> Result<&Operation, PeerFault> {
    let none = || PeerFault::Question(format!("the contract has no operation `{OPERATION}`"));
    contract.operation(OPERATION).ok_or_else(none)
}

fn question(
    contract: &Arc<Contract>,
    operation: &Operation,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Document, Vec<Violation>> {
    let mut builder = Builder::new(contract, operation.request);
    // What is wrong with a leaf comes out of `finish`.
    if let Some(cursor) = cursor {
        let _ = builder.leaf("cursor", cursor);
    }
    let _ = builder.leaf("limite", &limit.to_string());
    builder.finish()
}

fn told(violations: &[Violation]) -> String {
    violations
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn page(document: &Document) -> Option<IndexPage> {
    let root = document.root();
    let entries = root
        .children()
        .filter(|child| child.local() == "entrada")
        .map(entry);
    let next = root
        .child("siguienteCursor")
        .and_then(NodeRef::text)
        .map(str::to_owned);
    Some(IndexPage {
        entries: entries.collect::<Option<_>>()?,
        next,
    })
}

/// The contract has checked the texts; a value that is still none of ours makes no entry.
fn entry(node: NodeRef<'_>) -> Option<IndexEntry> {
    let text = |local| node.child(local).and_then(NodeRef::text);
    Some(IndexEntry {
        source: Source::Central,
        case: text("idCaso")?.parse().ok()?,
        version: text("version")?.parse().ok()?,
        municipality: text("municipioResidencia")
            .map(str::parse)
            .transpose()
            .ok()?,
        responsible: text("responsable")?.parse().ok()?,
        level: text("nivel").map(str::parse).transpose().ok()?,
        state: text("estado")?.to_owned(),
        stays: None,
    })
}
