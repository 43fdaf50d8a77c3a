//! `GET /cobertura` · which municipalities that have local police have joined: map, tables, the pending, and the lists
//! that it is measured with.

mod import;
mod tables;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use domain::coverage::{self, Coverage, Tally, stated};
use domain::territory::provinces;
use domain::{Place, StaffRole};
use store::coverage::{CoverageLists, Import};

use super::desk::{Desk, act};
use super::fields::Fields;
use super::frame::Frame;
use super::map::{self, Class, Shade};
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;
use tables::{Line, Pending, percent};

/// The page.
pub(crate) const PAGE: Page = Page {
    path: PATH,
    title: "coverage-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[
        Act {
            path: "/cobertura/policias",
            actors: &[StaffRole::Manager],
            perform: |visit| Box::pin(import::police(visit)),
        },
        Act {
            path: "/cobertura/habitantes",
            actors: &[StaffRole::Manager],
            perform: |visit| Box::pin(import::population(visit)),
        },
    ],
};

const PATH: &str = "/cobertura";

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    frame: Frame,
    source: Source,
    total: Line,
    map: String,
    attribution: &'static str,
    legend: [Class; 6],
    communities: Vec<Line>,
    provinces: Vec<Line>,
    pending: Pending,
    without_police: Vec<String>,
    imports: Vec<(&'static str, Import)>,
    faults: Vec<String>,
    done: Vec<String>,
}

/// What a coverage was counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The lists that were imported, and the registry.
    Lists,
    /// The sample.
    Sample,
    /// Nothing: there is no list yet.
    Nothing,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Lists => "coverage-by-lists",
            Self::Sample => "coverage-by-sample",
            Self::Nothing => "coverage-by-nothing",
        }
    }

    fn is_sample(self) -> bool {
        self == Self::Sample
    }
}

async fn read(visit: Visit) -> Reply {
    let told = Told::default();
    if visit.query.get("formato") == Some("csv") {
        let exported = act("exportarCobertura");
        visit.desk.record(exported, &visit.staff).await?;
        let (_, coverage, _) = measured(&visit.desk, &visit.query, visit.now).await?;
        let name = "cobertura.csv";
        let csv = coverage::csv::written(&coverage);
        return Ok(response::download("text/csv; charset=utf-8", name, csv));
    }
    response::page(&filled(visit, told).await?)
}

/// What a form has led to.
#[derive(Default)]
struct Told {
    faults: Vec<String>,
    done: Vec<String>,
}

async fn filled(visit: Visit, told: Told) -> Result<CoveragePage, Refusal> {
    let (source, coverage, lists) = measured(&visit.desk, &visit.query, visit.now).await?;
    let frame = visit.frame;
    let told_of = |place: Place, tally: &Tally| Line::of(place, tally);
    let communities = coverage.communities.iter();
    let provinces = coverage.provinces.iter();
    Ok(CoveragePage {
        source,
        total: told_of(coverage.scope, &coverage.total),
        map: picture(&frame, &coverage),
        attribution: map::ATTRIBUTION,
        legend: Class::ALL,
        communities: communities
            .map(|(code, tally)| told_of(Place::Community(*code), tally))
            .collect(),
        provinces: provinces
            .map(|(code, tally)| told_of(Place::Province(*code), tally))
            .collect(),
        pending: Pending::of(&coverage, &visit.query)?,
        without_police: coverage
            .without_police
            .iter()
            .copied()
            .map(tables::town)
            .collect(),
        imports: imports(lists),
        faults: told.faults,
        done: told.done,
        frame,
    })
}

/// The coverage that the address asks for, and the lists in force.
async fn measured(
    desk: &Desk,
    query: &Fields,
    now: jiff::Timestamp,
) -> Result<(Source, Coverage, CoverageLists), Refusal> {
    let lists = desk.store.coverage_lists().await?;
    if query.get("datos") == Some("muestra") {
        let sample = stated::read(stated::CASTILLA_Y_LEON.as_bytes());
        let sample = sample.map_err(|_| Refusal::broken("the sample cannot be read"))?;
        return Ok((Source::Sample, sample, lists));
    }
    let nobody = BTreeSet::new();
    let (source, police) = match &lists.police {
        Some((_, police)) => (Source::Lists, police),
        None => (Source::Nothing, &nobody),
    };
    let unknown = BTreeMap::new();
    let residents = lists.residents.as_ref().map_or(&unknown, |(_, _, it)| it);
    let joined = coverage::joined(&desk.current.get().registry, now);
    let coverage = Coverage::count(police, residents, &joined);
    Ok((source, coverage, lists))
}

fn picture(frame: &Frame, coverage: &Coverage) -> String {
    let shades = provinces::all().map(|code| {
        let tally = coverage.provinces.get(&code);
        let class = Class::of_tenths(tally.and_then(Tally::tenths));
        let line = Line::of(Place::Province(code), &tally.copied().unwrap_or_default());
        let title = match tally {
            Some(_) => format!(
                "{}: {}/{} ({})",
                line.name, line.joined, line.with_police, line.percent
            ),
            None => line.name,
        };
        (code, Shade { class, title })
    });
    let title = frame.say("coverage-map");
    let description = frame.say("coverage-map-description");
    map::draw(&title, &description, &shades.collect())
}

fn imports(lists: CoverageLists) -> Vec<(&'static str, Import)> {
    let police = lists.police.map(|(import, _)| ("coverage-police", import));
    let residents = lists
        .residents
        .map(|(import, _, _)| ("coverage-residents", import));
    police.into_iter().chain(residents).collect()
}

impl CoveragePage {
    fn percent(&self) -> String {
        percent(self.total.tenths)
    }

    /// The tables beside the map: where each begins, what it is called, its lines.
    fn tables(&self) -> [(&'static str, &'static str, &[Line]); 2] {
        [
            ("comunidades", "coverage-communities", &self.communities),
            ("provincias", "coverage-provinces", &self.provinces),
        ]
    }

    /// Which of the pending are shown.
    fn shown(&self) -> String {
        let pending = &self.pending;
        let numbers = [pending.first, pending.last, pending.all].map(|it| it.to_string());
        let [first, last, all] = &numbers;
        let values = [("first", first.as_str()), ("last", last), ("all", all)];
        self.frame.words.tell("coverage-shown", &values)
    }

    fn may_import(&self) -> bool {
        self.frame.has(StaffRole::Manager)
    }
}
