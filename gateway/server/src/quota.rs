//! How often one organism may do one thing in a minute or an hour, on this node: call an operation of a service of others,
//! change its users form.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::OrganismId;
use jiff::Timestamp;

/// The calls of the present stretch of time, by organism and operation.
#[derive(Debug)]
pub(crate) struct Quota {
    /// How long a stretch is.
    seconds: u32,
    stretch: Mutex<Stretch>,
}

#[derive(Debug, Default)]
struct Stretch {
    number: i64,
    calls: BTreeMap<(OrganismId, Arc<str>), u32>,
}

impl Quota {
    /// One that counts by the minute.
    pub(crate) fn by_minute() -> Self {
        Self::of(60)
    }

    /// One that counts by the hour.
    pub(crate) fn by_hour() -> Self {
        Self::of(3600)
    }

    fn of(seconds: u32) -> Self {
        Self {
            seconds,
            stretch: Mutex::default(),
        }
    }

    /// Counts one call; whether it is still within `most` a stretch.
    pub(crate) fn admits(
        &self,
        organism: &OrganismId,
        operation: &Arc<str>,
        most: u32,
        now: Timestamp,
    ) -> bool {
        let mut stretch = self.stretch.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.as_second().div_euclid(i64::from(self.seconds));
        if stretch.number != number {
            // What was counted in another stretch is forgotten whole, so this never grows.
            *stretch = Stretch {
                number,
                calls: BTreeMap::new(),
            };
        }
        let key = (organism.clone(), Arc::clone(operation));
        let calls = stretch.calls.entry(key).or_default();
        *calls = calls.saturating_add(1);
        *calls <= most
    }

    /// How many seconds the present stretch still lasts.
    pub(crate) fn wait(&self, now: Timestamp) -> u32 {
        let gone = now.as_second().rem_euclid(i64::from(self.seconds));
        let gone = u32::try_from(gone).unwrap_or_default();
        self.seconds.saturating_sub(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::Quota;

    #[test]
    fn each_organism_has_its_own_minute() {
        let quota = Quota::by_minute();
        let operation = "consultar".into();
        for (organism, now, admitted) in [
            ("E99990001", "2026-05-01T10:00:01Z", true),
            ("E99990001", "2026-05-01T10:00:30Z", true),
            ("E99990001", "2026-05-01T10:00:59Z", false),
            ("E99990002", "2026-05-01T10:00:59Z", true),
            ("E99990001", "2026-05-01T10:01:00Z", true),
        ] {
            let organism = organism.parse().unwrap();
            let now = now.parse().unwrap();
            assert_eq!(
                quota.admits(&organism, &operation, 2, now),
                admitted,
                "{now}"
            );
        }
    }

    #[test]
    fn an_hour_ends_for_all_at_once() {
        let quota = Quota::by_hour();
        let (organism, operation) = ("E99990001".parse().unwrap(), "mantenerUsuarios".into());
        for (now, admitted, wait) in [
            ("2026-05-01T10:00:00Z", true, 3600),
            ("2026-05-01T10:30:30Z", false, 1770),
            ("2026-05-01T10:59:59Z", false, 1),
            ("2026-05-01T11:00:00Z", true, 3600),
        ] {
            let now = now.parse().unwrap();
            let found = quota.admits(&organism, &operation, 1, now);
            assert_eq!((found, quota.wait(now)), (admitted, wait), "{now}");
        }
    }
}
