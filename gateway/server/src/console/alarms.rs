//! `GET /alarmas` · the records about which a question raises an alarm, and the alarms raised. Whoever looks is evidence
//! first. Of the records only digests are kept: the page tells how many there are and since when, and nothing of whom.

use askama::Template;
use domain::{StaffRole, Watched};
use store::exceptional::{Mark, Page as Stretch};
use store::watched::{Raised, Subject};

use super::desk::act;
use super::frame::Frame;
use super::pages::{Listed, Page};
use super::response::{self, Reply};
use super::visit::Visit;

/// The page: it tells of officers, and where the traps are; so not for whoever keeps the files of adhesion.
pub(crate) const PAGE: Page = Page {
    path: "/alarmas",
    title: "alarms-title",
    listed: Listed::InNavigation,
    readers: &[StaffRole::Supervisor, StaffRole::Auditor],
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// How many alarms a page shows.
const A_PAGE: u32 = 50;
/// How many records are shown.
const RECORDS: usize = 200;
/// How much of a digest is shown: enough to know it again.
const DIGITS: usize = 12;

#[derive(Template)]
#[template(path = "alarms.html")]
struct AlarmsPage {
    frame: Frame,
    rows: Vec<Row>,
    after: Option<String>,
    records: Vec<Record>,
    /// How many records there are of each kind.
    kinds: Vec<(String, usize)>,
    /// How many more records there are than shown.
    more: usize,
}

struct Row {
    at: String,
    alarm: String,
    organism: String,
    officer: String,
    exchange: String,
}

struct Record {
    digest: String,
    kind: String,
    since: String,
    by: String,
}

async fn read(visit: Visit) -> Reply {
    let after: Option<Mark> = visit.query.parsed("tras")?;
    visit.desk.record(act("verAlarmas"), &visit.staff).await?;
    let store = &visit.desk.store;
    let page = Stretch {
        after,
        most: A_PAGE,
    };
    let alarms = store.newest_alarms(&page).await?;
    let subjects = store.watched().await?;
    let is_full = u32::try_from(alarms.len()).is_ok_and(|shown| shown == A_PAGE);
    let last = alarms.last().filter(|_| is_full);
    let frame = visit.frame;
    let count = |kind: &Watched| subjects.iter().filter(|it| it.watched == *kind).count();
    let kinds = [Watched::Honey, Watched::Own];
    let kinds = kinds.map(|kind| (frame.term("watched", kind.as_str()), count(&kind)));
    response::page(&AlarmsPage {
        after: last.map(|last| format!("/alarmas?tras={}", last.mark())),
        rows: alarms.iter().map(|it| row(&frame, it)).collect(),
        more: subjects.len().saturating_sub(RECORDS),
        records: subjects
            .iter()
            .rev()
            .take(RECORDS)
            .map(|it| record(&frame, it))
            .collect(),
        kinds: kinds.into(),
        frame,
    })
}

fn row(frame: &Frame, raised: &Raised) -> Row {
    Row {
        at: frame.instant(raised.at),
        alarm: frame.term("alarm", raised.alarm.as_str()),
        organism: raised.organism.to_string(),
        officer: raised.officer.to_string(),
        exchange: raised.exchange.clone(),
    }
}

fn record(frame: &Frame, subject: &Subject) -> Record {
    Record {
        digest: subject.digest.to_string().chars().take(DIGITS).collect(),
        kind: frame.term("watched", subject.watched.as_str()),
        since: frame.instant(subject.at),
        by: subject.by.clone(),
    }
}
