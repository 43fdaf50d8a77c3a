//! Simple types, one leaf a document: every built-in type, facets and expressions.

use std::fmt::Write as _;

use contract::{Builtin, QName};

use crate::oracle::{Case, Known, Tally, compare};
use crate::second::{ASCII, BLANK, CLASSES, FORMS, LENGTHS, NUMBERS, PATTERNS, SMALL, VALUES};
use crate::texts::{pattern_texts, patterns};
use contract::example::texts;

/// Types by the facets that narrow them: base, then facets.
const NARROWED: &[(&str, &str)] = &[
    ("token", "<length 3>"),
    ("string", "<minLength 2><maxLength 4>"),
    ("string", "<whiteSpace collapse><maxLength 3>"),
    ("normalizedString", "<length 3>"),
    ("token", "<enumeration a><enumeration A b><enumeration a b>"),
    ("string", "<enumeration a><enumeration  >"),
    ("token", "<pattern [a-z]+><maxLength 2>"),
    ("hexBinary", "<length 2>"),
    ("base64Binary", "<maxLength 2>"),
    ("base64Binary", "<enumeration QUJD>"),
    ("hexBinary", "<enumeration 0aff>"),
    ("anyURI", "<maxLength 7>"),
    ("NCName", "<minLength 2>"),
    ("int", "<minInclusive 1><maxInclusive 100>"),
    ("int", "<minExclusive 1><maxExclusive 100>"),
    ("int", "<enumeration 1><enumeration 12>"),
    ("int", "<pattern [0-9]+>"),
    ("integer", "<totalDigits 3>"),
    ("decimal", "<totalDigits 3><fractionDigits 1>"),
    ("decimal", "<fractionDigits 2>"),
    ("decimal", "<totalDigits 2>"),
    ("decimal", "<enumeration 1.5><enumeration 0.5>"),
    ("decimal", "<minInclusive -1><maxExclusive 12.345>"),
    ("double", "<minInclusive 0><maxInclusive 1e2>"),
    ("float", "<maxExclusive INF>"),
    ("double", "<enumeration 100>"),
    ("date", "<minInclusive 2026-01-01>"),
    ("date", "<maxExclusive 2026-01-01Z>"),
    ("dateTime", "<minInclusive 2026-01-01T00:00:00Z>"),
    ("dateTime", "<maxInclusive 2026-01-01T00:00:00>"),
    ("time", "<minInclusive 12:30:45>"),
    ("gYear", "<minInclusive 1900>"),
    ("gYearMonth", "<maxInclusive 2026-12>"),
    ("duration", "<maxInclusive P1M>"),
    ("duration", "<minExclusive P1D>"),
    ("boolean", "<pattern true|false>"),
];

const BASE64: Known = Known {
    we_accept: false,
    why: "libxml2 passes over characters that Base64 does not have",
};
const EXPONENT: Known = Known {
    we_accept: false,
    why: "libxml2 accepts an exponent without digits",
};
const SECONDS: Known = Known {
    we_accept: false,
    why: "libxml2 accepts seconds without a digit before the point",
};
pub(crate) const YEARS: Known = Known {
    we_accept: false,
    why: "we read years of twelve digits at most",
};
const ZONES: Known = Known {
    we_accept: false,
    why: "libxml2 takes a time without zone for equal to one exactly fourteen hours away",
};
const NAMES: Known = Known {
    we_accept: true,
    why: "our name characters are those of XML 1.0 fifth edition, libxml2's of the second",
};

/// The types whose values are names.
const NAME_TYPES: &[Builtin] = &[
    Builtin::Name,
    Builtin::NcName,
    Builtin::NmToken,
    Builtin::Id,
];

/// The difference that a text may make.
fn known(builtin: Builtin, restriction: &str, text: &str) -> Option<Known> {
    let foreign = |c: char| !c.is_ascii_alphanumeric() && !"+/= ".contains(c);
    let name_class = restriction.contains("\\i") || restriction.contains("\\c");
    let is = |types: &[Builtin]| types.contains(&builtin);
    let rules = [
        (
            is(&[Builtin::Base64Binary]) && text.contains(foreign),
            BASE64,
        ),
        (
            is(&[Builtin::Float, Builtin::Double]) && text.ends_with(['e', 'E']),
            EXPONENT,
        ),
        (is(&[Builtin::Duration]) && text.contains("T."), SECONDS),
        (is(&[Builtin::GYear]) && text.len() > 12, YEARS),
        (
            is(&[Builtin::DateTime]) && text.ends_with("T14:00:00"),
            ZONES,
        ),
        ((is(NAME_TYPES) || name_class) && !text.is_ascii(), NAMES),
    ];
    rules.into_iter().find(|rule| rule.0).map(|rule| rule.1)
}

#[test]
fn built_in_types_are_judged_alike() {
    // libxml2 does not narrow the first, and asks the second for notations that are declared. The
    // other two depend on the rest of the document: a reference to nothing is refused here and not
    // there, a prefix that nothing declares is refused there and not here.
    let left_out = [
        Builtin::AnySimpleType,
        Builtin::Notation,
        Builtin::IdRef,
        Builtin::QName,
    ];
    let types: Vec<_> = Builtin::ALL
        .iter()
        .filter(|builtin| !left_out.contains(builtin))
        .map(|builtin| (*builtin, format!("<xs:restriction base='{builtin}'/>")))
        .collect();
    let tally = check(&types, &texts());
    tally.assert_equal(5_000);
    tally.assert_used(&[BASE64, EXPONENT, SECONDS, YEARS, NAMES]);
    tally
        .second
        .assert_explained(5_000, &[FORMS, ASCII, NUMBERS]);
}

#[test]
fn facets_are_judged_alike() {
    let types: Vec<_> = NARROWED
        .iter()
        .map(|(base, facets)| narrowed(base, facets))
        .collect();
    let tally = check(&types, &texts());
    tally.assert_equal(5_000);
    tally.assert_used(&[BASE64, EXPONENT, SECONDS, ZONES]);
    tally.second.assert_explained(
        5_000,
        &[FORMS, SMALL, BLANK, ASCII, NUMBERS, LENGTHS, VALUES],
    );
}

#[test]
fn expressions_are_judged_alike() {
    let pattern = |text: &&str| {
        let facet = format!("<xs:pattern value='{text}'/>");
        (
            Builtin::String,
            format!("<xs:restriction base='xs:string'>{facet}</xs:restriction>"),
        )
    };
    let types: Vec<_> = patterns().iter().map(pattern).collect();
    let tally = check(&types, &pattern_texts());
    tally.assert_equal(2_000);
    tally.assert_used(&[NAMES]);
    tally.second.assert_explained(2_000, &[CLASSES, PATTERNS]);
}

/// A restriction with facets written `<name value>`.
fn narrowed(base: &str, facets: &str) -> (Builtin, String) {
    let mut inside = String::new();
    for facet in facets.split_inclusive('>') {
        let (name, value) = facet.trim_matches(['<', '>']).split_once(' ').unwrap();
        let _ = write!(inside, "<xs:{name} value='{value}'/>");
    }
    let restriction = format!("<xs:restriction base='xs:{base}'>{inside}</xs:restriction>");
    (Builtin::from_name(base).unwrap(), restriction)
}

/// Judges every text as an element and as an attribute of every type.
fn check(types: &[(Builtin, String)], texts: &[&str]) -> Tally {
    let folder = tempfile::tempdir().unwrap();
    let mut schema = String::from("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>");
    let mut cases = Vec::new();
    for (at, (builtin, inside)) in types.iter().enumerate() {
        let _ = write!(
            schema,
            "<xs:simpleType name='t{at}'>{inside}</xs:simpleType>\
             <xs:element name='e{at}' type='t{at}'/>\
             <xs:element name='a{at}'><xs:complexType><xs:attribute name='x' type='t{at}'/>\
             </xs:complexType></xs:element>"
        );
        for text in texts {
            let known: Vec<_> = known(*builtin, inside, text).into_iter().collect();
            for (name, text) in [
                (format!("e{at}"), format!("<e{at}>{text}</e{at}>")),
                (format!("a{at}"), format!("<a{at} x=\"{text}\"/>")),
            ] {
                let root = QName::new(None, &name);
                cases.push(Case {
                    root,
                    text,
                    known: known.clone(),
                    instead: None,
                });
            }
        }
    }
    schema.push_str("</xs:schema>");
    std::fs::write(folder.path().join("types.xsd"), schema).unwrap();
    compare(folder.path(), "types.xsd", &cases)
}
