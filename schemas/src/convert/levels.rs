//! Tables of levels: what each level of a scale is in the other one. Both ways come from one table.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fault::{ConversionErrors, ConversionFault};
use super::pairs::Pairs;
use super::plan::Entry;
use super::text::Levels;

/// What the name of a table ends with, where a level goes without its origin and what it loses is told.
pub(super) const WITHOUT_ORIGIN: &str = ".sinOrigen";

/// The name of the table that is used where the origin does not travel.
pub(super) fn without_origin(name: &str) -> String {
    format!("{name}{WITHOUT_ORIGIN}")
}

/// Adds what the tables of levels give to each way.
pub(super) fn add(
    texts: &BTreeMap<String, Levels>,
    (other, own): (&str, &str),
    pairs: &mut Pairs,
    errors: &mut ConversionErrors,
) {
    for (name, levels) in texts {
        if pairs.forth.tables.contains_key(name) {
            errors.push("niveles", ConversionFault::SameName(name.clone()));
        }
        let back = preferred(name, levels, errors);
        let forth = levels.ida.iter();
        let (mut plain, mut bare) = (BTreeMap::new(), BTreeMap::new());
        for (level, becomes) in forth {
            let returns = back.get(becomes.as_str()) == Some(&level.as_str());
            plain.insert(level.clone(), entry(becomes, None));
            let loss = (!returns).then(|| lost(own, level, becomes));
            bare.insert(level.clone(), entry(becomes, loss));
        }
        let returned = back.iter().map(|(level, becomes)| {
            let same = levels.ida.get(*becomes).map(String::as_str) == Some(level);
            let loss = (!same).then(|| lost(other, level, becomes));
            ((*level).to_owned(), entry(becomes, loss))
        });
        let returned: BTreeMap<String, Entry> = returned.collect();
        let bare_name = without_origin(name);
        for (name, table) in [(name, plain), (&bare_name, bare)] {
            pairs.forth.whole.insert(name.clone());
            pairs.forth.tables.insert(name.clone(), Arc::new(table));
        }
        pairs.back.whole.insert(name.clone());
        pairs.back.tables.insert(name.clone(), Arc::new(returned));
        if let Some(scale) = &levels.escala {
            let expression = as_it_came(scale, levels, &back);
            pairs.back.returns.insert(name.clone(), expression);
        }
    }
}

/// For each level of this contract, the one that it goes back as.
fn preferred<'l>(
    table: &str,
    levels: &'l Levels,
    errors: &mut ConversionErrors,
) -> BTreeMap<&'l str, &'l str> {
    let mut back: BTreeMap<&str, &str> = BTreeMap::new();
    for (level, becomes) in &levels.vuelve {
        if !levels.ida.contains_key(becomes) {
            let (table, level) = (table.to_owned(), becomes.clone());
            errors.push("niveles", ConversionFault::NoSuchLevel { table, level });
        }
        back.insert(level, becomes);
    }
    let mut ambiguous = BTreeSet::new();
    for (level, becomes) in &levels.ida {
        if levels.vuelve.contains_key(becomes) {
            continue;
        }
        if back.insert(becomes, level).is_some() {
            ambiguous.insert(becomes);
        }
    }
    for level in ambiguous {
        let (table, level) = (table.to_owned(), level.clone());
        errors.push("niveles", ConversionFault::Ambiguous { table, level });
    }
    back
}

/// The expression that makes of a level, as the table gives it back, the one that it came from, while that still
/// says the same: in a table that is read otherwise today it may not.
fn as_it_came(scale: &str, levels: &Levels, back: &BTreeMap<&str, &str>) -> Option<String> {
    let clause = |(level, becomes): (&&str, &&str)| {
        let others = levels.ida.iter();
        let others = others.filter(|(from, to)| *to == *level && from.as_str() != *becomes);
        let others: Vec<String> = others.map(|(from, _)| quoted(from)).collect();
        // What two levels go back as does not say which of them it was.
        let alone = back.values().filter(|other| *other == becomes).count() == 1;
        let becomes = quoted(becomes);
        (alone && !others.is_empty())
            .then(|| format!("valor == {becomes} && nivel in [{}]", others.join(", ")))
    };
    let clauses: Vec<String> = back.iter().filter_map(clause).collect();
    let scale = quoted(scale);
    (!clauses.is_empty()).then(|| {
        let any = clauses.join(" || ");
        format!("escala == {scale} && ({any}) ? nivel : valor")
    })
}

/// A text as the language of expressions writes it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn lost(contract: &str, level: &str, becomes: &str) -> String {
    format!("El contrato {contract} no tiene el nivel {level}; va como {becomes}")
}

fn entry(value: &str, loss: Option<String>) -> Entry {
    Entry {
        value: Some(value.into()),
        loss: loss.map(Into::into),
    }
}
