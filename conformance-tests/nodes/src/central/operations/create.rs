//! New cases: one, or all of a lot.

use std::collections::BTreeSet;

use contract::NodeRef;
use domain::CaseId;
use uuid::Uuid;

use crate::central::operations::submit::{Submission, facts};
use crate::central::service::State;
use crate::database::DatabaseError;
use crate::database::create::{New, People};
use crate::database::find::Section;
use crate::database::row::{Origin, Person, Stored};
use crate::database::write::{Facts, Outcome, Writing};
use crate::record::{self, RecordError};

/// Makes cases of the organism that submits them; what became of each, in their order.
pub(super) async fn create(
    state: &State,
    writing: &mut Writing,
    responsible: &str,
    submissions: &[&Submission<'_>],
) -> Result<Vec<Result<Outcome, RecordError>>, DatabaseError> {
    let all: Vec<Facts> = submissions
        .iter()
        .map(|it| facts(Some(it.case), it.case, None))
        .collect();
    let documents = all.iter().flat_map(|it| [&it.victim, &it.aggressor]);
    let documents: BTreeSet<&str> = documents.filter_map(Option::as_deref).collect();
    let people = writing.people(&documents).await?;
    let next = writing.next().await?;
    let (mut new, mut outcomes) = (Vec::new(), Vec::new());
    let mut number = next.case;
    for (submission, facts) in submissions.iter().zip(all) {
        let at = submission.author.at;
        let stored = row((number, responsible, at), facts, &people);
        outcomes.push(sections(state, &stored, submission.case).map(|sections| {
            let (id, version) = (stored.id.clone(), stored.version);
            let (submitted, derived) = sections;
            new.push(New {
                stored,
                author: submission.author.clone(),
                submitted,
                derived,
            });
            number += 1;
            Outcome { id, version, at }
        }));
    }
    writing.create_all(responsible, next, &new).await?;
    Ok(outcomes)
}

fn row((number, responsible, at): (i64, &str, i64), facts: Facts, people: &People) -> Stored {
    let person = |document: Option<String>| {
        let document = document?;
        let number = *people.get(&document)?;
        Some(Person { number, document })
    };
    Stored {
        number,
        id: CaseId::from_bits(Uuid::now_v7().as_u128()).to_string(),
        version: 1,
        responsible: responsible.to_owned(),
        municipality: facts.municipality,
        state: facts.state,
        level: facts.level,
        source_level: None,
        said: facts.said,
        created: at,
        updated: at,
        origin: Origin::Submitted,
        victim: person(facts.victim),
        aggressor: person(facts.aggressor),
    }
}

/// The sections that were submitted, and the others.
fn sections(
    state: &State,
    stored: &Stored,
    case: NodeRef<'_>,
) -> Result<(Vec<Section>, Vec<Section>), RecordError> {
    let whole = record::complete(&state.form, state.database.seed(), stored, case)?;
    let sections = record::sections(&state.form, &whole)?;
    let is_submitted = |section: &Section| case.child(&section.0).is_some();
    Ok(sections.into_iter().partition(is_submitted))
}
