//! `GET /revisiones`, `POST /revisiones/cerrar` · exceptional accesses that wait for their review. The reason is shown to
//! whoever opens one, which is evidence, and erased when a supervisor closes it.

use askama::Template;
use domain::{Finding, OfficerId, StaffRole};
use journal::{Entry, EntryKind};
use store::exceptional::{Access, Closing, Queue, Review};

use super::desk::Desk;
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

#[derive(Template)]
#[template(path = "reviews.html")]
struct ReviewsPage {
    frame: Frame,
    rows: Vec<Row>,
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
    let all = store::exceptional::Page::first(u32::MAX);
    let accesses = visit.desk.store.accesses(Queue::Whole, &all).await?;
    let opened = match visit.query.get("intercambio") {
        None => None,
        Some(exchange) => {
            let access = accesses.iter().find(|access| access.exchange == exchange);
            Some(open(&visit, access.ok_or(Refusal::Nothing)?).await?)
        }
    };
    let frame = visit.frame;
    // The newest first: what waits longest is seen by its date, and closed ones sink.
    let rows = accesses.iter().rev().map(|access| row(&frame, access));
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| row.closed.is_some());
    response::page(&ReviewsPage {
        rows,
        opened,
        findings: choices(&frame, "finding", words(Finding::ALL), None),
        frame,
    })
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

async fn open(visit: &Visit, access: &Access) -> Result<Opened, Refusal> {
    let desk = &visit.desk;
    let reason = match &access.reason {
        None => None,
        Some(sealed) => {
            let read = evidence(access, EntryKind::Released, "leerMotivo", visit);
            desk.record(read, &visit.staff).await?;
            let opened = desk.veil.open(&access.exchange, sealed);
            Some(opened.map_err(Refusal::broken)?)
        }
    };
    let notices = desk.store.notices_of(&access.exchange).await?;
    let may = visit.frame.has(StaffRole::Supervisor) && access.review.is_none();
    Ok(Opened {
        exchange: access.exchange.clone(),
        reason,
        cases: notices
            .iter()
            .map(|notice| notice.case.to_string())
            .collect(),
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
