//! `GET`, `POST /organismos/{organismo}/usuarios` · the users form of an organism from a file: what it says of officers is
//! put on the form, and nobody is taken off it who is not in the file.

use actix_web::http::StatusCode;
use askama::Template;
use domain::adhesion::users_table::Fault;
use domain::adhesion::{UsersFault, UsersTable};
use domain::table::{Table, Wrong};
use domain::{Organism, OrganismId, StaffRole};
use store::adhesion::acts::Occasion;

use super::adhesions;
use super::frame::Frame;
use super::messages::Words;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::tables;
use super::upload::{File, Sent};
use super::visit::Visit;
use crate::clock;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/organismos/{organismo}/usuarios",
    title: "users-title",
    listed: Listed::Within("/adhesiones"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[Act {
        path: "/organismos/{organismo}/usuarios",
        actors: &[StaffRole::Manager],
        perform: |visit| Box::pin(import(visit)),
    }],
};

/// So many wrong lines are told.
const MOST_TOLD: usize = 50;

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    frame: Frame,
    id: String,
    count: String,
    faults: Vec<String>,
    done: Option<String>,
}

async fn read(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    response::page(&filled(visit, &organism, (Vec::new(), None)).await?)
}

async fn import(visit: Visit) -> Reply {
    let organism = organism(&visit).await?;
    let words = visit.words();
    let sent = Sent::of(&visit)?;
    let Some(file) = sent.file("fichero") else {
        let none = words.say("coverage-no-file").into_owned();
        return refused(visit, &organism, vec![none]).await;
    };
    let form = match form(file).await {
        Ok(form) => form,
        Err(wrongs) => return refused(visit, &organism, told(words, &wrongs)).await,
    };
    let (desk, occasion) = (&visit.desk, occasion(&visit));
    let about = (&organism.id, form.users.as_slice());
    let store = &desk.store;
    let kept = store.keep_users(&desk.journal, &visit.staff, about, &occasion);
    if let Err(error) = kept.await {
        let fault = against_rules(words, error, &form)?;
        return refused(visit, &organism, vec![fault]).await;
    }
    let count = form.users.len().to_string();
    let done = words.tell("users-imported", &[("count", &count)]);
    response::page(&filled(visit, &organism, (Vec::new(), Some(done))).await?)
}

/// The organism of the page.
async fn organism(visit: &Visit) -> Result<Organism, Refusal> {
    let id: OrganismId = visit.part("organismo")?;
    let registry = visit.desk.store.load_registry().await?;
    registry.organism(&id).cloned().ok_or(Refusal::Nothing)
}

fn occasion(visit: &Visit) -> Occasion {
    Occasion {
        now: visit.now,
        exchange: clock::fresh_id(),
    }
}

async fn form(file: &File) -> Result<UsersTable, Vec<Wrong<Fault>>> {
    let table = tables::read(file.bytes.clone(), file.name.clone()).await;
    let table: Table = table.map_err(|wrong| vec![wrong.map(Fault::File)])?;
    UsersTable::of(&table)
}

/// What is wrong with the file, cell by cell; what stands in them is never repeated.
fn told(words: &Words, wrongs: &[Wrong<Fault>]) -> Vec<String> {
    let count = wrongs.len().to_string();
    let first = words.tell("coverage-refused", &[("count", &count)]);
    let lines = wrongs.iter().take(MOST_TOLD).map(|wrong| {
        let (code, value) = (wrong.fault.code(), wrong.fault.value());
        let fault = words.term_with("table", code, &[("value", &value)]);
        tables::told(words, wrong, &fault)
    });
    std::iter::once(first).chain(lines).collect()
}

/// What the rules of the form say against it, with the line where they say it of one officer.
fn against_rules(words: &Words, error: store::Error, form: &UsersTable) -> Result<String, Refusal> {
    let line = if let store::Error::Users(fault) = &error {
        UsersFault::place(fault)
    } else {
        None
    };
    let line = line.and_then(|(at, _)| form.lines.get(at).copied());
    let fault = words.term("refused", adhesions::fault(error)?);
    Ok(line.map_or(fault.clone(), |line| {
        let line = line.to_string();
        words.tell("table-line", &[("line", &line), ("fault", &fault)])
    }))
}

async fn refused(visit: Visit, organism: &Organism, faults: Vec<String>) -> Reply {
    let page = filled(visit, organism, (faults, None)).await?;
    response::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn filled(
    visit: Visit,
    organism: &Organism,
    (faults, done): (Vec<String>, Option<String>),
) -> Result<UsersPage, Refusal> {
    let form = visit.desk.store.users_form(&organism.id).await?;
    let mut frame = visit.frame;
    frame.title = format!("{}: {}", frame.say("users-title"), organism.name);
    Ok(UsersPage {
        id: organism.id.to_string(),
        count: form.users().count().to_string(),
        faults,
        done,
        frame,
    })
}

impl UsersPage {
    fn may_import(&self) -> bool {
        self.frame.has(StaffRole::Manager)
    }
}
