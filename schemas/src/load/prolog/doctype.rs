//! The document type declaration (XML 1.0, productions 28 to 74), as far as it is read.

use std::collections::BTreeMap;

use super::Budget;
use crate::FaultKind;

/// The most declarations of one internal subset.
const MAX_DECLARATIONS: usize = 1_000;

/// The most attributes of one declaration; on more elements are refused.
const MAX_ATTRIBUTES: usize = 256;

/// The longest declaration.
const MAX_LENGTH: usize = 64 << 10;

/// What an internal subset says.
#[derive(Debug, Default)]
pub(super) struct Doctype {
    /// The entities by name; `None` for one in another file, and for one that holds markup.
    entities: BTreeMap<String, Option<String>>,
    /// The default values of attributes, by element.
    defaults: BTreeMap<String, Vec<(String, String)>>,
}

impl Doctype {
    /// Reads the declaration at the beginning of `text`; gives its length too.
    pub(super) fn read(text: &str) -> Result<(Self, usize), FaultKind> {
        let mut reader = Reader { text, at: 0 };
        if !reader.skip("<!DOCTYPE") {
            return Err(FaultKind::NotWellFormed);
        }
        let mut doctype = Self::default();
        loop {
            reader.spaces();
            match reader.peek() {
                Some('>') => return Ok((doctype, reader.at + 1)),
                Some('[') => {
                    reader.at += 1;
                    doctype.subset(&mut reader)?;
                }
                Some('"' | '\'') => drop(reader.literal()?),
                Some(c) if c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.') => {
                    reader.word();
                }
                Some(_) | None => return Err(FaultKind::NotWellFormed),
            }
        }
    }

    /// The default values of the element's attributes.
    pub(super) fn defaults(&self, element: &str) -> impl Iterator<Item = (&str, &str)> {
        let found = self.defaults.get(element).into_iter().flatten();
        found.map(|(attribute, value)| (attribute.as_str(), value.as_str()))
    }

    /// Whether the subset declares the entity.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entities.contains_key(name)
    }

    /// Writes what the entity stands for: text, never markup.
    pub(super) fn expand(
        &self,
        name: &str,
        depth: usize,
        budget: &mut Budget,
        out: &mut String,
    ) -> Result<(), FaultKind> {
        budget.refer().ok_or(FaultKind::Entity)?;
        let value = self.entities.get(name).and_then(Option::as_deref);
        let value = value.filter(|_| depth > 0);
        let mut rest = value.ok_or(FaultKind::Entity)?;
        while let Some((before, after)) = rest.split_once('&') {
            write(before, budget, out)?;
            let (inner, behind) = after.split_once(';').ok_or(FaultKind::Entity)?;
            if self.has(inner) {
                self.expand(inner, depth - 1, budget, out)?;
            } else {
                budget.add(inner.len() + 2).ok_or(FaultKind::Entity)?;
                out.extend(["&", inner, ";"]);
            }
            rest = behind;
        }
        write(rest, budget, out)
    }

    fn subset(&mut self, reader: &mut Reader<'_>) -> Result<(), FaultKind> {
        for _ in 0..MAX_DECLARATIONS {
            reader.spaces();
            if reader.skip("]") {
                return Ok(());
            }
            if reader.skip("<!--") {
                reader.past("-->")?;
            } else if reader.skip("<?") {
                reader.past("?>")?;
            } else if reader.skip("<!ENTITY") {
                self.entity(reader)?;
            } else if reader.skip("<!ATTLIST") {
                self.attributes(reader)?;
            } else if reader.skip("<!ELEMENT") || reader.skip("<!NOTATION") {
                reader.rest_of_declaration()?;
            } else if reader.peek() == Some('%') {
                // A parameter entity: what it stands for is never looked up.
                return Err(FaultKind::Entity);
            } else {
                return Err(FaultKind::NotWellFormed);
            }
        }
        Err(FaultKind::Doctype)
    }

    fn entity(&mut self, reader: &mut Reader<'_>) -> Result<(), FaultKind> {
        reader.spaces();
        let parameter = reader.skip("%");
        reader.spaces();
        let name = reader.word().to_owned();
        reader.spaces();
        let value = match reader.peek() {
            Some('"' | '\'') => Some(replacement(reader.literal()?)?),
            _ => None,
        };
        reader.rest_of_declaration()?;
        // Of two declarations of one entity the first counts.
        if !parameter {
            let text = value.filter(|value| !value.contains('<'));
            self.entities.entry(name).or_insert(text);
        }
        Ok(())
    }

    fn attributes(&mut self, reader: &mut Reader<'_>) -> Result<(), FaultKind> {
        reader.spaces();
        let element = reader.word().to_owned();
        let known = self.defaults.entry(element).or_default();
        for _ in 0..MAX_ATTRIBUTES {
            reader.spaces();
            if reader.skip(">") {
                return Ok(());
            }
            let attribute = reader.word().to_owned();
            reader.spaces();
            if reader.skip("(") || (reader.skip("NOTATION") && reader.past("(").is_ok()) {
                reader.past(")")?;
            } else if reader.word().is_empty() {
                return Err(FaultKind::NotWellFormed);
            }
            reader.spaces();
            if reader.skip("#REQUIRED") || reader.skip("#IMPLIED") {
                continue;
            }
            reader.skip("#FIXED");
            reader.spaces();
            let value = replacement(reader.literal()?)?;
            if attribute.is_empty() || value.contains(['<', '&']) {
                return Err(FaultKind::Doctype);
            }
            if !known.iter().any(|(name, _)| *name == attribute) {
                known.push((attribute, value.replace('"', "&quot;")));
            }
        }
        Err(FaultKind::Doctype)
    }
}

/// Text as it may stand in a value between any quotes, on one line.
fn write(text: &str, budget: &mut Budget, out: &mut String) -> Result<(), FaultKind> {
    budget.add(text.len()).ok_or(FaultKind::Entity)?;
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    Ok(())
}

/// Whether a name ends before it.
pub(super) fn is_sign(c: char) -> bool {
    c.is_whitespace() || "<>[]()\"'%&;=".contains(c)
}

/// The literal with its character references resolved.
fn replacement(literal: &str) -> Result<String, FaultKind> {
    // A parameter entity inside: never looked up.
    if literal.contains('%') {
        return Err(FaultKind::Entity);
    }
    let mut text = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some((before, after)) = rest.split_once("&#") {
        text.push_str(before);
        let (code, behind) = after.split_once(';').ok_or(FaultKind::NotWellFormed)?;
        let number = match code.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => code.parse(),
        };
        let c = number.ok().and_then(char::from_u32);
        text.push(c.ok_or(FaultKind::IllegalCharacter)?);
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn skip(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// The characters up to a space or a sign.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let word = rest.get(..rest.find(is_sign).unwrap_or(rest.len()));
        let word = word.unwrap_or_default();
        self.at += word.len();
        word
    }

    /// What stands between quotes.
    fn literal(&mut self) -> Result<&'t str, FaultKind> {
        let quote = self.peek().filter(|c| matches!(c, '"' | '\''));
        let quote = quote.ok_or(FaultKind::NotWellFormed)?;
        let inside = self.rest().get(1..).unwrap_or_default();
        let length = inside.find(quote).ok_or(FaultKind::NotWellFormed)?;
        if length > MAX_LENGTH {
            return Err(FaultKind::Doctype);
        }
        self.at += length + 2;
        Ok(inside.get(..length).unwrap_or_default())
    }

    /// Goes on behind `end`.
    fn past(&mut self, end: &str) -> Result<(), FaultKind> {
        let length = self.rest().find(end).ok_or(FaultKind::NotWellFormed)?;
        self.at += length + end.len();
        Ok(())
    }

    /// Goes on behind the sign that ends a declaration.
    fn rest_of_declaration(&mut self) -> Result<(), FaultKind> {
        loop {
            let rest = self.rest();
            let at = rest
                .find(['>', '"', '\'', '<'])
                .ok_or(FaultKind::NotWellFormed)?;
            self.at += at;
            match self.peek() {
                Some('>') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('"' | '\'') => drop(self.literal()?),
                Some(_) | None => return Err(FaultKind::NotWellFormed),
            }
        }
    }
}
