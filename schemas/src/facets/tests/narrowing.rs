//! Facets: what they refuse, and which narrowings are refused themselves.

use super::{Builtin, FacetFault, FacetKind, RestrictFault, SimpleType, narrowed, step};
use FacetKind::{
    Enumeration, FractionDigits, Length, MaxExclusive, MaxInclusive, MaxLength, MinExclusive,
    MinInclusive, MinLength, Pattern, TotalDigits, WhiteSpace,
};

/// A facet and its value.
type Facet = (FacetKind, &'static str);

/// Type, facet, a text that it admits, one that it refuses.
const REFUSALS: &[(Builtin, Facet, &str, &str, FacetFault)] = &[
    (
        Builtin::Token,
        (Length, "3"),
        "añb",
        "ab",
        FacetFault::Length,
    ),
    (
        Builtin::String,
        (MinLength, "2"),
        " a",
        "a",
        FacetFault::MinLength,
    ),
    (
        Builtin::Token,
        (MaxLength, "2"),
        " ñ€ ",
        "abc",
        FacetFault::MaxLength,
    ),
    (
        Builtin::HexBinary,
        (Length, "2"),
        "0a0b",
        "0a",
        FacetFault::Length,
    ),
    (
        Builtin::Base64Binary,
        (MaxLength, "2"),
        "AAA=",
        "AAAA",
        FacetFault::MaxLength,
    ),
    (
        Builtin::Token,
        (Pattern, "[0-9]{2}"),
        "12",
        "123",
        FacetFault::Pattern,
    ),
    (
        Builtin::Int,
        (Pattern, "[0-9]"),
        "1",
        "01",
        FacetFault::Pattern,
    ),
    (
        Builtin::Token,
        (Enumeration, "alto"),
        " alto ",
        "Alto",
        FacetFault::Enumeration,
    ),
    (
        Builtin::Decimal,
        (Enumeration, "1.5"),
        "+1.50",
        "1.51",
        FacetFault::Enumeration,
    ),
    (Builtin::Int, (MinInclusive, "3"), "3", "2", FacetFault::Min),
    (Builtin::Int, (MinExclusive, "3"), "4", "3", FacetFault::Min),
    (Builtin::Int, (MaxInclusive, "3"), "3", "4", FacetFault::Max),
    (
        Builtin::Decimal,
        (MaxExclusive, "3"),
        "2.999",
        "3.0",
        FacetFault::Max,
    ),
    (
        Builtin::Double,
        (MaxInclusive, "1e3"),
        "-INF",
        "NaN",
        FacetFault::Max,
    ),
    (
        Builtin::Date,
        (MinInclusive, "2026-01-01"),
        "2026-01-01",
        "2025-12-31",
        FacetFault::Min,
    ),
    (
        Builtin::DateTime,
        (MinInclusive, "2026-01-01T00:00:00Z"),
        "2026-01-01T14:00:01",
        "2026-01-01T13:59:59",
        FacetFault::Min,
    ),
    (
        Builtin::Time,
        (MaxExclusive, "12:00:00"),
        "11:59:59.9",
        "12:00:00",
        FacetFault::Max,
    ),
    (
        Builtin::GYear,
        (MinInclusive, "1900"),
        "1900",
        "1899",
        FacetFault::Min,
    ),
    (
        Builtin::Duration,
        (MaxInclusive, "P1M"),
        "P27D",
        "P31D",
        FacetFault::Max,
    ),
    (
        Builtin::Decimal,
        (TotalDigits, "3"),
        "012.30",
        "12.34",
        FacetFault::TotalDigits,
    ),
    (
        Builtin::Decimal,
        (FractionDigits, "1"),
        "12.30",
        "12.34",
        FacetFault::FractionDigits,
    ),
    (
        Builtin::Integer,
        (TotalDigits, "2"),
        "-99",
        "100",
        FacetFault::TotalDigits,
    ),
];

#[test]
fn facets_refuse_by_name() {
    for (builtin, facet, good, bad, fault) in REFUSALS {
        let simple = narrowed(*builtin, &[*facet]).unwrap();
        assert!(simple.check(good).is_ok(), "{builtin} {facet:?} {good}");
        assert_eq!(simple.check(bad), Err(*fault), "{builtin} {facet:?} {bad}");
    }
}

#[test]
fn white_space_is_narrowed_before_the_other_facets_read_their_values() {
    let simple = narrowed(
        Builtin::String,
        &[(Enumeration, " a  b"), (WhiteSpace, "collapse")],
    );
    assert!(simple.is_ok());
    let simple = narrowed(
        Builtin::String,
        &[(WhiteSpace, "collapse"), (MaxLength, "3")],
    )
    .unwrap();
    assert_eq!(simple.check("\n a \n b \n").unwrap(), "a b");
}

#[test]
fn steps_accumulate() {
    let base = narrowed(Builtin::Token, &[(Pattern, "[a-z]+"), (MinLength, "2")]).unwrap();
    let simple = step(
        &base,
        &[(Pattern, "a.*"), (Pattern, "b.*"), (MaxLength, "3")],
    )
    .unwrap();
    for (text, expected) in [
        ("abc", Ok(())),
        ("bc", Ok(())),
        ("cb", Err(FacetFault::Pattern)),
        ("a1", Err(FacetFault::Pattern)),
        ("a", Err(FacetFault::MinLength)),
        ("abcd", Err(FacetFault::MaxLength)),
    ] {
        assert_eq!(simple.check(text).map(|_| ()), expected, "{text}");
    }
}

/// Type, the facet of a first step, that of a second, and whether the second is no value at all
/// rather than no narrower one.
const WIDENINGS: &[(Builtin, Facet, Facet, bool)] = &[
    (Builtin::Token, (Length, "3"), (Length, "4"), false),
    (Builtin::Token, (MinLength, "3"), (MinLength, "2"), false),
    (Builtin::Token, (MaxLength, "3"), (MaxLength, "4"), false),
    (Builtin::Token, (MaxLength, "3"), (MinLength, "4"), false),
    (Builtin::Token, (Enumeration, "a"), (Enumeration, "b"), true),
    (
        Builtin::Int,
        (MinInclusive, "3"),
        (MinInclusive, "2"),
        false,
    ),
    (
        Builtin::Int,
        (MinExclusive, "3"),
        (MinInclusive, "3"),
        false,
    ),
    (
        Builtin::Int,
        (MinInclusive, "3"),
        (MaxInclusive, "2"),
        false,
    ),
    (Builtin::Int, (MaxInclusive, "3"), (MaxInclusive, "x"), true),
    (
        Builtin::Decimal,
        (TotalDigits, "3"),
        (TotalDigits, "4"),
        false,
    ),
    (
        Builtin::Decimal,
        (TotalDigits, "3"),
        (TotalDigits, "0"),
        true,
    ),
    (
        Builtin::Decimal,
        (TotalDigits, "3"),
        (FractionDigits, "4"),
        false,
    ),
    (
        Builtin::Token,
        (Pattern, "a"),
        (WhiteSpace, "preserve"),
        false,
    ),
];

#[test]
fn widening_is_refused_by_name() {
    for (builtin, first, second, no_value) in WIDENINGS {
        let base = narrowed(*builtin, &[*first]).unwrap();
        let (kind, text) = (second.0, second.1.to_owned());
        let expected = if *no_value {
            RestrictFault::Value(kind, text)
        } else {
            RestrictFault::NotNarrower(kind, text)
        };
        assert_eq!(
            step(&base, &[*second]).unwrap_err(),
            expected,
            "{first:?} {second:?}"
        );
    }
}

#[test]
fn a_bound_may_repeat_the_one_in_force() {
    for (first, second) in [
        ((MaxExclusive, "9"), (MaxExclusive, "9")),
        ((MaxInclusive, "9"), (MaxExclusive, "9")),
        ((MinInclusive, "9"), (MaxInclusive, "9")),
    ] {
        let base = narrowed(Builtin::Int, &[first]).unwrap();
        assert!(step(&base, &[second]).is_ok(), "{first:?} {second:?}");
    }
}

#[test]
fn facets_that_do_not_belong_are_refused_by_name() {
    let bare = |builtin| SimpleType::of(builtin);
    for (builtin, facets, expected) in [
        (
            Builtin::Int,
            vec![(Length, "1")],
            RestrictFault::NotApplicable(Length, Builtin::Int),
        ),
        (
            Builtin::Token,
            vec![(MinInclusive, "1")],
            RestrictFault::NotApplicable(MinInclusive, Builtin::Token),
        ),
        (
            Builtin::Boolean,
            vec![(Enumeration, "true")],
            RestrictFault::NotApplicable(Enumeration, Builtin::Boolean),
        ),
        (
            Builtin::Int,
            vec![(MinInclusive, "1"), (MinExclusive, "1")],
            RestrictFault::Twice(MinExclusive),
        ),
        (
            Builtin::Token,
            vec![(Length, "1"), (Length, "1")],
            RestrictFault::Twice(Length),
        ),
        (
            Builtin::Int,
            vec![(FractionDigits, "1")],
            RestrictFault::NotNarrower(FractionDigits, "1".to_owned()),
        ),
    ] {
        assert_eq!(step(&bare(builtin), &facets).unwrap_err(), expected);
    }
}
