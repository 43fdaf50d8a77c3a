//! The files that were asked for, by state, oldest first.

use domain::adhesion::{Summary, Wait, Warning};
use domain::territory::{communities, municipalities, provinces};
use domain::{AgreementState, Place, Territory, fold};
use jiff::Timestamp;

use crate::console::fields::Fields;
use crate::console::frame::Frame;
use crate::console::refusal::Refusal;

/// How many files a page shows.
const A_PAGE: usize = 50;

/// What is asked for.
pub(super) struct Wanted {
    text: String,
    state: Option<AgreementState>,
    place: Option<Place>,
    pub(super) soon: bool,
    page: usize,
}

impl Wanted {
    /// Reads the fields of the address.
    pub(super) fn read(query: &Fields) -> Result<Self, Refusal> {
        let community = code(query, "comunidad", Place::Community, |it| {
            communities::name(it).is_some()
        })?;
        let province = code(query, "provincia", Place::Province, |it| {
            provinces::name(it).is_some()
        })?;
        Ok(Self {
            text: query.text("q").to_owned(),
            state: query.parsed("estado")?,
            place: province.or(community),
            soon: query.get("aviso").is_some(),
            page: query.parsed::<usize>("pagina")?.unwrap_or(1).max(1),
        })
    }

    fn fits(&self, summary: &Summary, now: Timestamp) -> bool {
        self.place
            .is_none_or(|place| touches(&summary.territory, place))
            && (!self.soon || summary.warning(now).is_some())
            && (self.text.is_empty() || fold::matches(&self.text, &searched(summary)))
    }
}

fn code(
    query: &Fields,
    name: &str,
    place: fn(u8) -> Place,
    exists: fn(u8) -> bool,
) -> Result<Option<Place>, Refusal> {
    let code: Option<u8> = query.parsed(name)?;
    match code {
        Some(code) if !exists(code) => Err(Refusal::field(name, &code.to_string())),
        code => Ok(code.map(place)),
    }
}

/// Whether a territory has anything in a place.
pub(crate) fn touches(territory: &Territory, place: Place) -> bool {
    territory
        .places()
        .any(|own| own.covers(place) || place.covers(own))
}

/// What a search looks through.
fn searched(summary: &Summary) -> String {
    let mut text = format!(
        "{} {} {}",
        summary.organism.name, summary.organism.id, summary.id
    );
    for place in summary.territory.places() {
        text.push(' ');
        text.push_str(&named(place));
    }
    text
}

/// A place by its name.
pub(crate) fn named(place: Place) -> String {
    let name = match place {
        Place::Nation => Some("España"),
        Place::Community(code) => communities::name(code),
        Place::Province(code) => provinces::name(code),
        Place::Municipality(code) => municipalities::name(code),
    };
    name.map_or_else(|| place.to_string(), str::to_owned)
}

/// The board.
pub(super) struct Board {
    /// How many there are in each state, and in all.
    pub(super) counts: Vec<(&'static str, String, usize)>,
    /// The files of this page, by state.
    pub(super) groups: Vec<Group>,
    /// How many fit what is asked for.
    pub(super) all: usize,
    /// The first and the last of them on this page.
    pub(super) shown: (usize, usize),
    /// The page before.
    pub(super) before: Option<usize>,
    /// The page after.
    pub(super) after: Option<usize>,
}

/// The files in a state.
pub(super) struct Group {
    pub(super) state: String,
    pub(super) rows: Vec<Row>,
}

/// A file.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) organism: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) place: String,
    pub(super) days: i64,
    pub(super) waits: Vec<String>,
    pub(super) expires: String,
    pub(super) warning: Option<String>,
}

impl Board {
    pub(super) fn of(all: &[Summary], wanted: &Wanted, now: Timestamp, frame: &Frame) -> Self {
        let fitting = all.iter().filter(|it| wanted.fits(it, now));
        let mut fitting: Vec<_> = fitting.map(|it| (it.state_at(now), it)).collect();
        let count = |state: &AgreementState| fitting.iter().filter(|(it, _)| it == state).count();
        let counts = AgreementState::ALL.iter().map(|state| {
            let name = frame.term("state", state.as_str());
            (state.as_str(), name, count(state))
        });
        let counts = counts.filter(|(_, _, count)| *count > 0).collect();
        fitting.retain(|(state, _)| wanted.state.is_none_or(|it| it == *state));
        fitting.sort_by(|(a, one), (b, other)| {
            (a, one.since, &one.id).cmp(&(b, other.since, &other.id))
        });
        let first = (wanted.page - 1).saturating_mul(A_PAGE).min(fitting.len());
        let page = fitting.get(first..).unwrap_or_default();
        let page = page.get(..A_PAGE).unwrap_or(page);
        let last = first + page.len();
        let groups = page.chunk_by(|(a, _), (b, _)| a == b).map(|group| Group {
            state: group.first().map_or_else(String::new, |(state, _)| {
                frame.term("state", state.as_str())
            }),
            rows: group
                .iter()
                .map(|(_, it)| Row::of(it, now, frame))
                .collect(),
        });
        Self {
            counts,
            groups: groups.collect(),
            all: fitting.len(),
            shown: ((first + 1).min(last), last),
            before: (first > 0).then(|| wanted.page - 1),
            after: (last < fitting.len()).then(|| wanted.page + 1),
        }
    }
}

impl Row {
    fn of(summary: &Summary, now: Timestamp, frame: &Frame) -> Self {
        let mut places = summary.territory.places();
        let place = places.next().map(named).unwrap_or_default();
        let more = places.count();
        Self {
            id: summary.id.to_string(),
            organism: summary.organism.id.to_string(),
            name: summary.organism.name.clone(),
            kind: frame.term("kind", summary.organism.kind.as_str()),
            place: if more > 0 {
                format!("{place} +{more}")
            } else {
                place
            },
            days: summary.age_days(now),
            waits: summary
                .waits
                .iter()
                .map(|wait| waits(frame, wait))
                .collect(),
            expires: summary.expires_on.map(day).unwrap_or_default(),
            warning: summary.warning(now).map(|it| warning(frame, it)),
        }
    }
}

/// What a file waits for, in words.
pub(crate) fn waits(frame: &Frame, wait: &Wait) -> String {
    match wait {
        Wait::Step(state) => frame.tell("wait-step", "step", frame.term("state", state.as_str())),
        Wait::Annex => frame.say("wait-annex").into_owned(),
        Wait::Term => frame.say("wait-term").into_owned(),
        Wait::Conformance => frame.say("wait-conformance").into_owned(),
        Wait::Activation => frame.say("wait-activation").into_owned(),
        Wait::Approval { proposal, by } => {
            let proposal = frame.term("proposal", proposal);
            let values = [("proposal", proposal.as_str()), ("by", by.as_str())];
            frame.words.tell("wait-approval", &values)
        }
        Wait::Resumption => frame.say("wait-resumption").into_owned(),
    }
}

/// How near the end is, in words.
pub(crate) fn warning(frame: &Frame, warning: Warning) -> String {
    frame.term("warning", warning.as_str())
}

/// A day as officials write it.
pub(crate) fn day(day: jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_touch() {
        let table = [
            ("13047", "P13", true),
            ("13047", "CA08", true),
            ("13047", "P45", false),
            ("ES", "P45", true),
            ("CA08", "P13", true),
            ("CA08", "CA07", false),
        ];
        for (own, place, expected) in table {
            let territory: Territory = [own.parse::<Place>().unwrap()].into_iter().collect();
            assert_eq!(
                touches(&territory, place.parse().unwrap()),
                expected,
                "{own} {place}"
            );
        }
    }

    #[test]
    fn a_place_that_does_not_exist_is_named() {
        for query in ["comunidad=20", "provincia=53", "provincia=x", "estado=otro"] {
            let fields = Fields::read(query).unwrap();
            assert!(Wanted::read(&fields).is_err(), "{query}");
        }
    }
}
