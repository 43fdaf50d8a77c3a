//! A lot: many requests of one operation in one message.
//!
//! Each item is an exchange of its own, with its own permit, evidence, number and outcome, as if it had come alone; one
//! that is refused refuses no other. The number of an item is that of the lot, a full stop and the item's position, so
//! that a lot that is sent again does nothing twice.

mod answer;
mod group;
mod stream;

use std::collections::BTreeSet;
use std::sync::Arc;

use adapters::ReadError;
use contract::{Builder, Document, Lot, NodeRef, Operation, Role};
use domain::problem::Report;
use domain::{Context, Problem};
use exchange::{Caller, Seen};
use journal::Digest;

use crate::call::{Call, Refused};
use crate::gateway::Gateway;

pub(crate) use stream::{is_stream, serve};

/// So many items are served together at most; a message has no more.
const GROUP: usize = 500;
/// The last position there is: results say it as an `xs:int`.
const LAST: u64 = 2_147_483_647;

/// Who sends a lot, and by what it is served.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'s> {
    /// The contract's gateway.
    pub gateway: &'s Gateway,
    /// The request that brings the lot.
    pub call: &'s Call,
    /// Who sends it.
    pub caller: &'s Caller,
    /// What the sender says about itself; the lot's number.
    pub context: &'s Context,
    /// The operation that each item asks for.
    pub operation: &'s Arc<str>,
}

/// One request of a lot.
struct Item {
    /// Its place, from 1.
    position: u64,
    /// The request, or why it cannot be read.
    read: Result<Document, ReadError>,
    /// The digest of the bytes that brought it.
    digest: Digest,
}

/// What became of one.
struct Outcome {
    /// Its place, from 1.
    position: u64,
    /// The operation's answer, or the refusal.
    result: Result<Document, Report>,
}

/// The operation that each item of a lot asks for; nothing for an operation that is none.
pub(crate) fn operation(operation: &Operation) -> Option<&Arc<str>> {
    operation.lot.as_ref().map(|lot| &lot.of)
}

/// Serves a lot that came as one message.
///
/// # Errors
/// The contract's lot has another shape than its operation. What is wrong with an item is told in the answer.
pub(crate) async fn whole(
    sender: Sender<'_>,
    operation: &Operation,
    document: &Document,
    digest: Digest,
) -> Result<Document, Refused> {
    let Sender {
        gateway,
        call,
        caller,
        context,
        ..
    } = sender;
    let refused = |problem| {
        let seen = Seen {
            contract: Some(&gateway.contract),
            operation: Some(operation),
            context: Some(context),
            digest: Some(digest),
        };
        call.unread(caller, seen, call.report(problem))
    };
    let broken = || refused(Problem::Internal);
    let lot = operation.lot.as_ref().ok_or_else(broken)?;
    let items = items(document, lot, digest).ok_or_else(broken)?;
    if items.last().is_some_and(|item| item.position > LAST) {
        return Err(refused(Problem::SchemaViolation));
    }
    let _under_way = gateway.current.lot();
    let outcomes = served(sender, items).await;
    let told = (operation.response, &lot.results);
    let answer = answer::document(&gateway.contract, told, &outcomes);
    answer.map_err(|violations| {
        tracing::error!(?violations, "the results of a lot could not be written");
        broken()
    })
}

/// The items of a message that is a lot; nothing when the item is no request of the operation.
fn items(document: &Document, lot: &Lot, digest: Digest) -> Option<Vec<Item>> {
    let contract = document.contract();
    let single = contract.operation(&lot.of)?;
    let request = |node: NodeRef<'_>| {
        let mut builder = Builder::new(contract, single.request);
        // What is wrong with any of it comes out of `finish`.
        node.children()
            .for_each(|child| drop(builder.append(child)));
        builder.finish().ok()
    };
    let item = |(position, node)| {
        Some(Item {
            position,
            read: Ok(request(node)?),
            digest,
        })
    };
    let from = document.root().attribute(&lot.from);
    let from = from.map_or(Some(1_u64), |from| from.parse().ok())?;
    (from..).zip(document.root().children()).map(item).collect()
}

/// Serves the items, and gives what became of them in their order. Of two that name the same case the later one is
/// begun when the earlier one is done.
async fn served(sender: Sender<'_>, items: Vec<Item>) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(items.len());
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let (mut group, mut named) = (Vec::new(), BTreeSet::new());
        while let Some(item) = items.next_if(|item| {
            let case = item.case();
            case.is_none_or(|case| named.insert(case.to_owned()))
        }) {
            group.push(item);
        }
        outcomes.extend(group::serve(sender, group).await);
    }
    outcomes
}

impl Item {
    fn case(&self) -> Option<&str> {
        self.read.as_ref().ok()?.value_of(Role::CaseId)
    }
}
