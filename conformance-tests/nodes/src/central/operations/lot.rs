//! `remitirLote`: up to 500 cases in one message and one transaction, each with an outcome of its own.

use adapters::soap::SoapRequest;
use contract::{Builder, Document, NodeRef};
use domain::Problem;
use jiff::Timestamp;
use uuid::Uuid;

use crate::central::operations::answer;
use crate::central::operations::create::create;
use crate::central::operations::submit::{Submission, change, repeated, tell};
use crate::central::refusal::Refusal;
use crate::central::service::State;
use crate::database::write::{Outcome, Writing};
use crate::record::{Draft, RecordError};

/// What each item asks for.
const SINGLE: &str = "presentarCaso";
/// The last position that a result can say.
const LAST: u64 = 2_147_483_647;

/// What became of one.
type Told = Result<Outcome, Refusal>;

/// Writes what can be written of a lot; one that is refused refuses no other.
pub(super) async fn lot(
    state: &State,
    asked: &SoapRequest,
    now: Timestamp,
) -> Result<Document, Refusal> {
    let items = items(state, asked)?;
    let submissions = items.iter().map(|(position, document)| {
        let mut submission = Submission::read(&asked.context, document, now)?;
        submission.author.request = format!("{}.{position}", asked.context.request_id);
        Ok(submission)
    });
    let submissions: Vec<Submission<'_>> = submissions.collect::<Result<_, Refusal>>()?;
    let mut writing = state.database.write().await?;
    let told = write(
        state,
        &mut writing,
        asked.context.principal().as_str(),
        &submissions,
    )
    .await?;
    writing.commit().await?;
    for outcome in told.iter().flatten() {
        state.cache.forget(&outcome.id);
    }
    let mut draft = answer(state, "remitirLote")?;
    for ((position, _), told) in items.iter().zip(&told) {
        draft.within("resultado", |draft| {
            draft.leaf("posicion", position)?;
            match told {
                Ok(outcome) => draft.within("aceptada", |draft| tell(draft, outcome, now)),
                Err(refusal) => draft.within("rechazada", |draft| refused(draft, refusal)),
            }
        })?;
    }
    Ok(draft.finish()?)
}

/// The requests of a lot, each as if it had come alone, with its position.
fn items(state: &State, asked: &SoapRequest) -> Result<Vec<(u64, Document)>, Refusal> {
    let contract = &state.form.contract;
    let single = contract
        .operation(SINGLE)
        .ok_or(RecordError::Foreign(SINGLE))?;
    let root = asked.document.root();
    let from: u64 = root
        .attribute("desde")
        .map_or(Ok(1), str::parse)
        .unwrap_or(1);
    let item = |(position, node): (u64, NodeRef<'_>)| {
        if position > LAST {
            let detail = "la posición no cabe en un resultado";
            return Err(Refusal::Problem(Problem::SchemaViolation, detail));
        }
        let mut builder = Builder::new(contract, single.request);
        for child in node.children() {
            builder.append(child).map_err(RecordError::from)?;
        }
        let document = builder.finish().map_err(|_| RecordError::Foreign(SINGLE))?;
        Ok((position, document))
    };
    (from..).zip(root.children()).map(item).collect()
}

/// Writes the new cases all at once, and then the changes in their order.
async fn write(
    state: &State,
    writing: &mut Writing,
    responsible: &str,
    submissions: &[Submission<'_>],
) -> Result<Vec<Told>, Refusal> {
    let authors: Vec<_> = submissions.iter().map(|it| &it.author).collect();
    let mut earlier = writing.earlier_of(&authors).await?;
    let mut told: Vec<Option<Told>> = submissions
        .iter()
        .map(|it| {
            let earlier = earlier.remove(&it.author.request)?;
            Some(repeated(earlier, &it.author))
        })
        .collect();
    let new: Vec<_> = submissions
        .iter()
        .zip(&told)
        .filter(|(submission, told)| told.is_none() && submission.id.is_none())
        .map(|(submission, _)| submission)
        .collect();
    let mut made = create(state, writing, responsible, &new).await?.into_iter();
    for (submission, told) in submissions.iter().zip(&mut told) {
        match (&told, submission.id) {
            (Some(_), _) => {}
            (None, None) => *told = made.next().map(|made| made.map_err(Refusal::from)),
            (None, Some(id)) => *told = Some(changed(state, writing, submission, id).await?),
        }
    }
    let told: Option<Vec<Told>> = told.into_iter().collect();
    told.ok_or(Refusal::Broken)
}

/// Writes a new version, or leaves the case as it was.
async fn changed(
    state: &State,
    writing: &mut Writing,
    submission: &Submission<'_>,
    id: &str,
) -> Result<Told, Refusal> {
    writing.mark().await?;
    match change(state, writing, submission, id).await {
        Ok(outcome) => {
            writing.keep_marked().await?;
            Ok(Ok(outcome))
        }
        // The database itself failed: nothing of the lot may stand.
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            writing.take_back().await?;
            Ok(Err(refusal))
        }
    }
}

fn refused(draft: &mut Draft, refusal: &Refusal) -> Result<(), RecordError> {
    let incident = Uuid::now_v7().simple().to_string();
    let entry = refusal.problem().entry();
    if refusal.problem() == Problem::Internal {
        tracing::error!(incident, error = %refusal, "the central system failed");
    }
    draft.leaf("codigo", entry.code)?;
    draft.leaf("titulo", entry.title)?;
    draft.leaf("detalle", refusal.detail())?;
    draft.leaf("culpa", entry.blame.as_str())?;
    draft.leaf("reintento", entry.retry.as_str())?;
    draft.leaf("incidencia", incident)
}
