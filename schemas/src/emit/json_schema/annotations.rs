//! What a schema says of an element or attribute beyond the form of its value.

use serde_json::{Value, json};

use crate::json::TEXT;
use crate::{
    Attribute, ComplexType, Content, Contract, Element, Governed, Masking, Role, SimpleId,
    ValueConstraint,
};

use super::super::Direction;
use super::definitions::Definitions;
use super::{any, content, value};

/// Where the text of an element is: the attributes decide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// It is the JSON value itself.
    Value,
    /// It is the property `#texto`.
    Property,
}

impl<'c> Definitions<'c> {
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
    pub(super) fn annotated(&mut self, element: &Element, schema: Value) -> Value {
        let text = self.text(element);
        let mut schema = self.or_named(element, schema);
        if element.nillable {
            let mut forms = vec![schema];
            let complex = self.complex_of(element);
            let mixed = complex.is_some_and(|complex| complex.mixed);
            if text == Text::Value || mixed {
                forms.push(json!({ "type": "null" }));
            }
            if let Some(complex) = complex.filter(|complex| complex.has_attributes()) {
                forms.push(content::nil(self, complex));
            }
            schema = json!({ "anyOf": forms });
        }
        describe(&mut schema, &element.doc);
        if let Some(simple) = self.contract().text_of(element) {
            self.govern(&mut schema, text, element.governance, element.role);
            if text == Text::Value {
                constrain(&mut schema, element.value.as_ref(), self.contract(), simple);
                if element.value.is_some() {
                    schema = json!({ "anyOf": [schema, { "const": "" }] });
                }
            }
        }
        schema
    }

    /// The schema, or that of a type that stands for the declared one and says so.
    fn or_named(&mut self, element: &Element, schema: Value) -> Value {
        let contract = self.contract();
        let Content::Complex(id) = element.content else {
            return schema;
        };
        let complex = contract.complex(id);
        if complex.derived.is_empty() && !complex.is_any() {
            return schema;
        }
        let mut forms = Vec::new();
        if !complex.is_abstract {
            forms.push(schema);
        }
        let own = complex.name.clone().map(|name| (name, id));
        let blocked = element.block.with(complex.block);
        let open = complex.derived.iter().filter(|it| !it.by.meets(blocked));
        let derived = open.map(|derived| (derived.name.clone(), derived.complex));
        for (name, id) in own.into_iter().chain(derived) {
            if !contract.complex(id).is_abstract {
                forms.push(self.named(id, &name));
            }
        }
        if complex.is_any() {
            forms.push(any::simple_types(self));
        }
        json!({ "anyOf": forms })
    }

    fn complex_of(&self, element: &Element) -> Option<&'c ComplexType> {
        match element.content {
            Content::Complex(id) => Some(self.contract().complex(id)),
            Content::Simple(_) => None,
        }
    }

    fn text(&self, element: &Element) -> Text {
        match element.content {
            Content::Complex(id) if self.contract().complex(id).has_attributes() => Text::Property,
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

/// The schema of a value in its masked form, given as an expression.
fn masked(text: Text, form: &str) -> Value {
    let form = json!({ "type": "string", "pattern": form });
    match text {
        Text::Value => form,
        Text::Property => {
            json!({ "properties": { TEXT: form }, "required": [TEXT] })
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
        ValueConstraint::Fixed(text) if contract.simple(simple).is_name() => {
            let expression = format!("^{}$", value::any_prefix(text));
            members.insert("pattern".into(), json!(expression))
        }
        ValueConstraint::Fixed(text) => members.insert("const".into(), value::literal(kind, text)),
    };
}
