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
        fixed: &[],
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

#[test]
fn lists_and_unions_take_what_their_parts_take() {
    use FacetKind::{Enumeration, Length, MaxLength, MinInclusive, MinLength, Pattern};
    let int = SimpleType::of(Builtin::Int);
    let small = narrowed(Builtin::Int, &[(MinInclusive, "0")]).unwrap();
    let ints = SimpleType::list(&int, None, "".into()).unwrap();
    let list = |facets: &[(FacetKind, &str)]| step(&ints, facets).unwrap();
    let members = vec![small, SimpleType::of(Builtin::Boolean), ints.clone()];
    let either = SimpleType::union(members, None, "".into()).unwrap();
    let union = |facets: &[(FacetKind, &str)]| step(&either, facets).unwrap();
    let form = FacetFault::Form;
    for (simple, text, expected) in [
        (list(&[]), " 1\n2 ", Ok("1 2")),
        (list(&[]), "", Ok("")),
        (list(&[]), "1 x", Err(form(Builtin::Int))),
        (list(&[(Length, "2")]), "1 2", Ok("1 2")),
        (list(&[(Length, "2")]), "12", Err(FacetFault::Length)),
        (list(&[(MinLength, "1")]), " ", Err(FacetFault::MinLength)),
        (list(&[(MaxLength, "1")]), "1 2", Err(FacetFault::MaxLength)),
        (list(&[(Enumeration, "1 2")]), "+1 02", Ok("+1 02")),
        (
            list(&[(Enumeration, "1 2")]),
            "2 1",
            Err(FacetFault::Enumeration),
        ),
        (list(&[(Pattern, "1( 1)*")]), "1 1", Ok("1 1")),
        (
            list(&[(Pattern, "1( 1)*")]),
            "1 2",
            Err(FacetFault::Pattern),
        ),
        (union(&[]), " 7 ", Ok("7")),
        (union(&[]), "true", Ok("true")),
        (union(&[]), "-7 8", Ok("-7 8")),
        (union(&[]), "x", Err(form(Builtin::AnySimpleType))),
        (
            union(&[(Enumeration, "7"), (Enumeration, "true")]),
            "07",
            Ok("07"),
        ),
        (
            union(&[(Enumeration, "7"), (Enumeration, "true")]),
            "1",
            Err(FacetFault::Enumeration),
        ),
        (union(&[(Pattern, "[a-z]+")]), "true", Ok("true")),
        (union(&[(Pattern, "[a-z]+")]), "7", Err(FacetFault::Pattern)),
    ] {
        assert_eq!(
            simple.check(text).as_deref(),
            expected.as_deref(),
            "{text:?}"
        );
    }
    assert!(
        SimpleType::list(&union(&[]), None, "".into()).is_none(),
        "a list of lists"
    );
}

#[test]
fn what_is_fixed_stays() {
    use FacetKind::{MaxInclusive, MaxLength};
    let fixed = |builtin, facet: (FacetKind, &str)| {
        let facets = [(facet.0, facet.1.to_owned())];
        let step = Step {
            name: None,
            doc: Arc::from(""),
            facets: &facets,
            fixed: &[facet.0],
        };
        SimpleType::of(builtin).restrict(step).unwrap()
    };
    let text = fixed(Builtin::Token, (MaxLength, "5"));
    assert!(step(&text, &[(MaxLength, "5")]).is_ok());
    let refused = Err(RestrictFault::Fixed(MaxLength));
    assert_eq!(step(&text, &[(MaxLength, "4")]).map(drop), refused);
    let number = fixed(Builtin::Decimal, (MaxInclusive, "5"));
    assert!(step(&number, &[(MaxInclusive, "5.0")]).is_ok());
    let refused = Err(RestrictFault::Fixed(MaxInclusive));
    assert_eq!(step(&number, &[(MaxInclusive, "4")]).map(drop), refused);
}
