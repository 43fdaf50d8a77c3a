//! `GET`, `POST /visibilidad/diferencias` · what a proposed change of the policies would change, over all organisms. What
//! is sent is compared in memory and forgotten; from what was told it can be proposed, with a reason.

pub(super) mod changes;
pub(super) mod proposed;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use askama::Template;
use domain::{StaffRole, day_in_madrid};
use jiff::Timestamp;
use jiff::civil::Date;
use journal::Digest;
use policy::{Engine, LoadErrors};

use crate::deep::{Unusable, deep};
use crate::standing::Standing;

use super::desk::{Desk, act};
use super::frame::Frame;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::upload::Sent;
use super::visit::Visit;
use changes::Changes;
use proposed::Proposed;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/visibilidad/diferencias",
    title: "differences-title",
    listed: Listed::Within("/visibilidad"),
    readers: EVERYONE,
    read: |visit| Box::pin(std::future::ready(read(visit))),
    acts: &[Act {
        path: "/visibilidad/diferencias",
        actors: &[StaffRole::Manager, StaffRole::Supervisor],
        perform: |visit| Box::pin(compare(visit)),
    }],
};

/// How many faults of the policies are told.
const FAULTS: usize = 50;

#[derive(Template)]
#[template(path = "differences.html")]
struct DifferencesPage {
    frame: Frame,
    version: String,
    /// The files in force, with their sizes.
    files: Vec<(String, usize)>,
    told: Told,
}

/// What is told of what was sent.
#[derive(Default)]
struct Told {
    /// What is wrong with the form.
    fault: Option<String>,
    /// What is wrong with the policies.
    faults: Vec<String>,
    changes: Option<Arc<Changes>>,
    /// What was sent, to be sent again by whoever proposes it: JSON, so that no browser changes its line ends.
    changed: String,
}

fn read(visit: Visit) -> Reply {
    let engine = Arc::clone(&visit.desk.current.get().engine);
    response::page(&page(visit.frame, &engine, Told::default()))
}

fn page(frame: Frame, engine: &Engine, told: Told) -> DifferencesPage {
    let files = engine.texts().iter();
    DifferencesPage {
        version: engine.version().to_owned(),
        files: files
            .map(|(name, text)| (name.clone(), text.len()))
            .collect(),
        told,
        frame,
    }
}

impl DifferencesPage {
    fn may_compare(&self) -> bool {
        self.frame.has(StaffRole::Manager) || self.frame.has(StaffRole::Supervisor)
    }
}

async fn compare(visit: Visit) -> Reply {
    let standing = visit.desk.current.get();
    let engine = Arc::clone(&standing.engine);
    let sent = Sent::of(&visit)?;
    let proposed = match Proposed::read(engine.texts(), &sent) {
        Ok(proposed) => proposed,
        Err(fault) => {
            let told = Told {
                fault: Some(fault.told(visit.words())),
                ..Told::default()
            };
            return refused(visit, &engine, told);
        }
    };
    let mut entry = act("compararPoliticas");
    entry.request_digest = Some(Digest::of(Engine::version_of(&proposed.texts).as_bytes()));
    visit.desk.record(entry, &visit.staff).await?;
    let kept = serde_json::to_string(&proposed.changed).map_err(Refusal::broken)?;
    match compared(&visit.desk, standing, proposed.texts, visit.now).await {
        Ok(changes) => {
            let told = Told {
                changes: Some(changes),
                changed: kept,
                ..Told::default()
            };
            response::page(&page(visit.frame, &engine, told))
        }
        Err(NotCompared::Unfit(errors)) => {
            let told = Told {
                faults: faults(&errors),
                ..Told::default()
            };
            refused(visit, &engine, told)
        }
        Err(NotCompared::Busy) => Err(Refusal::rule("differences-busy", &[])),
        Err(NotCompared::Broken(why)) => Err(Refusal::broken(why)),
    }
}

/// Why policies are not compared.
pub(super) enum NotCompared {
    /// They do not hold together.
    Unfit(LoadErrors),
    /// Others are being compared.
    Busy,
    /// There is nothing to compare them on.
    Broken(Unusable),
}

/// What is told of policies that do not hold together.
pub(super) fn faults(errors: &LoadErrors) -> Vec<String> {
    let faults = errors.0.iter().take(FAULTS).map(ToString::to_string);
    faults.collect()
}

/// A comparison: of which version with which, over which registry, on which day.
pub(super) struct Compared {
    of: (String, String, i64, Date),
    changes: Arc<Changes>,
}

/// Compares a set with the one of that view, over every kind of organism and those that are registered.
pub(super) async fn compared(
    desk: &Desk,
    standing: Arc<Standing>,
    texts: BTreeMap<String, String>,
    now: Timestamp,
) -> Result<Arc<Changes>, NotCompared> {
    // One at a time: it takes the processor for a while, whoever waits for it.
    let turn = Arc::clone(&desk.comparing).try_lock_owned();
    let mut turn = turn.map_err(|_| NotCompared::Busy)?;
    let of = (
        standing.engine.version().to_owned(),
        Engine::version_of(&texts),
        standing.registry.version(),
        day_in_madrid(now),
    );
    if let Some(last) = turn.as_ref().filter(|last| last.of == of) {
        return Ok(Arc::clone(&last.changes));
    }
    let compared = deep(move || {
        let new = Engine::from_texts(&texts)?;
        let over = (&*standing.registry, now);
        let changes = Arc::new(Changes::between(&standing.engine, &new, over));
        *turn = Some(Compared {
            of,
            changes: Arc::clone(&changes),
        });
        Ok::<_, LoadErrors>(changes)
    });
    let compared = compared.await.map_err(NotCompared::Broken)?;
    compared.map_err(NotCompared::Unfit)
}

fn refused(visit: Visit, engine: &Engine, told: Told) -> Reply {
    let page = page(visit.frame, engine, told);
    response::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
