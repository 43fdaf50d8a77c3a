//! The life of one exchange: permit, evidence, question, reduction, evidence, answer.
//!
//! INVARIANT: nothing is asked before the permitted question is durable in the journal, and nothing
//! is answered before the reduced answer is.

use actix_web::http::header::HeaderName;
use contract::{Document, Limits, NotConverted, Role, xml};
use domain::Problem;
use exchange::{Answer, Permitted, Received, Released};
use journal::Digest;
use policy::Engine;
use store::{Claim, StoredAnswer, Ticket};

use crate::asking::ask;
use crate::call::{Call, Refused};
use crate::clock;
use crate::exceptional;
use crate::gateway::Gateway;
use crate::metering::{self, Meter};
use crate::pace;
use crate::sandbox;
use crate::security::Unsigned;
use crate::watched::{self, Asker};

/// The number of the exchange in the evidence.
pub(crate) const TRANSMISSION: HeaderName = HeaderName::from_static("pasarela-transmision");

/// Where a request's name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestName {
    /// The caller gave it: the same name with other content is refused.
    Given,
    /// It was made here, so it cannot come twice.
    Made,
}

/// An answer as it leaves.
pub(crate) struct Sent {
    /// What it was made of.
    pub released: Released,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why an answer cannot be told to the caller.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Untold {
    /// It cannot be said in the caller's version of the contract.
    #[error(transparent)]
    Version(#[from] NotConverted),
    /// It must be signed and cannot be.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
}

impl Untold {
    fn problem(&self) -> Problem {
        match self {
            Self::Version(_) => Problem::Internal,
            Self::Unsigned(_) => Problem::SigningUnavailable,
        }
    }
}

/// Leads one request to its answer, by the policies that were in force when it came.
pub(crate) async fn exchange(
    gateway: &Gateway,
    call: &Call,
    received: Received,
    name: RequestName,
    encode: impl AsyncFnOnce(&Released) -> Result<Vec<u8>, Untold>,
) -> Result<Sent, Refused> {
    let (permitted, aside) = Box::pin(begin(gateway, call, received)).await?;
    let (permitted, claimed) = claim(gateway, permitted, name, &aside).await?;
    let released = match claimed {
        Claimed::Anew(ticket) => ask(gateway, call, permitted, ticket).await?,
        Claimed::Before(answer) => permitted.reduce(answer, &call.standing.engine, clock::now())?,
    };
    let released = shown(gateway, call, aside, released).await?;
    gateway.learn(released.index_updates()).await;
    let bytes = match encode(&released).await {
        Ok(bytes) => bytes,
        Err(fault) => return Err(untold(released, &fault)),
    };
    record(gateway, released.entry(Digest::of(&bytes))).await?;
    if tells_of_nobody(&released) {
        pace::next_beat(call.ours_since()).await;
    }
    Ok(Sent { released, bytes })
}

/// What is needed of a request again once it is answered.
pub(crate) struct Aside {
    meter: Option<Meter>,
    asker: Asker,
}

/// Judges a request, and whatever must be on record before it is asked.
pub(crate) async fn begin(
    gateway: &Gateway,
    call: &Call,
    received: Received,
) -> Result<(Permitted, Aside), Refused> {
    let (standing, engine) = (&call.standing, &*call.standing.engine);
    let received = exceptional::reasoned(gateway, received)?;
    let received = watched::look(gateway, call, received)?;
    // After whatever else keeps cases out of sight: here it is this alone that does.
    let received = sandbox::alone(gateway, received);
    let asker = Asker::of(&received);
    let (received, meter) = metering::count(gateway, received).await?;
    let permitted = permit(gateway, engine, received, meter.as_ref()).await?;
    let permitted = sandbox::opens_nothing(gateway, permitted)?;
    let permitted = permitted.keep(&gateway.rules, &standing.registry, clock::now())?;
    let permitted = count(gateway, permitted)?;
    let permitted = exceptional::queue(gateway, permitted).await?;
    Ok((permitted, Aside { meter, asker }))
}

/// Whatever must be counted and told because of what an answer shows.
pub(crate) async fn shown(
    gateway: &Gateway,
    call: &Call,
    aside: Aside,
    released: Released,
) -> Result<Released, Refused> {
    let released = metering::shown(gateway, aside.meter, released).await?;
    let released = exceptional::notify(gateway, released).await?;
    watched::look_again(gateway, call, &aside.asker, &released);
    Ok(released)
}

/// Ends an exchange whose answer cannot be told.
pub(crate) fn untold(released: Released, fault: &Untold) -> Refused {
    tracing::error!(incident = released.exchange(), %fault, "an answer could not be told to the caller");
    released.fail(fault.problem(), clock::now()).into()
}

/// Whether an answer says that nobody was found: a person who is not known and one whom the caller may not know of are
/// one answer too.
pub(crate) fn tells_of_nobody(released: &Released) -> bool {
    let found = released.document().value_of(Role::HasMatch);
    found.is_some_and(|found| !["true", "1"].contains(&found))
}

async fn permit(
    gateway: &Gateway,
    engine: &Engine,
    received: Received,
    meter: Option<&Meter>,
) -> Result<Permitted, Refused> {
    let now = clock::now();
    let index = match received.subject_case() {
        None => None,
        Some(case) => match gateway.store.known_case(&case).await {
            Ok(entry) => entry,
            Err(error) => return Err(broken(received.fail(Problem::Internal, now).into(), &error)),
        },
    };
    match received.permit(index.as_ref(), engine, now) {
        Ok(permitted) => Ok(permitted),
        Err(refusal) => {
            metering::settle(gateway, meter, &refusal).await;
            Err(refusal.into())
        }
    }
}

/// Counts the question against the quota of its operation.
fn count(gateway: &Gateway, permitted: Permitted) -> Result<Permitted, Refused> {
    let operation = permitted.operation();
    let Some(most) = operation.terms.as_ref().and_then(|terms| terms.per_minute) else {
        return Ok(permitted);
    };
    let (organism, now) = (&permitted.caller().organism().id, clock::now());
    if gateway.quota.admits(organism, &operation.name, most, now) {
        return Ok(permitted);
    }
    Err(permitted.fail(Problem::RateLimited, now).into())
}

/// Whether a request is served now, or was before.
pub(crate) enum Claimed {
    /// Now, by this ticket, if it has a name.
    Anew(Option<Ticket>),
    /// Before, with this answer.
    Before(Answer),
}

/// Claims the request's name, so that the same one has one effect.
async fn claim(
    gateway: &Gateway,
    permitted: Permitted,
    name: RequestName,
    aside: &Aside,
) -> Result<(Permitted, Claimed), Refused> {
    if name == RequestName::Made {
        return Ok((permitted, Claimed::Anew(None)));
    }
    let now = clock::now();
    let (organism, digest) = (
        permitted.caller().organism().id.clone(),
        content(permitted.question()),
    );
    let request_id = permitted.context().request_id.clone();
    let claim = gateway.store.claim(&organism, &request_id, digest, now);
    match claim.await {
        Ok(claim) => claimed(gateway, permitted, claim, aside).await,
        Err(error) => Err(broken(
            permitted.fail(Problem::Internal, now).into(),
            &error,
        )),
    }
}

/// What a claim means for the request.
pub(crate) async fn claimed(
    gateway: &Gateway,
    permitted: Permitted,
    claim: Claim,
    aside: &Aside,
) -> Result<(Permitted, Claimed), Refused> {
    let now = clock::now();
    if matches!(claim, Claim::Replay(_) | Claim::InProgress) {
        metering::spare(gateway, aside.meter.as_ref()).await;
    }
    match claim {
        Claim::Fresh(ticket) => Ok((permitted, Claimed::Anew(Some(ticket)))),
        Claim::Conflict => Err(permitted.fail(Problem::RequestRepeated, now).into()),
        Claim::InProgress => Err(permitted.fail(Problem::RequestInProgress, now).into()),
        Claim::Replay(stored) => match kept(&permitted, &stored) {
            Some(answer) => Ok((permitted, Claimed::Before(answer))),
            None => Err(permitted.fail(Problem::Internal, now).into()),
        },
    }
}

/// The answer to a change as it is remembered: it holds no case content. A read is simply done again.
pub(crate) fn remembered(answer: &Document) -> StoredAnswer {
    let mut body = Vec::new();
    answer.write_xml(&mut body);
    StoredAnswer {
        meta: String::new(),
        body,
    }
}

/// Marks a request as served, with the answer that is remembered of it.
pub(crate) async fn complete(
    gateway: &Gateway,
    ticket: Option<Ticket>,
    answer: Option<StoredAnswer>,
) {
    let Some(ticket) = ticket else { return };
    let completed = gateway
        .store
        .complete(ticket, answer.as_ref(), clock::now());
    if let Err(error) = completed.await {
        tracing::error!(%error, "a served request could not be marked as served");
    }
}

/// Gives a request back that was not served.
pub(crate) async fn release(gateway: &Gateway, ticket: Option<Ticket>) {
    let Some(ticket) = ticket else { return };
    if let Err(error) = gateway.store.release(ticket).await {
        tracing::error!(%error, "an unserved request could not be given back");
    }
}

/// The answer given before, to be reduced again by what is in force now.
fn kept(permitted: &Permitted, stored: &StoredAnswer) -> Option<Answer> {
    let contract = permitted.question().contract();
    let document = xml::decode(
        contract,
        permitted.expected(),
        &stored.body,
        &Limits::default(),
    );
    document.ok().map(Answer::new)
}

/// The digest of what is asked, whatever protocol and however often it is spelled anew.
pub(crate) fn content(question: &Document) -> Digest {
    let mut bytes = Vec::new();
    question.write_xml(&mut bytes);
    Digest::of(&bytes)
}

pub(crate) async fn record(gateway: &Gateway, entry: journal::Entry) -> Result<(), Refused> {
    match gateway.journal.record(entry.clone()).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Refused::unrecorded(entry, &error)),
    }
}

/// Logs what the caller is told less of.
pub(crate) fn broken(refused: Refused, error: &dyn std::error::Error) -> Refused {
    tracing::error!(%error, "the store failed");
    refused
}
