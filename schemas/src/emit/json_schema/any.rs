//! Schemas of lists of children, and of what wildcards admit.

use serde_json::{Map, Value, json};

use crate::json::{LIST, TEXT, TYPE};
use crate::xml::{INSTANCE, XML, XMLNS};
use crate::{ComplexType, Contract, Namespaces, Particle, Process, QName, WildcardId};

use super::Definitions;

/// A name without colon, well enough.
const NAME: &str = r"[^\s:{}@#/?!<>&=.\-0-9][^\s:{}@#/?!<>&=]*";

/// A text that XML can carry.
const TEXT_PATTERN: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*$";

/// Any string.
pub(super) fn text() -> Value {
    json!({ "type": "string", "pattern": TEXT_PATTERN })
}

/// The parts of an element in order, each child an object with one property.
pub(super) fn list(definitions: &mut Definitions<'_>, complex: &ComplexType) -> Value {
    let mut parts = Vec::new();
    if complex.mixed {
        parts.push(run());
    }
    for child in &complex.children {
        let name = &definitions.contract().element(child.element).name;
        let key = crate::json::property(name, &complex.clashes);
        parts.push(entry(&key, &definitions.element(child.element)));
    }
    parts.extend(wildcards(definitions, complex));
    json!({ "type": "array", "items": { "anyOf": parts }, "minItems": 1 })
}

/// The children that wildcards admit.
pub(super) fn others(definitions: &mut Definitions<'_>, complex: &ComplexType) -> Option<Value> {
    let parts = wildcards(definitions, complex);
    if parts.is_empty() {
        return None;
    }
    Some(json!({ "type": "array", "items": { "anyOf": parts }, "minItems": 1 }))
}

/// The pattern of the properties of attributes that are not declared.
pub(super) fn attributes(contract: &Contract, any: WildcardId) -> String {
    let namespaces = &contract.wildcard(any).namespaces;
    pattern("@", namespaces, &[INSTANCE, XMLNS])
}

/// An element that names its type: the declared one, or one that may stand for it.
pub(super) fn type_name(name: &QName) -> Value {
    let local = escaped(&name.local);
    let pattern = match name.namespace.as_deref() {
        Some(namespace) => format!(r"^\{{{}\}}(?:{NAME}:)?{local}$", escaped(namespace)),
        None => format!("^{local}$"),
    };
    json!({ "type": "string", "pattern": pattern })
}

/// The value of an element that is not declared.
pub(super) fn open(definitions: &mut Definitions<'_>, process: Process) -> Value {
    let name = match process {
        Process::Strict | Process::Lax => "abierto",
        Process::Skip => "abierto-sin-comprobar",
    };
    definitions.shared(name, |definitions| {
        let any = Namespaces::Any;
        let parts = json!([run(), admitted(definitions, &any, process)]);
        let list = json!({ "type": "array", "items": { "anyOf": parts }, "minItems": 1 });
        let mut object = Map::new();
        object.insert("type".into(), json!("object"));
        object.insert(
            "properties".into(),
            json!({ (LIST): list, (TYPE): any_name() }),
        );
        let attribute = pattern("@", &any, &[INSTANCE, XMLNS]);
        let nil = format!(r"^@\{{{}\}}nil$", escaped(INSTANCE));
        object.insert(
            "patternProperties".into(),
            json!({ (attribute): text(), (nil): text() }),
        );
        object.insert("additionalProperties".into(), json!(false));
        object.insert("anyOf".into(), short_form());
        json!({ "anyOf": [text(), object] })
    })
}

/// What keeps an object from being written as a mere string: an attribute, or a child.
pub(super) fn short_form() -> Value {
    json!([
        { "minProperties": 2 },
        { "minProperties": 1, "not": { "required": [LIST] } },
        { "properties": { (LIST): { "contains": { "type": "object" } } }, "required": [LIST] },
    ])
}

/// The types that `xsi:type` may name in the place of `xs:anyType`, of text only.
pub(super) fn simple_types(definitions: &mut Definitions<'_>) -> Value {
    definitions.shared("valor-con-tipo", |definitions| {
        let contract = definitions.contract();
        let mut found = Vec::new();
        for (name, simple) in &contract.simple_names.ids {
            let value = definitions.simple(*simple);
            let properties = json!({ (TYPE): type_name(name), (TEXT): value });
            found.push(json!({
                "type": "object",
                "properties": properties,
                "required": [TYPE, TEXT],
                "additionalProperties": false,
            }));
        }
        json!({ "anyOf": found })
    })
}

/// A name in a value, with its namespace.
pub(super) fn any_name() -> Value {
    json!({ "type": "string", "pattern": format!(r"^(?:\{{.+\}}(?:{NAME}:)?)?{NAME}$") })
}

/// A run of text among children.
fn run() -> Value {
    json!({ "type": "string", "pattern": TEXT_PATTERN, "minLength": 1 })
}

fn entry(key: &str, schema: &Value) -> Value {
    json!({
        "type": "object",
        "properties": { (key): schema },
        "required": [key],
        "additionalProperties": false,
    })
}

fn wildcards(definitions: &mut Definitions<'_>, complex: &ComplexType) -> Vec<Value> {
    let mut ids = Vec::new();
    if let Some(particle) = &complex.particle {
        gather(particle, &mut ids);
    }
    let contract = definitions.contract();
    let mut found = Vec::new();
    for id in ids {
        let wildcard = contract.wildcard(id);
        let admitted = admitted(definitions, &wildcard.namespaces, wildcard.process);
        if !found.contains(&admitted) {
            found.push(admitted);
        }
    }
    found
}

fn gather(particle: &Particle, found: &mut Vec<WildcardId>) {
    if let Particle::Wildcard(id, _) = particle {
        found.push(*id);
    }
    for item in particle.items() {
        gather(item, found);
    }
}

/// One child that a wildcard admits: declared ones as declared, others as they come.
fn admitted(definitions: &mut Definitions<'_>, namespaces: &Namespaces, process: Process) -> Value {
    let contract = definitions.contract();
    let mut declared = Map::new();
    if process != Process::Skip {
        for root in contract.roots() {
            let element = contract.element(*root);
            let wanted = namespaces.has(element.name.namespace.as_deref());
            if wanted && !element.is_abstract {
                let schema = definitions.element(*root);
                declared.insert(root_key(&element.name), schema);
            }
        }
    }
    let rest = match process {
        Process::Strict => json!(false),
        Process::Lax | Process::Skip => open(definitions, process),
    };
    let names = pattern("", namespaces, &[XML, XMLNS]);
    json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": { "pattern": names },
        "properties": declared,
        "additionalProperties": rest,
    })
}

fn root_key(name: &QName) -> String {
    match name.namespace {
        Some(_) => crate::json::full(name),
        None => name.local.to_string(),
    }
}

/// The properties of names in those namespaces, none of `but` among them.
fn pattern(sign: &str, namespaces: &Namespaces, but: &[&str]) -> String {
    let not: Vec<String> = but.iter().map(|name| escaped(name)).collect();
    let not = not.join("|");
    match namespaces {
        Namespaces::Any => {
            format!(r"^{sign}(?:\{{(?!(?:{not})\}}).+\}}|(?:\{{\}})?){NAME}$")
        }
        Namespaces::Other(other) => {
            let other = other.as_deref().map(escaped).unwrap_or_default();
            format!(r"^{sign}\{{(?!(?:{not}|{other})\}}).+\}}{NAME}$")
        }
        Namespaces::Listed(listed) => {
            let each = listed.iter().map(|name| match name.as_deref() {
                Some(name) => format!(r"\{{{}\}}", escaped(name)),
                None => r"(?:\{\})?".to_owned(),
            });
            let each: Vec<String> = each.collect();
            format!("^{sign}(?:{}){NAME}$", each.join("|"))
        }
    }
}

/// A text as an expression that matches it alone.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\^$.|?*+()[]{}/".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
