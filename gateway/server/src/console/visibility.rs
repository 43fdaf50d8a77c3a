//! `GET /visibilidad` · which kind of organism sees which field group of whose case: the policies in force, read out.

use std::future::ready;

use askama::Template;
use contract::Visibility;
use domain::{Mode, OrganismKind, Purpose, RiskLevel};
use policy::{Charge, Relation, Ruling, Viewer};

use super::fields::Fields;
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/visibilidad",
    title: "visibility-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(ready(read(visit))),
    acts: &[],
};

#[derive(Template)]
#[template(path = "visibility.html")]
struct VisibilityPage {
    frame: Frame,
    kinds: Vec<Choice>,
    modes: Vec<Choice>,
    purposes: Vec<Choice>,
    levels: Vec<Choice>,
    version: String,
    relations: Vec<String>,
    rows: Vec<Row>,
}

/// A choice of a list.
pub(crate) struct Choice {
    /// Its word.
    pub word: String,
    /// Its name.
    pub name: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

struct Row {
    group: String,
    cells: Vec<Cell>,
}

struct Cell {
    seen: &'static str,
    tone: &'static str,
    written: bool,
    because: String,
}

/// The kind of reader that the fields of the address name; a local police in follow-up if they name none.
fn asked(fields: &Fields) -> Result<Viewer, Refusal> {
    Ok(Viewer {
        kind: fields.parsed("tipo")?.unwrap_or(OrganismKind::LocalPolice),
        mode: fields.parsed("modo")?.unwrap_or(Mode::FollowUp),
        relation: Relation::InTerritory,
        charge: Charge::Own,
        purpose: fields.parsed("finalidad")?.unwrap_or(Purpose::Protection),
        ceiling: RiskLevel::Extreme,
        level: Some(fields.parsed("nivel")?.unwrap_or(RiskLevel::Medium)),
    })
}

fn read(visit: Visit) -> Reply {
    let viewer = asked(&visit.query)?;
    let frame = visit.frame;
    let engine = std::sync::Arc::clone(&visit.desk.current.get().engine);
    let columns = || {
        Relation::ALL.iter().flat_map(move |relation| {
            Charge::ALL.iter().map(move |charge| Viewer {
                relation: *relation,
                charge: *charge,
                ..viewer
            })
        })
    };
    let rulings: Vec<_> = columns().map(|viewer| engine.rulings(viewer)).collect();
    let title = |ruling: &Ruling| {
        let policies = ruling.seen_by.iter().filter_map(|id| engine.policy(id));
        let told: Vec<String> = policies
            .map(|it| format!("{} [{}]", it.title, it.clause))
            .collect();
        told.join("; ")
    };
    let rows = engine.groups().iter().map(|group| Row {
        group: group.to_string(),
        cells: rulings
            .iter()
            .filter_map(|rulings| rulings.get(group))
            .map(|ruling| cell(ruling, title(ruling)))
            .collect(),
    });
    let level = viewer.level.map(RiskLevel::as_str);
    response::page(&VisibilityPage {
        rows: rows.collect(),
        relations: Relation::ALL
            .iter()
            .map(|relation| frame.term("relation", relation.as_str()))
            .collect(),
        kinds: choices(
            &frame,
            "kind",
            words(OrganismKind::ALL),
            Some(viewer.kind.as_str()),
        ),
        modes: choices(&frame, "mode", words(Mode::ALL), Some(viewer.mode.as_str())),
        purposes: choices(
            &frame,
            "purpose",
            words(Purpose::ALL),
            Some(viewer.purpose.as_str()),
        ),
        levels: choices(&frame, "level", words(RiskLevel::ALL), level),
        version: engine.version().to_owned(),
        frame,
    })
}

/// The words of a vocabulary.
pub(crate) fn words<T: std::fmt::Display>(all: &[T]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

/// The choices of a list, each by its name in the page's language.
pub(crate) fn choices(
    frame: &Frame,
    prefix: &'static str,
    words: Vec<String>,
    chosen: Option<&str>,
) -> Vec<Choice> {
    let choices = words.into_iter().map(|word| Choice {
        name: frame.term(prefix, &word),
        chosen: chosen == Some(word.as_str()),
        word,
    });
    choices.collect()
}

fn cell(ruling: &Ruling, because: String) -> Cell {
    let (seen, tone) = seen(ruling.visibility);
    Cell {
        seen,
        tone,
        written: ruling.writable,
        because,
    }
}

/// The message and the tone of a visibility.
pub(crate) fn seen(visibility: Visibility) -> (&'static str, &'static str) {
    match visibility {
        Visibility::Full => ("visibility-full", "good"),
        Visibility::Masked => ("visibility-masked", "warn"),
        Visibility::Hidden => ("visibility-hidden", "soft"),
    }
}
