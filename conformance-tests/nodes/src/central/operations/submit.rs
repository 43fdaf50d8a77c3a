//! `presentarCaso`: a new case, or a new version of one.

use contract::{Document, NodeRef};
use domain::{CaseId, Context, Problem, RiskLevel};
use jiff::Timestamp;
use uuid::Uuid;

use crate::central::operations::{answer, parsed, text};
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::find::Section;
use crate::database::row::{Origin, Stored};
use crate::database::write::{Author, Facts, Outcome, Writing};
use crate::record::{self, assemble, merge};

/// Writes what is submitted; the same request sent again is answered as it was, and nothing is written.
pub(super) async fn submit(
    state: &State,
    context: &Context,
    document: &Document,
    now: Timestamp,
) -> Result<Document, Refusal> {
    let author = author(context, document, now);
    let request = document.root();
    let mut writing = state.database.write().await?;
    let outcome = match writing.earlier(&author).await? {
        Some(earlier) if earlier.message == author.message => earlier.outcome,
        Some(_) => {
            let detail = "el identificador de petición ya se usó con otro contenido";
            return Err(Refusal::Problem(Problem::RequestRepeated, detail));
        }
        None => {
            let outcome = match text(request, "idCaso") {
                None => create(state, &mut writing, context, request, &author).await?,
                Some(id) => change(state, &mut writing, id, request, &author).await?,
            };
            writing.commit().await?;
            outcome
        }
    };
    let mut draft = answer(state, "presentarCaso")?;
    draft.leaf("idCaso", &outcome.id)?;
    draft.leaf("version", outcome.version)?;
    draft.leaf("creado", outcome.version == 1)?;
    draft.leaf("fecha", Timestamp::from_second(outcome.at).unwrap_or(now))?;
    Ok(draft.finish()?)
}

/// A case of the organism that submits it.
async fn create(
    state: &State,
    writing: &mut Writing,
    context: &Context,
    request: NodeRef<'_>,
    author: &Author,
) -> Result<Outcome, Refusal> {
    let submitted = submitted(request)?;
    let merged = merge(&state.form, None, submitted)?;
    let facts = facts(&merged, submitted, None);
    let id = CaseId::from_bits(Uuid::now_v7().as_u128());
    let number = writing
        .create(id, context.principal().as_str(), &facts, author.at)
        .await?;
    keep(state, writing, id.as_str(), &merged, submitted, author).await?;
    debug_assert!(number > 0);
    Ok(Outcome {
        id: id.to_string(),
        version: 1,
        at: author.at,
    })
}

/// A new version, if the one expected is still the last.
async fn change(
    state: &State,
    writing: &mut Writing,
    id: &str,
    request: NodeRef<'_>,
    author: &Author,
) -> Result<Outcome, Refusal> {
    let expected: u32 = parsed(request, "versionEsperada").ok_or(Refusal::Problem(
        Problem::PreconditionRequired,
        "una modificación indica la versión de partida",
    ))?;
    let (stored, sections) = writing.case(id).await?.ok_or(Refusal::Problem(
        Problem::NotFoundOrOutOfScope,
        "no hay ningún caso con ese identificador",
    ))?;
    if stored.version != expected {
        return Err(Refusal::Problem(
            Problem::VersionConflict,
            "el caso ha cambiado desde la versión indicada",
        ));
    }
    let submitted = submitted(request)?;
    let current = assemble(&state.form, state.database.seed(), &stored, &sections)?;
    let merged = merge(&state.form, current.root().child("caso"), submitted)?;
    let facts = facts(&merged, submitted, Some(&stored));
    writing.update(&stored, &facts, author.at).await?;
    keep(state, writing, id, &merged, submitted, author).await?;
    Ok(Outcome {
        id: id.to_owned(),
        version: expected + 1,
        at: author.at,
    })
}

/// Stores the sections of a case that was just written, and who wrote which.
async fn keep(
    state: &State,
    writing: &mut Writing,
    id: &str,
    merged: &Document,
    submitted: NodeRef<'_>,
    author: &Author,
) -> Result<(), Refusal> {
    let unreadable = crate::database::DatabaseError::Unreadable("caso");
    let (stored, before) = writing.case(id).await?.ok_or(unreadable)?;
    let merged = merged
        .root()
        .child("caso")
        .map(|case| record::sections(&state.form, case));
    // Once more through the record, so that what the tables decide (the level, the unit) is in the sections too.
    let whole = assemble(
        &state.form,
        state.database.seed(),
        &Stored {
            origin: Origin::Submitted,
            ..stored.clone()
        },
        &merged.transpose()?.unwrap_or_default(),
    )?;
    let case = whole.root().child("caso");
    let sections: Vec<Section> = case
        .map(|case| record::sections(&state.form, case))
        .transpose()?
        .unwrap_or_default();
    let write = writing.sign(stored.number, stored.version, author).await?;
    for section in &sections {
        let is_new = submitted.child(&section.0).is_some();
        let is_known = before.iter().any(|(name, _)| *name == section.0);
        if is_new || !is_known {
            writing
                .keep(stored.number, section, is_new.then_some(write))
                .await?;
        }
    }
    Ok(())
}

fn submitted(request: NodeRef<'_>) -> Result<NodeRef<'_>, Refusal> {
    request
        .child("caso")
        .ok_or(Refusal::Problem(Problem::SchemaViolation, "falta el caso"))
}

/// What the tables take from a case.
fn facts(merged: &Document, submitted: NodeRef<'_>, before: Option<&Stored>) -> Facts {
    let case = merged.root().child("caso");
    let leaf = |path: &str| case.and_then(|case| case.at(path)?.text());
    let document = |path: &str| leaf(path).map(str::to_uppercase);
    Facts {
        victim: document("victima/identidad/numeroDocumento"),
        aggressor: document("agresor/identidad/persona/numeroDocumento"),
        municipality: leaf("responsabilidad/municipioResidencia")
            .and_then(|code| code.parse().ok()),
        state: leaf("cabecera/estado").unwrap_or("activo").to_owned(),
        level: level(submitted).or(before.and_then(|stored| stored.level)),
    }
}

/// The level that a submission says: the one in force, or the one assigned by its latest evaluation.
fn level(submitted: NodeRef<'_>) -> Option<RiskLevel> {
    let assessment = submitted.child("valoracion")?;
    let in_force = assessment.at("nivel/nivelActual").and_then(NodeRef::text);
    let latest = assessment
        .children()
        .filter(|child| child.local() == "evaluacion")
        .filter_map(|evaluation| {
            let assigned = evaluation.child("nivelAsignado")?.text()?;
            let at = evaluation
                .child("fecha")
                .and_then(NodeRef::text)
                .unwrap_or_default();
            Some((at.parse::<Timestamp>().ok(), assigned))
        })
        .max_by_key(|(at, _)| *at);
    in_force
        .or(latest.map(|(_, assigned)| assigned))?
        .parse()
        .ok()
}

fn author(context: &Context, document: &Document, now: Timestamp) -> Author {
    let mut message = Vec::new();
    document.write_xml(&mut message);
    Author {
        organism: context.requester.to_string(),
        on_behalf_of: context.on_behalf_of.as_ref().map(ToString::to_string),
        officer: context.officer.to_string(),
        purpose: context.purpose.to_string(),
        request: context.request_id.to_string(),
        at: now.as_second(),
        message,
    }
}
