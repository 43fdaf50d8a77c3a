//! Asking whoever holds the answer: one system, or all of them at once under one deadline.
//!
//! INVARIANT: each system that is asked has its own entry in the journal, durable before the question leaves for any.

use domain::{OperationKind, Problem, Silence};
use exchange::{Answer, Permitted, Released, Told};
use futures_util::future::join_all;
use peers::{PeerFault, Wait};
use store::Ticket;

use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::holders::Member;
use crate::life::{complete, record, release};

/// Why there is no answer.
enum Unanswered {
    /// Evidence of the question could not be written.
    Unrecorded(Refused),
    /// The one that was asked, or all of them, did not answer.
    Fault(PeerFault),
    /// Nobody could be asked, or what all said makes no answer.
    Problem(Problem),
}

impl From<PeerFault> for Unanswered {
    fn from(fault: PeerFault) -> Self {
        Self::Fault(fault)
    }
}

/// Asks what was permitted, and reduces the answer.
pub(crate) async fn ask(
    gateway: &Gateway,
    call: &Call,
    permitted: Permitted,
    ticket: Option<Ticket>,
) -> Result<Released, Refused> {
    let changes = permitted.kind() == OperationKind::Submit;
    let fault = match answer(gateway, call, &permitted).await {
        Ok(answer) => {
            let released = permitted.reduce(answer, &call.standing.engine, clock::now())?;
            complete(gateway, ticket, changes.then(|| released.document())).await;
            return Ok(released);
        }
        Err(Unanswered::Unrecorded(refused)) => {
            release(gateway, ticket).await;
            return Err(refused);
        }
        Err(Unanswered::Problem(problem)) => {
            release(gateway, ticket).await;
            return Err(permitted.fail(problem, clock::now()).into());
        }
        Err(Unanswered::Fault(fault)) => fault,
    };
    tracing::warn!(incident = permitted.exchange(), %fault, "the holder did not answer");
    // A change of which nobody knows whether it happened keeps its claim until it runs out.
    let ticket = ticket.filter(|_| !changes || nothing_happened(&fault));
    release(gateway, ticket).await;
    Err(permitted.fail(problem(&fault), clock::now()).into())
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    permitted: &Permitted,
) -> Result<Answer, Unanswered> {
    let whom = gateway.holders.whom(permitted.kind(), &permitted.source());
    let members = whom.map_err(Unanswered::Problem)?;
    match &members[..] {
        [member] => ask_one(gateway, call, permitted, member).await,
        members => ask_all(gateway, call, permitted, members).await,
    }
}

async fn ask_one(
    gateway: &Gateway,
    call: &Call,
    permitted: &Permitted,
    member: &Member<'_>,
) -> Result<Answer, Unanswered> {
    if member.holder.rests() {
        return Err(PeerFault::Resting.into());
    }
    let evidence = record(gateway, permitted.asked(member.organism)).await;
    evidence.map_err(Unanswered::Unrecorded)?;
    Ok(member.holder.ask(permitted, call.trace).await?)
}

/// Asks all at once. Nobody's answer is given before everybody's is there or the time is over: when it comes tells
/// nothing of who had the person.
async fn ask_all(
    gateway: &Gateway,
    call: &Call,
    permitted: &Permitted,
    members: &[Member<'_>],
) -> Result<Answer, Unanswered> {
    let (resting, awake): (Vec<_>, Vec<_>) =
        members.iter().partition(|member| member.holder.rests());
    let evidence = awake
        .iter()
        .map(|member| record(gateway, permitted.asked(member.organism)));
    let evidence: Result<(), Refused> = join_all(evidence).await.into_iter().collect();
    evidence.map_err(Unanswered::Unrecorded)?;
    let longest = gateway.holders.longest;
    let questions = awake.iter().map(|member| async {
        let asked = member.holder.ask_within(permitted, call.trace, longest);
        asked.await
    });
    let answers = join_all(questions).await;
    if answers.iter().all(Result::is_err) {
        let first = answers.into_iter().find_map(Result::err);
        return Err(first.unwrap_or(PeerFault::Resting).into());
    }
    let heard = awake.into_iter().zip(answers).map(|(member, answer)| {
        let silent = |fault: PeerFault| {
            let (incident, organism) = (permitted.exchange(), member.organism);
            tracing::warn!(incident, %organism, %fault, "one of several holders did not answer");
            fault.silence()
        };
        told(member, answer.map_err(silent))
    });
    let resting = resting
        .into_iter()
        .map(|member| told(member, Err(Silence::Resting)));
    let told = heard.chain(resting).collect();
    permitted.merge(told).map_err(Unanswered::Problem)
}

fn told(member: &Member<'_>, answer: Result<Answer, Silence>) -> Told {
    Told {
        organism: member.organism.clone(),
        source: member.source.clone(),
        answer,
    }
}

/// The problem of a fault; the journal knows a case that the holder does not have by its own name.
fn problem(fault: &PeerFault) -> Problem {
    let told = fault.problem();
    if told == Problem::NotFoundOrOutOfScope {
        Problem::UnknownCase
    } else {
        told
    }
}

/// Whether it is certain that the holder did not do what it was asked.
fn nothing_happened(fault: &PeerFault) -> bool {
    match fault {
        PeerFault::Question(_)
        | PeerFault::Unsayable(_)
        | PeerFault::Unreachable(_)
        | PeerFault::Tls(_)
        | PeerFault::Fault(_)
        | PeerFault::Resting
        | PeerFault::Timeout(Wait::Turn | Wait::Connection) => true,
        PeerFault::Timeout(Wait::Head | Wait::Rest)
        | PeerFault::Broken(_)
        | PeerFault::TooLarge(_)
        | PeerFault::NotSoap { .. }
        | PeerFault::Garbage(_) => false,
    }
}
