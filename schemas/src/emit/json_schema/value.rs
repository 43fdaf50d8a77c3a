//! Schemas of leaf values.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::any::escaped;
use crate::name::Expanded;
use crate::{Bound, Builtin, Facets, Family, Fidelity, JsonKind, Pattern, SimpleType, WhiteSpace};

/// The schema of a simple type's JSON value.
pub(super) fn schema(simple: &SimpleType, fidelity: Fidelity) -> Value {
    if simple.is_name() {
        return super::any::any_name();
    }
    let mut members = Map::new();
    match simple.json_kind() {
        JsonKind::Boolean => {
            members.insert("type".into(), json!("boolean"));
        }
        JsonKind::Integer => integer(simple, &mut members),
        JsonKind::String => string(simple, &mut members),
    }
    let schema = Value::Object(members);
    // Forms that a number or truth value would not give back are strings.
    match (simple.json_kind(), fidelity) {
        (JsonKind::Integer, Fidelity::Texts) => {
            json!({ "anyOf": [schema, { "type": "string", "pattern": INTEGER_FORMS }] })
        }
        (JsonKind::Boolean, Fidelity::Texts) => json!({ "enum": [true, false, "1", "0"] }),
        (JsonKind::Integer | JsonKind::Boolean, Fidelity::Values) | (JsonKind::String, _) => schema,
    }
}

/// Integers as XML may write them and JSON does not.
const INTEGER_FORMS: &str = r"^(\+[0-9]+|-?0[0-9]+|-0)$";

/// A text of the schema as the JSON value it stands for.
pub(super) fn literal(kind: JsonKind, text: &str) -> Value {
    match kind {
        JsonKind::Boolean => json!(text == "true" || text == "1"),
        JsonKind::Integer => number(text).unwrap_or_else(|| json!(text)),
        JsonKind::String => json!(text),
    }
}

fn number(text: &str) -> Option<Value> {
    text.trim_start_matches('+')
        .parse::<i64>()
        .ok()
        .map(|number| json!(number))
}

fn integer(simple: &SimpleType, members: &mut Map<String, Value>) {
    members.insert("type".into(), json!("integer"));
    let facets = simple.facets();
    let Family::Integer(least, most) = simple.builtin().family() else {
        return;
    };
    bound(
        members,
        facets.min.as_ref(),
        least,
        ["minimum", "exclusiveMinimum"],
    );
    bound(
        members,
        facets.max.as_ref(),
        most,
        ["maximum", "exclusiveMaximum"],
    );
    if !facets.enumeration.is_empty() {
        let values = facets.enumeration.iter().filter_map(|text| number(text));
        members.insert("enum".into(), values.collect());
    }
}

fn bound(
    members: &mut Map<String, Value>,
    facet: Option<&Bound>,
    builtin: Option<&str>,
    [inclusive, exclusive]: [&str; 2],
) {
    let (text, keyword) = match facet {
        Some(bound) if !bound.inclusive => (Some(&*bound.text), exclusive),
        Some(bound) => (Some(&*bound.text), inclusive),
        None => (builtin, inclusive),
    };
    if let Some(value) = text.and_then(number) {
        members.insert(keyword.into(), value);
    }
}

fn string(simple: &SimpleType, members: &mut Map<String, Value>) {
    let facets = simple.facets();
    members.insert("type".into(), json!("string"));
    if simple.is_name() {
        return name(facets, members);
    }
    if simple.is_atomic() {
        lengths(simple.builtin(), facets, members);
    }
    // Values of one text each: elsewhere one value has several texts.
    let listed = simple.is_atomic() && matches!(simple.builtin().family(), Family::Text);
    if listed && !facets.enumeration.is_empty() {
        let values = facets.enumeration.iter().map(|text| json!(&**text));
        members.insert("enum".into(), values.collect());
    }
    let own = facets.patterns.iter().map(Pattern::ecma);
    let form = form(simple.builtin()).or_else(|| characters(facets).map(Cow::from));
    patterns(form.as_deref().into_iter().chain(own), members);
    if let Some((keyword, word)) = annotation(simple.builtin()) {
        members.insert(keyword.into(), json!(word));
    }
}

/// A name, of which the prefix means nothing; what form it may be written in is left to the codec.
fn name(facets: &Facets, members: &mut Map<String, Value>) {
    let listed = facets.enumeration.iter().map(|known| any_prefix(known));
    let listed: Vec<String> = listed.collect();
    if !listed.is_empty() {
        let expression = format!("^[ \\t\\n\\r]*(?:{})[ \\t\\n\\r]*$", listed.join("|"));
        members.insert("pattern".into(), json!(expression));
    }
}

/// An expression for a name with whatever prefix.
pub(super) fn any_prefix(text: &str) -> String {
    match Expanded::parse(text) {
        Some(name) => {
            let namespace = name
                .namespace
                .map(|namespace| format!(r"\{{{}\}}(?:[^{{}}:]+:)?", escaped(namespace)));
            format!("{}{}", namespace.unwrap_or_default(), escaped(name.local))
        }
        None => escaped(text),
    }
}

/// The characters of a free text: those of XML, its white space as the type leaves it.
///
/// `None` where the facets say it already.
fn characters(facets: &Facets) -> Option<&'static str> {
    let said = |pattern: &Pattern| {
        !["[^", "\\P{"]
            .iter()
            .any(|not| pattern.ecma().contains(not))
    };
    if !facets.enumeration.is_empty() || facets.patterns.iter().any(said) {
        return None;
    }
    Some(match facets.white_space {
        WhiteSpace::Preserve => r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*$",
        WhiteSpace::Replace => r"^[^\x00-\x1f\ufffe\uffff]*$",
        WhiteSpace::Collapse => r"^(?:[^\x00-\x20\ufffe\uffff]+(?: [^\x00-\x20\ufffe\uffff]+)*)?$",
    })
}

/// What tools know the type as, beside its form.
fn annotation(builtin: Builtin) -> Option<(&'static str, &'static str)> {
    match builtin.family() {
        Family::Temporal("Y-M-DTt") => Some(("format", "date-time")),
        Family::Temporal("Y-M-D") => Some(("format", "date")),
        Family::Base64 => Some(("contentEncoding", "base64")),
        Family::Text
        | Family::Boolean
        | Family::Decimal
        | Family::Integer(..)
        | Family::Float
        | Family::Double
        | Family::Temporal(_)
        | Family::Duration
        | Family::Hex => None,
    }
}

/// Every expression must match: the first as `pattern`, the others as `allOf`.
fn patterns<'p>(mut expressions: impl Iterator<Item = &'p str>, members: &mut Map<String, Value>) {
    if let Some(first) = expressions.next() {
        members.insert("pattern".into(), json!(first));
    }
    let others: Vec<Value> = expressions
        .map(|expression| json!({ "pattern": expression }))
        .collect();
    if !others.is_empty() {
        members.insert("allOf".into(), others.into());
    }
}

/// Lengths count characters in both worlds, but bytes for the binary types.
fn lengths(builtin: Builtin, facets: &Facets, members: &mut Map<String, Value>) {
    if !matches!(builtin.family(), Family::Text) {
        return;
    }
    for (keyword, length) in [
        ("minLength", facets.length.or(facets.min_length)),
        ("maxLength", facets.length.or(facets.max_length)),
    ] {
        if let Some(length) = length {
            members.insert(keyword.into(), json!(length));
        }
    }
}

/// The lexical form of a built-in type; `None` where every text has it.
///
/// Wider than the type where an expression cannot say it (days of a month, sizes of numbers).
fn form(builtin: Builtin) -> Option<Cow<'static, str>> {
    Some(match builtin.family() {
        Family::Text | Family::Boolean => return None,
        Family::Integer(..) => r"^[+\-]?[0-9]+$".into(),
        Family::Decimal => r"^[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$".into(),
        Family::Float | Family::Double => {
            r"^(INF|-INF|NaN|[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+\-]?[0-9]+)?)$".into()
        }
        Family::Duration => r"^-?P[0-9YMDTHS.]+$".into(),
        Family::Hex => "^([0-9a-fA-F]{2})*$".into(),
        Family::Base64 => r"^[A-Za-z0-9+/= ]*$".into(),
        Family::Temporal(layout) => temporal(layout).into(),
    })
}

/// The form of a date or time, from the layout of its type.
fn temporal(layout: &str) -> String {
    let mut form = String::from("^");
    for part in layout.chars() {
        match part {
            'Y' => form.push_str("-?(?!0000)[0-9]{4,}"),
            'M' => form.push_str("(0[1-9]|1[0-2])"),
            'D' => form.push_str("(0[1-9]|[12][0-9]|3[01])"),
            't' => form.push_str(TIME),
            sign => form.push(sign),
        }
    }
    form.push_str(ZONE);
    form
}

const TIME: &str = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)";
const ZONE: &str = r"(Z|[+\-](0[0-9]|1[0-3]):[0-5][0-9]|[+\-]14:00)?$";
