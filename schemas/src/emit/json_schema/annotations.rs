//! What a schema says of an element or attribute beyond the form of its value.

use serde_json::{Value, json};

use crate::{
    Attribute, Content, Contract, Element, Governed, Masking, Role, SimpleId, ValueConstraint,
};

use super::super::Direction;
use super::definitions::Definitions;
use super::{content, value};

/// Where the text of an element is: the attributes decide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// It is the JSON value itself.
    Value,
    /// It is the property `#texto`.
    Property,
}

impl Definitions<'_> {
    /// The schema of an attribute's value.
    pub(super) fn attribute(&mut self, attribute: &Attribute) -> Value {
        let mut schema = self.simple(attribute.simple);
        describe(&mut schema, &attribute.doc);
        self.govern(
            &mut schema,
            Text::Value,
            attribute.governance,
            attribute.role,
        );
        constrain(
            &mut schema,
            attribute.value.as_ref(),
            self.contract(),
            attribute.simple,
        );
        schema
    }

    /// The schema of an element's value, with what the element itself says.
    pub(super) fn annotated(&self, element: &Element, schema: Value) -> Value {
        let text = self.text(element);
        let mut schema = match (element.nillable, text) {
            (true, Text::Property) => json!({ "anyOf": [schema, nil_object()] }),
            (true, Text::Value) => json!({ "anyOf": [schema, { "type": "null" }] }),
            (false, Text::Property | Text::Value) => schema,
        };
        describe(&mut schema, &element.doc);
        if let Some(simple) = self.contract().text_of(element) {
            self.govern(&mut schema, text, element.governance, element.role);
            if text == Text::Value {
                constrain(&mut schema, element.value.as_ref(), self.contract(), simple);
            }
        }
        schema
    }

    fn text(&self, element: &Element) -> Text {
        match element.content {
            Content::Complex(id) if !self.contract().complex(id).attributes.is_empty() => {
                Text::Property
            }
            Content::Complex(_) | Content::Simple(_) => Text::Value,
        }
    }

    /// Says who may see a leaf, and keeps masked forms out of requests.
    fn govern(
        &self,
        schema: &mut Value,
        text: Text,
        governed: Option<Governed>,
        role: Option<Role>,
    ) {
        let Value::Object(members) = schema else {
            return;
        };
        if let Some(governed) = governed {
            let group = self.contract().group(governed.group);
            members.insert("x-pasarela-grupo".into(), json!(&*group.name));
            let sensitivity = governed.sensitivity.as_str();
            members.insert("x-pasarela-sensibilidad".into(), json!(sensitivity));
            if let Some(masking) = governed.masking {
                members.insert("x-pasarela-mascara".into(), json!(masking.as_str()));
                let form = masked_form(masking).map(|form| masked(text, form));
                if let (Some(form), Direction::Request) = (form, self.direction()) {
                    members.insert("not".into(), form);
                }
            }
        }
        if let Some(role) = role {
            members.insert("x-pasarela-funcion".into(), json!(role.as_str()));
        }
    }
}

/// Nil, where attributes leave no room for `null` itself.
fn nil_object() -> Value {
    let properties = json!({ content::TEXT: { "type": "null" } });
    json!({ "type": "object", "properties": properties, "required": [content::TEXT] })
}

/// The schema of a value in its masked form, given as an expression.
fn masked(text: Text, form: &str) -> Value {
    let form = json!({ "type": "string", "pattern": form });
    match text {
        Text::Value => form,
        Text::Property => {
            json!({ "properties": { content::TEXT: form }, "required": [content::TEXT] })
        }
    }
}

/// What the codec takes for a masked form, as an expression.
fn masked_form(masking: Masking) -> Option<&'static str> {
    match masking {
        Masking::Document | Masking::Phone => Some(r"\*"),
        Masking::Year => Some("^[0-9]{4}$"),
        Masking::Province => Some("000$"),
        Masking::Initial => Some(r"\*\*\*$"),
        Masking::Whole => None,
    }
}

pub(super) fn describe(schema: &mut Value, doc: &str) {
    if let (Value::Object(members), false) = (schema, doc.is_empty()) {
        members.insert("description".into(), json!(doc));
    }
}

fn constrain(
    schema: &mut Value,
    given: Option<&ValueConstraint>,
    contract: &Contract,
    simple: SimpleId,
) {
    let (Value::Object(members), Some(given)) = (schema, given) else {
        return;
    };
    let kind = contract.simple(simple).json_kind();
    match given {
        ValueConstraint::Default(text) => {
            members.insert("default".into(), value::literal(kind, text))
        }
        ValueConstraint::Fixed(text) => members.insert("const".into(), value::literal(kind, text)),
    };
}
