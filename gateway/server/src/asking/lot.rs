//! Asking for many items of one lot together: what the same system holds is put to it in as few messages as it takes.
//!
//! INVARIANT: each item has its own entry in the journal before it leaves, in whatever message; and what fails as a whole
//! fails for each of them by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::wsse::Token;
use domain::{OperationKind, OrganismId, RequestId};
use exchange::{Answer, Permitted, Released};
use futures_util::future::join_all;
use peers::{Lot, PeerFault};
use store::Ticket;

use super::{Claimed, Unanswered, answer, conclude, distrust, trusted};
use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::holders::Member;

/// So many questions to one holder are under way at once.
const WINDOW: usize = 16;

/// An item that is to be asked.
pub(crate) struct Pending {
    /// Its place in the lot.
    pub position: u64,
    /// What to ask.
    pub permitted: Permitted,
    /// Its claim.
    pub ticket: Option<Ticket>,
}

type Answered = Result<Answer, Unanswered>;
type Heard = Result<Answer, Arc<PeerFault>>;

/// Asks for items, none of which names the case of another, and reduces the answers; in their order.
pub(crate) async fn ask_together(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    pending: Vec<Pending>,
) -> Vec<Result<Released, Refused>> {
    let answers = answers(gateway, call, lot, &pending).await;
    let (mut told, mut served, mut back) = (Vec::new(), Vec::new(), Vec::new());
    for (item, answer) in pending.into_iter().zip(answers) {
        let (outcome, claimed) = conclude(call, item.permitted, answer);
        told.push(outcome);
        match claimed {
            Claimed::Served(answer) => served.extend(item.ticket.map(|ticket| (ticket, answer))),
            Claimed::GivenBack => back.extend(item.ticket),
            Claimed::Kept => {}
        }
    }
    if let Err(error) = gateway.store.complete_all(&served, clock::now()).await {
        tracing::error!(%error, "served requests could not be marked as served");
    }
    if let Err(error) = gateway.store.release_all(&back).await {
        tracing::error!(%error, "unserved requests could not be given back");
    }
    told
}

/// What whoever holds each item says to it.
async fn answers(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    pending: &[Pending],
) -> Vec<Answered> {
    let mut alone = Vec::new();
    let mut holders: BTreeMap<&OrganismId, (Member<'_>, Vec<usize>)> = BTreeMap::new();
    for (place, item) in pending.iter().enumerate() {
        let whom = gateway
            .holders
            .whom(item.permitted.kind(), &item.permitted.source());
        match (item.permitted.kind(), whom.as_deref()) {
            (OperationKind::Submit, Ok([member])) => {
                let entry = holders.entry(member.organism);
                let (_, places) = entry.or_insert_with(|| (member.clone(), Vec::new()));
                places.push(place);
            }
            _ => alone.push(place),
        }
    }
    let mut answers: BTreeMap<usize, Answered> = BTreeMap::new();
    for window in alone.chunks(WINDOW) {
        let items = window.iter().filter_map(|place| pending.get(*place));
        let told = join_all(items.map(|item| answer(gateway, call, &item.permitted))).await;
        answers.extend(window.iter().copied().zip(told));
    }
    let together = holders.into_values().map(async |(member, places)| {
        let items: Vec<&Pending> = places.iter().filter_map(|at| pending.get(*at)).collect();
        let told = put(gateway, call, lot, (&member, &items)).await;
        places.into_iter().zip(told).collect::<Vec<_>>()
    });
    answers.extend(join_all(together).await.into_iter().flatten());
    answers.into_values().collect()
}

/// Puts items to the one who holds them, once each is on record.
async fn put(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    (member, items): (&Member<'_>, &[&Pending]),
) -> Vec<Answered> {
    if member.holder.rests() {
        return items
            .iter()
            .map(|_| Err(PeerFault::Resting.into()))
            .collect();
    }
    let entries: Vec<_> = items
        .iter()
        .map(|item| item.permitted.asked(member.organism))
        .collect();
    let recorded = gateway.journal.record_all(entries).await;
    let evident = items.iter().zip(&recorded);
    let evident = evident.filter(|(_, recorded)| recorded.is_ok());
    let evident: Vec<&Pending> = evident.map(|(item, _)| *item).collect();
    let mut heard = questions(gateway, call, lot, (member, &evident))
        .await
        .into_iter();
    let answers = items.iter().zip(recorded).map(|(item, recorded)| {
        if let Err(error) = recorded {
            let entry = item.permitted.asked(member.organism);
            return Err(Unanswered::Unrecorded(Refused::unrecorded(entry, &error)));
        }
        let none = || Err(PeerFault::Garbage("an item has no result".to_owned()).into());
        heard
            .next()
            .map_or_else(none, |heard| heard.map_err(Unanswered::Fault))
    });
    answers.collect()
}

/// Puts what is on record: together where the holder takes lots, in runs of positions that follow on each other.
async fn questions(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    (member, items): (&Member<'_>, &[&Pending]),
) -> Vec<Heard> {
    let runs: Vec<&[&Pending]> = items
        .chunk_by(|one, next| one.position + 1 == next.position)
        .collect();
    let mut heard = Vec::with_capacity(items.len());
    for window in runs.chunks(WINDOW) {
        let told = window
            .iter()
            .map(|run| together(gateway, call, lot, (member, run)));
        heard.extend(join_all(told).await.into_iter().flatten());
    }
    heard
}

/// Puts a run as one message, or one by one to a holder that takes no lots.
async fn together(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    (member, run): (&Member<'_>, &[&Pending]),
) -> Vec<Heard> {
    let (Some(first), true) = (run.first(), run.len() > 1) else {
        return one_by_one(gateway, call, (member, run)).await;
    };
    let contract = first.permitted.question().contract();
    let single = &first.permitted.operation().name;
    let Some(operation) = member.holder.lot_of(contract, single) else {
        return one_by_one(gateway, call, (member, run)).await;
    };
    let items: Vec<&Permitted> = run.iter().map(|item| &item.permitted).collect();
    let lot = Lot {
        operation,
        request_id: lot,
        from: first.position,
        items: &items,
    };
    let trust = |token: &Token| trusted(gateway, call, member, token);
    match member.holder.ask_lot(&lot, call.trace, &trust).await {
        Ok(told) => told
            .into_iter()
            .map(|heard| heard.map_err(Arc::new))
            .collect(),
        // It says so before it does anything, and is not asked that way again.
        Err(fault) if fault.knows_no_lots() => one_by_one(gateway, call, (member, run)).await,
        Err(fault) => {
            // As of a question that came alone: what cannot be recorded here fails with the refusals that follow.
            let _ = distrust(gateway, &first.permitted, member, &fault).await;
            let fault = Arc::new(fault);
            run.iter().map(|_| Err(Arc::clone(&fault))).collect()
        }
    }
}

async fn one_by_one(
    gateway: &Gateway,
    call: &Call,
    (member, items): (&Member<'_>, &[&Pending]),
) -> Vec<Heard> {
    let mut heard = Vec::with_capacity(items.len());
    for window in items.chunks(WINDOW) {
        let questions = window.iter().map(async |item| {
            let trust = |token: &Token| trusted(gateway, call, member, token);
            let told = member.holder.ask(&item.permitted, call.trace, &trust).await;
            if let Err(fault) = &told {
                let _ = distrust(gateway, &item.permitted, member, fault).await;
            }
            told.map_err(Arc::new)
        });
        heard.extend(join_all(questions).await);
    }
    heard
}
