//! How a contract says what became of a lot: `resultado`, in the order of the items, each with the `posicion` of its item
//! and either `aceptada`, the operation's own answer, or `rechazada`, the row of the problem.

use std::sync::Arc;

use adapters::shown;
use contract::{Builder, Contract, Document, ElementId, Violation};
use domain::problem::Report;

use super::Outcome;

/// So many breaches are told of one item.
const MOST: usize = 20;
/// So many characters of a text.
const LONGEST: usize = 4_000;

/// The answer to a lot.
///
/// # Errors
/// The contract's answer to a lot has another shape.
pub(super) fn document(
    contract: &Arc<Contract>,
    response: ElementId,
    outcomes: &[Outcome],
) -> Result<Document, Vec<Violation>> {
    let mut builder = Builder::new(contract, response);
    for outcome in outcomes {
        // What is wrong with any of it comes out of `finish`.
        drop(result(&mut builder, outcome));
    }
    builder.finish()
}

fn result(builder: &mut Builder, outcome: &Outcome) -> Result<(), Violation> {
    builder.open("resultado")?;
    builder.leaf("posicion", &outcome.position.to_string())?;
    match &outcome.result {
        Ok(answer) => {
            builder.open("aceptada")?;
            for child in answer.root().children() {
                builder.append(child)?;
            }
        }
        Err(report) => {
            builder.open("rechazada")?;
            refusal(builder, &shown(report))?;
        }
    }
    builder.close()?;
    builder.close()
}

fn refusal(builder: &mut Builder, report: &Report) -> Result<(), Violation> {
    let entry = report.problem.entry();
    builder.leaf("codigo", entry.code)?;
    builder.leaf("titulo", entry.title)?;
    builder.leaf("detalle", &told(&report.detail))?;
    builder.leaf("culpa", entry.blame.as_str())?;
    builder.leaf("reintento", entry.retry.as_str())?;
    builder.leaf("incidencia", &report.incident)?;
    for violation in report.violations.iter().take(MOST) {
        builder.open("incumplimiento")?;
        builder.leaf("camino", &told(&violation.path))?;
        builder.leaf("codigo", &violation.code)?;
        builder.leaf("mensaje", &told(&violation.message))?;
        builder.close()?;
    }
    Ok(())
}

/// A text as the contract takes it: not empty, not longer than it may be.
fn told(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    text.chars().take(LONGEST).collect()
}
