//! Walking a message in its JSON form.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::convert::place::Place;
use crate::mask::is_masked;
use crate::{Contract, Masking};

/// A leaf that a rule needs, and how it would look masked.
#[derive(Debug)]
pub(super) struct Need {
    path: Vec<Arc<str>>,
    masking: Option<Masking>,
}

impl Need {
    /// What `place` needs, by its `path` from where the rule looks.
    pub(super) fn of(contract: &Contract, path: &str, place: &Place) -> Self {
        let governed = contract.element(place.element()).governance;
        let masking = governed.filter(|_| place.attribute.is_none());
        Self {
            path: names(path),
            masking: masking.and_then(|governed| governed.masking),
        }
    }

    /// Whether it is there as it is, and not as a mask of itself.
    pub(super) fn met(&self, value: &Json) -> bool {
        let masked = |value: &Json| match (self.masking, text(value)) {
            (Some(masking), Some(text)) => is_masked(masking, text),
            (Some(_) | None, _) => false,
        };
        let (mut some, mut whole) = (false, true);
        reach(value, &self.path, &mut |value| {
            some = true;
            whole &= !value.is_null() && !masked(value);
        });
        some && whole
    }
}

/// The names of a path; none for `.`.
pub(super) fn names(path: &str) -> Vec<Arc<str>> {
    path.split('/')
        .filter(|name| *name != ".")
        .map(Into::into)
        .collect()
}

/// Every value along the path, each with its own path: `here`, names, and numbers for lists.
pub(super) fn each<'v>(
    value: &'v Json,
    path: &[Arc<str>],
    here: String,
    found: &mut Vec<(&'v Json, String)>,
) {
    let Some((name, rest)) = path.split_first() else {
        found.push((value, here));
        return;
    };
    let Some(next) = value.as_object().and_then(|members| members.get(&**name)) else {
        return;
    };
    let here = format!("{here}/{name}");
    match next {
        Json::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                each(item, rest, format!("{here}[{}]", at + 1), found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Object(_) => {
            each(next, rest, here, found);
        }
    }
}

/// Every value along the path, without saying where.
fn reach<'v>(value: &'v Json, path: &[Arc<str>], found: &mut dyn FnMut(&'v Json)) {
    let Some((name, rest)) = path.split_first() else {
        return found(value);
    };
    match value.as_object().and_then(|members| members.get(&**name)) {
        Some(Json::Array(items)) => items.iter().for_each(|item| reach(item, rest, found)),
        Some(next) => reach(next, rest, found),
        None => {}
    }
}

/// The text of a leaf, with or without attributes.
pub(super) fn text(value: &Json) -> Option<&str> {
    value
        .as_str()
        .or_else(|| value.as_object()?.get("#texto")?.as_str())
}

/// The text of the leaf at `name`.
pub(super) fn leaf<'v>(value: &'v Json, name: &str) -> Option<&'v str> {
    text(value.as_object()?.get(name)?)
}
