//! `GET /adhesiones` · every file of adhesion by state, with its age and what it waits for.

mod board;
mod open;

use askama::Template;
use domain::territory::{communities, provinces};
use domain::{AgreementState, StaffRole};

use super::frame::Frame;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visibility::{Choice, choices, words};
use super::visit::Visit;
use board::{Board, Wanted};
use store::adhesion::board::Unfiled;

pub(crate) use board::{day, named, waits, warning};

/// How many agreements without a file are shown.
const UNFILED: u32 = 100;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/adhesiones",
    title: "adhesions-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// The page that opens a file.
pub(crate) const OPENING: Page = Page {
    path: "/adhesiones/nueva",
    title: "adhesions-open",
    listed: Listed::Within("/adhesiones"),
    readers: EVERYONE,
    read: |visit| Box::pin(std::future::ready(open::read(visit))),
    acts: &[Act {
        path: "/adhesiones/nueva",
        actors: &[StaffRole::Manager],
        perform: |visit| Box::pin(open::perform(visit)),
    }],
};

#[derive(Template)]
#[template(path = "adhesions.html")]
struct AdhesionsPage {
    frame: Frame,
    board: Board,
    text: String,
    states: Vec<Choice>,
    communities: Vec<(String, &'static str)>,
    community: String,
    provinces: Vec<(String, &'static str)>,
    province: String,
    soon: bool,
    others: String,
    unfiled: Vec<Unfiled>,
    /// Whether there are more of those than are shown.
    more: bool,
}

async fn read(visit: Visit) -> Reply {
    let wanted = Wanted::read(&visit.query)?;
    let store = &visit.desk.store;
    let board = Board::find(store, &wanted, visit.now, &visit.frame).await?;
    let mut unfiled = store.unfiled(UNFILED + 1).await?;
    let more = unfiled.len() > UNFILED as usize;
    unfiled.truncate(UNFILED as usize);
    let frame = visit.frame;
    let state = visit.query.get("estado");
    response::page(&AdhesionsPage {
        unfiled,
        more,
        board,
        text: visit.query.text("q").to_owned(),
        states: choices(&frame, "state", words(AgreementState::ALL), state),
        communities: coded(communities::all(), communities::name),
        community: visit.query.text("comunidad").to_owned(),
        provinces: coded(provinces::all(), provinces::name),
        province: visit.query.text("provincia").to_owned(),
        soon: wanted.of.soon,
        others: others(visit.http.query_string()),
        frame,
    })
}

fn coded(
    codes: impl Iterator<Item = u8>,
    name: fn(u8) -> Option<&'static str>,
) -> Vec<(String, &'static str)> {
    codes
        .filter_map(|code| Some((code.to_string(), name(code)?)))
        .collect()
}

impl AdhesionsPage {
    fn may_open(&self) -> bool {
        self.frame.has(StaffRole::Manager)
    }

    /// What else the address asks for, so that another page asks for the same.
    fn others(&self) -> &str {
        &self.others
    }

    /// Which of the files are shown.
    fn shown(&self) -> String {
        let (first, last) = self.board.shown;
        let numbers = [first, last, self.board.all].map(|it| it.to_string());
        let [first, last, all] = &numbers;
        let values = [("first", first.as_str()), ("last", last), ("all", all)];
        self.frame.words.tell("adhesions-shown", &values)
    }
}

/// The fields of an address but for the page, each with what joins it to the next.
fn others(query: &str) -> String {
    let mut others = String::new();
    for field in query.split('&') {
        if !field.is_empty() && !field.starts_with("pagina=") {
            others.push_str(field);
            others.push('&');
        }
    }
    others
}

/// What the store says is the caller's own fault stays a refusal with its message; the rest is ours.
pub(crate) fn fault(error: store::Error) -> Result<&'static str, Refusal> {
    error.code().ok_or_else(|| Refusal::broken(error))
}
