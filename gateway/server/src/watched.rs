//! Subjects about which a question raises an alarm: records that nobody has a reason to ask about, which are answered as
//! if they did not exist; and whoever an officer should not look up herself.
//!
//! The same is computed for every request, whatever it asks about, and the alarm is written beside the answer and not
//! before it: neither bytes nor time tell the caller that there was one. The evidence of the request itself is durable
//! before the answer, as always.

use std::collections::HashSet;
use std::sync::Arc;

use domain::watched::{case_word, honey_word, own_word};
use domain::{CaseId, OperationKind, Watched};
use exchange::screen::Screen;
use exchange::{Received, Released};
use journal::{Digest, Entry};
use store::Store;
use store::watched::Raised;

use crate::call::{Call, Refused};
use crate::clock;
use crate::gateway::Gateway;
use crate::life::broken;
use crate::metering::{Failure, log, veiled};

/// The list as it was last read.
#[derive(Debug, Default)]
pub(crate) struct List {
    version: i64,
    honey: HashSet<Digest>,
    own: HashSet<Digest>,
}

impl List {
    /// Reads it.
    pub(crate) async fn load(store: &Store) -> Result<Self, store::Error> {
        let mut list = Self {
            version: store.watched_version().await?,
            ..Self::default()
        };
        for subject in store.watched().await? {
            let place = match subject.watched {
                Watched::Honey => &mut list.honey,
                Watched::Own => &mut list.own,
            };
            place.insert(subject.digest);
        }
        Ok(list)
    }

    /// The version that was read.
    pub(crate) fn version(&self) -> i64 {
        self.version
    }
}

/// Looks at what a request asks about, before it is decided on.
pub(crate) fn look(
    gateway: &Gateway,
    call: &Call,
    received: Received,
) -> Result<Received, Refused> {
    match looked(gateway, call, &received) {
        Ok(Some(screen)) => Ok(received.screened(screen)),
        Ok(None) => Ok(received),
        Err(error) => {
            let problem = domain::Problem::Internal;
            let refused = received.fail(problem, clock::now()).into();
            Err(broken(refused, &*error))
        }
    }
}

fn looked(gateway: &Gateway, call: &Call, received: &Received) -> Result<Option<Screen>, Failure> {
    let list = &call.standing.watched;
    let Some(subject) = received.subject_word() else {
        return Ok(lists_cases(received.kind()).then(|| screen(gateway, list)));
    };
    let now = clock::now();
    if is_own(gateway, list, &Asker::of(received), &subject)? {
        tell(gateway, received.watched_alarm(Watched::Own, now));
    }
    let honey = list
        .honey
        .contains(&veiled(gateway, &honey_word(&subject))?);
    if honey {
        tell(gateway, received.watched_alarm(Watched::Honey, now));
        return Ok(Some(Screen::Everything));
    }
    Ok(lists_cases(received.kind()).then(|| screen(gateway, list)))
}

/// Looks at whom an answer is about, where the request did not say.
pub(crate) fn look_again(gateway: &Gateway, call: &Call, asker: &Asker, released: &Released) {
    let list = &call.standing.watched;
    for subject in released.subject_words() {
        match is_own(gateway, list, asker, subject) {
            Ok(true) => {
                tell(gateway, released.watched_alarm(Watched::Own, clock::now()));
                return;
            }
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "a subject could not be looked up"),
        }
    }
}

/// Who asks.
pub(crate) struct Asker {
    organism: domain::OrganismId,
    officer: domain::OfficerId,
}

impl Asker {
    /// Whoever sent that request: the officer is of the organism that connects.
    pub(crate) fn of(received: &Received) -> Self {
        Self {
            organism: received.organism().clone(),
            officer: received.context().officer.clone(),
        }
    }
}

fn is_own(gateway: &Gateway, list: &List, asker: &Asker, subject: &str) -> Result<bool, Failure> {
    let word = own_word(&asker.organism, &asker.officer, subject);
    Ok(list.own.contains(&veiled(gateway, &word)?))
}

fn lists_cases(kind: OperationKind) -> bool {
    match kind {
        OperationKind::Hit | OperationKind::Search | OperationKind::Index => true,
        OperationKind::Consult | OperationKind::Submit => false,
    }
}

/// Keeps watched records out of what lists cases; a case that cannot be looked up is kept out too.
fn screen(gateway: &Gateway, list: &Arc<List>) -> Screen {
    if list.honey.is_empty() {
        return Screen::Nothing;
    }
    let (veil, list) = (gateway.veil.clone(), Arc::clone(list));
    Screen::Some(Arc::new(move |case: &CaseId| {
        let word = honey_word(&case_word(case));
        let digest = veil.digest(word.as_bytes());
        digest.map_or(true, |digest| {
            list.honey.contains(&Digest::from_bytes(digest))
        })
    }))
}

/// Writes an alarm into log, evidence and the supervision's list, while the request goes on.
fn tell(gateway: &Gateway, entry: Entry) {
    let (store, journal) = (gateway.store.clone(), gateway.journal.clone());
    tokio::spawn(async move {
        log(&entry);
        if let Err(error) = journal.record(entry.clone()).await {
            tracing::error!(%error, incident = entry.exchange, "an alarm is not in the evidence");
        }
        list(&store, &entry).await;
    });
}

/// Puts an alarm on the supervision's list. What cannot be put there is in the evidence all the same.
pub(crate) async fn list(store: &Store, entry: &Entry) {
    if let Some(raised) = raised(entry)
        && let Err(error) = store.raise(&raised).await
    {
        tracing::error!(%error, incident = entry.exchange, "an alarm is not on the list");
    }
}

fn raised(entry: &Entry) -> Option<Raised> {
    Some(Raised {
        exchange: entry.exchange.clone(),
        alarm: entry.alarm?,
        at: entry.at,
        organism: entry.organism.clone()?,
        officer: entry.officer.clone()?,
    })
}
