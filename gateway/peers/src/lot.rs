//! Many questions of one kind, put as one message: the operation of a contract that brings many of another.
//!
//! Each item keeps its own number (that of the lot, a full stop, its position) and has its own result, so that for the
//! holder it is as if it had come alone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use adapters::soap::FaultReport;
use adapters::trace::Trace;
use contract::{Builder, Contract, Document, ElementId, LotResults, NodeRef, Operation, Violation};
use domain::{Context, Problem, RequestId};
use exchange::{Answer, Permitted};

use crate::holder::{Question, Repeat};
use crate::{Holder, PeerFault, Trust};

/// Questions that are put together.
#[derive(Clone, Copy)]
pub struct Lot<'l> {
    /// The operation that brings them; see [`Holder::lot_of`].
    pub operation: &'l Operation,
    /// What the number of each begins with.
    pub request_id: &'l RequestId,
    /// The position of the first; the others follow on it.
    pub from: u64,
    /// What was permitted, all of one sender.
    pub items: &'l [&'l Permitted],
}

/// What the holder said to each item, in their order.
pub type Told = Vec<Result<Answer, PeerFault>>;

impl Holder {
    /// The operation that brings this holder many requests of `single` at once. One that speaks a dialect, or that did
    /// not know lots when it was asked, is asked one by one.
    pub fn lot_of<'c>(&self, contract: &'c Contract, single: &str) -> Option<&'c Operation> {
        if !self.takes_lots() {
            return None;
        }
        let brings = |operation: &&Operation| {
            let lot = operation.lot.as_ref();
            lot.is_some_and(|lot| *lot.of == *single)
        };
        contract.operations().iter().find(brings)
    }

    /// Puts questions as one; what fails as a whole fails for each of them. A holder that turns out not to know lots
    /// ([`PeerFault::knows_no_lots`]) has done nothing.
    pub async fn ask_lot(
        &self,
        lot: &Lot<'_>,
        trace: Option<Trace>,
        trust: &Trust<'_>,
    ) -> Result<Told, PeerFault> {
        let Some(first) = lot.items.first() else {
            return Ok(Vec::new());
        };
        let contract = first.question().contract();
        let Some(shape) = &lot.operation.lot else {
            return Err(PeerFault::Question("it is no lot".to_owned()));
        };
        let document = document(contract, lot, shape).map_err(|violations| {
            let told = violations.iter().map(ToString::to_string);
            PeerFault::Question(told.collect::<Vec<_>>().join("; "))
        })?;
        let context = Context {
            request_id: lot.request_id.clone(),
            ..first.context().clone()
        };
        let answered = self
            .watched(&Question {
                context: &context,
                operation: lot.operation,
                document: &document,
                expected: lot.operation.response,
                repeat: Repeat::Never,
                longest: Duration::MAX,
                trace,
                trust,
            })
            .await;
        match answered {
            Ok(answer) => Ok(told(
                &answer.document,
                lot,
                (&shape.results, first.expected()),
            )),
            Err(fault) => {
                if fault.knows_no_lots() {
                    self.without_lots().store(true, Ordering::Relaxed);
                }
                Err(fault)
            }
        }
    }
}

impl PeerFault {
    /// Whether it says that the operation is none of the holder's.
    pub fn knows_no_lots(&self) -> bool {
        matches!(self, Self::Fault(report) if report.problem == Some(Problem::UnknownOperation))
    }

    /// Whether it says that the message is larger than the holder takes.
    pub fn is_too_large(&self) -> bool {
        match self {
            Self::Fault(report) => report.problem == Some(Problem::BodyTooLarge),
            Self::NotSoap { status, .. } | Self::NotJson { status, .. } => *status == 413,
            Self::Question(_)
            | Self::Unsayable(_)
            | Self::Unsignable(_)
            | Self::Unreachable(_)
            | Self::Tls(_)
            | Self::Timeout(_)
            | Self::Broken(_)
            | Self::TooLarge(_)
            | Self::Signature(_)
            | Self::Garbage(_)
            | Self::Unfit(_)
            | Self::Resting => false,
        }
    }
}

fn document(
    contract: &Arc<Contract>,
    lot: &Lot<'_>,
    shape: &contract::Lot,
) -> Result<Document, Vec<Violation>> {
    let one = |violation| vec![violation];
    let mut builder = Builder::new(contract, lot.operation.request);
    if lot.from != 1 {
        let from = lot.from.to_string();
        builder.attribute(&shape.from, &from).map_err(one)?;
    }
    let item = &contract.element(shape.item).name.local;
    for permitted in lot.items {
        builder.open(item).map_err(one)?;
        for child in permitted.question().root().children() {
            builder.append(child).map_err(one)?;
        }
        builder.close().map_err(one)?;
    }
    builder.finish()
}

/// The results, which are those of the items in their order. Of an item without one nobody knows what became of it.
fn told(answer: &Document, lot: &Lot<'_>, (words, expected): (&LotResults, ElementId)) -> Told {
    let mut results = answer.root().children();
    let result = |(position, _): (u64, _)| {
        let at = |node: &NodeRef<'_>| node.child(&words.position)?.text()?.parse().ok();
        let node = results.next().filter(|node| at(node) == Some(position));
        let node = node.ok_or_else(|| garbage("an item has no result"))?;
        outcome(node, words, expected)
    };
    (lot.from..).zip(lot.items).map(result).collect()
}

fn outcome(
    result: NodeRef<'_>,
    words: &LotResults,
    expected: ElementId,
) -> Result<Answer, PeerFault> {
    if let Some(refused) = result.child(&words.refused) {
        return Err(PeerFault::Fault(Box::new(refusal(refused, words))));
    }
    let accepted = result.child(&words.accepted);
    let accepted = accepted.ok_or_else(|| garbage("a result says nothing"))?;
    let mut builder = Builder::new(result.document().contract(), expected);
    for child in accepted.children() {
        builder
            .append(child)
            .map_err(|it| garbage(&it.to_string()))?;
    }
    let answer = builder.finish();
    let answer = answer.map_err(|_| garbage("a result is not what was asked for"))?;
    Ok(Answer::new(answer))
}

/// What the fault of a request that came alone would say.
fn refusal(refused: NodeRef<'_>, words: &LotResults) -> FaultReport {
    let [code, title, detail, _, _, incident] = &words.refusal;
    let text = |local: &str| refused.child(local).and_then(NodeRef::text);
    let owned = |local: &str| text(local).map(str::to_owned);
    FaultReport {
        reason: owned(title).unwrap_or_default(),
        problem: text(code).and_then(Problem::from_code),
        detail: owned(detail),
        incident: owned(incident),
        ..FaultReport::default()
    }
}

fn garbage(what: &str) -> PeerFault {
    PeerFault::Garbage(what.to_owned())
}
