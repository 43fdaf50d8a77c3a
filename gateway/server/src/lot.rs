//! A lot: many requests of one operation in one message.
//!
//! Each item is an exchange of its own, with its own permit, evidence, number and outcome, as if it had come alone; one
//! that is refused refuses no other. The number of an item is that of the lot, a full stop and the item's position, so
//! that a lot that is sent again does nothing twice.

mod answer;
mod stream;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use adapters::ReadError;
use contract::{Builder, Document, NodeRef, Operation, Role};
use domain::problem::Report;
use domain::{Context, Problem, RequestId};
use exchange::{Caller, Message, Moment, Seen};
use futures_util::future::join_all;
use journal::Digest;
use tokio::time::Instant;

use crate::call::{Call, Refused};
use crate::gateway::Gateway;
use crate::life::{self, RequestName};
use crate::{clock, spoken};

pub(crate) use stream::{is_stream, serve};

/// So many items are under way at once.
const WINDOW: usize = 16;

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
    let broken = || {
        let seen = Seen {
            contract: Some(&gateway.contract),
            operation: Some(operation),
            context: Some(context),
            digest: Some(digest),
        };
        call.unread(caller, seen, call.report(Problem::Internal))
    };
    let items = items(document, sender.operation, digest).ok_or_else(broken)?;
    let _under_way = gateway.current.lot();
    let outcomes = served(sender, items).await;
    let answer = answer::document(&gateway.contract, operation.response, &outcomes);
    answer.map_err(|violations| {
        tracing::error!(?violations, "the results of a lot could not be written");
        broken()
    })
}

/// The items of a message that is a lot; nothing when the item is no request of the operation.
fn items(document: &Document, operation: &str, digest: Digest) -> Option<Vec<Item>> {
    let contract = document.contract();
    let single = contract.operation(operation)?;
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
    (1..).zip(document.root().children()).map(item).collect()
}

/// Serves the items, and gives what became of them in their order. Of two that name the same case the later one is
/// begun when the earlier one is done.
async fn served(sender: Sender<'_>, items: Vec<Item>) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(items.len());
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        let (mut window, mut named) = (Vec::new(), BTreeSet::new());
        while let Some(item) = items.next_if(|item| {
            let case = item.case();
            window.len() < WINDOW && case.is_none_or(|case| named.insert(case.to_owned()))
        }) {
            window.push(item);
        }
        outcomes.extend(join_all(window.into_iter().map(|item| one(sender, item))).await);
    }
    outcomes
}

impl Item {
    fn case(&self) -> Option<&str> {
        self.read.as_ref().ok()?.value_of(Role::CaseId)
    }
}

async fn one(sender: Sender<'_>, item: Item) -> Outcome {
    let position = item.position;
    let call = Call {
        moment: Moment {
            now: clock::now(),
            exchange: clock::fresh_id(),
        },
        began: Instant::now(),
        whole: OnceLock::new(),
        standing: Arc::clone(&sender.call.standing),
        trace: sender.call.trace,
    };
    let result = match exchange(sender, &call, item).await {
        Ok(document) => Ok(document),
        Err(refused) => {
            let refused = spoken::retold(sender.gateway, refused);
            Err(refused.journalled(sender.gateway, &call).await)
        }
    };
    Outcome { position, result }
}

async fn exchange(sender: Sender<'_>, call: &Call, item: Item) -> Result<Document, Refused> {
    let Sender {
        gateway,
        caller,
        context,
        operation,
        ..
    } = sender;
    let seen = Seen {
        contract: Some(&gateway.contract),
        operation: gateway.contract.operation(operation),
        context: Some(context),
        digest: Some(item.digest),
    };
    let unread = |report| call.unread(caller, seen, report);
    let Some(request_id) = numbered(&context.request_id, item.position) else {
        return Err(unread(call.report(Problem::InvalidContext)));
    };
    let incident = || call.moment.exchange.clone();
    let document = item
        .read
        .map_err(|error| unread(error.report(incident(), Some(request_id.clone()))))?;
    let asked = (Arc::clone(operation), document);
    let understood = spoken::understand(gateway, asked, caller, call).map_err(unread)?;
    let message = Message {
        context: Context {
            request_id,
            ..context.clone()
        },
        operation: understood.operation,
        document: understood.document,
        digest: item.digest,
    };
    let received = spoken::received(gateway, caller.clone(), message, &call.moment)?;
    let mut answer = None;
    let sent = life::exchange(
        gateway,
        call,
        received,
        RequestName::Given,
        async |released| {
            let told = spoken::tell(gateway, released.document(), &understood.losses)?.into_owned();
            let mut bytes = Vec::new();
            told.write_xml(&mut bytes);
            answer = Some(told);
            Ok(bytes)
        },
    );
    let sent = sent.await?;
    Ok(answer.unwrap_or_else(|| sent.released.document().clone()))
}

/// The number of an item; none where the lot's own is too long for that.
fn numbered(lot: &RequestId, position: u64) -> Option<RequestId> {
    format!("{}.{position}", lot.as_str()).parse().ok()
}
