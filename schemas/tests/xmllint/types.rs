//! Simple types, one leaf a document: every built-in type, facets and expressions.

use std::fmt::Write as _;

use contract::{Builtin, QName};

use crate::oracle::{Case, Known, Tally, compare};

/// Texts that are values of some type or nearly so.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "z9",
    "  a  b ",
    "a\tb",
    "ñ",
    "añb",
    "€",
    "a:b",
    "_a",
    "-a",
    ".a",
    "1a",
    "a-b.c_d",
    "a b",
    "es",
    "es-ES",
    "ca-valencia",
    "abcdefghi",
    "es_ES",
    "es-",
    "true",
    "false",
    "TRUE",
    "1",
    "0",
    "01",
    "+1",
    "-1",
    "-0",
    "+0",
    "- 1",
    "--1",
    "1.0",
    "1.50",
    ".5",
    "5.",
    ".",
    "+",
    "-",
    "1e5",
    "1E-3",
    "1e",
    "INF",
    "-INF",
    "+INF",
    "NaN",
    "nan",
    "inf",
    "0x1F",
    "1,5",
    "1.2.3",
    "12",
    "99",
    "100",
    "127",
    "128",
    "-128",
    "-129",
    "255",
    "256",
    "32767",
    "32768",
    "-32768",
    "-32769",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234",
    "0.001",
    "12.345",
    "012.30",
    "1000",
    "P1Y",
    "P1M",
    "P30D",
    "P27D",
    "P32D",
    "PT1H",
    "PT24H",
    "P1DT2H",
    "-P1D",
    "P",
    "PT",
    "P1",
    "P1S",
    "PT1D",
    "P1M1Y",
    "P1Y2M3DT4H5M6.7S",
    "PT1.5S",
    "PT.5S",
    "P-1Y",
    "2026-01-01",
    "2026-12-31",
    "2026-02-28",
    "2026-02-29",
    "2024-02-29",
    "1900-02-29",
    "2000-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-32",
    "2026-1-1",
    "0000-01-01",
    "-0044-03-15",
    "12026-01-01",
    "02026-01-01",
    "2026-01-01Z",
    "2026-01-01+01:00",
    "2026-01-01+14:00",
    "2026-01-01+14:01",
    "2026-01-01+1:00",
    "2025-12-31T23:59:59",
    "2026-01-01T00:00:00",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z",
    "2026-01-01T14:00:00",
    "2026-01-01T14:00:01",
    "2026-01-01T12:00:00+02:00",
    "2026-01-01T24:00:00",
    "2026-01-01T24:00:01",
    "2026-01-01T25:00:00",
    "2026-01-01T00:60:00",
    "2026-01-01T00:00:60",
    "2026-01-01T00:00",
    "2026-01-01 00:00:00",
    "2026-02-30T00:00:00",
    "00:00:00",
    "12:30:45",
    "12:30:45.123",
    "12:30:45Z",
    "24:00:00",
    "24:00:01",
    "23:59:60",
    "1:00:00",
    "12:30",
    "2026",
    "1899",
    "-0001",
    "0000",
    "26",
    "2026Z",
    "2026-12",
    "2026-13",
    "2026-00",
    "--12",
    "--13",
    "--01Z",
    "--02-29",
    "--02-30",
    "--04-31",
    "--12-31",
    "---31",
    "---32",
    "---01",
    "QUJD",
    "QUI=",
    "QQ==",
    "QR==",
    "QUJ",
    "Q U J D",
    "Q===",
    "=QUJ",
    "QU-D",
    "0aFF",
    "0a0",
    "0g",
    "00",
    "0A0B",
    "urn:a:b",
    "http://a.b/c?d=e#f",
    "http://a b",
    "../x",
    "%41",
    "%4",
    "a#b#c",
    ":a",
    "1a:b",
    "//a",
    "http://a:80",
    "http://a:b",
    "http://[::1]/",
    "a@b",
    "{a}",
    "a^b",
    "mailto:a@b",
    "\u{a0}",
];

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

/// Expressions, as they stand in an attribute.
const PATTERNS: &[&str] = &[
    "",
    "a",
    "a|b",
    "a|",
    "[0-9]{5}",
    "[0-9]{2,4}",
    "[0-9]{2,}",
    "(ab)+",
    "(a|b){2,3}",
    "a?b*c+",
    ".",
    ".*",
    "a.c",
    "\\d+",
    "\\D+",
    "\\w+",
    "\\W",
    "\\s",
    "\\S+",
    "\\i\\c*",
    "[\\i-[:]][\\c-[:]]*",
    "[a-z-[aeiou]]+",
    "[^0-9]+",
    "[^a-c]*",
    "[a-]",
    "[-a]",
    "[+\\-.]",
    "[\\^a]+",
    "a\\.b",
    "\\[a\\]",
    "\\\\",
    "a{0}b",
    "a{0,2}",
    "\\p{Lu}+",
    "\\P{Lu}+",
    "\\p{L}*\\p{Nd}?",
    "\\p{IsBasicLatin}+",
    "\\P{IsBasicLatin}+",
    "[\\p{L}\\d ]{1,4}",
    "^a$",
    "a\\|b",
    "(a(b(c)?)?)?",
    "(\\d{2}:){2}\\d{2}",
    "[A-Z]{1,2}[0-9]{7}[A-Z]",
    "[XYZ]?[0-9]{7,8}[A-Z]",
    "\\*{3}[0-9]{4}\\*",
    "([0-9]{4}-[0-9]{2}-[0-9]{2})|[0-9]{4}",
    "[\\w.\\-]+",
    "[&#38;~]+",
    "[&#x20;a]*",
    "\\n",
    "\\t?a",
    "x{2}",
    "(x|y|)z",
    "[\\d\\-]+",
    "[\\s\\d]+",
    "[^\\s]+",
    "[^\\d\\s]+",
];

const PATTERN_TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "ab",
    "abab",
    "aab",
    "abc",
    "ac",
    "axc",
    "c",
    "12345",
    "123",
    "12",
    "1",
    "a1",
    "A",
    "AB1234567C",
    "X1234567A",
    "12345678Z",
    "***4567*",
    "2026-01-01",
    "2026",
    "ñ",
    "Ñ",
    "é",
    "€",
    "_a:b",
    "a-b",
    "-",
    "^",
    "^a",
    "^a$",
    "$",
    ".",
    "a.b",
    "[a]",
    "\\",
    "a|b",
    "12:34:56",
    "xz",
    "yz",
    "z",
    "xx",
    "xyz",
    "aeiou",
    "bcd",
    "&amp;",
    "~",
    "a b",
    " ",
    "\t",
    "\n",
    "٣",
    "a,b",
    "a+b",
    "aa",
    "aaa",
    "0",
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
const YEARS: Known = Known {
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

/// The difference that a text may make.
fn known(builtin: Builtin, restriction: &str, text: &str) -> Option<Known> {
    let foreign = |c: char| !c.is_ascii_alphanumeric() && !"+/= ".contains(c);
    let names = matches!(
        builtin,
        Builtin::Name | Builtin::NcName | Builtin::NmToken | Builtin::Id
    );
    let name_class = restriction.contains("\\i") || restriction.contains("\\c");
    match builtin {
        Builtin::Base64Binary if text.contains(foreign) => Some(BASE64),
        Builtin::Float | Builtin::Double if text.ends_with(['e', 'E']) => Some(EXPONENT),
        Builtin::Duration if text.contains("T.") => Some(SECONDS),
        Builtin::GYear if text.len() > 12 => Some(YEARS),
        Builtin::DateTime if text.ends_with("T14:00:00") => Some(ZONES),
        _ if (names || name_class) && !text.is_ascii() => Some(NAMES),
        _ => None,
    }
}

#[test]
fn built_in_types_are_judged_alike() {
    let types: Vec<_> = Builtin::ALL
        .iter()
        .map(|builtin| (*builtin, format!("<xs:restriction base='{builtin}'/>")))
        .collect();
    let tally = check(&types, TEXTS);
    tally.assert_equal(5_000);
    tally.assert_used(&[BASE64, EXPONENT, SECONDS, YEARS, NAMES]);
}

#[test]
fn facets_are_judged_alike() {
    let types: Vec<_> = NARROWED
        .iter()
        .map(|(base, facets)| narrowed(base, facets))
        .collect();
    let tally = check(&types, TEXTS);
    tally.assert_equal(5_000);
    tally.assert_used(&[BASE64, EXPONENT, SECONDS, ZONES]);
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
    let types: Vec<_> = PATTERNS.iter().map(pattern).collect();
    let tally = check(&types, PATTERN_TEXTS);
    tally.assert_equal(2_000);
    tally.assert_used(&[NAMES]);
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
            let known = known(*builtin, inside, text);
            for (name, text) in [
                (format!("e{at}"), format!("<e{at}>{text}</e{at}>")),
                (format!("a{at}"), format!("<a{at} x=\"{text}\"/>")),
            ] {
                cases.push(Case {
                    root: QName::new(None, &name),
                    text,
                    known,
                });
            }
        }
    }
    schema.push_str("</xs:schema>");
    std::fs::write(folder.path().join("types.xsd"), schema).unwrap();
    compare(folder.path(), "types.xsd", &cases)
}
