//! What importing a file would change.

use std::collections::{BTreeMap, BTreeSet};

use domain::AgreementId;
use serde::Serialize;

use super::RegistryFile;

/// One line for each difference, in Spanish: `+` is new, `~` changes, with the lines that differ beneath, `=` is in the
/// registry only, and stays. Agreements that a file of adhesion keeps are marked: an import does not change them.
pub(super) fn lines(
    present: &RegistryFile,
    wanted: &RegistryFile,
    kept: &BTreeSet<AgreementId>,
) -> Vec<String> {
    let (before, after) = (items(present), items(wanted));
    let mut lines = Vec::new();
    for (name, text) in &after {
        match before.get(name) {
            Some(old) if old == text => {}
            Some(old) => {
                lines.push(format!("~ {name}{}", mark(name, kept)));
                lines.extend(changes(old, text));
            }
            None => lines.push(format!("+ {name}{}", mark(name, kept))),
        }
    }
    let stays = before.keys().filter(|name| !after.contains_key(*name));
    lines.extend(stays.map(|name| format!("= {name}: solo en el registro, se queda")));
    if lines.is_empty() {
        lines.push("sin diferencias".to_owned());
    }
    lines
}

fn mark(name: &str, kept: &BTreeSet<AgreementId>) -> &'static str {
    let id = name.strip_prefix("convenio ");
    if id.is_some_and(|id| kept.iter().any(|kept| kept.as_str() == id)) {
        ": tiene expediente, la importación lo rechaza"
    } else {
        ""
    }
}

/// Everything that can differ, by its name, as the text of it.
fn items(file: &RegistryFile) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    for enrolment in file.enrolments() {
        let organism = &enrolment.organism;
        let id = &organism.id;
        items.insert(format!("organismo {id}"), text(organism));
        for key in &enrolment.keys {
            items.insert(format!("clave {key}"), id.to_string());
        }
        for agreement in &enrolment.agreements {
            items.insert(format!("convenio {}", agreement.id), text(agreement));
        }
        for user in &enrolment.users {
            items.insert(format!("usuario {id} {}", user.officer), text(user));
        }
    }
    items
}

fn text<T: Serialize>(value: &T) -> String {
    // What cannot be written has no text, and so differs from what can.
    toml::to_string(value).unwrap_or_default()
}

/// The lines that one text has and the other has not.
fn changes<'t>(old: &'t str, new: &'t str) -> impl Iterator<Item = String> + use<'t> {
    let only = |text: &'t str, other: &'t str, sign: char| {
        let others: BTreeSet<&str> = other.lines().collect();
        let own = text.lines().filter(move |line| !others.contains(line));
        own.map(move |line| format!("    {sign} {line}"))
    };
    only(old, new, '-').chain(only(new, old, '+'))
}
