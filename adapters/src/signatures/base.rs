//! The signature base · RFC 9421 section 2.5: what the bytes are that a signature is over.

use sfv::{BareItem, FieldType, InnerList, Item, ListEntry};

use super::fault::SignatureFault;

/// What a message says before its body, as far as signatures are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The method, in capitals.
    pub method: String,
    /// The host, with its port unless that is the usual one.
    pub authority: String,
    /// The path, as it was sent.
    pub path: String,
    /// The query, without its question mark.
    pub query: Option<String>,
    /// The headers in their order, names in small letters.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// The value of a header; of several, all of them in their order (RFC 9421 section 2.1).
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .headers
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.trim_matches([' ', '\t']))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The value of a component of a request (RFC 9421 section 2.2).
    pub(super) fn component(&self, name: &str) -> Result<String, SignatureFault> {
        Ok(match name {
            "@method" => self.method.clone(),
            "@authority" => self.authority.to_ascii_lowercase(),
            "@scheme" => "https".to_owned(),
            "@path" => self.path.clone(),
            "@query" => format!("?{}", self.query.as_deref().unwrap_or_default()),
            "@request-target" => self.target(),
            "@target-uri" => {
                let authority = self.authority.to_ascii_lowercase();
                format!("https://{authority}{}", self.target())
            }
            derived if derived.starts_with('@') => return Err(SignatureFault::Component),
            header => self.header(header).ok_or(SignatureFault::NoSuchComponent)?,
        })
    }

    fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The base of what `covered` lists, each with its value.
pub(super) fn base(covered: &InnerList, values: &[String]) -> Option<String> {
    let mut out = String::new();
    for (item, value) in covered.items.iter().zip(values) {
        out.push_str(&item.serialize());
        out.push_str(": ");
        out.push_str(value);
        out.push('\n');
    }
    out.push_str("\"@signature-params\": ");
    out.push_str(&written(covered)?);
    Some(out)
}

/// What is covered, as a header says it.
pub(super) fn written(covered: &InnerList) -> Option<String> {
    vec![ListEntry::InnerList(covered.clone())].serialize()
}

/// The name of a component, unless it is something else.
pub(super) fn name(item: &Item) -> Option<&str> {
    match &item.bare_item {
        BareItem::String(name) => Some(name.as_str()),
        BareItem::Decimal(_)
        | BareItem::Integer(_)
        | BareItem::ByteSequence(_)
        | BareItem::Boolean(_)
        | BareItem::Token(_)
        | BareItem::Date(_)
        | BareItem::DisplayString(_) => None,
    }
}
