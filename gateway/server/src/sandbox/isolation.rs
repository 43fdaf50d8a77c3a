//! One organism's runs are nobody else's: whoever asks in a sandbox meets the cases of its own runs, and no others.
//!
//! Otherwise a force could open a case of somebody whom the profile expects nowhere, move what another is asked not to
//! find into its territory, or bury the one that it must find: a check passes or fails by what its own organism does.

use std::sync::Arc;

use exchange::screen::Screen;
use exchange::{Permitted, Received};

use crate::call::Refused;
use crate::clock;
use crate::gateway::Gateway;

/// In a sandbox: every case but those of the runs of whoever asks is one that does not exist.
pub(crate) fn alone(gateway: &Gateway, received: Received) -> Received {
    let Some(runs) = &gateway.runs else {
        return received;
    };
    let own = runs.cases_of(received.organism(), clock::now());
    received.screened(Screen::Some(Arc::new(move |case| !own.contains(case))))
}

/// In a sandbox nobody opens a case: runs have theirs put in.
pub(crate) fn opens_nothing(gateway: &Gateway, permitted: Permitted) -> Result<Permitted, Refused> {
    if gateway.runs.is_some() && permitted.opens_a_case() {
        let problem = domain::Problem::OnlyOwnTestCase;
        return Err(permitted.fail(problem, clock::now()).into());
    }
    Ok(permitted)
}
