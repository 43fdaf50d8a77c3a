//! The context of a request, from its eight named fields: header block in SOAP, headers in REST.
//!
//! Fields: Spanish standard of intermediation (BOE-A-2012-10049, III.6); contract `contexto/1`.

mod put;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use contract::{BodyContext, ContextField, Document};
use domain::{Context, OfficerId, OrganismId, Purpose, Reason, RequestId};
use jiff::Timestamp;

use crate::text::{collapse, instant};

pub use put::{Unsaid, put_context};

/// The longest `Expediente`, in characters, as in SCSP v3.
const LONGEST_FILE: usize = 65;

/// A field of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Who asks.
    Requester,
    /// For whom.
    OnBehalfOf,
    /// Which officer.
    Officer,
    /// What for.
    Purpose,
    /// Under which file.
    File,
    /// Why an imminent danger is declared.
    Peril,
    /// The name of the request.
    RequestId,
    /// When it was made.
    Timestamp,
}

/// Which names a message gives to the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The elements of the SOAP header block.
    Elements,
    /// The headers of HTTP.
    Headers,
}

impl Field {
    /// Every field, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::Requester,
        Self::OnBehalfOf,
        Self::Officer,
        Self::Purpose,
        Self::File,
        Self::Peril,
        Self::RequestId,
        Self::Timestamp,
    ];

    /// The field's name in a message.
    pub const fn name(self, naming: Naming) -> &'static str {
        let (element, header) = match self {
            Self::Requester => ("Solicitante", "Pasarela-Solicitante"),
            Self::OnBehalfOf => ("EnNombreDe", "Pasarela-En-Nombre-De"),
            Self::Officer => ("Funcionario", "Pasarela-Funcionario"),
            Self::Purpose => ("Finalidad", "Pasarela-Finalidad"),
            Self::File => ("Expediente", "Pasarela-Expediente"),
            Self::Peril => ("PeligroInminente", "Pasarela-Peligro-Inminente"),
            Self::RequestId => ("IdPeticion", "Idempotency-Key"),
            Self::Timestamp => ("TimeStamp", "Pasarela-Fecha"),
        };
        match naming {
            Naming::Elements => element,
            Naming::Headers => header,
        }
    }

    /// The field that a governance file means.
    const fn told(field: ContextField) -> Self {
        match field {
            ContextField::Requester => Self::Requester,
            ContextField::OnBehalfOf => Self::OnBehalfOf,
            ContextField::Officer => Self::Officer,
            ContextField::Purpose => Self::Purpose,
            ContextField::File => Self::File,
            ContextField::RequestId => Self::RequestId,
            ContextField::Timestamp => Self::Timestamp,
        }
    }

    /// The field that the header block calls `local`.
    pub(crate) fn from_element(local: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name(Naming::Elements) == local)
    }
}

/// One thing that is wrong with a context.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContextFault {
    /// There is no header block at all.
    NoBlock,
    /// A second header block.
    TwoBlocks,
    /// A mandatory field is absent or blank.
    Missing(Field),
    /// A field given twice.
    Repeated(Field),
    /// A field whose value is not well formed.
    Invalid(Field),
    /// A purpose that is not on the list.
    UnknownPurpose,
    /// An element of the block that is no field, by name.
    Unknown(String),
    /// Text between the fields of the block, or an element inside one.
    Stray,
}

/// Everything that is wrong with the context of one request; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextError {
    /// The faults, in the order of the contract.
    pub faults: Vec<ContextFault>,
    /// How the message names the fields.
    pub naming: Naming,
}

impl ContextError {
    /// The one fault of a header block.
    pub(crate) fn of_block(fault: ContextFault) -> Self {
        Self {
            faults: vec![fault],
            naming: Naming::Elements,
        }
    }
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            let name = |field: &Field| field.name(self.naming);
            match fault {
                ContextFault::NoBlock => f.write_str("the context block is missing")?,
                ContextFault::TwoBlocks => f.write_str("there is a second context block")?,
                ContextFault::Missing(field) => write!(f, "`{}` is missing", name(field))?,
                ContextFault::Repeated(field) => write!(f, "`{}` is repeated", name(field))?,
                ContextFault::Invalid(field) => write!(f, "`{}` is not well formed", name(field))?,
                ContextFault::UnknownPurpose => f.write_str("the purpose is not on the list")?,
                ContextFault::Unknown(found) => write!(f, "`{found}` is no field of the context")?,
                ContextFault::Stray => f.write_str("content between or inside the fields")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ContextError {}

/// The context that a message says in its own generic data, as the governance file tells where.
///
/// # Errors
/// Everything that is wrong with it.
pub fn context_of(document: &Document, told: &BodyContext) -> Result<Context, ContextError> {
    let mut raw = Raw::default();
    for (field, path) in &told.fields {
        let Some(text) = text_at(document, path) else {
            continue;
        };
        let field = Field::told(*field);
        let word = collapse(text);
        let value = match told.purposes.get(&*word) {
            Some(purpose) if field == Field::Purpose => purpose.to_string(),
            // The words of the service are a closed list, and this is none of them.
            None if field == Field::Purpose && !told.purposes.is_empty() => {
                raw.fault(ContextFault::UnknownPurpose);
                continue;
            }
            Some(_) | None => text.to_owned(),
        };
        raw.put(field, Cow::Owned(value));
    }
    raw.finish(Naming::Elements, Defaults::default())
}

/// The text of the leaf at a path from the root.
fn text_at<'d>(document: &'d Document, path: &str) -> Option<&'d str> {
    let below = path.strip_prefix('/')?;
    match below.split_once('/') {
        Some((_, rest)) => document.root().at(rest)?.text(),
        None => document.root().text(),
    }
}

/// The values as they came; at most one each.
#[derive(Debug, Default)]
pub(crate) struct Raw<'a> {
    values: Vec<(Field, Cow<'a, str>)>,
    faults: Vec<ContextFault>,
}

/// What the gateway fills in where the protocol lets the caller leave it out.
#[derive(Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) request_id: Option<RequestId>,
    pub(crate) timestamp: Option<Timestamp>,
}

impl<'a> Raw<'a> {
    pub(crate) fn put(&mut self, field: Field, value: Cow<'a, str>) {
        if self.values.iter().any(|(known, _)| *known == field) {
            self.faults.push(ContextFault::Repeated(field));
        } else {
            self.values.push((field, value));
        }
    }

    pub(crate) fn fault(&mut self, fault: ContextFault) {
        self.faults.push(fault);
    }

    /// The context, or everything that is wrong with it.
    pub(crate) fn finish(
        mut self,
        naming: Naming,
        defaults: Defaults,
    ) -> Result<Context, ContextError> {
        let requester = self.required(Field::Requester, None);
        let on_behalf_of = self.optional(Field::OnBehalfOf);
        let officer: Option<OfficerId> = self.required(Field::Officer, None);
        let purpose = self.purpose();
        let file = self.file();
        let peril = self.peril();
        let request_id = self.required(Field::RequestId, defaults.request_id);
        let timestamp = self.timestamp(defaults.timestamp);
        let mut faults = self.faults;
        faults.sort();
        let complete = (requester, officer, purpose, request_id, timestamp);
        match complete {
            (Some(requester), Some(officer), Some(purpose), Some(request_id), Some(timestamp))
                if faults.is_empty() =>
            {
                Ok(Context {
                    requester,
                    on_behalf_of,
                    officer,
                    purpose,
                    file,
                    peril,
                    request_id,
                    timestamp,
                })
            }
            _ => Err(ContextError { faults, naming }),
        }
    }

    /// The value without the white space around it; `None` when there is nothing else.
    fn value(&self, field: Field) -> Option<String> {
        let (_, value) = self.values.iter().find(|(known, _)| *known == field)?;
        Some(collapse(value).into_owned()).filter(|text| !text.is_empty())
    }

    fn optional<T: FromStr>(&mut self, field: Field) -> Option<T> {
        let parsed = self.value(field)?.parse().ok();
        if parsed.is_none() {
            self.fault(ContextFault::Invalid(field));
        }
        parsed
    }

    fn required<T: FromStr>(&mut self, field: Field, default: Option<T>) -> Option<T> {
        if self.value(field).is_some() {
            return self.optional(field);
        }
        if default.is_none() {
            self.fault(ContextFault::Missing(field));
        }
        default
    }

    fn purpose(&mut self) -> Option<Purpose> {
        // A word that no list has was said, and is not missing.
        if self.faults.contains(&ContextFault::UnknownPurpose) {
            return None;
        }
        let word: String = self.required(Field::Purpose, None)?;
        let purpose = word.parse().ok();
        if purpose.is_none() {
            self.fault(ContextFault::UnknownPurpose);
        }
        purpose
    }

    fn file(&mut self) -> Option<String> {
        let file: String = self.optional(Field::File)?;
        if file.chars().count() > LONGEST_FILE || file.chars().any(char::is_control) {
            self.fault(ContextFault::Invalid(Field::File));
        }
        Some(file)
    }

    /// Blank is not the same as not said: whoever means to declare a danger must not be answered as if nobody had.
    fn peril(&mut self) -> Option<Reason> {
        let said = self.values.iter().any(|(known, _)| *known == Field::Peril);
        if said && self.value(Field::Peril).is_none() {
            self.fault(ContextFault::Invalid(Field::Peril));
        }
        self.optional(Field::Peril)
    }

    fn timestamp(&mut self, default: Option<Timestamp>) -> Option<Timestamp> {
        let Some(text) = self.value(Field::Timestamp) else {
            return self.required(Field::Timestamp, default);
        };
        let timestamp = instant(&text);
        if timestamp.is_none() {
            self.fault(ContextFault::Invalid(Field::Timestamp));
        }
        timestamp
    }
}

/// The fields of a context as text, in the order of the contract, but for the reason of a declared danger: it is for
/// whoever reviews the access, and does not leave the gateway.
pub(crate) fn fields(context: &Context) -> Vec<(Field, String)> {
    let mut fields = vec![(Field::Requester, context.requester.to_string())];
    let on_behalf_of = context.on_behalf_of.as_ref().map(OrganismId::to_string);
    fields.extend(on_behalf_of.map(|id| (Field::OnBehalfOf, id)));
    fields.push((Field::Officer, context.officer.to_string()));
    fields.push((Field::Purpose, context.purpose.to_string()));
    fields.extend(context.file.clone().map(|file| (Field::File, file)));
    fields.push((Field::RequestId, context.request_id.to_string()));
    fields.push((Field::Timestamp, context.timestamp.to_string()));
    fields
}
