//! Restrictions of complex types: what they allow, their base allows.

use super::{errors, ungoverned};

/// A base, what restricts it, and why that is refused.
const CASES: &[(&str, &str, &str)] = &[
    ("<a 1 3><b 0 1>", "<a 1 3><b 0 1>", ""),
    ("<a 1 3><b 0 1>", "<a 2 2>", ""),
    ("<a 1 3><b 0 1>", "<a 1 1><b 1 1>", ""),
    (
        "<a 1 3>",
        "<a 1 4>",
        "element `{urn:x}a` may come where it may not",
    ),
    (
        "<a 2 3>",
        "<a 1 3>",
        "its content may end before that of its base",
    ),
    ("<a 1 1>", "", "it may be empty"),
    ("<a 0 1>", "", ""),
    ("", "<a 0 1>", "it may hold elements"),
    (
        "<a 0 1><b 0 1>",
        "<b 0 1><a 0 1>",
        "element `{urn:x}a` may come where it may not",
    ),
    ("<a 2 unbounded>", "<a 3 unbounded>", ""),
    ("<any 0 9>", "<a 0 9>", ""),
    (
        "<a 0 9>",
        "<any 0 1>",
        "what a wildcard admits may come where it may not",
    ),
    ("<a 0 1 type='xs:token'>", "<a 0 1 type='xs:NCName'>", ""),
    (
        "<a 0 1 type='xs:token'>",
        "<a 0 1 type='xs:int'>",
        "element `{urn:x}a` has a type that does not derive from that of the base",
    ),
    (
        "<a 0 1>",
        "<a 0 1 nillable='true'>",
        "element `{urn:x}a` may be nil",
    ),
    (
        "<a 0 1 fixed='x'>",
        "<a 0 1>",
        "element `{urn:x}a` is not fixed",
    ),
    ("@k required", "@k required", ""),
    ("@k required", "@k optional", "attribute `k` may be missing"),
    (
        "@k required",
        "@k prohibited",
        "attribute `k` may be missing",
    ),
    ("@k optional", "@k prohibited", ""),
    ("@k optional", "@k required", ""),
    ("@k optional", "@l optional", "it has an attribute `l`"),
    (
        "@k optional type='xs:int'",
        "@k optional type='xs:byte'",
        "",
    ),
    (
        "@k optional type='xs:int'",
        "@k optional type='xs:token'",
        "attribute `k` has another type",
    ),
    (
        "@k optional fixed='x'",
        "@k optional",
        "attribute `k` is not fixed",
    ),
];

/// Elements written `<name min max more>`, or an attribute written `@name use more`.
fn inside(short: &str) -> String {
    if let Some(attribute) = short.strip_prefix('@') {
        let mut words = attribute.splitn(3, ' ');
        let (name, usage) = (words.next().unwrap(), words.next().unwrap());
        let more = words.next().unwrap_or_default();
        let kind = if more.contains("type=") {
            ""
        } else {
            "type='xs:string'"
        };
        return format!("<xs:attribute name='{name}' use='{usage}' {kind} {more}/>");
    }
    let elements = short.split(['<', '>']).filter(|piece| !piece.is_empty());
    let elements = elements.map(|piece| {
        let mut words = piece.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default().to_owned();
        let (name, min, max, more) = (next(), next(), next(), next());
        let occurs = format!("minOccurs='{min}' maxOccurs='{max}'");
        if name == "any" {
            return format!("<xs:any processContents='lax' {occurs}/>");
        }
        let kind = if more.contains("type=") {
            ""
        } else {
            "type='xs:string'"
        };
        format!("<xs:element name='{name}' {kind} {occurs} {more}/>")
    });
    format!(
        "<xs:sequence>{}</xs:sequence>",
        elements.collect::<String>()
    )
}

#[test]
fn what_a_restriction_allows_its_base_allows() {
    for (base, narrow, expected) in CASES {
        let (base, narrow) = (inside(base), inside(narrow));
        let text = format!(
            "<xs:complexType name='B'>{base}</xs:complexType><xs:complexType name='D'>\
             <xs:complexContent><xs:restriction base='B'>{narrow}</xs:restriction></xs:complexContent>\
             </xs:complexType><xs:element name='e' type='B'/>"
        );
        let expected: Vec<String> = [expected]
            .into_iter()
            .filter(|why| !why.is_empty())
            .map(|why| format!("a.xsd:2: `{{urn:x}}D` is wider than its base: {why}"))
            .collect();
        assert_eq!(errors(ungoverned(&text)), expected, "{text}");
    }
}
