//! What ends soon of others': certificates of organisms, terms of agreements.

use domain::reminder::Mark;
use domain::{OrganismId, Registry};
use jiff::Timestamp;

use crate::console::desk::Desk;
use crate::console::frame::Frame;
use crate::console::refusal::Refusal;
use crate::reminders::{Closing, Ending, Renewed, closings, endings};

/// A line of the table.
pub(super) struct Reminder {
    pub(super) address: String,
    pub(super) organism: String,
    pub(super) what: String,
    pub(super) until: String,
    pub(super) tone: &'static str,
    pub(super) state: String,
}

/// Everything that is to be reminded of, certificates first.
pub(super) async fn all(
    desk: &Desk,
    frame: &Frame,
    now: Timestamp,
) -> Result<Vec<Reminder>, Refusal> {
    let standing = desk.current.get();
    let registry = &standing.registry;
    let endings = endings(&desk.store, now).await?;
    let closings = closings(&desk.store, now).await?;
    let endings = endings.iter().map(|it| of_certificate(frame, registry, it));
    let closings = closings.iter().map(|it| of_term(frame, it));
    Ok(endings.chain(closings).collect())
}

fn of_certificate(frame: &Frame, registry: &Registry, ending: &Ending) -> Reminder {
    let id = &ending.record.organism;
    let until = Timestamp::from_second(ending.not_after).ok();
    let (tone, state) = match (ending.mark, ending.renewed) {
        (_, Renewed::Already) => ("good", frame.say("health-renewed").into_owned()),
        (Mark::Over, Renewed::NotYet) => ("bad", frame.say("health-ended").into_owned()),
        (mark @ (Mark::OneWeek | Mark::OneMonth | Mark::TwoMonths), Renewed::NotYet) => {
            ("warn", frame.tell("certificates-ends", "days", mark))
        }
    };
    let key = ending.record.key.to_string();
    let short = key.get(..16).unwrap_or(&key);
    Reminder {
        address: format!("/organismos/{id}/certificados"),
        organism: named(registry, id),
        what: frame.tell("health-certificate-of", "key", short),
        until: until.map_or_else(String::new, |until| frame.instant(until)),
        tone,
        state,
    }
}

fn of_term(frame: &Frame, Closing { summary, warning }: &Closing) -> Reminder {
    let organism = &summary.organism;
    let last = summary.expires_on.map(crate::console::adhesions::day);
    Reminder {
        address: format!("/organismos/{}?convenio={}", organism.id, summary.id),
        organism: organism.name.clone(),
        what: frame.tell("health-agreement", "agreement", &summary.id),
        until: last.unwrap_or_default(),
        tone: "warn",
        state: frame.term("warning", warning.as_str()),
    }
}

fn named(registry: &Registry, id: &OrganismId) -> String {
    let organism = registry.organism(id);
    organism.map_or_else(|| id.to_string(), |it| it.name.clone())
}
