//! On what a restriction rests, in words for whoever it restricts.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

use crate::Policy;

/// What is said of a group that no policy opens.
const BY_DEFAULT: &str = "Ninguna politica lo permite: denegado por defecto";

/// The most characters of the words: what the contracts have room for.
const LONGEST: usize = 400;

/// The words so far, each text held once however many masks say it.
#[derive(Debug, Default)]
pub(crate) struct Grounds(RwLock<BTreeSet<Arc<str>>>);

impl Grounds {
    /// The clauses of these policies, each once and in their order; of very many, as many as fit.
    pub(crate) fn words<'p>(&self, policies: impl Iterator<Item = &'p Policy>) -> Arc<str> {
        let words = words(policies);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(words.as_str()) {
            return Arc::clone(known);
        }
        drop(known);
        let words: Arc<str> = Arc::from(words);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(Arc::clone(&words));
        words
    }
}

fn words<'p>(policies: impl Iterator<Item = &'p Policy>) -> String {
    let mut seen = BTreeSet::new();
    let clauses = policies.map(|policy| &*policy.clause);
    let clauses: Vec<String> = clauses
        .filter(|clause| seen.insert(*clause))
        .map(plain)
        .collect();
    if clauses.is_empty() {
        return BY_DEFAULT.to_owned();
    }
    let joined = clauses.join("; ");
    if joined.chars().count() <= LONGEST {
        return joined;
    }
    let cut: String = joined.chars().take(LONGEST - 3).collect();
    format!("{cut}...")
}

/// One line without control characters.
fn plain(clause: &str) -> String {
    let words = clause.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(clause: &str) -> Policy {
        Policy {
            id: Arc::from("p"),
            title: Arc::from("t"),
            clause: Arc::from(clause),
        }
    }

    #[test]
    fn the_words_are_the_clauses_once_each_in_one_short_line() {
        let long = "x".repeat(900);
        for (clauses, expected) in [
            (&[][..], BY_DEFAULT.to_owned()),
            (&["Fila 16"], "Fila 16".to_owned()),
            (
                &["Fila 17", "Fila 16", "Fila 17"],
                "Fila 17; Fila 16".to_owned(),
            ),
            (&["Fila\n 16\u{7}"], "Fila 16".to_owned()),
            (&[&*long], format!("{}...", "x".repeat(LONGEST - 3))),
        ] {
            let policies: Vec<Policy> = clauses.iter().map(|clause| policy(clause)).collect();
            assert_eq!(words(policies.iter()), expected);
        }
    }

    #[test]
    fn the_same_words_are_held_once() {
        let grounds = Grounds::default();
        let one = grounds.words([policy("Fila 16")].iter());
        let other = grounds.words([policy("Fila 16")].iter());
        assert!(Arc::ptr_eq(&one, &other));
    }
}
