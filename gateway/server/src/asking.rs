//! Asking whoever holds the answer: one system, or all of them at once under one deadline.
//!
//! INVARIANT: each system that is asked has its own entry in the journal, durable before the question leaves for any.

mod lot;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use adapters::wsse::{SecurityFault, Token};
use certs::signing::SigningCertificate;
use domain::problem::Blame;
use domain::{CaseId, OperationKind, Problem, Silence, Source};
use exchange::{Answer, Permitted, Released, Told};
use futures_util::future::join_all;
use peers::{PeerFault, Wait};
use store::{StoredAnswer, Ticket};

use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::holders::Member;
use crate::life::{complete, record, release, remembered};
use crate::metering;

pub(crate) use lot::{Pending, ask_together};

/// Why there is no answer.
enum Unanswered {
    /// Evidence of the question could not be written.
    Unrecorded(Refused),
    /// The one that was asked, or all of them, did not answer.
    Fault(Arc<PeerFault>),
    /// Nobody could be asked, or what all said makes no answer.
    Problem(Problem),
}

impl From<PeerFault> for Unanswered {
    fn from(fault: PeerFault) -> Self {
        Self::Fault(Arc::new(fault))
    }
}

/// What becomes of the claim of a request that was asked.
enum Claimed {
    /// It was served; a change is answered by this again.
    Served(Option<StoredAnswer>),
    /// It was not: it may be sent again.
    GivenBack,
    /// Nobody knows: it holds until it runs out.
    Kept,
}

/// Asks what was permitted, and reduces the answer.
pub(crate) async fn ask(
    gateway: &Gateway,
    call: &Call,
    permitted: Permitted,
    ticket: Option<Ticket>,
) -> Result<Released, Refused> {
    let answer = answer(gateway, call, &permitted).await;
    let (told, claimed) = conclude(call, permitted, answer);
    match claimed {
        Claimed::Served(answer) => complete(gateway, ticket, answer).await,
        Claimed::GivenBack => release(gateway, ticket).await,
        Claimed::Kept => {}
    }
    told
}

/// Makes of what came back what the caller may be told, and says what becomes of the claim.
fn conclude(
    call: &Call,
    permitted: Permitted,
    answer: Result<Answer, Unanswered>,
) -> (Result<Released, Refused>, Claimed) {
    let changes = permitted.kind() == OperationKind::Submit;
    let fault = match answer {
        Ok(answer) => {
            let reduced = permitted.reduce(answer, &call.standing.engine, clock::now());
            return match reduced {
                Ok(released) => {
                    let answer = changes.then(|| remembered(released.document()));
                    (Ok(released), Claimed::Served(answer))
                }
                Err(refusal) => (Err(refusal.into()), Claimed::Kept),
            };
        }
        Err(Unanswered::Unrecorded(refused)) => return (Err(refused), Claimed::GivenBack),
        Err(Unanswered::Problem(problem)) => {
            let refusal = permitted.fail(problem, clock::now());
            return (Err(refusal.into()), Claimed::GivenBack);
        }
        Err(Unanswered::Fault(fault)) => fault,
    };
    tracing::warn!(incident = permitted.exchange(), %fault, "the holder did not answer");
    let refusal = permitted.fail(problem(&fault), clock::now());
    // A change of which nobody knows whether it happened keeps its claim until it runs out.
    let claimed = if changes && !nothing_happened(&fault) {
        Claimed::Kept
    } else {
        Claimed::GivenBack
    };
    (Err(refusal.into()), claimed)
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    permitted: &Permitted,
) -> Result<Answer, Unanswered> {
    let whom = gateway.holders.whom(permitted.kind(), &permitted.source());
    let members = whom.map_err(Unanswered::Problem)?;
    let unable = gateway.holders.unable(permitted.kind());
    match (&members[..], &unable[..]) {
        ([member], []) => ask_one(gateway, call, permitted, member).await,
        (members, unable) => ask_all(gateway, call, permitted, (members, unable)).await,
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
    let trust = |token: &Token| trusted(gateway, call, member, token);
    let answer = member.holder.ask(permitted, call.trace, &trust).await;
    if let Err(fault) = &answer {
        // Without a journal the refusal that follows is not recorded either, and says so; a change that may have
        // happened keeps its claim.
        let _ = distrust(gateway, (permitted, 1), member, fault).await;
    }
    Ok(answer?)
}

/// The certificate that an answer brings or names, if it may sign for the member, by what was in force when the exchange
/// began.
fn trusted(
    gateway: &Gateway,
    call: &Call,
    member: &Member<'_>,
    token: &Token,
) -> Result<Arc<SigningCertificate>, SecurityFault> {
    let in_force = gateway.security.in_force(&call.standing);
    in_force.accept(token, clock::now(), |owner| owner == member.organism)
}

/// Leaves evidence of an answer that is not signed as agreed, whether or not others answer: one alarm a message, with how
/// many requests it answers, of which `permitted` is the first.
async fn distrust(
    gateway: &Gateway,
    (permitted, together): (&Permitted, usize),
    member: &Member<'_>,
    fault: &PeerFault,
) -> Result<(), Refused> {
    let PeerFault::Signature(_) = fault else {
        return Ok(());
    };
    let entry = permitted.distrusted(member.organism, together, clock::now());
    metering::raise(gateway, entry).await
}

/// Asks all at once. Nobody's answer is given before everybody's is there or the time is over: when it comes tells
/// nothing of who had the person.
async fn ask_all(
    gateway: &Gateway,
    call: &Call,
    permitted: &Permitted,
    (members, unable): (&[Member<'_>], &[Member<'_>]),
) -> Result<Answer, Unanswered> {
    if members.len() > 1 {
        permitted.check_cursor().map_err(Unanswered::Problem)?;
    }
    let (resting, awake): (Vec<_>, Vec<_>) =
        members.iter().partition(|member| member.holder.rests());
    let evidence = awake
        .iter()
        .map(|member| record(gateway, permitted.asked(member.organism)));
    let evidence: Result<(), Refused> = join_all(evidence).await.into_iter().collect();
    evidence.map_err(Unanswered::Unrecorded)?;
    let longest = gateway.holders.longest;
    let questions = awake.iter().map(|member| async {
        let trust = |token: &Token| trusted(gateway, call, member, token);
        let step = (call.trace, longest);
        member.holder.ask_within(permitted, step, &trust).await
    });
    let mut answers = join_all(questions).await;
    for (member, answer) in awake.iter().zip(&answers) {
        if let Err(fault) = answer {
            let evidence = distrust(gateway, (permitted, 1), member, fault).await;
            evidence.map_err(Unanswered::Unrecorded)?;
        }
    }
    if let Some(fault) = unsigned(&mut answers) {
        return Err(fault.into());
    }
    if answers.iter().all(Result::is_err) {
        let faults = answers.into_iter().filter_map(Result::err).collect();
        return Err(of_all(faults, !resting.is_empty()).into());
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
    let unable = unable
        .iter()
        .map(|member| told(member, Err(Silence::Unable)));
    let told: Vec<Told> = heard.chain(resting).chain(unable).collect();
    let settled = settled(gateway, permitted, &told).await?;
    let merged = permitted.merge(told, &settled);
    merged.map_err(Unanswered::Problem)
}

/// Whose word counts for the cases of a search, as far as the index knows: each system tells only what was searched, and
/// not what it says of the rest.
async fn settled(
    gateway: &Gateway,
    permitted: &Permitted,
    told: &[Told],
) -> Result<BTreeMap<CaseId, Source>, Unanswered> {
    if permitted.kind() != OperationKind::Search {
        return Ok(BTreeMap::new());
    }
    let cases: BTreeSet<CaseId> = told.iter().flat_map(Told::cases).collect();
    let settled = gateway.store.settled_cases(&cases).await;
    settled.map_err(|error| {
        tracing::error!(%error, incident = permitted.exchange(), "the case index could not be read");
        Unanswered::Problem(Problem::Internal)
    })
}

/// The fault that stands for all, where nobody says anything of use: that of one who could not answer. What one says is
/// not to be found may be with another.
fn of_all(mut faults: Vec<PeerFault>, some_rest: bool) -> PeerFault {
    let of_itself = |fault: &PeerFault| fault.problem().entry().blame != Blame::Caller;
    if let Some(at) = faults.iter().position(of_itself) {
        return faults.swap_remove(at);
    }
    if some_rest {
        return PeerFault::Resting;
    }
    let unsaid = |fault: &PeerFault| !matches!(fault, PeerFault::Fault(_));
    let only_refusals = || "several were asked, and all refuse".to_owned();
    let unsaid = faults.into_iter().find(unsaid);
    unsaid.unwrap_or_else(|| PeerFault::Garbage(only_refusals()))
}

/// The fault of a question that we could not sign. It ends the whole: nobody may be named as silent who was not asked,
/// and an answer without it would look complete.
fn unsigned<T>(answers: &mut Vec<Result<T, PeerFault>>) -> Option<PeerFault> {
    let ours = |answer: &Result<T, PeerFault>| matches!(answer, Err(PeerFault::Unsignable(_)));
    let at = answers.iter().position(ours)?;
    answers.swap_remove(at).err()
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
        _ if fault.is_too_large() => true,
        PeerFault::Question(_)
        | PeerFault::Unsayable(_)
        | PeerFault::Unsignable(_)
        | PeerFault::Unreachable(_)
        | PeerFault::Tls(_)
        | PeerFault::Resting
        // Whoever says why it does not answer knows the number of the request, should it come again.
        | PeerFault::Fault(_)
        | PeerFault::Timeout(Wait::Turn | Wait::Connection) => true,
        PeerFault::Timeout(Wait::Head | Wait::Rest)
        | PeerFault::Broken(_)
        | PeerFault::TooLarge(_)
        | PeerFault::NotSoap { .. }
        | PeerFault::NotJson { .. }
        | PeerFault::Signature(_)
        | PeerFault::Unfit(_)
        | PeerFault::Garbage(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use adapters::soap::FaultReport;
    use domain::Problem;
    use peers::{PeerFault, Wait};

    use super::{of_all, unsigned};

    /// What one says is not to be found may be with another who was not asked.
    #[test]
    fn no_refusal_of_one_stands_for_all() {
        let missing = || {
            PeerFault::Fault(Box::new(FaultReport {
                problem: Some(Problem::NotFoundOrOutOfScope),
                ..FaultReport::default()
            }))
        };
        let late = || PeerFault::Timeout(Wait::Head);
        let unsaid = || PeerFault::Unsayable("no".to_owned());
        for (faults, some_rest, problem) in [
            (vec![missing()], true, Problem::HolderUnreachable),
            (vec![missing(), missing()], false, Problem::HolderGarbage),
            (vec![missing(), late()], false, Problem::HolderTimeout),
            (vec![missing(), unsaid()], false, Problem::NotConvertible),
            (vec![unsaid()], true, Problem::HolderUnreachable),
            (vec![], true, Problem::HolderUnreachable),
        ] {
            let told = format!("{faults:?}");
            assert_eq!(of_all(faults, some_rest).problem(), problem, "{told}");
        }
    }

    #[test]
    fn what_we_cannot_sign_ends_the_whole_question() {
        let ours = || Err(PeerFault::Unsignable("the token is locked".to_owned()));
        for mut answers in [
            vec![Ok(()), ours()],
            vec![Err(PeerFault::Resting), Ok(()), ours()],
            vec![Err(PeerFault::Resting), ours()],
        ] {
            let fault = unsigned(&mut answers).unwrap();
            assert_eq!(fault.problem(), Problem::SigningUnavailable);
        }
        assert!(unsigned(&mut vec![Ok(()), Err(PeerFault::Resting)]).is_none());
    }
}
