//! What the page tells of an organism and its file.

use domain::adhesion::{Dossier, Entry, UsersForm};
use domain::territory::provinces;
use domain::{Agreement, Organism, Place, Registry, Standing, Territory, day_in_madrid};
use jiff::Timestamp;

use crate::console::adhesions::{day, named, waits, warning};
use crate::console::frame::Frame;
use crate::console::map::{self, Class, Shade};

/// Where the agreement is in its life.
pub(super) struct Facts {
    pub(super) id: String,
    pub(super) state: String,
    pub(super) tone: &'static str,
    pub(super) days: Option<i64>,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) warning: Option<String>,
    pub(super) waits: Vec<String>,
    pub(super) filed: bool,
}

impl Facts {
    pub(super) fn of(
        frame: &Frame,
        dossier: Option<&Dossier>,
        agreement: Option<&Agreement>,
        now: Timestamp,
    ) -> Option<Self> {
        let tone = |standing| {
            if standing == Standing::Effective {
                "good"
            } else {
                "warn"
            }
        };
        let dates = |from: Option<jiff::civil::Date>| from.map(day).unwrap_or_default();
        if let Some(dossier) = dossier {
            let summary = dossier.summary();
            return Some(Self {
                id: summary.id.to_string(),
                state: frame.term("state", summary.state_at(now).as_str()),
                tone: tone(dossier.standing(now)),
                days: Some(summary.age_days(now)),
                from: dates(summary.effective_from),
                until: dates(summary.expires_on),
                warning: summary.warning(now).map(|it| warning(frame, it)),
                waits: summary.waits.iter().map(|it| waits(frame, it)).collect(),
                filed: true,
            });
        }
        let agreement = agreement?;
        Some(Self {
            id: agreement.id.to_string(),
            state: frame.term("state", agreement.state.as_str()),
            tone: tone(agreement.standing(now)),
            days: None,
            from: day(agreement.effective_from),
            until: day(agreement.expires_on),
            warning: None,
            waits: Vec::new(),
            filed: false,
        })
    }
}

/// An entry of the file.
pub(super) struct EntryRow {
    pub(super) seq: u32,
    pub(super) date: String,
    pub(super) at: String,
    pub(super) author: String,
    pub(super) what: String,
    pub(super) reference: String,
    pub(super) document: Option<String>,
    pub(super) note: String,
}

/// The entries, the newest first.
pub(super) fn entries(frame: &Frame, dossier: Option<&Dossier>) -> Vec<EntryRow> {
    let entries = dossier.map(Dossier::entries).unwrap_or_default();
    entries
        .iter()
        .rev()
        .map(|entry| row(frame, entry))
        .collect()
}

fn row(frame: &Frame, entry: &Entry) -> EntryRow {
    EntryRow {
        seq: entry.seq,
        date: day(entry.date),
        at: frame.instant(entry.at),
        author: entry.author.to_string(),
        what: super::draft::told(frame, &entry.act),
        reference: entry
            .reference
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        document: entry.document.as_ref().map(ToString::to_string),
        note: entry
            .note
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    }
}

/// A place with its code.
pub(super) fn place(place: Place) -> String {
    match place {
        Place::Municipality(code) => format!("{} ({code}-{})", named(place), code.check_digit()),
        Place::Nation | Place::Community(_) | Place::Province(_) => {
            format!("{} ({place})", named(place))
        }
    }
}

/// The territory on the map.
pub(super) fn picture(frame: &Frame, territory: &Territory) -> String {
    let covered = map::covered(territory);
    let shades = provinces::all().map(|code| {
        let class = covered.get(&code).copied().unwrap_or(Class::Blank);
        let name = provinces::name(code).unwrap_or_default();
        let title = match class {
            Class::Blank => name.to_owned(),
            Class::E => frame.tell("organism-map-whole", "province", name),
            Class::A | Class::B | Class::C | Class::D => {
                frame.tell("organism-map-part", "province", name)
            }
        };
        (code, Shade { class, title })
    });
    let title = frame.say("organism-map");
    let description = frame.say("organism-map-description");
    map::draw(&title, &description, &shades.collect())
}

/// Another organism of the same kind whose agreement in effect has to do with the same places.
pub(super) struct Overlap {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) places: String,
}

/// Territories may overlap; that they do is to be seen.
pub(super) fn overlaps(
    registry: &Registry,
    own: &Organism,
    territory: &Territory,
    now: Timestamp,
) -> Vec<Overlap> {
    let others = registry
        .organisms()
        .filter(|it| it.kind == own.kind && it.id != own.id);
    let overlaps = others.filter_map(|other| {
        let agreement = registry.agreement_of(&other.id, now)?;
        let common = agreement.annex.territory.intersect(territory);
        let places: Vec<String> = common.places().take(5).map(named).collect();
        let in_effect = agreement.standing(now) == Standing::Effective;
        (in_effect && !places.is_empty()).then(|| Overlap {
            id: other.id.to_string(),
            name: other.name.clone(),
            places: places.join(", "),
        })
    });
    overlaps.take(50).collect()
}

/// An officer of the users form.
pub(super) struct UserRow {
    pub(super) officer: String,
    pub(super) role: String,
    pub(super) trained: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) on: &'static str,
    pub(super) tone: &'static str,
}

/// The users form.
pub(super) fn users(frame: &Frame, form: &UsersForm, now: Timestamp) -> Vec<UserRow> {
    let today = day_in_madrid(now);
    let users = form.users().map(|user| {
        let (on, tone) = if user.is_on(today) {
            ("organism-user-on", "good")
        } else {
            ("organism-user-off", "soft")
        };
        UserRow {
            officer: user.officer.to_string(),
            role: frame.term("userrole", user.role.as_str()),
            trained: user.trained_on.map(day).unwrap_or_default(),
            from: day(user.from),
            until: user.until.map(day).unwrap_or_default(),
            on,
            tone,
        }
    });
    users.collect()
}
