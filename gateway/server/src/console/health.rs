//! `GET /salud` · whether all is well: versions, systems that answer, what waits, certificates that end, the journal and
//! its seals.

mod reminders;

use askama::Template;
use certs::identity::Peer;
use jiff::Timestamp;
use journal::NodeName;
use store::schema::Schema;

use super::desk::Desk;
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;
use reminders::Reminder;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/salud",
    title: "health-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

/// Days before its end at which a certificate must be seen to.
const SOON: i64 = 30;
const DAY: i64 = 86_400;

#[derive(Template)]
#[template(path = "health.html")]
struct HealthPage {
    frame: Frame,
    versions: Vec<(&'static str, String)>,
    holders: Vec<System>,
    queues: Vec<Waiting>,
    certificates: Vec<Certificate>,
    reminders: Vec<Reminder>,
    journals: Vec<Sealing>,
}

struct System {
    organism: String,
    answered: String,
    took: String,
    tone: &'static str,
    state: &'static str,
}

struct Waiting {
    what: &'static str,
    count: u64,
    since: String,
}

struct Certificate {
    use_: String,
    until: String,
    days: String,
    tone: &'static str,
    state: &'static str,
}

struct Sealing {
    node: NodeName,
    entries: u64,
    covered: u64,
    sealed: String,
}

async fn read(visit: Visit) -> Reply {
    let (desk, frame) = (visit.desk, visit.frame);
    let standing = desk.current.get();
    let contract = &desk.contract;
    let versions = vec![
        ("health-program", env!("CARGO_PKG_VERSION").to_owned()),
        (
            "health-contract",
            format!("{}/{}", contract.name(), contract.version()),
        ),
        ("health-policies", standing.engine.version().to_owned()),
        ("health-approved", approved(&desk, &frame).await?),
        ("health-registry", standing.registry.version().to_string()),
        (
            "health-organisms",
            standing.registry.organisms().count().to_string(),
        ),
        ("health-index", desk.store.index_size().await?.to_string()),
        ("health-schema", schema(&desk, &frame).await?),
    ];
    let files = desk.watched.certificates.iter();
    let certificates = files.map(|(use_, path)| {
        let until = Peer::from_file(path).ok().map(|peer| peer.not_after);
        certificate(&frame, use_, until, visit.now)
    });
    let journals = journals(&desk, &frame).await?;
    response::page(&HealthPage {
        versions,
        holders: holders(&desk, &frame),
        queues: queues(&desk, &frame, (&journals, visit.now)).await?,
        certificates: certificates.collect(),
        reminders: reminders::all(&desk, &frame, visit.now).await?,
        journals,
        frame,
    })
}

/// The version that was approved: another than this node's is about to be taken up, or cannot be.
async fn approved(desk: &Desk, frame: &Frame) -> Result<String, Refusal> {
    let approved = desk.store.policies_version().await?;
    Ok(approved.unwrap_or_else(|| frame.say("health-approved-none").into_owned()))
}

/// Whether the tables are those of this program.
async fn schema(desk: &Desk, frame: &Frame) -> Result<String, Refusal> {
    let told = match desk.store.schema().await? {
        Schema::Current => "health-schema-current",
        Schema::Behind => "health-schema-behind",
        Schema::Ahead => "health-schema-ahead",
    };
    Ok(frame.say(told).into_owned())
}

/// What waits, in the database and on this node.
async fn queues(
    desk: &Desk,
    frame: &Frame,
    (journals, now): (&[Sealing], Timestamp),
) -> Result<Vec<Waiting>, Refusal> {
    let stored = desk.store.queues(now).await?;
    let unsealed = journals
        .iter()
        .map(|it| it.entries.saturating_sub(it.covered));
    let here = [
        (
            "health-lots",
            u64::try_from(desk.current.lots()).unwrap_or_default(),
        ),
        ("health-unsealed", unsealed.sum()),
    ];
    let stored = [
        ("health-notices", stored.notices),
        ("health-reviews", stored.reviews),
        ("health-requests", stored.requests),
    ];
    let stored = stored.map(|(what, queue)| Waiting {
        what,
        count: queue.waiting,
        since: queue.since.map_or_else(String::new, |it| frame.instant(it)),
    });
    let here = here.map(|(what, count)| Waiting {
        what,
        count,
        since: String::new(),
    });
    Ok(stored.into_iter().chain(here).collect())
}

/// Every system that holds cases, as it was found when it was asked last; nobody is asked for this page.
fn holders(desk: &Desk, frame: &Frame) -> Vec<System> {
    let standing = desk.current.get();
    let central = (&desk.holders.organism, &desk.holders.central);
    let partners = desk.holders.partners.iter();
    let all = std::iter::once(central).chain(partners.map(|it| (&it.organism, &it.holder)));
    let systems = all.map(|(id, holder)| {
        let pulse = holder.pulse();
        let (tone, state) = match (pulse.resting, pulse.answered, pulse.failed) {
            (true, ..) => ("bad", "health-resting"),
            (false, None, None) => ("warn", "health-unasked"),
            (false, Some((ago, _)), Some(failed)) if failed < ago => ("bad", "health-failing"),
            (false, None, Some(_)) => ("bad", "health-failing"),
            (false, Some(_), _) => ("good", "health-answers"),
        };
        let name = standing.registry.organism(id).map(|it| it.name.clone());
        let ago = pulse.answered.map(|(ago, _)| ago.as_secs());
        let took = pulse.answered.map(|(_, took)| took.as_millis());
        System {
            organism: name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})")),
            answered: ago.map_or_else(String::new, |ago| frame.tell("health-ago", "seconds", ago)),
            took: took.map_or_else(String::new, |took| took.to_string()),
            tone,
            state,
        }
    });
    systems.collect()
}

fn certificate(frame: &Frame, use_: &str, until: Option<i64>, now: Timestamp) -> Certificate {
    let days = until.map(|until| (until - now.as_second()).div_euclid(DAY));
    let (tone, state) = match days {
        None => ("bad", "health-unreadable"),
        Some(..0) => ("bad", "health-ended"),
        Some(0..SOON) => ("warn", "health-soon"),
        Some(SOON..) => ("good", "health-good"),
    };
    let until = until.and_then(|until| Timestamp::from_second(until).ok());
    Certificate {
        use_: frame.term("use", use_),
        until: until.map_or_else(String::new, |until| frame.instant(until)),
        days: days.map_or_else(String::new, |days| days.to_string()),
        tone,
        state,
    }
}

async fn journals(desk: &Desk, frame: &Frame) -> Result<Vec<Sealing>, Refusal> {
    let states = desk.store.journal_states().await?;
    let rows = states.into_iter().map(|state| {
        let last = state.sealed.map(|signed| signed.checkpoint);
        Sealing {
            node: state.node,
            entries: state.entries,
            covered: last.as_ref().map_or(0, |last| last.size),
            sealed: last.map_or_else(
                || frame.say("health-never").into_owned(),
                |last| frame.instant(last.at),
            ),
        }
    });
    Ok(rows.collect())
}
