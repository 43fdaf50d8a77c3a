//! `Timestamp`: between when and when a message counts (WS-Security section 10).

use jiff::{SignedDuration, Timestamp};

use super::tree::Node;
use super::{SecurityError, SecurityFault, WSU};
use crate::text::instant;

/// What time it is here, and how far others' clocks may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// This instant.
    pub now: Timestamp,
    /// How far another clock may be from ours.
    pub skew: SignedDuration,
    /// How long a message counts at most, whatever it says itself.
    pub longest: SignedDuration,
}

/// Refuses a message that does not count at this instant.
pub(super) fn check(timestamp: Node<'_>, clock: &Clock) -> Result<(), SecurityError> {
    let bad = || timestamp.fault(SecurityFault::BadTimestamp);
    let mut parts = timestamp.elements();
    let mut next = |local| match parts.next() {
        Some(part) if part.is(WSU, local) => {
            let text = part.text().map_err(|_| bad())?;
            instant(&text).map(Some).ok_or_else(bad)
        }
        Some(_) => Err(bad()),
        None => Ok(None),
    };
    let created = next("Created")?.ok_or_else(bad)?;
    let expires = next("Expires")?;
    if parts.next().is_some() || expires.is_some_and(|expires| expires <= created) {
        return Err(bad());
    }
    let latest = after(created, clock.longest);
    let expires = expires.map_or(latest, |expires| expires.min(latest));
    if created > after(clock.now, clock.skew) {
        return Err(timestamp.fault(SecurityFault::FromTheFuture));
    }
    if clock.now > after(expires, clock.skew) {
        return Err(timestamp.fault(SecurityFault::Expired));
    }
    Ok(())
}

fn after(instant: Timestamp, time: SignedDuration) -> Timestamp {
    instant.saturating_add(time).unwrap_or(Timestamp::MAX)
}
