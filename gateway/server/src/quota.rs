//! How often one organism may call one operation of a service of others, on this node.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::OrganismId;
use jiff::Timestamp;

/// The calls of the present minute, by organism and operation.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    calls: BTreeMap<(OrganismId, Arc<str>), u32>,
}

impl Quota {
    /// Counts one call; whether it is still within `most` a minute.
    pub(crate) fn admits(
        &self,
        organism: &OrganismId,
        operation: &Arc<str>,
        most: u32,
        now: Timestamp,
    ) -> bool {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = now.as_second().div_euclid(60);
        if minute.number != number {
            // What was counted in another minute is forgotten whole, so this never grows.
            *minute = Minute {
                number,
                calls: BTreeMap::new(),
            };
        }
        let key = (organism.clone(), Arc::clone(operation));
        let calls = minute.calls.entry(key).or_default();
        *calls = calls.saturating_add(1);
        *calls <= most
    }
}

#[cfg(test)]
mod tests {
    use super::Quota;

    #[test]
    fn each_organism_has_its_own_minute() {
        let quota = Quota::default();
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
}
