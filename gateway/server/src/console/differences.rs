//! `GET`, `POST /visibilidad/diferencias` · what a proposed change of the policies would change, over all organisms. What
//! is sent is compared in memory and forgotten: it comes into force by nobody's click.

mod changes;
mod proposed;

use std::sync::Arc;

use actix_web::http::StatusCode;
use askama::Template;
use domain::StaffRole;
use journal::Digest;
use policy::Engine;

use super::desk::act;
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

/// The stack of a comparison; only what is used of it takes memory.
const STACK: usize = 1 << 30;
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
    changes: Option<Changes>,
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

    /// A cell of the matrix, in words.
    fn cell(&self, cell: &str) -> String {
        let seen = match cell.trim_end_matches('w') {
            "C" => "visibility-full",
            "E" => "visibility-masked",
            "." => "visibility-hidden",
            _ => "differences-unknown",
        };
        let seen = self.frame.say(seen);
        if cell.ends_with('w') {
            format!("{seen} · {}", self.frame.say("visibility-written"))
        } else {
            seen.into_owned()
        }
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
                fault: Some(fault.told(&visit.frame)),
                ..Told::default()
            };
            return refused(visit, &engine, told);
        }
    };
    let mut entry = act("compararPoliticas");
    entry.request_digest = Some(Digest::of(Engine::version_of(&proposed.texts).as_bytes()));
    visit.desk.record(entry, &visit.staff).await?;
    // One at a time: it takes the processor for a while, whoever waits for it.
    let Ok(turn) = Arc::clone(&visit.desk.comparing).try_lock_owned() else {
        return Err(Refusal::rule("differences-busy", &[]));
    };
    let (old, registry, now) = (
        Arc::clone(&engine),
        Arc::clone(&standing.registry),
        visit.now,
    );
    let compared = deep(move || {
        let _turn = turn;
        let new = Engine::from_texts(&proposed.texts)?;
        Ok::<_, policy::LoadErrors>(Changes::between(&old, &new, (&*registry, now)))
    });
    match compared.await? {
        Ok(changes) => {
            let told = Told {
                changes: Some(changes),
                ..Told::default()
            };
            response::page(&page(visit.frame, &engine, told))
        }
        Err(errors) => {
            let faults = errors.0.iter().take(FAULTS).map(ToString::to_string);
            let told = Told {
                faults: faults.collect(),
                ..Told::default()
            };
            refused(visit, &engine, told)
        }
    }
}

/// Works on a thread of its own whose stack is enough for whatever the bounds let in: policies are read by recursion.
async fn deep<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let (done, result) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().stack_size(STACK);
    let begun = thread.spawn(move || {
        // Whoever asked may be gone.
        let _ = done.send(work());
    });
    begun.map_err(Refusal::broken)?;
    result.await.map_err(Refusal::broken)
}

fn refused(visit: Visit, engine: &Engine, told: Told) -> Reply {
    let page = page(visit.frame, engine, told);
    response::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
