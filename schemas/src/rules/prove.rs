//! The rules' own tests.

use super::{Rulebook, Verdict, judge};

/// Runs them all: how many there are, and what is wrong.
pub(super) fn all(book: &Rulebook) -> (usize, Vec<String>) {
    let (mut count, mut wrong) = (0, Vec::new());
    for set in &book.sets {
        for rule in &set.rules {
            for (at, test) in rule.tests.iter().enumerate() {
                count += 1;
                let name = format!("{}: {} test {}", set.file, rule.id, at + 1);
                let seen = judge::Seen::new(&test.case, "", &test.facts);
                let mut breaches = Vec::new();
                let outcome = judge::rule(rule, set, &seen, &mut breaches);
                let verdict = if breaches.is_empty() {
                    Verdict::Accepted
                } else {
                    Verdict::Refused
                };
                match outcome {
                    Err(failed) => wrong.push(format!("{name}: {failed}")),
                    Ok(()) if verdict != test.expected => {
                        wrong.push(format!("{name}: {verdict:?}, not {:?}", test.expected));
                    }
                    Ok(()) => {}
                }
            }
        }
    }
    (count, wrong)
}
