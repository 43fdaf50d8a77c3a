//! The files that were asked for, by state, oldest first.

use domain::adhesion::{Summary, Wait, Warning};
use domain::territory::{communities, provinces};
use domain::{AgreementState, Place, fold};
use jiff::Timestamp;
use store::Store;
use store::adhesion::board::{self, Stretch, WORDS};

use crate::console::fields::Fields;
use crate::console::frame::Frame;
use crate::console::refusal::Refusal;

/// How many files a page shows.
const A_PAGE: u32 = 50;

/// What is asked for.
pub(super) struct Wanted {
    pub(super) of: board::Wanted,
    page: u64,
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
        // Both count: a province of another community is no place to look in.
        if let (Some(Place::Community(community)), Some(Place::Province(within))) =
            (community, province)
            && communities::of_province(within) != Some(community)
        {
            return Err(Refusal::field("provincia", &within.to_string()));
        }
        let text = query.text("q");
        if fold::folded(text).split(' ').count() > WORDS {
            return Err(Refusal::field("q", text));
        }
        Ok(Self {
            of: board::Wanted {
                text: text.to_owned(),
                state: query.parsed("estado")?,
                place: province.or(community),
                soon: query.get("aviso").is_some(),
            },
            page: query.parsed::<u64>("pagina")?.unwrap_or(1).max(1),
        })
    }

    fn stretch(&self) -> Stretch {
        Stretch {
            after: (self.page - 1).saturating_mul(u64::from(A_PAGE)),
            most: A_PAGE,
        }
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

/// A place by its name.
pub(crate) fn named(place: Place) -> String {
    place
        .name()
        .map_or_else(|| place.to_string(), str::to_owned)
}

/// The board.
pub(super) struct Board {
    /// How many there are in each state, and in all.
    pub(super) counts: Vec<(&'static str, String, u64)>,
    /// The files of this page, by state.
    pub(super) groups: Vec<Group>,
    /// How many fit what is asked for.
    pub(super) all: u64,
    /// The first and the last of them on this page.
    pub(super) shown: (u64, u64),
    /// The page before.
    pub(super) before: Option<u64>,
    /// The page after.
    pub(super) after: Option<u64>,
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
    /// What the store finds of it.
    pub(super) async fn find(
        store: &Store,
        wanted: &Wanted,
        now: Timestamp,
        frame: &Frame,
    ) -> Result<Self, Refusal> {
        let found = store.board(&wanted.of, wanted.stretch(), now).await?;
        Ok(Self::of(&found, wanted, now, frame))
    }

    fn of(found: &board::Board, wanted: &Wanted, now: Timestamp, frame: &Frame) -> Self {
        let named = |state: AgreementState| frame.term("state", state.as_str());
        let counts = found.counts.iter();
        let counts = counts.map(|(state, count)| (state.as_str(), named(*state), *count));
        let page = &found.page;
        let first = wanted.stretch().after.min(found.all);
        let last = first + u64::try_from(page.len()).unwrap_or_default();
        let groups = page.chunk_by(|one, other| one.state_at(now) == other.state_at(now));
        let groups = groups.map(|group| Group {
            state: group
                .first()
                .map_or_else(String::new, |it| named(it.state_at(now))),
            rows: group.iter().map(|it| Row::of(it, now, frame)).collect(),
        });
        Self {
            counts: counts.collect(),
            groups: groups.collect(),
            all: found.all,
            shown: ((first + 1).min(last), last),
            before: (first > 0).then(|| wanted.page - 1),
            after: (last < found.all).then(|| wanted.page + 1),
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
    fn what_cannot_be_asked_for_is_named() {
        let words = format!("q={}", "a+".repeat(WORDS + 1));
        for query in [
            "comunidad=20",
            "provincia=53",
            "provincia=x",
            "estado=otro",
            &words,
        ] {
            let fields = Fields::read(query).unwrap();
            assert!(Wanted::read(&fields).is_err(), "{query}");
        }
        let most = format!("q={}&pagina=18446744073709551615", "a+".repeat(WORDS));
        assert!(Wanted::read(&Fields::read(&most).unwrap()).is_ok());
    }
}
