//! Violations: a readable document that says what the contract does not allow.

use std::fmt;

use crate::fault::Fault;
use crate::{FacetFault, xml};

/// Why a document was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The text cannot be read at all.
    Fault(Fault),
    /// The text can be read, but the contract does not allow it; never empty.
    Invalid(Vec<Violation>),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Invalid(violations) => {
                for (at, violation) in violations.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{violation}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for DecodeError {}

impl From<Fault> for DecodeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// One thing that the contract does not allow, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path from the root, as `/PresentarCaso/caso/victima[2]/@id`.
    pub path: String,
    /// The line in the text, from 1; `None` for a document that was never a text.
    pub line: Option<u32>,
    /// What is wrong.
    pub kind: ViolationKind,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, " (línea {line})")?;
        }
        write!(f, ": {}", self.kind)
    }
}

/// What the contract does not allow, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViolationKind {
    /// The root is another element than the one expected.
    WrongRoot {
        /// The name found.
        found: String,
        /// The name expected.
        expected: String,
    },
    /// A child that may not stand at this place.
    UnexpectedElement {
        /// The name found.
        found: String,
        /// The names that may stand here; empty when none may.
        expected: Vec<String>,
    },
    /// The content ends before a required child.
    MissingElement {
        /// The names of which one is missing.
        expected: Vec<String>,
    },
    /// Text where only elements may stand.
    UnexpectedText,
    /// An attribute that the type does not declare.
    UnknownAttribute {
        /// The name found.
        name: String,
    },
    /// An attribute given twice, or after the content has begun.
    MisplacedAttribute {
        /// Its name.
        name: String,
    },
    /// A required attribute is absent.
    MissingAttribute {
        /// Its name.
        name: String,
    },
    /// The value breaks its simple type.
    Facet {
        /// What it breaks.
        fault: FacetFault,
        /// The same in Spanish, with the bound and without the value.
        message: String,
    },
    /// The value is fixed and this is another one.
    NotTheFixedValue {
        /// The fixed value.
        expected: String,
    },
    /// A nil where the contract wants a value.
    NotNillable,
    /// `xsi:nil` is no boolean.
    InvalidNil,
    /// An element that says it is nil and has content.
    NilWithContent,
    /// `xsi:type` names a type that is unknown, or that may not stand for the declared one.
    TypeSubstitution {
        /// The name found.
        name: String,
    },
    /// The declared type is abstract, and no `xsi:type` names another.
    AbstractType,
    /// The element is abstract: only those that may stand for it may be there.
    AbstractElement,
    /// An element that must be declared, and is not.
    NotDeclared,
    /// A masked form in a request: whoever saw only the mask may not write it back.
    MaskedValue,
    /// A JSON property that the type does not declare.
    UnknownProperty {
        /// The name found.
        name: String,
    },
    /// A JSON value of another kind than the contract wants.
    WrongJsonType {
        /// The kind found.
        found: JsonShape,
        /// The kind expected.
        expected: JsonShape,
    },
    /// A JSON number that is not whole where the contract wants an integer.
    NotAnInteger,
    /// A JSON integer beyond ±(2^53 − 1).
    NumberOutOfRange,
    /// White space that the type does not have.
    WhiteSpace,
    /// An empty list, or another form of what JSON writes shorter: each content has one form.
    NotTheShortForm,
    /// An entry of a list of children that is no object with exactly one property that is a name.
    NotOneProperty,
    /// A character that XML cannot carry.
    IllegalCharacter,
    /// An `xs:ID` that the document has twice.
    DuplicateId,
    /// An `xs:IDREF` to no `xs:ID` of the document.
    DanglingReference,
    /// Two elements with one key.
    DuplicateKey {
        /// The constraint.
        name: String,
    },
    /// An element without some part of its key, or with a part that is no single value.
    IncompleteKey {
        /// The constraint.
        name: String,
    },
    /// A reference to a key that no element has.
    UnmatchedKey {
        /// The constraint.
        name: String,
    },
}

/// The kinds of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JsonShape {
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `"…"`
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
}

impl JsonShape {
    /// The kind's name in Spanish.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Object => "objeto",
            Self::Array => "lista",
            Self::String => "cadena",
            Self::Number => "número",
            Self::Boolean => "booleano",
            Self::Null => "null",
        }
    }
}

impl ViolationKind {
    /// The name on the wire; never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongRoot { .. } => "raiz-inesperada",
            Self::UnexpectedElement { .. } => "elemento-inesperado",
            Self::MissingElement { .. } => "elemento-ausente",
            Self::UnexpectedText => "texto-inesperado",
            Self::UnknownAttribute { .. } => "atributo-desconocido",
            Self::MisplacedAttribute { .. } => "atributo-descolocado",
            Self::MissingAttribute { .. } => "atributo-ausente",
            Self::Facet { .. } => "valor-no-valido",
            Self::NotTheFixedValue { .. } => "valor-fijo",
            Self::NotNillable => "nulo-no-admitido",
            Self::InvalidNil => "nil-no-valido",
            Self::NilWithContent => "nulo-con-contenido",
            Self::TypeSubstitution { .. } => "tipo-sustituido",
            Self::AbstractType => "tipo-abstracto",
            Self::AbstractElement => "elemento-abstracto",
            Self::NotDeclared => "elemento-sin-declarar",
            Self::MaskedValue => "valor-enmascarado",
            Self::UnknownProperty { .. } => "propiedad-desconocida",
            Self::WrongJsonType { .. } => "tipo-json",
            Self::NotAnInteger => "numero-no-entero",
            Self::NumberOutOfRange => "numero-fuera-de-rango",
            Self::WhiteSpace => "espacio-sobrante",
            Self::NotTheShortForm => "forma-no-breve",
            Self::NotOneProperty => "hijo-mal-nombrado",
            Self::IllegalCharacter => "caracter-prohibido",
            Self::DuplicateId => "identificador-repetido",
            Self::DanglingReference => "referencia-sin-destino",
            Self::DuplicateKey { .. } => "clave-repetida",
            Self::IncompleteKey { .. } => "clave-incompleta",
            Self::UnmatchedKey { .. } => "clave-inexistente",
        }
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongRoot { found, expected } => {
                write!(
                    f,
                    "el elemento raíz es `{found}` y se esperaba `{expected}`"
                )
            }
            Self::UnexpectedElement { found, expected } => {
                let awaited = awaited(expected);
                write!(f, "el elemento `{found}` no puede ir aquí; {awaited}")
            }
            Self::MissingElement { expected } => write!(f, "falta {}", any_of(expected)),
            Self::UnexpectedText => f.write_str("texto donde solo caben elementos"),
            Self::UnknownAttribute { name } => write!(f, "el atributo `{name}` no está declarado"),
            Self::MisplacedAttribute { name } => {
                write!(f, "el atributo `{name}` está repetido o llega tarde")
            }
            Self::MissingAttribute { name } => write!(f, "falta el atributo `{name}`"),
            Self::Facet { message, .. } => f.write_str(message),
            Self::NotTheFixedValue { expected } => write!(f, "el valor ha de ser `{expected}`"),
            Self::NotNillable => f.write_str("el elemento no admite valor nulo"),
            Self::InvalidNil => f.write_str("`xsi:nil` ha de ser `true` o `false`"),
            Self::NilWithContent => f.write_str("el elemento se declara nulo y tiene contenido"),
            Self::TypeSubstitution { name } => {
                write!(
                    f,
                    "el tipo `{name}` de `xsi:type` no puede sustituir al declarado"
                )
            }
            Self::AbstractType => f.write_str("el tipo es abstracto: falta un `xsi:type`"),
            Self::AbstractElement => f.write_str("el elemento es abstracto"),
            Self::NotDeclared => f.write_str("el elemento no está declarado en el contrato"),
            Self::MaskedValue => {
                f.write_str("el valor está enmascarado y no puede enviarse de vuelta")
            }
            Self::UnknownProperty { name } => write!(f, "la propiedad `{name}` no está declarada"),
            Self::WrongJsonType { found, expected } => {
                let (found, expected) = (found.as_str(), expected.as_str());
                write!(f, "se esperaba {expected} y hay {found}")
            }
            Self::NotAnInteger => f.write_str("se esperaba un número entero"),
            Self::NumberOutOfRange => f.write_str("el entero excede de ±(2^53 − 1)"),
            Self::WhiteSpace => f.write_str("sobra espacio en blanco"),
            Self::NotTheShortForm => f.write_str("este contenido tiene una forma más breve"),
            Self::NotOneProperty => {
                f.write_str("cada hijo es un objeto con una sola propiedad, que es su nombre")
            }
            Self::IllegalCharacter => f.write_str("contiene un carácter que XML 1.0 no admite"),
            Self::DuplicateId => f.write_str("el identificador ya está en el documento"),
            Self::DanglingReference => f.write_str("la referencia no lleva a ningún identificador"),
            Self::DuplicateKey { name } => write!(f, "la clave `{name}` está repetida"),
            Self::IncompleteKey { name } => write!(f, "la clave `{name}` está incompleta"),
            Self::UnmatchedKey { name } => write!(f, "la clave a la que remite `{name}` no existe"),
        }
    }
}

/// A name from a foreign text as a message may carry it: not too long, and nothing but characters
/// that are seen.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 80;
    let seen = name.chars().map(|c| {
        let hidden = c.is_control() || !xml::is_char(c);
        if hidden {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    });
    let mut shown: String = seen.take(LONGEST).collect();
    if name.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// What may come, if anything may.
fn awaited(names: &[String]) -> String {
    if names.is_empty() {
        return "no se esperaba ninguno".to_owned();
    }
    format!("se esperaba {}", any_of(names))
}

/// Names, quoted, as a choice.
fn any_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" o ")
}
