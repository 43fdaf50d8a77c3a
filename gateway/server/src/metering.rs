//! The quotas of an agreement: a request is counted before it is decided on, and an answer to a search by the persons
//! that it shows.
//!
//! INVARIANT: what is counted holds no document and no case, only digests under a key that the database does not have.

use domain::quota::{Amount, Limit, Quotas};
use domain::watched::case_word;
use domain::{OperationKind, Problem};
use exchange::quota::Uses;
use exchange::{Received, Refusal, Released};
use journal::{Digest, Entry};
use store::{Counted, Use};

use crate::call::Refused;
use crate::clock;
use crate::gateway::Gateway;
use crate::life::{broken, record};
use crate::watched;

/// What was counted for a request.
pub(crate) struct Meter {
    quotas: Quotas,
    used: Use,
    counted: Counted,
    kind: OperationKind,
}

/// Counts a request whose agreement limits anything, and raises the alarms of quotas that are nearly used up.
pub(crate) async fn count(
    gateway: &Gateway,
    received: Received,
) -> Result<(Received, Option<Meter>), Refused> {
    let now = clock::now();
    let Some(due) = received.uses(now) else {
        return Ok((received, None));
    };
    let (quotas, kind) = (due.quotas, received.kind());
    let outcome = match used(gateway, due) {
        Ok(used) => tally(gateway, used).await,
        Err(error) => Err(error),
    };
    let (used, counted) = match outcome {
        Ok(done) => done,
        Err(error) => {
            let refused = received.fail(Problem::Internal, now).into();
            return Err(broken(refused, &*error));
        }
    };
    let received = received.counted(counted.usage);
    for entry in received.quota_alarms(now) {
        raise(gateway, entry).await?;
    }
    let meter = Meter {
        quotas,
        used,
        counted,
        kind,
    };
    Ok((received, Some(meter)))
}

/// Takes back what was counted for a request that was refused because of it.
pub(crate) async fn settle(gateway: &Gateway, meter: Option<&Meter>, refusal: &Refusal) {
    if let Some(meter) = meter.filter(|_| refusal.entry().limit.is_some()) {
        take_back(gateway, &meter.counted).await;
    }
}

/// Takes back what was counted for a request that was served before, or is at this moment: the quota is of what is asked.
pub(crate) async fn spare(gateway: &Gateway, meter: Option<&Meter>) {
    if let Some(meter) = meter {
        take_back(gateway, &meter.counted).await;
    }
}

/// Counts the persons that the answer to a search shows; refuses one that shows too many.
pub(crate) async fn shown(
    gateway: &Gateway,
    meter: Option<Meter>,
    released: Released,
) -> Result<Released, Refused> {
    let Some(meter) = meter.filter(|meter| meter.kind == OperationKind::Search) else {
        return Ok(released);
    };
    let now = clock::now();
    let words = released.cases().map(case_word);
    let persons: Result<Vec<Digest>, Failure> = words.map(|word| veiled(gateway, &word)).collect();
    let counted = match persons {
        Err(error) => Err(error),
        Ok(persons) => {
            let used = Use {
                amount: Amount::default(),
                persons,
                ..meter.used
            };
            tally(gateway, used).await
        }
    };
    let counted = match counted {
        Ok((_, counted)) => counted,
        Err(error) => {
            return Err(broken(
                released.fail(Problem::Internal, now).into(),
                &*error,
            ));
        }
    };
    if let Some(limit) = meter.quotas.exceeded(&counted.usage) {
        take_back(gateway, &counted).await;
        return Err(released.beyond(limit, now).into());
    }
    for limit in meter.quotas.near(&counted.usage) {
        raise(gateway, released.quota_alarm(limit, now)).await?;
    }
    Ok(released)
}

/// Why something could not be counted or looked up.
pub(crate) type Failure = Box<dyn std::error::Error>;

fn used(gateway: &Gateway, uses: Uses) -> Result<Use, Failure> {
    let Uses {
        day,
        organism,
        officer,
        amount,
        subject,
        ..
    } = uses;
    let person = subject.map(|word| veiled(gateway, &word)).transpose()?;
    Ok(Use {
        day,
        organism,
        officer,
        amount,
        persons: person.into_iter().collect(),
    })
}

async fn tally(gateway: &Gateway, used: Use) -> Result<(Use, Counted), Failure> {
    let counted = gateway.store.count_use(used.clone()).await?;
    Ok((used, counted))
}

/// The digest of a word under the key that the database does not have.
pub(crate) fn veiled(gateway: &Gateway, word: &str) -> Result<Digest, Failure> {
    Ok(Digest::from_bytes(gateway.veil.digest(word.as_bytes())?))
}

async fn take_back(gateway: &Gateway, counted: &Counted) {
    if let Err(error) = gateway.store.take_back(counted).await {
        tracing::error!(%error, "what a refused request used could not be taken back");
    }
}

/// Makes an alarm evidence, tells it in the log, never of whom, and puts it on the supervision's list.
pub(crate) async fn raise(gateway: &Gateway, entry: Entry) -> Result<(), Refused> {
    log(&entry);
    record(gateway, entry.clone()).await?;
    watched::list(&gateway.store, &entry).await;
    Ok(())
}

/// Tells an alarm in the log.
pub(crate) fn log(entry: &Entry) {
    let shown = |limit: &Limit| limit.to_string();
    tracing::warn!(
        alarm = entry.alarm.map(domain::Alarm::as_str),
        limit = entry.limit.as_ref().map(shown),
        requests = entry.requests,
        organism = entry.organism.as_ref().map(tracing::field::display),
        incident = entry.exchange,
        "alarm"
    );
}
