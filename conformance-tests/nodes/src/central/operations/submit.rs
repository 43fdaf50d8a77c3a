//! `presentarCaso`: a new case, or a new version of one.

use adapters::soap::SoapRequest;
use contract::{Document, NodeRef};
use domain::{Context, Problem};
use jiff::Timestamp;

use crate::central::operations::create::create;
use crate::central::operations::{answer, parsed, text};
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::DatabaseError;
use crate::database::row::{Said, Stored};
use crate::database::write::{Author, Earlier, Facts, Outcome, Writing};
use crate::record::{self, Draft, RecordError, assemble, merge};

/// The scale of a level that is said to come from no other.
const OWN_SCALE: &str = "VIOGEN_2";

/// A case on its way in.
pub(super) struct Submission<'d> {
    /// The identifier of the case that it changes; none for a new one.
    pub(super) id: Option<&'d str>,
    /// The version that it changes.
    expected: Option<u32>,
    /// What is written.
    pub(super) case: NodeRef<'d>,
    /// Who writes.
    pub(super) author: Author,
}

impl<'d> Submission<'d> {
    pub(super) fn read(
        context: &Context,
        document: &'d Document,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let request = document.root();
        let missing = Refusal::Problem(Problem::SchemaViolation, "falta el caso");
        Ok(Submission {
            id: text(request, "idCaso"),
            expected: parsed(request, "versionEsperada"),
            case: request.child("caso").ok_or(missing)?,
            author: author(context, document, now),
        })
    }
}

/// Writes what is submitted; the same request sent again is answered as it was, and nothing is written.
pub(super) async fn submit(
    state: &State,
    asked: &SoapRequest,
    now: Timestamp,
) -> Result<Document, Refusal> {
    let submission = Submission::read(&asked.context, &asked.document, now)?;
    let mut writing = state.database.write().await?;
    let outcome = if let Some(earlier) = writing.earlier(&submission.author).await? {
        repeated(earlier, &submission.author)?
    } else {
        let outcome = if let Some(id) = submission.id {
            change(state, &mut writing, &submission, id).await?
        } else {
            let (responsible, one) = (asked.context.principal().as_str(), [&submission]);
            let made = create(state, &mut writing, responsible, &one).await?;
            made.into_iter().next().ok_or(Refusal::Broken)??
        };
        writing.commit().await?;
        state.cache.forget(&outcome.id);
        outcome
    };
    let mut draft = answer(state, "presentarCaso")?;
    tell(&mut draft, &outcome, now)?;
    Ok(draft.finish()?)
}

/// What an earlier write under the same identifier led to, if it is the same.
pub(super) fn repeated(earlier: Earlier, author: &Author) -> Result<Outcome, Refusal> {
    if earlier.message == author.message {
        return Ok(earlier.outcome);
    }
    let detail = "el identificador de petición ya se usó con otro contenido";
    Err(Refusal::Problem(Problem::RequestRepeated, detail))
}

/// How the case is left.
pub(super) fn tell(
    draft: &mut Draft,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), RecordError> {
    draft.leaf("idCaso", &outcome.id)?;
    draft.leaf("version", outcome.version)?;
    draft.leaf("creado", outcome.version == 1)?;
    draft.leaf("fecha", Timestamp::from_second(outcome.at).unwrap_or(now))
}

/// A new version, if the one expected is still the last.
pub(super) async fn change(
    state: &State,
    writing: &mut Writing,
    submission: &Submission<'_>,
    id: &str,
) -> Result<Outcome, Refusal> {
    let expected = submission.expected.ok_or(Refusal::Problem(
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
    let current = assemble(&state.form, state.database.seed(), &stored, &sections)?;
    let merged = merge(&state.form, current.root().child("caso"), submission.case)?;
    let whole = merged.root().child("caso");
    let facts = facts(whole, submission.case, Some(&stored));
    let at = submission.author.at;
    writing.update(&stored, &facts, at).await?;
    keep(state, writing, submission, id, &merged).await?;
    Ok(Outcome {
        id: id.to_owned(),
        version: expected + 1,
        at,
    })
}

/// Stores the sections of a case whose row was just written, and who wrote which.
async fn keep(
    state: &State,
    writing: &mut Writing,
    submission: &Submission<'_>,
    id: &str,
    merged: &Document,
) -> Result<(), Refusal> {
    let gone = DatabaseError::Unreadable("caso");
    let (stored, before) = writing.case(id).await?.ok_or(gone)?;
    // Once more through the record, so that what the row decides (the level, the unit) is in the sections too.
    let merged = record::sections(&state.form, merged)?;
    let whole = assemble(&state.form, state.database.seed(), &stored, &merged)?;
    let write = writing
        .sign(stored.number, stored.version, &submission.author)
        .await?;
    for section in record::sections(&state.form, &whole)? {
        let is_submitted = submission.case.child(&section.0).is_some();
        let is_stored = before.iter().any(|(name, _)| *name == section.0);
        if is_submitted || !is_stored {
            writing
                .keep(stored.number, &section, is_submitted.then_some(write))
                .await?;
        }
    }
    Ok(())
}

/// What the tables take from a case.
pub(super) fn facts(
    case: Option<NodeRef<'_>>,
    submitted: NodeRef<'_>,
    before: Option<&Stored>,
) -> Facts {
    let leaf = |path: &str| case.and_then(|case| case.at(path)?.text());
    let document = |path: &str| leaf(path).map(str::to_uppercase);
    let said = level(submitted);
    let earlier = before.and_then(|stored| stored.said.as_ref());
    Facts {
        victim: document("victima/identidad/numeroDocumento"),
        aggressor: document("agresor/identidad/persona/numeroDocumento"),
        municipality: leaf("responsabilidad/municipioResidencia")
            .and_then(|code| code.parse().ok()),
        state: leaf("cabecera/estado").unwrap_or("activo").to_owned(),
        level: said
            .as_ref()
            .and_then(|(level, _)| level.parse().ok())
            .or(before.and_then(|stored| stored.level)),
        said: match said {
            // What was said before is said no longer.
            Some((level, None)) => earlier.map(|_| Said {
                scale: OWN_SCALE.to_owned(),
                level: level.to_owned(),
            }),
            Some((_, Some(origin))) => Some(origin),
            None => earlier.cloned(),
        },
    }
}

/// The level that a submission says, the one in force or the one assigned by its latest evaluation; and what that was
/// in the scale that it comes from.
fn level(submitted: NodeRef<'_>) -> Option<(&str, Option<Said>)> {
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
            Some((at.parse::<Timestamp>().ok(), assigned, evaluation))
        })
        .max_by_key(|(at, ..)| *at);
    match (in_force, latest) {
        (Some(level), _) => Some((level, origin(assessment))),
        (None, Some((_, level, evaluation))) => Some((level, origin(evaluation))),
        (None, None) => None,
    }
}

/// The level as it was said where it comes from.
fn origin(of: NodeRef<'_>) -> Option<Said> {
    let leaf = |name| of.child("origen")?.child(name)?.text();
    Some(Said {
        scale: leaf("escalaOrigen")?.to_owned(),
        level: leaf("nivelOrigen")?.to_owned(),
    })
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
