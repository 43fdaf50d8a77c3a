//! What an expression sees.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use cel::Context;
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use serde_json::{Map, Value as Json};

/// Names with their values; an inner scope sees those of the outer one too.
pub(crate) struct Scope<'p, 'v>(Context<'p, 'v>);

impl<'v> Scope<'_, 'v> {
    /// A scope of nothing.
    pub(crate) fn new() -> Self {
        Self(Context::with_env(super::environment()))
    }

    /// Gives `name` a value.
    pub(crate) fn set(&mut self, name: &str, value: &'v Json) {
        self.0
            .add_variable_as_val(name, value_of(value, Cow::Borrowed));
    }

    /// Gives `name` a map.
    pub(crate) fn set_map(&mut self, name: &str, members: &'v Map<String, Json>) {
        self.0
            .add_variable_as_val(name, map_of(members, Cow::Borrowed));
    }

    /// Gives `name` a text.
    pub(crate) fn set_text(&mut self, name: &str, text: impl Into<Cow<'v, str>>) {
        let text = CelString::from(text.into());
        self.0.add_variable_as_val(name, Box::new(text));
    }

    /// Gives `name` nothing.
    pub(crate) fn set_null(&mut self, name: &str) {
        self.0.add_variable_as_val(name, Box::new(CelNull));
    }

    /// Gives names that do not change from one evaluation to the next.
    pub(crate) fn know(&mut self, constants: &'v Constants) {
        self.0.set_variable_resolver(constants);
    }

    /// A scope inside this one.
    pub(crate) fn inner(&self) -> Scope<'_, 'v> {
        Scope(self.0.new_inner_scope())
    }

    pub(super) fn context(&self) -> &Context<'_, 'v> {
        &self.0
    }
}

/// Values with names, made once and lent to every evaluation.
#[derive(Debug)]
pub(crate) struct Constants(BTreeMap<String, Box<dyn Val>>);

impl Constants {
    /// Those of `members`.
    pub(crate) fn of(members: &Map<String, Json>) -> Self {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let made = members.iter();
        let made = made.map(|(name, value)| (name.clone(), value_of(value, owned)));
        Self(made.collect())
    }
}

impl VariableResolver for Constants {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value = self.0.get(variable)?;
        Some(CowVal::Borrowed(value.as_ref()))
    }
}

/// A text of the document as one of the language: lent or copied.
type Text<'j, 'v> = fn(&'j str) -> Cow<'v, str>;

/// Whole numbers are `int`, whatever their sign: literals are too, and the two do not add up.
fn value_of<'j, 'v>(json: &'j Json, text: Text<'j, 'v>) -> Box<dyn Val + 'v> {
    match json {
        Json::Null => Box::new(CelNull),
        Json::Bool(truth) => Box::new(CelBool::from(*truth)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Box::new(CelInt::from(whole)),
            (None, Some(real)) => Box::new(CelDouble::from(real)),
            (None, None) => Box::new(CelNull),
        },
        Json::String(value) => Box::new(CelString::from(text(value))),
        Json::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| value_of(item, text)).collect();
            Box::new(CelList::from(items))
        }
        Json::Object(members) => map_of(members, text),
    }
}

fn map_of<'j, 'v>(members: &'j Map<String, Json>, text: Text<'j, 'v>) -> Box<dyn Val + 'v> {
    let pair = |(name, member): (&'j String, &'j Json)| {
        let key = CelMapKey::String(CelString::from(text(name)));
        (key, value_of(member, text))
    };
    Box::new(CelMap::from(
        members.iter().map(pair).collect::<HashMap<_, _>>(),
    ))
}
