//! `GET /evidencias` · the journal, searched. A search is evidence itself: it is written before anything is shown.
//! What cases are touched is shown to supervisors and auditors only. Sandboxes have journals of their own, looked through
//! only where they are asked for: a search in earnest, the ledger of a case and the count of refusals know nothing of them.

mod paging;
mod query;
mod verification;

use std::collections::BTreeMap;

use askama::Template;
use domain::{OfficerId, OrganismId, Purpose, StaffId, StaffRole};
use journal::{Entry, EntryKind, Verdict};
use store::journal::{JournalState, Stretch};

use super::desk::{Desk, act};
use super::fields::Fields;
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visibility::{Choice, choices, words};
use super::visit::Visit;

use self::paging::{Looked, Mark, Placed};
use self::query::{Realm, Sought, kind_word};
pub(crate) use self::verification::PAGE as VERIFICATION;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/evidencias",
    title: "evidence-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// How many entries a page shows.
const SHOWN: usize = 100;
/// How many entries of each node one search looks through.
const STRETCH: u64 = 50_000;

#[derive(Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    frame: Frame,
    query: Fields,
    realms: Vec<Choice>,
    kinds: Vec<Choice>,
    purposes: Vec<Choice>,
    cases: Cases,
    found: Option<Found>,
}

/// Whether whoever searches may see which cases were touched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cases {
    Shown,
    Hidden,
}

impl Cases {
    fn shown(self) -> bool {
        self == Self::Shown
    }
}

struct Found {
    realm: Realm,
    rows: Vec<Row>,
    reasons: Vec<(String, usize)>,
    older: Option<String>,
}

impl Found {
    /// Whether it was all said in a sandbox, about nobody.
    fn is_rehearsed(&self) -> bool {
        self.realm == Realm::Sandbox
    }
}

struct Row {
    at: String,
    kind: String,
    organism: String,
    who: String,
    purpose: String,
    operation: String,
    allowed: Option<bool>,
    problem: String,
    cases: Vec<String>,
    released: Vec<String>,
    withheld: Vec<String>,
    exchange: String,
    place: String,
}

async fn read(visit: Visit) -> Reply {
    let sees = visit.frame.has(StaffRole::Supervisor) || visit.frame.has(StaffRole::Auditor);
    let cases = if sees { Cases::Shown } else { Cases::Hidden };
    let sought = Sought::read(&visit.query)?;
    if sought.case.is_some() && !cases.shown() {
        return Err(Refusal::Role);
    }
    let found = match visit.query.get("buscar") {
        Some(_) => Some(search(&visit, &sought, cases).await?),
        None => None,
    };
    let (frame, query) = (visit.frame, visit.query);
    let kind = query.get("tipo");
    let realm = sought.realm.word();
    response::page(&EvidencePage {
        realms: choices(&frame, "realm", query::realms(), Some(realm)),
        kinds: choices(&frame, "entry", query::kinds(), kind),
        purposes: choices(
            &frame,
            "purpose",
            words(Purpose::ALL),
            query.get("finalidad"),
        ),
        cases,
        found,
        query,
        frame,
    })
}

async fn search(visit: &Visit, sought: &Sought, cases: Cases) -> Result<Found, Refusal> {
    visit.desk.record(sought.evidence(), &visit.staff).await?;
    let (entries, older) = entries(&visit.desk, sought).await?;
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (.., entry) in &entries {
        if let Some(problem) = &entry.problem {
            *reasons.entry(problem.clone()).or_default() += 1;
        }
    }
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by(|(_, one), (_, other)| other.cmp(one));
    let rows = entries
        .into_iter()
        .map(|(node, seq, entry)| row(&visit.frame, format!("{node} {seq}"), entry, cases));
    Ok(Found {
        realm: sought.realm,
        rows: rows.collect(),
        reasons,
        older: older.map(|older| sought.older(&older)),
    })
}

/// What is found on all nodes, the newest first; and where the next page begins, if there may be more.
async fn entries(desk: &Desk, sought: &Sought) -> Result<(Vec<Placed>, Option<Mark>), Refusal> {
    let mut all = Vec::new();
    let states = desk.store.journal_states().await?.into_iter();
    for state in states.filter(|it| sought.realm.holds(&it.node)) {
        all.push(look(desk, sought, state).await?);
    }
    Ok(paging::page(all, SHOWN))
}

/// Looks through the journal of a node until there is enough for a page.
async fn look(desk: &Desk, sought: &Sought, state: JournalState) -> Result<Looked, Refusal> {
    let (store, node, size) = (&desk.store, state.node, state.entries);
    let mut until = match sought.until {
        Some(until) => store.journal_since(&node, size, until).await?,
        None => size,
    };
    if let Some(mark) = &sought.before {
        until = until.min(mark.until(&node));
    }
    let floor = match sought.since {
        Some(since) => store.journal_since(&node, size, since).await?,
        None => 0,
    };
    let from = floor.max(until.saturating_sub(STRETCH));
    let (mut found, mut reached) = (Vec::new(), until);
    while reached > from && found.len() < SHOWN {
        let stretch = Stretch {
            node: node.clone(),
            from,
            until: reached,
        };
        let most = u32::try_from(SHOWN).unwrap_or(u32::MAX);
        let sifted = store.sift_journal(&stretch, &sought.pieces(), most).await?;
        let is_full = sifted.len() == SHOWN;
        let last = sifted.last().map(|(seq, _)| *seq);
        reached = last.filter(|_| is_full).unwrap_or(from);
        found.extend(sifted.into_iter().filter(|(_, it)| sought.is_met_by(it)));
    }
    let instant = if reached > floor {
        store.journal_instant(&node, reached).await?
    } else {
        None
    };
    Ok(Looked {
        rest: instant.map(|instant| (reached, instant)),
        node,
        found,
        until,
    })
}

fn row(frame: &Frame, place: String, entry: Entry, cases: Cases) -> Row {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let officer = entry.officer.as_ref().map(OfficerId::as_str);
    let staff = entry.staff.as_ref().map(StaffId::as_str);
    let touched = entry.cases.iter().filter(|_| cases.shown());
    Row {
        at: frame.instant(entry.at),
        kind: frame.term("entry", kind_word(entry.kind)),
        organism: text(entry.organism.as_ref().map(OrganismId::as_str)),
        who: text(staff.or(officer)),
        purpose: entry
            .purpose
            .map_or_else(String::new, |it| frame.term("purpose", it.as_str())),
        operation: text(entry.operation.as_deref()),
        allowed: entry.verdict.map(|verdict| verdict == Verdict::Allowed),
        problem: text(entry.problem.as_deref()),
        cases: touched.map(ToString::to_string).collect(),
        released: entry.released.into_iter().collect(),
        withheld: entry.withheld.into_iter().collect(),
        exchange: entry.exchange,
        place,
    }
}

/// An act about the journal itself.
fn looked(operation: &str) -> Entry {
    let mut entry = act(operation);
    entry.kind = EntryKind::Managed;
    entry
}
