//! The words of the console: one file a language in Fluent's syntax (`messages/*.ftl`), of which messages with
//! variables are used. Another language is one file and one line in [`FILES`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// The languages, each by its tag, its own name and its messages; the first answers for every other.
const FILES: [(&str, &str, &str); 2] = [
    ("es", "Español", include_str!("../../messages/es.ftl")),
    ("en", "English", include_str!("../../messages/en.ftl")),
];

/// The other official languages: until they have a file, Spanish answers for them.
const PREPARED: [&str; 4] = ["ca", "eu", "gl", "va"];

static LANGUAGES: LazyLock<Vec<Words>> = LazyLock::new(|| FILES.map(Words::read).into());
static NONE: LazyLock<Words> = LazyLock::new(|| Words::read(("es", "Español", "")));

/// The messages of one language.
pub(crate) struct Words {
    /// Its tag, as in `lang`.
    pub tag: &'static str,
    /// Its own name.
    pub name: &'static str,
    messages: BTreeMap<String, Vec<Part>>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Slot(String),
}

/// The language of that tag.
pub(crate) fn of(tag: &str) -> Option<&'static Words> {
    let tag = tag.to_ascii_lowercase();
    let found = LANGUAGES.iter().find(|words| words.tag == tag);
    found.or_else(|| PREPARED.contains(&tag.as_str()).then(spanish))
}

/// The language that answers for every other.
pub(crate) fn spanish() -> &'static Words {
    LANGUAGES.first().unwrap_or(&NONE)
}

/// Every language.
pub(crate) fn all() -> &'static [Words] {
    &LANGUAGES
}

impl Words {
    fn read((tag, name, text): (&'static str, &'static str, &'static str)) -> Self {
        // What cannot be read is left out, and the test of the files names it.
        let read = parser::parse(text).unwrap_or_else(|(read, _)| read);
        let messages = read.body.iter().filter_map(|entry| match entry {
            Entry::Message(message) => {
                let parts = message.value.as_ref().and_then(parts)?;
                Some((message.id.name.to_owned(), parts))
            }
            Entry::Term(_)
            | Entry::Comment(_)
            | Entry::GroupComment(_)
            | Entry::ResourceComment(_)
            | Entry::Junk { .. } => None,
        });
        Self {
            tag,
            name,
            messages: messages.collect(),
        }
    }

    /// The message of that key; the key itself if there is none.
    pub(crate) fn say<'w>(&'w self, key: &'w str) -> Cow<'w, str> {
        match self.messages.get(key).map(Vec::as_slice) {
            Some([Part::Text(text)]) => Cow::Borrowed(text),
            Some(_) => Cow::Owned(self.tell(key, &[])),
            None => Cow::Borrowed(key),
        }
    }

    /// The message of that key with values in its places.
    pub(crate) fn tell(&self, key: &str, values: &[(&str, &str)]) -> String {
        let Some(parts) = self.messages.get(key) else {
            return key.to_owned();
        };
        let filled = parts.iter().map(|part| match part {
            Part::Text(text) => text.as_str(),
            Part::Slot(name) => {
                let value = values.iter().find(|(known, _)| known == name);
                value.map_or("", |(_, value)| value)
            }
        });
        filled.collect()
    }

    /// The message that names a word of a vocabulary: `prefix-word`; the word itself if there is none.
    pub(crate) fn term(&self, prefix: &str, word: &str) -> String {
        let key = format!("{prefix}-{word}");
        let named = self.messages.get(&key).map(|_| self.say(&key).into_owned());
        named.unwrap_or_else(|| word.to_owned())
    }

    /// As [`Words::term`], with values in the places of the message.
    pub(crate) fn term_with(&self, prefix: &str, word: &str, values: &[(&str, &str)]) -> String {
        let key = format!("{prefix}-{word}");
        let named = self.messages.get(&key).map(|_| self.tell(&key, values));
        named.unwrap_or_else(|| word.to_owned())
    }
}

fn parts(pattern: &Pattern<&str>) -> Option<Vec<Part>> {
    let parts = pattern.elements.iter().map(|element| match element {
        PatternElement::TextElement { value } => Some(Part::Text((*value).to_owned())),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(Part::Slot(id.name.to_owned())),
        PatternElement::Placeable { .. } => None,
    });
    let parts: Vec<Part> = parts.collect::<Option<_>>()?;
    Some(joined(parts))
}

/// Lines of one message are one text.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
