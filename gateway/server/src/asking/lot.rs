//! Asking for many items of one lot together: what the same system holds is put to it in as few messages as it takes.
//!
//! INVARIANT: each item has its own entry in the journal before it leaves, in whatever message; and what fails as a whole
//! fails for each of them by name. A claim ends as soon as its item is answered, and none is put to use so late that it
//! could run out meanwhile: somebody else would serve the item a second time.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use adapters::wsse::Token;
use contract::Operation;
use domain::{OperationKind, OrganismId, Problem, RequestId};
use exchange::{Answer, Permitted, Released};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use peers::{Lot, PeerFault};
use store::Ticket;
use store::idempotency::LEASE;

use super::{Claimed, Unanswered, answer, conclude, distrust, trusted};
use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::holders::Member;

/// So many questions to one holder are under way at once.
const WINDOW: usize = 16;
/// Items that weigh more together, as XML, go in another message: half of the least that a receiver takes by default.
const HEAVY: usize = 512 << 10;
/// A claim must hold for at least so long when its item leaves: longer than any holder may take.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// An item that is to be asked.
pub(crate) struct Pending {
    /// Its place in the lot.
    pub position: u64,
    /// What to ask.
    pub permitted: Permitted,
    /// Its claim.
    pub ticket: Option<Ticket>,
}

/// An item with its place among those that are to be asked.
type Placed = (usize, Pending);
type Answered = Result<Answer, Unanswered>;
type Outcome = Result<Released, Refused>;

/// What became of items that were put together.
enum Heard {
    /// The holder said this to each, or what failed for all.
    Each(Vec<Result<Answer, Arc<PeerFault>>>),
    /// Nothing: it does not take so many, or so large a message.
    TooMuch,
}

/// Asks for items, none of which names the case of another, and reduces the answers; in their order.
pub(crate) async fn ask_together(
    gateway: &Gateway,
    call: &Call,
    lot: &RequestId,
    pending: Vec<Pending>,
) -> Vec<Outcome> {
    let asking = Asking {
        gateway,
        call,
        lot,
        since: clock::now(),
    };
    let mut alone = Vec::new();
    let mut holders: BTreeMap<&OrganismId, (Member<'_>, Vec<Placed>)> = BTreeMap::new();
    for (place, item) in pending.into_iter().enumerate() {
        let kind = item.permitted.kind();
        let whom = gateway.holders.whom(kind, &item.permitted.source());
        match (kind, whom.as_deref()) {
            (OperationKind::Submit, Ok([member])) => {
                let entry = holders.entry(member.organism);
                let (_, items) = entry.or_insert_with(|| (member.clone(), Vec::new()));
                items.push((place, item));
            }
            _ => alone.push((place, item)),
        }
    }
    let mut told = BTreeMap::new();
    while !alone.is_empty() {
        let rest = alone.split_off(alone.len().min(WINDOW));
        told.extend(asking.apart(std::mem::replace(&mut alone, rest)).await);
    }
    let together = holders.into_values();
    let together = together.map(|(member, items)| asking.put(member, items));
    told.extend(join_all(together).await.into_iter().flatten());
    told.into_values().collect()
}

/// A lot whose items are being asked for.
struct Asking<'a> {
    gateway: &'a Gateway,
    call: &'a Call,
    lot: &'a RequestId,
    /// Since when all its claims hold at least.
    since: Timestamp,
}

impl Asking<'_> {
    /// Asks for each as if it had come alone.
    async fn apart(&self, items: Vec<Placed>) -> Vec<(usize, Outcome)> {
        if self.is_late() {
            return self.later(items).await;
        }
        let asked = items
            .iter()
            .map(|(_, item)| answer(self.gateway, self.call, &item.permitted));
        let answers = join_all(asked).await;
        self.settle(items.into_iter().zip(answers).collect()).await
    }

    /// Puts items to the one who holds them, once each is on record.
    async fn put(&self, member: Member<'_>, items: Vec<Placed>) -> Vec<(usize, Outcome)> {
        if member.holder.rests() {
            let resting = |item| (item, Err(PeerFault::Resting.into()));
            return self.settle(items.into_iter().map(resting).collect()).await;
        }
        let entry = |(_, item): &Placed| item.permitted.asked(member.organism);
        let entries = items.iter().map(entry).collect();
        let recorded = self.gateway.journal.record_all(entries).await;
        let (mut evident, mut unrecorded) = (Vec::new(), Vec::new());
        for (item, recorded) in items.into_iter().zip(recorded) {
            match recorded {
                Ok(_) => evident.push(item),
                Err(error) => {
                    let refused = Refused::unrecorded(entry(&item), &error);
                    unrecorded.push((item, Err(Unanswered::Unrecorded(refused))));
                }
            }
        }
        let mut told = self.settle(unrecorded).await;
        let mut runs = runs(evident, &member);
        while !runs.is_empty() {
            let window: Vec<_> = runs.drain(..runs.len().min(WINDOW)).collect();
            if self.is_late() {
                told.extend(self.later(window.into_iter().flatten().collect()).await);
                continue;
            }
            let asked = window.iter().map(|run| self.together(&member, run));
            let heard = join_all(asked).await;
            let mut answered = Vec::new();
            for (run, heard) in window.into_iter().zip(heard) {
                match heard {
                    Heard::Each(heard) => answered.extend(run.into_iter().zip(each(heard))),
                    Heard::TooMuch => runs.extend(smaller(run, &member)),
                }
            }
            told.extend(self.settle(answered).await);
        }
        told
    }

    /// Puts a run as one message, or an item alone.
    async fn together(&self, member: &Member<'_>, run: &[Placed]) -> Heard {
        let Self {
            gateway, call, lot, ..
        } = *self;
        let Some(((_, first), rest)) = run.split_first() else {
            return Heard::Each(Vec::new());
        };
        let trust = |token: &Token| trusted(gateway, call, member, token);
        if rest.is_empty() {
            let told = member
                .holder
                .ask(&first.permitted, call.trace, &trust)
                .await;
            if let Err(fault) = &told {
                // As of a question that came alone: what cannot be recorded here fails with the refusal that follows.
                let _ = distrust(gateway, (&first.permitted, 1), member, fault).await;
            }
            return Heard::Each(vec![told.map_err(Arc::new)]);
        }
        let Some(operation) = lots(member, first) else {
            return Heard::TooMuch;
        };
        let items: Vec<&Permitted> = run.iter().map(|(_, item)| &item.permitted).collect();
        let lot = Lot {
            operation,
            request_id: lot,
            from: first.position,
            items: &items,
        };
        match member.holder.ask_lot(&lot, call.trace, &trust).await {
            Ok(told) => {
                let told = told.into_iter().map(|heard| heard.map_err(Arc::new));
                Heard::Each(told.collect())
            }
            // It says so before it does anything.
            Err(fault) if fault.knows_no_lots() || fault.is_too_large() => Heard::TooMuch,
            Err(fault) => {
                // One message came, so one is on record as not signed as agreed; each item has its own refusal.
                let of_all = (&first.permitted, run.len());
                let _ = distrust(gateway, of_all, member, &fault).await;
                let fault = Arc::new(fault);
                Heard::Each(run.iter().map(|_| Err(Arc::clone(&fault))).collect())
            }
        }
    }

    /// Whether claims are too old to be put to use.
    fn is_late(&self) -> bool {
        clock::now().duration_since(self.since) > LEASE - MARGIN
    }

    async fn later(&self, items: Vec<Placed>) -> Vec<(usize, Outcome)> {
        let late = |item| (item, Err(Unanswered::Problem(Problem::Overloaded)));
        self.settle(items.into_iter().map(late).collect()).await
    }

    /// Makes of answers what the sender may be told, and ends the claims.
    async fn settle(&self, answered: Vec<(Placed, Answered)>) -> Vec<(usize, Outcome)> {
        let (mut told, mut served, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for ((place, item), answer) in answered {
            let (outcome, claimed) = conclude(self.call, item.permitted, answer);
            told.push((place, outcome));
            match claimed {
                Claimed::Served(answer) => {
                    served.extend(item.ticket.map(|ticket| (ticket, answer)));
                }
                Claimed::GivenBack => back.extend(item.ticket),
                Claimed::Kept => {}
            }
        }
        let store = &self.gateway.store;
        if let Err(error) = store.complete_all(&served, clock::now()).await {
            tracing::error!(%error, "served requests could not be marked as served");
        }
        if let Err(error) = store.release_all(&back).await {
            tracing::error!(%error, "unserved requests could not be given back");
        }
        told
    }
}

/// The items of each message: positions that follow on each other and are not too heavy together, or one alone.
fn runs(items: Vec<Placed>, member: &Member<'_>) -> VecDeque<Vec<Placed>> {
    let mut runs: VecDeque<Vec<Placed>> = VecDeque::new();
    let (mut heavy, mut bytes) = (0, Vec::new());
    for (place, item) in items {
        bytes.clear();
        item.permitted.question().write_xml(&mut bytes);
        let follows = |run: &&mut Vec<Placed>| {
            let last = run.last().map(|(_, last)| last.position);
            last.is_some_and(|last| last + 1 == item.position)
        };
        let takes = lots(member, &item).is_some();
        match runs.back_mut().filter(follows) {
            Some(run) if takes && heavy + bytes.len() <= HEAVY => {
                heavy += bytes.len();
                run.push((place, item));
            }
            Some(_) | None => {
                heavy = bytes.len();
                runs.push_back(vec![(place, item)]);
            }
        }
    }
    runs
}

/// The same for items that the holder did not take together.
fn smaller(mut run: Vec<Placed>, member: &Member<'_>) -> Vec<Vec<Placed>> {
    if run
        .first()
        .is_some_and(|(_, item)| lots(member, item).is_some())
    {
        let other = run.split_off(run.len() / 2);
        return vec![run, other];
    }
    run.into_iter().map(|item| vec![item]).collect()
}

/// The operation that brings the holder many of an item.
fn lots<'i>(member: &Member<'_>, item: &'i Pending) -> Option<&'i Operation> {
    let contract = item.permitted.question().contract();
    let single = &item.permitted.operation().name;
    member.holder.lot_of(contract, single)
}

/// What was said to each, as an answer.
fn each(heard: Vec<Result<Answer, Arc<PeerFault>>>) -> impl Iterator<Item = Answered> {
    let heard = heard.into_iter();
    let heard = heard.map(|heard| heard.map_err(Unanswered::Fault));
    let none = || Err(PeerFault::Garbage("an item has no result".to_owned()).into());
    heard.chain(std::iter::repeat_with(none))
}
