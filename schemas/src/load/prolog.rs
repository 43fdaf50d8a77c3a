//! What schema files may hold and messages may not: processing instructions, and a document type
//! declaration whose internal subset says little.
//!
//! Both are blanked out before the text is read, so that every line stays where it was. Of the
//! internal subset count the entities with a literal value and the default values of attributes,
//! within a budget; whatever names another file is never opened, and refused where it is used.

mod doctype;

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::FaultKind;
use doctype::Doctype;

/// The most bytes that the document type of one file may add to it.
const MAX_EXPANSION: usize = 1 << 20;

/// The most references that are resolved in one file: one that comes to nothing costs too.
const MAX_REFERENCES: usize = 100_000;

/// How deep entities may refer to entities.
const MAX_DEPTH: usize = 8;

/// What becomes of a document type declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentType {
    /// Its internal subset is read, as far as it is.
    Read,
    /// It is refused.
    Refused,
}

/// The text without instructions and document type; the fault, and its position, when it has
/// something that is never read.
pub(super) fn plain(
    text: &str,
    document_type: DocumentType,
) -> Result<Cow<'_, str>, (FaultKind, usize)> {
    let rest = text.get(1..).unwrap_or_default();
    if !rest.contains("<?") && !rest.contains("<!DOCTYPE") && !text.starts_with("<!DOCTYPE") {
        return Ok(Cow::Borrowed(text));
    }
    let mut scanner = Scanner {
        text,
        at: 0,
        out: String::with_capacity(text.len()),
        document_type,
        doctype: None,
        in_root: false,
        budget: Budget {
            bytes: MAX_EXPANSION,
            references: MAX_REFERENCES,
        },
    };
    while scanner.at < text.len() {
        let at = scanner.at;
        scanner.piece().map_err(|kind| (kind, at))?;
    }
    Ok(Cow::Owned(scanner.out))
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    out: String,
    document_type: DocumentType,
    doctype: Option<Doctype>,
    /// Whether the root element has begun.
    in_root: bool,
    budget: Budget,
}

/// What the document type may still add.
struct Budget {
    bytes: usize,
    references: usize,
}

impl Budget {
    fn add(&mut self, bytes: usize) -> Option<()> {
        self.bytes = self.bytes.checked_sub(bytes)?;
        Some(())
    }

    fn refer(&mut self) -> Option<()> {
        self.references = self.references.checked_sub(1)?;
        Some(())
    }
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The length of the rest up to and with `end`; all of it when it does not end.
    fn until(&self, end: &str) -> usize {
        let rest = self.rest();
        rest.find(end).map_or(rest.len(), |at| at + end.len())
    }

    /// Reads one piece of markup, one reference, or the text before either.
    fn piece(&mut self) -> Result<(), FaultKind> {
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.copy(self.until("-->"));
        } else if rest.starts_with("<![CDATA[") {
            self.copy(self.until("]]>"));
        } else if rest.starts_with("<?") {
            self.instruction()?;
        } else if rest.starts_with("<!") {
            self.document_type()?;
        } else if rest.starts_with('<') {
            self.tag()?;
        } else if rest.starts_with('&') {
            self.reference()?;
        } else {
            let end = rest.find(['<', '&']).unwrap_or(rest.len());
            self.copy(end);
        }
        Ok(())
    }

    fn copy(&mut self, length: usize) {
        let rest = self.rest();
        self.out.push_str(rest.get(..length).unwrap_or(rest));
        self.at += length;
    }

    /// Leaves white space of the same lines.
    fn blank(&mut self, length: usize) {
        let rest = self.rest();
        let piece = rest.get(..length).unwrap_or(rest);
        let blank = piece.bytes().map(|byte| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ => ' ',
        });
        self.out.extend(blank);
        self.at += length;
    }

    fn instruction(&mut self) -> Result<(), FaultKind> {
        let rest = self.rest();
        let target = rest.get(2..).unwrap_or_default();
        let target = target.split(|c: char| c.is_whitespace() || c == '?').next();
        let target = target.unwrap_or_default();
        let length = self.until("?>");
        if target.eq_ignore_ascii_case("xml") {
            if self.at > 0 {
                return Err(FaultKind::ProcessingInstruction);
            }
            self.copy(length);
            return Ok(());
        }
        if target.is_empty()
            || !rest
                .get(..length)
                .is_some_and(|piece| piece.ends_with("?>"))
        {
            return Err(FaultKind::NotWellFormed);
        }
        self.blank(length);
        Ok(())
    }

    fn document_type(&mut self) -> Result<(), FaultKind> {
        let refused = self.document_type == DocumentType::Refused;
        if refused || self.in_root || self.doctype.is_some() {
            return Err(FaultKind::Doctype);
        }
        let (doctype, length) = Doctype::read(self.rest())?;
        self.doctype = Some(doctype);
        self.blank(length);
        Ok(())
    }

    /// A tag, with the attributes that the document type gives it, and its references resolved.
    fn tag(&mut self) -> Result<(), FaultKind> {
        self.in_root = true;
        let rest = self.rest();
        let tag = rest.get(..tag_length(rest)).unwrap_or(rest);
        let name_end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let name_end = name_end.filter(|end| *end > 1).unwrap_or(tag.len().min(1));
        let (name, inside) = tag.split_at_checked(name_end).unwrap_or((tag, ""));
        self.out.push_str(name);
        if let Some(doctype) = &self.doctype {
            let mut given = None;
            for (attribute, value) in doctype.defaults(name.get(1..).unwrap_or_default()) {
                let given = given.get_or_insert_with(|| attributes(inside));
                if !given.contains(attribute) {
                    let added = self.budget.add(attribute.len() + value.len());
                    added.ok_or(FaultKind::Doctype)?;
                    self.out.extend([" ", attribute, "=\"", value, "\""]);
                }
            }
        }
        self.at += name.len();
        let end = self.at + inside.len();
        while self.at < end {
            let rest = self.text.get(self.at..end).unwrap_or_default();
            let next = rest.find('&').unwrap_or(rest.len());
            self.copy(next);
            if next < rest.len() {
                self.reference()?;
            }
        }
        Ok(())
    }

    /// Copies a reference, or what it stands for; one that is none or not declared stays, and is
    /// refused by name where it is read.
    fn reference(&mut self) -> Result<(), FaultKind> {
        let inside = self.rest().get(1..).unwrap_or_default();
        let end = inside.find(doctype::is_sign).unwrap_or(inside.len());
        let (name, behind) = inside.split_at_checked(end).unwrap_or((inside, ""));
        match &self.doctype {
            Some(doctype) if behind.starts_with(';') && doctype.has(name) => {
                doctype.expand(name, MAX_DEPTH, &mut self.budget, &mut self.out)?;
                self.at += name.len() + 2;
            }
            Some(_) | None => self.copy(name.len() + 1),
        }
        Ok(())
    }
}

/// The length of the tag at the beginning of `rest`: signs between quotes do not end it.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    rest.len()
}

/// The names of the attributes inside a tag.
fn attributes(inside: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('=') {
        names.insert(before.trim());
        let value = after.trim_start();
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return names;
        };
        let behind = value.get(1..).and_then(|value| value.split_once(quote));
        rest = behind.map_or("", |(_, rest)| rest);
    }
    names
}

#[cfg(test)]
mod tests;
