//! What a rule does to the value that it takes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::Site;
use super::fault::ConversionFault;
use super::fit;
use super::insert::{Resolved, located};
use super::place::Place;
use super::plan::{Change, Entry};
use super::text::Take;
use crate::expression::Expression;

/// What the rule does to its value.
pub(super) fn of(
    site: &mut Site<'_>,
    contexts: &[Place],
    resolved: &Resolved<'_>,
    path: &Arc<str>,
) -> Option<Change> {
    let rule = resolved.rule;
    if let Some(constant) = &rule.constante {
        return Some(Change::Constant(constant.as_str().into()));
    }
    let table = match &rule.tabla {
        Some(name) => Some(table(site, name, &resolved.sources)?),
        None => None,
    };
    let text = match &rule.procedencia {
        Some(_) => {
            let shared = site.shared;
            let scale = rule.tabla.as_ref();
            let Some(returns) = scale.and_then(|name| shared.returns.get(name)) else {
                site.fault(ConversionFault::NoScale(path.to_string()));
                return None;
            };
            // None where its table has nothing to tell apart.
            returns.as_deref()
        }
        None => rule.expresion.as_deref(),
    };
    let Some(text) = text else {
        return Some(table.map_or(Change::Copy, Change::Table));
    };
    let names: Vec<&str> = std::iter::once("valor")
        .chain(resolved.with.iter().map(|(name, _)| &**name))
        .collect();
    let compiled = Expression::compile(text, &names).map_err(|fault| {
        let path = path.to_string();
        ConversionFault::Expression { path, fault }
    });
    let expression = Box::new(site.noted(compiled)?);
    let with = resolved.with.iter().filter_map(|(name, place)| {
        let source = located(site.from, contexts, place, Some(Take::Primero))?;
        Some((Arc::clone(name), source))
    });
    let with = with.collect();
    Some(Change::Expression {
        table,
        expression,
        with,
    })
}

fn table(
    site: &mut Site<'_>,
    name: &str,
    sources: &[Place],
) -> Option<Arc<BTreeMap<String, Entry>>> {
    let Some(table) = site.tables.get(name).cloned() else {
        site.fault(ConversionFault::NoSuchTable(name.to_owned()));
        return None;
    };
    site.used_tables.insert(name.to_owned());
    if site.shared.whole.contains(name) {
        fit::whole(site, (name, &table), sources);
    }
    Some(table)
}
