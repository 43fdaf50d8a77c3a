//! A key that is no longer registered where it counts, or of an organism whose agreement is suspended there, is not in the
//! sandbox either.
//!
//! A run puts a key into the sandbox's registry; the real one is followed from then on. Looked at with everything else that
//! changes beneath a running gateway.

use domain::day_in_madrid;
use jiff::civil::Date;
use store::{Error, Store};

use super::office::is_suspended;
use super::real::Real;
use crate::clock;

/// The sandbox's registry behind the real one.
pub(crate) struct Follow {
    real: Real,
    own: Store,
    /// Both versions as of the last look, and its day, by which agreements begin and end; a run that was let in since
    /// then is looked at too.
    seen: Option<(i64, i64, Date)>,
}

impl Follow {
    /// The registry of a sandbox, behind that of its gateway.
    pub(super) fn new(real: Real, own: Store) -> Self {
        Self {
            real,
            own,
            seen: None,
        }
    }

    /// Takes out what is not registered any more, or to another organism, or to one that may run nothing now.
    pub(crate) async fn look(&mut self) -> Result<(), Error> {
        let real = self.real.registry_version().await?;
        let own = self.own.registry_version().await?;
        let now = clock::now();
        let today = day_in_madrid(now);
        if self.seen == Some((real, own, today)) {
            return Ok(());
        }
        let (here, there) = (self.own.load_registry().await?, self.real.registry().await?);
        let gone = here.keys().filter(|(key, organism)| {
            let owner = there.by_key(key);
            let is_its = owner.is_some_and(|owner| owner.id == **organism);
            !is_its || is_suspended(&there, organism, now)
        });
        for (key, organism) in gone {
            self.own.remove_key(key).await?;
            tracing::info!(
                organism = organism.as_str(),
                "a key left the sandbox, as it left the registry"
            );
        }
        // By what was read: whatever came in between is looked at next.
        self.seen = Some((there.version(), here.version(), today));
        Ok(())
    }
}
