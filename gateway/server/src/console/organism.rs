//! `GET /organismos/{organismo}` · the file of an organism: its agreement, step by step, its papers, its users, its
//! certificates, its territory, what it can see; and the forms that take it on.

mod annex;
mod draft;
mod facts;
mod form;
mod perform;
mod sight;
mod traffic;

use askama::Template;
use domain::adhesion::{Dossier, Summary};
use domain::{Agreement, Organism, OrganismId, Registry, StaffRole};

use super::desk::Desk;
use super::fields::Fields;
use super::frame::Frame;
use super::map;
use super::pages::{Act, EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::tried::Tried;
use super::visit::Visit;
use facts::{EntryRow, Facts, Overlap, UserRow};
use form::Forms;
use sight::Sight;
use traffic::Traffic;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/organismos/{organismo}",
    title: "organism-title",
    listed: Listed::Within("/adhesiones"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[
        Act {
            path: "/organismos/{organismo}/acto",
            actors: &[StaffRole::Manager, StaffRole::Supervisor],
            perform: |visit| Box::pin(perform::act(visit)),
        },
        Act {
            path: "/organismos/{organismo}/usuario",
            actors: &[StaffRole::Manager],
            perform: |visit| Box::pin(perform::user(visit)),
        },
    ],
};

#[derive(Template)]
#[template(path = "organism.html")]
struct OrganismPage {
    frame: Frame,
    id: String,
    kind: String,
    /// The files of the organism, and whether it is the one shown.
    files: Vec<(String, bool)>,
    facts: Option<Facts>,
    entries: Vec<EntryRow>,
    forms: Forms,
    annex: Vec<annex::Part>,
    places: Vec<String>,
    map: String,
    attribution: &'static str,
    /// Other agreements of the organism that open access, whatever becomes of the one shown.
    others: Vec<String>,
    overlaps: Vec<Overlap>,
    users: Vec<UserRow>,
    keys: Vec<String>,
    traffic: Traffic,
    sight: Sight,
    tried: Tried,
}

async fn read(visit: Visit) -> Reply {
    let id = visit.part("organismo")?;
    let case = Case::find(&visit.desk, &id, visit.query.get("convenio")).await?;
    let page = filled(visit, case, Tried::nothing()).await?;
    response::page(&page)
}

/// What there is of an organism.
struct Case {
    organism: Organism,
    summaries: Vec<Summary>,
    dossier: Option<Dossier>,
}

impl Case {
    /// The organism with its files, and the one that is asked for; else the newest.
    async fn find(desk: &Desk, id: &OrganismId, wanted: Option<&str>) -> Result<Self, Refusal> {
        let summaries = desk.store.dossiers_of(id).await?;
        let newest = summaries
            .iter()
            .max_by_key(|it| (it.effective_from, it.since));
        let chosen = match wanted {
            Some(wanted) => {
                let found = summaries.iter().find(|it| it.id.as_str() == wanted);
                Some(found.ok_or(Refusal::Nothing)?)
            }
            None => newest,
        };
        let dossier = match chosen {
            Some(summary) => desk.store.dossier(&summary.id).await?,
            None => None,
        };
        let standing = desk.current.get();
        let filed = dossier.as_ref().map(|it| it.file().organism.clone());
        let organism = standing.registry.organism(id).cloned().or(filed);
        Ok(Self {
            organism: organism.ok_or(Refusal::Nothing)?,
            summaries,
            dossier,
        })
    }

    /// The agreement that counts: that of the file, or one that was registered without a file.
    fn agreement(&self, desk: &Desk, now: jiff::Timestamp) -> Option<Agreement> {
        let filed = self.dossier.as_ref().map(Dossier::agreement);
        filed.unwrap_or_else(|| {
            let standing = desk.current.get();
            let own = standing.registry.agreement_of(&self.organism.id, now);
            own.map(|agreement| (**agreement).clone())
        })
    }
}

/// The page with everything on it.
async fn filled(visit: Visit, case: Case, tried: Tried) -> Result<OrganismPage, Refusal> {
    let Visit {
        desk,
        staff,
        mut frame,
        now,
        ..
    } = visit;
    let id = &case.organism.id;
    let dossier = case.dossier.as_ref();
    let agreement = case.agreement(&desk, now);
    let annex = dossier.and_then(Dossier::annex).cloned();
    let annex = annex.or_else(|| agreement.as_ref().map(|it| it.annex.clone()));
    let form = desk.store.users_form(id).await?;
    let traffic = Traffic::read(&desk.store, id, now).await?;
    let standing = desk.current.get();
    let territory = annex
        .as_ref()
        .map(|it| it.territory.clone())
        .unwrap_or_default();
    let keys = standing.registry.keys().filter(|(_, owner)| *owner == id);
    frame.title.clone_from(&case.organism.name);
    Ok(OrganismPage {
        id: id.to_string(),
        kind: frame.term("kind", case.organism.kind.as_str()),
        files: files(&case),
        facts: Facts::of(&frame, dossier, agreement.as_ref(), now),
        entries: facts::entries(&frame, dossier),
        forms: Forms::of((&frame, &staff), dossier, (&tried, &desk.contracts), now),
        annex: annex
            .as_ref()
            .map(|it| annex::told(&frame, it))
            .unwrap_or_default(),
        places: territory.places().map(facts::place).collect(),
        map: facts::picture(&frame, &territory),
        attribution: map::ATTRIBUTION,
        others: others(&standing.registry, &case, agreement.as_ref(), now),
        overlaps: facts::overlaps(&standing.registry, &case.organism, &territory, now),
        users: facts::users(&frame, &form, now),
        keys: keys.map(|(key, _)| key.to_string()).collect(),
        traffic,
        sight: Sight::of(
            &frame,
            &standing.engine,
            (case.organism.kind, annex.as_ref()),
        ),
        tried,
        frame,
    })
}

/// Where the agreement shown is not the only one that opens access, ending it closes nothing.
fn others(
    registry: &Registry,
    case: &Case,
    agreement: Option<&Agreement>,
    now: jiff::Timestamp,
) -> Vec<String> {
    let filed = case.dossier.as_ref().map(|it| &it.file().id);
    let Some(shown) = filed.or(agreement.map(|it| &it.id)) else {
        return Vec::new();
    };
    let others = registry.others_in_effect(&case.organism.id, shown, now);
    others.map(|it| it.id.to_string()).collect()
}

fn files(case: &Case) -> Vec<(String, bool)> {
    let shown = case.dossier.as_ref().map(|it| &it.file().id);
    let files = case.summaries.iter();
    files
        .map(|it| (it.id.to_string(), Some(&it.id) == shown))
        .collect()
}

impl OrganismPage {
    fn may_keep(&self) -> bool {
        self.frame.has(StaffRole::Manager)
    }

    /// Where the forms of the file go; the token stands in the address because files are sent.
    fn action(&self) -> String {
        format!("/organismos/{}/acto?token={}", self.id, self.frame.token)
    }

    fn roles(&self) -> Vec<super::visibility::Choice> {
        let words = super::visibility::words(domain::adhesion::UserRole::ALL);
        let chosen = self.tried.value("usuario", "papel");
        super::visibility::choices(&self.frame, "userrole", words, Some(chosen))
    }
}

/// Whether a form was sent for the file that it shows.
fn wanted(fields: &Fields) -> Result<&str, Refusal> {
    fields.get("convenio").ok_or(Refusal::Unreadable)
}
