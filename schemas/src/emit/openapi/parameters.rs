//! What a REST request carries outside its body: path, query, and the context in headers.

use serde_json::{Map, Value, json};

use crate::{
    Child, Contract, ElementId, Family, Method, Operation, RestBinding, RestBody, Role, Segment,
};

use super::super::json_schema::{self, Definitions};
use super::{Options, is_addressed};

/// Leaf of the context, header, and whether REST can do without it although the contract cannot.
const CONTEXT: &[(&str, &str, Need)] = &[
    ("Solicitante", "Pasarela-Solicitante", Need::AsDeclared),
    ("EnNombreDe", "Pasarela-En-Nombre-De", Need::AsDeclared),
    ("Funcionario", "Pasarela-Funcionario", Need::AsDeclared),
    ("Finalidad", "Pasarela-Finalidad", Need::AsDeclared),
    ("Expediente", "Pasarela-Expediente", Need::AsDeclared),
    (
        "PeligroInminente",
        "Pasarela-Peligro-Inminente",
        Need::AsDeclared,
    ),
    ("IdPeticion", "Idempotency-Key", Need::ForEffects),
    ("TimeStamp", "Pasarela-Fecha", Need::Never),
];

/// Leaves whose header carries any text, percent-encoded in UTF-8.
const ENCODED: &[&str] = &["PeligroInminente"];
/// The most characters that one character becomes: four bytes of three characters each.
const ENCODED_LENGTH: u64 = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    AsDeclared,
    ForEffects,
    Never,
}

/// The parameters of one REST shape, in the order path, query, headers.
pub(super) fn of(
    definitions: &mut Definitions<'_>,
    operation: &Operation,
    binding: &RestBinding,
    options: &Options<'_>,
) -> Vec<Value> {
    let contract = definitions.contract();
    let mut parameters = Vec::new();
    for segment in &binding.path {
        if let Segment::Param(name) = segment {
            parameters.extend(path(definitions, operation, name));
        }
    }
    if binding.method == Method::Get && binding.body == RestBody::None {
        for child in query_children(contract, operation) {
            parameters.push(query(definitions, child));
        }
    }
    if operation.lot.is_some() {
        parameters.push(json!({
            "name": "desde",
            "in": "query",
            "required": false,
            "description": "Posición de la primera línea de un lote que se envía línea a línea y sigue donde se cortó.",
            "schema": { "type": "integer", "minimum": 1, "default": 1 },
        }));
    }
    let effects = binding.method != Method::Get && has_effects(operation);
    parameters.extend(
        options
            .context
            .into_iter()
            .flat_map(|context| references(context, effects)),
    );
    if is_conditional(contract, operation, binding) {
        parameters.push(json!({ "$ref": "#/components/parameters/If-Match" }));
    }
    parameters.push(json!({ "$ref": "#/components/parameters/traceparent" }));
    parameters
}

/// Whether the shape changes something that exists, and so must name the version it starts from.
pub(super) fn is_conditional(
    contract: &Contract,
    operation: &Operation,
    binding: &RestBinding,
) -> bool {
    let expects = contract
        .children_of(operation.request)
        .iter()
        .any(|child| contract.element(child.element).role == Some(Role::ExpectedVersion));
    expects && is_addressed(binding)
}

/// Whether asking twice could do twice: then the request's number is not optional.
fn has_effects(operation: &Operation) -> bool {
    &*operation.class == "presentacion"
}

fn path(definitions: &mut Definitions<'_>, operation: &Operation, name: &str) -> Option<Value> {
    let contract = definitions.contract();
    let child = contract
        .children_of(operation.request)
        .iter()
        .find(|child| *contract.element(child.element).name.local == *name)?;
    Some(parameter(definitions, child.element, name, "path", true))
}

/// The leaves that travel in the query; what only the gateway writes, or a header says, is left out.
fn query_children<'c>(
    contract: &'c Contract,
    operation: &Operation,
) -> impl Iterator<Item = Child> + use<'c> {
    // What one shape of the operation takes in its path no other takes in its query.
    let in_path: Vec<String> = operation
        .rest
        .iter()
        .flat_map(|shape| &shape.path)
        .filter_map(|segment| match segment {
            Segment::Param(name) => Some(name.clone()),
            Segment::Literal(_) => None,
        })
        .collect();
    contract
        .children_of(operation.request)
        .iter()
        .copied()
        .filter(move |child| {
            let element = contract.element(child.element);
            let own = element
                .role
                .is_some_and(|role| role.is_reserved() || role == Role::ExpectedVersion);
            let elsewhere = in_path.iter().any(|name| **name == *element.name.local);
            !own && !elsewhere && contract.text_of(element).is_some()
        })
}

fn query(definitions: &mut Definitions<'_>, child: Child) -> Value {
    let name = definitions
        .contract()
        .element(child.element)
        .name
        .local
        .clone();
    let mut parameter = parameter(definitions, child.element, &name, "query", child.required);
    if let (Value::Object(members), true) = (&mut parameter, child.repeated) {
        let items = members.remove("schema").unwrap_or_default();
        members.insert("schema".into(), json!({ "type": "array", "items": items }));
        members.insert("style".into(), json!("form"));
        members.insert("explode".into(), json!(true));
    }
    parameter
}

fn parameter(
    definitions: &mut Definitions<'_>,
    element: ElementId,
    name: &str,
    place: &str,
    required: bool,
) -> Value {
    let doc = definitions.contract().element(element).doc.clone();
    json!({
        "name": name,
        "in": place,
        "required": required,
        "description": &*doc,
        "schema": definitions.element(element),
    })
}

/// The context's headers by reference; an operation with effects must bring its number.
fn references(context: &Contract, effects: bool) -> Vec<Value> {
    let found = CONTEXT
        .iter()
        .filter(|(leaf, ..)| leaf_of(context, leaf).is_some());
    let named = found.map(|(_, header, need)| match need {
        Need::ForEffects if effects => format!("{header}-obligatoria"),
        Need::AsDeclared | Need::ForEffects | Need::Never => (*header).to_owned(),
    });
    named
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect()
}

fn leaf_of(context: &Contract, local: &str) -> Option<Child> {
    let root = context.root(&crate::QName::new(Some(context.namespace()), "Contexto"))?;
    let children = context.children_of(root);
    children
        .iter()
        .find(|child| *context.element(child.element).name.local == *local)
        .copied()
}

/// The headers that operations refer to.
pub(super) fn components(options: &Options<'_>) -> Map<String, Value> {
    let mut found = Map::new();
    for (leaf, header, need) in CONTEXT {
        let Some(context) = options.context else {
            break;
        };
        let Some(child) = leaf_of(context, leaf) else {
            continue;
        };
        let required = *need == Need::AsDeclared && child.required;
        let schema = header_schema(context, child, options);
        let doc = &*context.element(child.element).doc;
        found.insert((*header).into(), described(header, required, doc, &schema));
        if *need == Need::ForEffects {
            found.insert(
                format!("{header}-obligatoria"),
                described(header, true, doc, &schema),
            );
        }
    }
    let etag = json!({ "type": "string", "pattern": r#"^"[0-9]{1,18}"$"#, "examples": ["\"3\""] });
    let doc = "La ETag de la versión sobre la que se ha trabajado.";
    found.insert("If-Match".into(), described("If-Match", true, doc, &etag));
    let trace =
        json!({ "type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$" });
    let doc = "Traza de quien pregunta (W3C Trace Context).";
    found.insert(
        "traceparent".into(),
        described("traceparent", false, doc, &trace),
    );
    found
}

fn described(header: &str, required: bool, doc: &str, schema: &Value) -> Value {
    json!({
        "name": header,
        "in": "header",
        "required": required,
        "description": doc,
        "schema": schema,
    })
}

/// The leaf's own schema, written out: the context is another contract.
fn header_schema(context: &Contract, child: Child, options: &Options<'_>) -> Value {
    let element = context.element(child.element);
    let Some(simple) = context.text_of(element) else {
        return json!({ "type": "string" });
    };
    let simple = context.simple(simple);
    let mut schema = json_schema::of_value(simple);
    if let Value::Object(members) = &mut schema {
        if &*element.name.local == "Finalidad" && !options.purposes.is_empty() {
            members.insert("enum".into(), json!(options.purposes));
        }
        // A header has no other characters: RFC 9110, section 5.5.
        let free = simple.builtin().family() == Family::Text && simple.facets().patterns.is_empty();
        if free {
            members.insert("pattern".into(), json!("^[!-~]([ -~]*[!-~])?$"));
        }
        // The contract counts the characters of the text, a description those of the header.
        let longest = members.get("maxLength").and_then(Value::as_u64);
        if let (true, Some(longest)) = (ENCODED.contains(&&*element.name.local), longest) {
            members.insert("maxLength".into(), json!(longest * ENCODED_LENGTH));
        }
    }
    schema
}
