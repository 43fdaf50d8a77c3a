//! `GET /visibilidad/explicacion` · what would be decided of a request and what would be seen of a case, clause by
//! clause. The case is one of the index, or one made up from a municipality, a level and whoever is in charge.

use std::sync::Arc;

use askama::Template;
use domain::{
    CaseId, KnownCase, MunicipalityCode, OfficerId, OperationKind, Organism, OrganismId, Purpose,
    Registry, RiskLevel, StaffRole, day_in_madrid,
};
use exchange::explain::{Explanation, GroupSight, explain};
use jiff::Timestamp;
use journal::{Entry, EntryKind};
use policy::{CaseFacts, Engine, Peril, Question, Target};

use super::desk::act;
use super::fields::Fields;
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visibility::{Choice, choices, seen, words};
use super::visit::Visit;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/visibilidad/explicacion",
    title: "explanation-title",
    listed: Listed::Within("/visibilidad"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

#[derive(Template)]
#[template(path = "explanation.html")]
struct ExplanationPage {
    frame: Frame,
    query: Fields,
    purposes: Vec<Choice>,
    operations: Vec<Choice>,
    levels: Vec<Choice>,
    by_case: Cases,
    told: Option<Told>,
}

/// Whether whoever asks may ask about a case of the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cases {
    Indexed,
    MadeUp,
}

impl Cases {
    fn indexed(self) -> bool {
        self == Self::Indexed
    }
}

struct Told {
    organism: String,
    case: Option<String>,
    officer: Option<&'static str>,
    allowed: bool,
    problem: &'static str,
    policies: Vec<String>,
    reader: Option<String>,
    groups: Vec<Group>,
}

struct Group {
    name: String,
    seen: &'static str,
    tone: &'static str,
    written: bool,
    policies: Vec<String>,
    fields: Vec<String>,
}

/// What is asked, read from the fields of the address.
struct Asked {
    organism: OrganismId,
    officer: Option<OfficerId>,
    operation: OperationKind,
    purpose: Purpose,
    file: Option<String>,
    peril: Peril,
    case: Option<CaseId>,
    facts: Option<CaseFacts>,
}

async fn read(visit: Visit) -> Reply {
    let by_case = if visit.frame.has(StaffRole::Manager) && !visit.frame.has(StaffRole::Supervisor)
    {
        Cases::MadeUp
    } else {
        Cases::Indexed
    };
    let told = match asked(&visit.query)? {
        Some(asked) if asked.case.is_some() && !by_case.indexed() => return Err(Refusal::Role),
        Some(asked) => Some(tell(&visit, asked).await?),
        None => None,
    };
    let (frame, query) = (visit.frame, visit.query);
    let operation = query.get("operacion").unwrap_or("consulta");
    response::page(&ExplanationPage {
        purposes: choices(
            &frame,
            "purpose",
            words(Purpose::ALL),
            query.get("finalidad"),
        ),
        operations: choices(
            &frame,
            "operation",
            words(OperationKind::ALL),
            Some(operation),
        ),
        levels: choices(&frame, "level", words(RiskLevel::ALL), query.get("nivel")),
        by_case,
        told,
        query,
        frame,
    })
}

fn asked(fields: &Fields) -> Result<Option<Asked>, Refusal> {
    let Some(organism) = fields.parsed("organismo")? else {
        return Ok(None);
    };
    let municipality: Option<MunicipalityCode> = fields.parsed("municipio")?;
    let facts = municipality.map(|municipality| {
        Ok::<_, Refusal>(CaseFacts {
            municipality: Some(municipality),
            responsible: fields.parsed("responsable")?,
            level: fields.parsed("nivel")?,
            ..CaseFacts::default()
        })
    });
    let declared = fields.get("peligro").is_some();
    Ok(Some(Asked {
        organism,
        officer: fields.parsed("funcionario")?,
        operation: fields
            .parsed("operacion")?
            .unwrap_or(OperationKind::Consult),
        purpose: fields.parsed("finalidad")?.unwrap_or(Purpose::Protection),
        file: fields.get("expediente").map(str::to_owned),
        peril: if declared {
            Peril::Declared
        } else {
            Peril::Undeclared
        },
        case: fields.parsed("caso")?,
        facts: facts.transpose()?,
    }))
}

async fn tell(visit: &Visit, asked: Asked) -> Result<Told, Refusal> {
    let desk = &visit.desk;
    let standing = desk.current.get();
    let organism = standing.registry.organism(&asked.organism).cloned();
    let unknown = || Refusal::field("organismo", asked.organism.as_str());
    let organism = Arc::new(organism.ok_or_else(unknown)?);
    let known = match &asked.case {
        Some(case) => desk.store.known_case(case).await?,
        None => None,
    };
    let facts = known
        .as_ref()
        .map(CaseFacts::from)
        .or_else(|| asked.facts.clone());
    let agreement = standing.registry.agreement_of(&organism.id, visit.now);
    let question = Question {
        organism: &organism,
        agreement: agreement.map(|agreement| (agreement, agreement.standing(visit.now))),
        operation: asked.operation,
        purpose: asked.purpose,
        file: asked.file.as_deref(),
        peril: asked.peril,
        on_behalf_of: None,
        target: facts.as_ref().map_or(Target::Federation, Target::Case),
        now: visit.now,
    };
    let explained = explain(&question, &standing.engine, &desk.contract);
    desk.record(evidence(&asked, &standing.engine), &visit.staff)
        .await?;
    let case = case(&visit.frame, &asked, known.as_ref());
    let officer = officer(&asked, &standing.registry, visit.now);
    let told = told(&visit.frame, &standing.engine, (&organism, case), explained);
    Ok(Told { officer, ..told })
}

/// What the users form says of the officer; without a form nobody is held to any.
fn officer(asked: &Asked, registry: &Registry, now: Timestamp) -> Option<&'static str> {
    let officer = asked.officer.as_ref()?;
    Some(match registry.forms().of(&asked.organism) {
        None => "explanation-no-form",
        Some(form) if form.admits(officer, day_in_madrid(now)) => "explanation-on-form",
        Some(_) => "explanation-not-on-form",
    })
}

/// What was asked about, before anything of it is shown.
fn evidence(asked: &Asked, engine: &Engine) -> Entry {
    let mut entry = act("explicar");
    entry.kind = EntryKind::Explained;
    entry.operation_kind = Some(asked.operation);
    entry.organism = Some(asked.organism.clone());
    entry.officer.clone_from(&asked.officer);
    entry.purpose = Some(asked.purpose);
    entry.file.clone_from(&asked.file);
    entry.cases.extend(asked.case);
    entry.policy_version = Some(engine.version().to_owned());
    entry
}

fn case(frame: &Frame, asked: &Asked, known: Option<&KnownCase>) -> Option<String> {
    let Some(case) = &asked.case else {
        asked.facts.as_ref()?;
        return Some(frame.say("explanation-made-up").into_owned());
    };
    Some(match known {
        None => frame.tell("explanation-not-indexed", "case", case),
        Some(known) => {
            let entry = &known.entry;
            let place = entry.municipality.map(|code| code.to_string());
            let place = place.unwrap_or_else(|| "?".to_owned());
            let level = entry.level.map_or("?", RiskLevel::as_str);
            frame.words.tell(
                "explanation-case",
                &[
                    ("case", &case.to_string()),
                    ("place", &place),
                    ("level", &frame.term("level", level)),
                    ("responsible", entry.responsible.as_str()),
                ],
            )
        }
    })
}

fn told(
    frame: &Frame,
    engine: &Engine,
    (organism, case): (&Organism, Option<String>),
    explained: Explanation,
) -> Told {
    let Explanation { decision, sight } = explained;
    let reader = sight.as_ref().map(|sight| {
        let viewer = sight.viewer;
        let words = [
            frame.term("kind", viewer.kind.as_str()),
            frame.term("mode", viewer.mode.as_str()),
            frame.term("relation", viewer.relation.as_str()),
            frame.term("charge", viewer.charge.as_str()),
            frame.term("purpose", viewer.purpose.as_str()),
        ];
        words.join(" · ")
    });
    let groups = sight.into_iter().flat_map(|sight| sight.groups);
    Told {
        organism: format!("{} ({})", organism.name, organism.id),
        officer: None,
        allowed: decision.allowed() && case.is_some(),
        problem: decision
            .refusal()
            .map_or("", |problem| problem.entry().code),
        policies: policies(engine, &decision.policies),
        groups: groups.map(|it| group(engine, it)).collect(),
        reader,
        case,
    }
}

fn group(engine: &Engine, sight: GroupSight) -> Group {
    let ruling = sight.ruling.as_ref();
    let visibility = ruling.map_or(contract::Visibility::Hidden, |ruling| ruling.visibility);
    let (seen, tone) = seen(visibility);
    Group {
        seen,
        tone,
        written: ruling.is_some_and(|ruling| ruling.writable),
        policies: ruling.map_or_else(Vec::new, |ruling| policies(engine, &ruling.seen_by)),
        name: sight.name,
        fields: sight.fields,
    }
}

/// What each policy says, and on what it rests.
fn policies(engine: &Engine, ids: &[Arc<str>]) -> Vec<String> {
    let known = ids.iter().filter_map(|id| engine.policy(id));
    known
        .map(|policy| format!("{}: {} [{}]", policy.id, policy.title, policy.clause))
        .collect()
}
