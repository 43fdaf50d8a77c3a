//! `GET /revisiones`, `POST /revisiones/cerrar` · exceptional accesses that wait for their review, or all, oldest first.
//! The reason is shown to whoever opens one, which is evidence, and erased when a supervisor closes it.

use askama::Template;
use domain::{Finding, OfficerId, StaffRole};
use journal::{Entry, EntryKind};
use store::exceptional::{Access, Closing, Mark, Queue, Review};

use super::desk::Desk;
use super::fields::Fields;
use super::frame::Frame;
use super::pages::{Act, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visibility::{Choice, choices, words};
use super::visit::Visit;

/// The page: it tells of cases, so not for whoever keeps the files of adhesion.
pub(crate) const PAGE: Page = Page {
    path: "/revisiones",
    title: "reviews-title",
    listed: Listed::InNavigation,
    readers: &[StaffRole::Supervisor, StaffRole::Auditor],
    read: |visit| Box::pin(read(visit)),
    acts: &[Act {
        path: "/revisiones/cerrar",
        actors: &[StaffRole::Supervisor],
        perform: |visit| Box::pin(close(visit)),
    }],
};

/// How many accesses a page shows.
const A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    frame: Frame,
    queue: Queue,
    rows: Vec<Row>,
    after: Option<String>,
    opened: Option<Opened>,
    findings: Vec<Choice>,
}

struct Row {
    exchange: String,
    at: String,
    organism: String,
    officer: String,
    closed: Option<String>,
}

struct Opened {
    exchange: String,
    reason: Option<String>,
    cases: Vec<String>,
    may_close: Option<()>,
}

async fn read(visit: Visit) -> Reply {
    let (store, query) = (&visit.desk.store, &visit.query);
    let opened = match query.get("intercambio") {
        None => None,
        Some(exchange) => {
            let access = store.access(exchange).await?.ok_or(Refusal::Nothing)?;
            Some(open(&visit, &access).await?)
        }
    };
    let queue = queue(query)?;
    let page = store::exceptional::Page {
        after: query.parsed::<Mark>("tras")?,
        most: A_PAGE,
    };
    let accesses = store.accesses(queue, &page).await?;
    let is_full = u32::try_from(accesses.len()).is_ok_and(|shown| shown == A_PAGE);
    let last = accesses.last().filter(|_| is_full);
    let frame = visit.frame;
    response::page(&ReviewsPage {
        queue,
        rows: accesses.iter().map(|access| row(&frame, access)).collect(),
        after: last.map(|last| address(queue, &last.mark())),
        opened,
        findings: choices(&frame, "finding", words(Finding::ALL), None),
        frame,
    })
}

/// Which accesses the address asks for: those that wait, or closed ones too.
fn queue(query: &Fields) -> Result<Queue, Refusal> {
    match query.get("cola") {
        None => Ok(Queue::Open),
        Some("todas") => Ok(Queue::Whole),
        Some(other) => Err(Refusal::field("cola", other)),
    }
}

/// Where the list goes on.
fn address(queue: Queue, after: &Mark) -> String {
    let all = match queue {
        Queue::Open => "",
        Queue::Whole => "&cola=todas",
    };
    format!("/revisiones?tras={after}{all}")
}

impl ReviewsPage {
    fn shows_closed(&self) -> bool {
        self.queue == Queue::Whole
    }
}

fn row(frame: &Frame, access: &Access) -> Row {
    let closed = access.review.as_ref().map(|review| {
        let finding = frame.term("finding", review.finding.as_str());
        format!("{finding} · {} · {}", review.by, frame.instant(review.at))
    });
    Row {
        exchange: access.exchange.clone(),
        at: frame.instant(access.at),
        organism: access.organism.to_string(),
        officer: access.officer.to_string(),
        closed,
    }
}

/// Opens an access to whoever asks: the cases are shown even when the reason is gone, so both are evidence, with them.
async fn open(visit: &Visit, access: &Access) -> Result<Opened, Refusal> {
    let desk = &visit.desk;
    let notices = desk.store.notices_of(&access.exchange).await?;
    let operation = match &access.reason {
        Some(_) => "leerMotivo",
        None => "verRevision",
    };
    let mut read = evidence(access, EntryKind::Released, operation, visit);
    read.cases.extend(notices.iter().map(|notice| notice.case));
    desk.record(read, &visit.staff).await?;
    let reason = access.reason.as_ref();
    let reason = reason.map(|sealed| desk.veil.open(&access.exchange, sealed));
    let may = visit.frame.has(StaffRole::Supervisor) && access.review.is_none();
    let cases = notices.iter().map(|notice| notice.case.to_string());
    Ok(Opened {
        exchange: access.exchange.clone(),
        reason: reason.transpose().map_err(Refusal::broken)?,
        cases: cases.collect(),
        may_close: may.then_some(()),
    })
}

fn evidence(access: &Access, kind: EntryKind, operation: &str, visit: &Visit) -> Entry {
    Entry {
        operation: Some(operation.to_owned()),
        organism: Some(access.organism.clone()),
        reason: Some(access.reason_digest),
        ..Entry::new(kind, visit.now, access.exchange.as_str())
    }
}

async fn close(visit: Visit) -> Reply {
    let exchange = visit.form.text("intercambio");
    let finding: Option<Finding> = visit.form.parsed("dictamen")?;
    let finding = finding.ok_or_else(|| Refusal::field("dictamen", ""))?;
    let access = waiting(&visit.desk, exchange).await?;
    // A pseudonym is of the same letters on both sides.
    let by: OfficerId = visit.staff.id.as_str().parse().map_err(Refusal::broken)?;
    if access.officer == by {
        return Err(Refusal::rule("reviews-own", &[]));
    }
    let mut entry = evidence(&access, EntryKind::Reviewed, "cerrarRevision", &visit);
    entry.finding = Some(finding);
    visit.desk.record(entry, &visit.staff).await?;
    let review = Review {
        at: visit.now,
        by,
        finding,
    };
    match visit.desk.store.close_review(exchange, &review).await? {
        Closing::Closed(_) => Ok(response::go_to("/revisiones")),
        Closing::Unknown => Err(Refusal::Nothing),
        Closing::SameOfficer => Err(Refusal::rule("reviews-own", &[])),
        Closing::ClosedBefore(review) => Err(closed_before(&review)),
    }
}

/// The access, if its review is still open.
async fn waiting(desk: &Desk, exchange: &str) -> Result<Access, Refusal> {
    let access = desk.store.access(exchange).await?;
    let access = access.ok_or(Refusal::Nothing)?;
    match &access.review {
        None => Ok(access),
        Some(review) => Err(closed_before(review)),
    }
}

fn closed_before(review: &Review) -> Refusal {
    Refusal::rule("reviews-closed-before", &[("by", review.by.as_str())])
}
