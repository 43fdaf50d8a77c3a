//! How a contract says what became of a lot, in its own words: a result an item, in their order, each with the position
//! of its item and either the operation's own answer or the row of the problem.

use std::sync::Arc;

use adapters::shown;
use contract::{Builder, Contract, Document, ElementId, LotResults, Violation};
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
    (response, words): (ElementId, &LotResults),
    outcomes: &[Outcome],
) -> Result<Document, Vec<Violation>> {
    let mut builder = Builder::new(contract, response);
    for outcome in outcomes {
        // What is wrong with any of it comes out of `finish`.
        drop(result(&mut builder, words, outcome));
    }
    builder.finish()
}

fn result(builder: &mut Builder, words: &LotResults, outcome: &Outcome) -> Result<(), Violation> {
    builder.open(&words.result)?;
    builder.leaf(&words.position, &outcome.position.to_string())?;
    match &outcome.result {
        Ok(answer) => {
            builder.open(&words.accepted)?;
            for child in answer.root().children() {
                builder.append(child)?;
            }
        }
        Err(report) => {
            builder.open(&words.refused)?;
            refusal(builder, words, &shown(report))?;
        }
    }
    builder.close()?;
    builder.close()
}

fn refusal(builder: &mut Builder, words: &LotResults, report: &Report) -> Result<(), Violation> {
    let entry = report.problem.entry();
    let texts = [
        entry.code,
        entry.title,
        &told(&report.detail),
        entry.blame.as_str(),
        entry.retry.as_str(),
        &report.incident,
    ];
    for (word, text) in words.refusal.iter().zip(texts) {
        builder.leaf(word, text)?;
    }
    for violation in report.violations.iter().take(MOST) {
        builder.open(&words.breach)?;
        let texts = [
            &told(&violation.path),
            &violation.code,
            &told(&violation.message),
        ];
        for (word, text) in words.within.iter().zip(texts) {
            builder.leaf(word, text)?;
        }
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
