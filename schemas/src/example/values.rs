//! Values of simple types.

use std::collections::BTreeSet;

use super::random::Random;
use super::texts::texts;
use crate::{Family, SimpleType};

/// The most characters of a text that only its length is known of.
const LONG: u64 = 60;

/// How many texts are tried for one expression.
const SAMPLES: usize = 200;

/// Some values of the type: of those that its facets name, its patterns make, and the rest admit.
pub(crate) fn values(simple: &SimpleType) -> Vec<String> {
    let mut candidates: Vec<String> = simple.members().iter().flat_map(values).collect();
    if let Some(item) = simple.item() {
        candidates.extend(lists(simple, &values(item)));
    }
    let facets = simple.facets();
    candidates.extend(facets.enumeration.iter().map(ToString::to_string));
    for bound in facets.min.iter().chain(&facets.max) {
        candidates.push(bound.text.to_string());
        candidates.extend(beside(&bound.text));
    }
    candidates.extend(filling(simple));
    candidates.extend(matching(simple));
    candidates.extend(texts().iter().map(|text| text.trim().to_owned()));
    let plain = |text: &String| text.chars().all(|c| matches!(c, ' '..='\u{24f}'));
    candidates.retain(|text| plain(text) && simple.check(text).is_ok());
    let mut seen = BTreeSet::new();
    candidates.retain(|text| seen.insert(text.clone()));
    candidates.truncate(40);
    candidates
}

/// Texts that the type's patterns match.
fn matching(simple: &SimpleType) -> Vec<String> {
    let mut random = Random::new(0);
    let patterns = simple.facets().patterns.iter();
    patterns
        .flat_map(|pattern| pattern.samples(SAMPLES, &mut random))
        .collect()
}

/// Texts of the length that the type asks for.
fn filling(simple: &SimpleType) -> Vec<String> {
    let facets = simple.facets();
    let least = facets.length.or(facets.min_length).unwrap_or(0);
    let most = facets.length.or(facets.max_length).unwrap_or(3);
    let length = usize::try_from(least.max(most.min(LONG)).min(100_000)).unwrap_or(3);
    let mut found = vec![
        "a".repeat(length),
        "7".repeat(length),
        "\u{f1}".repeat(length),
        "0".repeat(2 * length),
    ];
    if simple.builtin().family() == Family::Base64 {
        let tail = match length % 3 {
            0 => "",
            1 => "AA==",
            _ => "AAA=",
        };
        found.push(format!("{}{tail}", "AAAA".repeat(length / 3)));
    }
    found
}

/// The numbers next to a bound.
fn beside(bound: &str) -> Vec<String> {
    let Ok(number) = bound.parse::<i64>() else {
        return Vec::new();
    };
    [-1, 1, 2]
        .iter()
        .filter_map(|step| number.checked_add(*step))
        .map(|number| number.to_string())
        .collect()
}

/// Lists of some lengths.
fn lists(simple: &SimpleType, items: &[String]) -> Vec<String> {
    let facets = simple.facets();
    let least = facets.length.or(facets.min_length).unwrap_or(1);
    let lengths = [least, least + 1, least + 2];
    lengths
        .iter()
        .filter_map(|length| {
            let items = items.iter().filter(|item| !item.contains(' ')).cycle();
            let taken: Vec<&str> = items
                .take(usize::try_from(*length).ok()?)
                .map(String::as_str)
                .collect();
            Some(taken.join(" "))
        })
        .collect()
}
