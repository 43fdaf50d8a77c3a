//! Faults of a foreign text before its meaning matters: not XML, not JSON, or too much of it.

use std::fmt;

/// A text that cannot be read at all, and the line where that was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} (línea {line})")]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The line, from 1.
    pub line: u32,
}

/// What makes a text unreadable, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The bytes are not of the encoding that the text says, or the encoding is none that is read.
    NotUtf8,
    /// A character that XML 1.0 forbids, written or by reference.
    IllegalCharacter,
    /// The text breaks the grammar of XML.
    NotWellFormed,
    /// A document type declaration.
    Doctype,
    /// A processing instruction, or an XML declaration that does not come first.
    ProcessingInstruction,
    /// A reference to an entity that is none of the five predefined ones.
    Entity,
    /// A prefix without declaration, or a declaration that the namespaces standard forbids.
    Namespace,
    /// An attribute given twice.
    DuplicateAttribute,
    /// Something after the end of the document.
    TrailingData,
    /// More bytes than allowed.
    TooLarge,
    /// Nested deeper than allowed.
    TooDeep,
    /// More attributes on one element than allowed.
    TooManyAttributes,
    /// More elements or values than allowed.
    TooManyElements,
    /// More namespace declarations in force than allowed.
    TooManyNamespaces,
    /// A text longer than allowed.
    TextTooLong,
    /// The text breaks the grammar of JSON.
    NotJson,
    /// A property given twice in one JSON object.
    DuplicateKey,
    /// Half of a surrogate pair in a JSON string.
    LoneSurrogate,
    /// A JSON number of more digits than any type has.
    NumberTooLong,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::NotUtf8,
        Self::IllegalCharacter,
        Self::NotWellFormed,
        Self::Doctype,
        Self::ProcessingInstruction,
        Self::Entity,
        Self::Namespace,
        Self::DuplicateAttribute,
        Self::TrailingData,
        Self::TooLarge,
        Self::TooDeep,
        Self::TooManyAttributes,
        Self::TooManyElements,
        Self::TooManyNamespaces,
        Self::TextTooLong,
        Self::NotJson,
        Self::DuplicateKey,
        Self::LoneSurrogate,
        Self::NumberTooLong,
    ];

    /// The name on the wire; never changes.
    pub fn code(self) -> &'static str {
        self.words().0
    }

    /// Code and Spanish text.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotUtf8 => (
                "codificacion",
                "la codificación no se admite, o el texto no está en ella",
            ),
            Self::IllegalCharacter => ("caracter-prohibido", "carácter que XML 1.0 no admite"),
            Self::NotWellFormed => ("xml-mal-formado", "el XML no está bien formado"),
            Self::Doctype => ("dtd-prohibida", "no se admiten declaraciones DOCTYPE"),
            Self::ProcessingInstruction => (
                "instruccion-prohibida",
                "no se admiten instrucciones de proceso",
            ),
            Self::Entity => ("entidad-prohibida", "no se admiten entidades propias"),
            Self::Namespace => (
                "espacio-de-nombres",
                "espacio de nombres mal declarado o sin declarar",
            ),
            Self::DuplicateAttribute => ("atributo-duplicado", "atributo repetido en un elemento"),
            Self::TrailingData => ("datos-sobrantes", "hay datos después del final"),
            Self::TooLarge => ("demasiado-grande", "el documento supera el tamaño máximo"),
            Self::TooDeep => (
                "demasiado-profundo",
                "el documento supera la profundidad máxima",
            ),
            Self::TooManyAttributes => (
                "demasiados-atributos",
                "un elemento supera el máximo de atributos",
            ),
            Self::TooManyElements => (
                "demasiados-elementos",
                "el documento supera el máximo de elementos",
            ),
            Self::TooManyNamespaces => (
                "demasiados-espacios-de-nombres",
                "demasiados espacios de nombres, declarados a la vez o nombrados en todo el texto",
            ),
            Self::TextTooLong => (
                "texto-demasiado-largo",
                "un texto supera la longitud máxima",
            ),
            Self::NotJson => ("json-mal-formado", "el JSON no está bien formado"),
            Self::DuplicateKey => (
                "propiedad-duplicada",
                "propiedad repetida en un objeto JSON",
            ),
            Self::NumberTooLong => (
                "numero-demasiado-largo",
                "un número JSON tiene demasiadas cifras",
            ),
            Self::LoneSurrogate => (
                "sustituto-suelto",
                "una cadena JSON contiene medio par sustituto",
            ),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}

/// The line, from 1, of the byte at `position`.
pub(crate) fn line_of(bytes: &[u8], position: usize) -> u32 {
    let before = bytes.get(..position).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{FaultKind, line_of};

    #[test]
    fn codes_are_distinct() {
        let codes: BTreeSet<_> = FaultKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FaultKind::ALL.len());
    }

    #[test]
    fn a_line_is_counted_from_one() {
        for (position, line) in [(0, 1), (1, 1), (2, 2), (3, 3), (99, 3)] {
            assert_eq!(line_of(b"a\n\nb", position), line, "{position}");
        }
    }
}
