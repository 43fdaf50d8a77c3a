//! Exceptional access: into the queue of reviews before anything is asked, told to whoever is in charge before anything is
//! answered. What cannot be queued, or told, does not happen.

use domain::{Problem, Reason};
use exchange::{Permitted, Received, Released};
use store::exceptional::Access;

use crate::call::Refused;
use crate::clock;
use crate::gateway::Gateway;
use crate::life::{broken, record};
use crate::metering::{Failure, raise, veiled};

/// The word under which a reason is digested.
fn reason_word(reason: &Reason) -> String {
    format!("motivo:{}", reason.expose())
}

/// Puts the digest of the reason into the evidence: under a key, for a short reason is soon guessed.
pub(crate) fn reasoned(gateway: &Gateway, received: Received) -> Result<Received, Refused> {
    let Some(reason) = &received.context().peril else {
        return Ok(received);
    };
    match veiled(gateway, &reason_word(reason)) {
        Ok(digest) => Ok(received.reasoned(digest)),
        Err(error) => {
            let refused = received.fail(Problem::Internal, clock::now()).into();
            Err(broken(refused, &*error))
        }
    }
}

/// Puts the access into the queue of reviews and raises its alarm, where a danger is declared.
pub(crate) async fn queue(gateway: &Gateway, permitted: Permitted) -> Result<Permitted, Refused> {
    let now = clock::now();
    let access = match access(gateway, &permitted) {
        Ok(None) => return Ok(permitted),
        Ok(Some(access)) => Ok(access),
        Err(error) => Err(error),
    };
    let queued = match access {
        Ok(access) => gateway.store.open_review(&access).await.map_err(Into::into),
        Err(error) => Err(error),
    };
    match queued {
        Ok(()) => {
            raise(gateway, permitted.exceptional_alarm(now)).await?;
            Ok(permitted)
        }
        Err(error) => Err(broken(
            permitted.fail(Problem::Internal, now).into(),
            &*error,
        )),
    }
}

fn access(gateway: &Gateway, permitted: &Permitted) -> Result<Option<Access>, Failure> {
    let Some(reason) = permitted.peril() else {
        return Ok(None);
    };
    let exchange = permitted.exchange().to_owned();
    let sealed = gateway.veil.seal(&exchange, reason.expose())?;
    Ok(Some(Access {
        at: clock::now(),
        organism: permitted.caller().organism().id.clone(),
        officer: permitted.context().officer.clone(),
        reason: Some(sealed),
        reason_digest: veiled(gateway, &reason_word(reason))?,
        review: None,
        exchange,
    }))
}

/// Leaves a notice for whoever is in charge of each case that the danger opened.
pub(crate) async fn notify(gateway: &Gateway, released: Released) -> Result<Released, Refused> {
    if released.opened().is_empty() {
        return Ok(released);
    }
    let now = clock::now();
    let opened = released.opened().iter();
    let opened: Vec<_> = opened
        .map(|opened| (opened.case, opened.responsible.clone()))
        .collect();
    if let Err(error) = gateway.store.notify(released.exchange(), &opened).await {
        return Err(broken(released.fail(Problem::Internal, now).into(), &error));
    }
    for entry in released.notified(now) {
        record(gateway, entry).await?;
    }
    Ok(released)
}
