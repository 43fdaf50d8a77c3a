mod forms;
mod narrowing;

use std::sync::Arc;

use super::{Builtin, FacetFault, FacetKind, JsonKind, RestrictFault, SimpleType, Step};

/// The built-in type narrowed by one step.
fn narrowed(builtin: Builtin, facets: &[(FacetKind, &str)]) -> Result<SimpleType, RestrictFault> {
    step(&SimpleType::of(builtin), facets)
}

fn step(base: &SimpleType, facets: &[(FacetKind, &str)]) -> Result<SimpleType, RestrictFault> {
    let facets: Vec<_> = facets
        .iter()
        .map(|(kind, text)| (*kind, (*text).to_owned()))
        .collect();
    base.restrict(Step {
        name: None,
        doc: Arc::from(""),
        facets: &facets,
    })
}

#[test]
fn only_integers_that_fit_become_json_numbers() {
    use FacetKind::{MaxInclusive, MinInclusive, TotalDigits};
    for (builtin, facets, expected) in [
        (Builtin::Int, &[][..], JsonKind::Integer),
        (Builtin::UnsignedInt, &[], JsonKind::Integer),
        (Builtin::Long, &[], JsonKind::String),
        (Builtin::Long, &[(TotalDigits, "15")], JsonKind::Integer),
        (Builtin::Integer, &[(MinInclusive, "0")], JsonKind::String),
        (
            Builtin::PositiveInteger,
            &[(MaxInclusive, "9007199254740991")],
            JsonKind::Integer,
        ),
        (
            Builtin::PositiveInteger,
            &[(MaxInclusive, "9007199254740992")],
            JsonKind::String,
        ),
        (Builtin::Boolean, &[], JsonKind::Boolean),
        (Builtin::Decimal, &[(TotalDigits, "3")], JsonKind::String),
        (Builtin::Date, &[], JsonKind::String),
    ] {
        let simple = narrowed(builtin, facets).unwrap();
        assert_eq!(simple.json_kind(), expected, "{builtin} {facets:?}");
    }
}

#[test]
fn values_are_compared_and_not_spellings() {
    for (builtin, left, right, expected) in [
        (Builtin::Int, "1", "+01", true),
        (Builtin::Decimal, "1.0", " 1 ", true),
        (Builtin::String, "a", " a", false),
        (Builtin::Token, "a", " a", true),
        (Builtin::Boolean, "true", "1", true),
        (Builtin::Double, "1e2", "100", true),
        (Builtin::Double, "NaN", "NaN", true),
        (
            Builtin::DateTime,
            "2026-01-01T00:00:00Z",
            "2026-01-01T01:00:00+01:00",
            true,
        ),
        (
            Builtin::DateTime,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00",
            false,
        ),
        (
            Builtin::DateTime,
            "2026-01-01T24:00:00",
            "2026-01-02T00:00:00.0",
            true,
        ),
        (Builtin::HexBinary, "0a", "0A", true),
        (Builtin::Base64Binary, "AA A=", "AAA=", true),
        (Builtin::Duration, "P1Y", "P12M", true),
        (Builtin::Duration, "P1M", "P30D", false),
    ] {
        assert_eq!(
            SimpleType::of(builtin).same_value(left, right),
            expected,
            "{left} {right}"
        );
    }
}

#[test]
fn faults_are_explained_with_the_bound_and_without_the_value() {
    use FacetKind::{MaxExclusive, MaxLength, Pattern};
    for (builtin, facets, raw, expected) in [
        (
            Builtin::Token,
            (MaxLength, "3"),
            "abcd",
            "el valor es más largo que 3",
        ),
        (
            Builtin::Int,
            (MaxExclusive, "3"),
            "3",
            "el valor es mayor que el máximo `3` (excluido)",
        ),
        (
            Builtin::Token,
            (Pattern, "[0-9]{5}"),
            "abcd",
            "el valor no sigue el patrón `[0-9]{5}`",
        ),
        (
            Builtin::Int,
            (MaxExclusive, "3"),
            "x",
            "el valor no tiene la forma de `xs:int`",
        ),
    ] {
        let simple = narrowed(builtin, &[facets]).unwrap();
        let fault = simple.check(raw).unwrap_err();
        assert_eq!(simple.explain(fault), expected);
    }
}
