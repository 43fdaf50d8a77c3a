//! Many items of a lot, led to their answers together: each step is taken for all of them before the next one, so that
//! claims, evidence, question and remembered answers of a group are one transaction or one message each.
//!
//! INVARIANT: as for one request alone, nothing is asked before its question is durable in the journal, and no result
//! is told before its answer is. No two items of a group name the same case.

use std::sync::{Arc, OnceLock};

use contract::{Document, Loss};
use domain::{Problem, RequestId};
use exchange::{Message, Moment, Permitted, Released, Seen};
use journal::{Digest, Entry};
use tokio::time::Instant;

use super::{Item, Outcome, Sender};
use crate::asking::{Pending, ask_together};
use crate::call::{Call, Refused};
use crate::life::{self, Aside, Claimed};
use crate::{clock, pace, spoken};

/// After so many items whoever else is served on this thread has a turn.
const TURN: usize = 16;

/// An item under way.
struct Under {
    position: u64,
    call: Call,
    losses: Vec<Loss>,
    aside: Aside,
}

/// An answer on its way out.
struct Leaving {
    position: u64,
    told: Document,
    entry: Entry,
    learned: Vec<domain::IndexEntry>,
    paced: bool,
}

/// What was refused so far, by position.
type RefusedItems = Vec<(u64, Refused)>;

/// Serves a group; what became of its items, in their order.
pub(super) async fn serve(sender: Sender<'_>, items: Vec<Item>) -> Vec<Outcome> {
    let began = Instant::now();
    let mut refused = RefusedItems::new();
    let judged = begin(sender, items, &mut refused).await;
    let claimed = claim(sender, judged, &mut refused).await;
    let released = answers(sender, claimed, &mut refused).await;
    let leaving = shown(sender, released, &mut refused).await;
    let mut outcomes = record(sender, leaving, began, &mut refused).await;
    let (positions, refused): (Vec<u64>, Vec<Refused>) = refused.into_iter().unzip();
    let retold = refused
        .into_iter()
        .map(|refused| spoken::retold(sender.gateway, refused));
    let reports = Refused::all_journalled(retold.collect(), sender.gateway, began).await;
    let refusals = positions.into_iter().zip(reports);
    outcomes.extend(refusals.map(|(position, report)| Outcome {
        position,
        result: Err(report),
    }));
    outcomes.sort_by_key(|outcome| outcome.position);
    outcomes
}

/// Judges each item by itself.
async fn begin(
    sender: Sender<'_>,
    items: Vec<Item>,
    refused: &mut RefusedItems,
) -> Vec<(Under, Permitted)> {
    let mut begun = Vec::with_capacity(items.len());
    for (count, item) in items.into_iter().enumerate() {
        if count % TURN == TURN - 1 {
            tokio::task::yield_now().await;
        }
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
        match permitted(sender, call, item).await {
            Ok(item) => begun.push(item),
            Err(refusal) => refused.push((position, refusal)),
        }
    }
    begun
}

async fn permitted(
    sender: Sender<'_>,
    call: Call,
    item: Item,
) -> Result<(Under, Permitted), Refused> {
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
    let understood = spoken::understand(gateway, asked, caller, &call).map_err(unread)?;
    let message = Message {
        context: domain::Context {
            request_id,
            ..context.clone()
        },
        operation: understood.operation,
        document: understood.document,
        digest: item.digest,
    };
    let received = spoken::received(gateway, caller.clone(), message, &call.moment)?;
    let (permitted, aside) = Box::pin(life::begin(gateway, &call, received)).await?;
    let under = Under {
        position: item.position,
        call,
        losses: understood.losses,
        aside,
    };
    Ok((under, permitted))
}

/// Claims the names of all items.
async fn claim(
    sender: Sender<'_>,
    begun: Vec<(Under, Permitted)>,
    refused: &mut RefusedItems,
) -> Vec<(Under, Permitted, Claimed)> {
    let organism = &sender.caller.organism().id;
    let name = |(_, permitted): &(Under, Permitted)| {
        let request_id = permitted.context().request_id.clone();
        (request_id, life::content(permitted.question()))
    };
    let names: Vec<(RequestId, Digest)> = begun.iter().map(name).collect();
    let now = clock::now();
    let claims = match sender.gateway.store.claim_all(organism, &names, now).await {
        Ok(claims) => claims,
        Err(error) => {
            tracing::error!(%error, "the store failed");
            let fail = |(under, permitted): (Under, Permitted)| {
                let refusal = permitted.fail(Problem::Internal, now);
                (under.position, refusal.into())
            };
            refused.extend(begun.into_iter().map(fail));
            return Vec::new();
        }
    };
    let mut claimed = Vec::with_capacity(begun.len());
    for ((under, permitted), claim) in begun.into_iter().zip(claims) {
        match life::claimed(sender.gateway, permitted, claim, &under.aside).await {
            Ok((permitted, claim)) => claimed.push((under, permitted, claim)),
            Err(refusal) => refused.push((under.position, refusal)),
        }
    }
    claimed
}

/// Asks for what was not answered before.
async fn answers(
    sender: Sender<'_>,
    claimed: Vec<(Under, Permitted, Claimed)>,
    refused: &mut RefusedItems,
) -> Vec<(Under, Released)> {
    let (mut asked, mut pending, mut released) = (Vec::new(), Vec::new(), Vec::new());
    for (under, permitted, claimed) in claimed {
        match claimed {
            Claimed::Anew(ticket) => {
                pending.push(Pending {
                    position: under.position,
                    permitted,
                    ticket,
                });
                asked.push(under);
            }
            Claimed::Before(answer) => {
                let engine = &under.call.standing.engine;
                match permitted.reduce(answer, engine, clock::now()) {
                    Ok(answer) => released.push((under, answer)),
                    Err(refusal) => refused.push((under.position, refusal.into())),
                }
            }
        }
    }
    let lot = &sender.context.request_id;
    let told = ask_together(sender.gateway, sender.call, lot, pending).await;
    for (under, told) in asked.into_iter().zip(told) {
        match told {
            Ok(answer) => released.push((under, answer)),
            Err(refusal) => refused.push((under.position, refusal)),
        }
    }
    released
}

/// Makes each answer ready to leave.
async fn shown(
    sender: Sender<'_>,
    released: Vec<(Under, Released)>,
    refused: &mut RefusedItems,
) -> Vec<Leaving> {
    let mut leaving = Vec::with_capacity(released.len());
    for (under, released) in released {
        let position = under.position;
        let shown = life::shown(sender.gateway, &under.call, under.aside, released).await;
        let left = shown.and_then(|released| leave(sender, position, &under.losses, released));
        match left {
            Ok(left) => leaving.push(left),
            Err(refusal) => refused.push((position, refusal)),
        }
    }
    leaving
}

fn leave(
    sender: Sender<'_>,
    position: u64,
    losses: &[Loss],
    released: Released,
) -> Result<Leaving, Refused> {
    let told = match spoken::tell(sender.gateway, &released, losses) {
        Ok(told) => told.into_owned(),
        Err(fault) => return Err(life::untold(released, &fault.into())),
    };
    let mut bytes = Vec::new();
    told.write_xml(&mut bytes);
    Ok(Leaving {
        position,
        told,
        entry: released.entry(Digest::of(&bytes)),
        learned: released.index_updates().to_vec(),
        paced: life::tells_of_nobody(&released),
    })
}

/// Puts the answers on record; what is, is told.
async fn record(
    sender: Sender<'_>,
    leaving: Vec<Leaving>,
    began: Instant,
    refused: &mut RefusedItems,
) -> Vec<Outcome> {
    let gateway = sender.gateway;
    let learned = leaving.iter().flat_map(|it| it.learned.iter().cloned());
    gateway.learn(&learned.collect::<Vec<_>>()).await;
    let entries = leaving.iter().map(|it| it.entry.clone()).collect();
    let recorded = gateway.journal.record_all(entries).await;
    if leaving.iter().any(|it| it.paced) {
        pace::next_beat(began).await;
    }
    let mut outcomes = Vec::with_capacity(leaving.len());
    for (left, recorded) in leaving.into_iter().zip(recorded) {
        let position = left.position;
        match recorded {
            Ok(_) => outcomes.push(Outcome {
                position,
                result: Ok(left.told),
            }),
            Err(error) => refused.push((position, Refused::unrecorded(left.entry, &error))),
        }
    }
    outcomes
}

/// The number of an item; none where the lot's own is too long for that.
fn numbered(lot: &RequestId, position: u64) -> Option<RequestId> {
    format!("{}.{position}", lot.as_str()).parse().ok()
}
