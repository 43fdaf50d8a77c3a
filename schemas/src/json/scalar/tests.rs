use super::{Texts, to_text, write};
use crate::violation::{JsonShape, ViolationKind};
use crate::{Builtin, Fidelity, JsonKind, SimpleType};

fn check(
    builtin: Builtin,
    found: JsonShape,
    fidelity: Fidelity,
    value: &str,
) -> Result<String, ViolationKind> {
    let text = to_text(&SimpleType::of(builtin), found, value, fidelity);
    text.map(std::borrow::Cow::into_owned)
}

#[test]
fn numbers_become_integers_or_are_refused_by_name() {
    let whole = ViolationKind::NotAnInteger;
    let range = ViolationKind::NumberOutOfRange;
    let cases = [
        ("12", Ok("12")),
        ("-0", Ok("0")),
        ("-9007199254740991", Ok("-9007199254740991")),
        ("9007199254740992", Err(&range)),
        ("10000000000000000", Err(&range)),
        ("1.0", Ok("1")),
        ("-1.50e1", Ok("-15")),
        ("1e2", Ok("100")),
        ("100e-2", Ok("1")),
        ("0.000e400", Ok("0")),
        ("1.5", Err(&whole)),
        ("1e-1", Err(&whole)),
        ("1e400", Err(&range)),
        ("1e99999999999999999999", Err(&range)),
        ("1e-99999999999999999999", Err(&whole)),
        ("9007199254740.991e3", Ok("9007199254740991")),
        ("9007199254740.992e3", Err(&range)),
    ];
    for (value, expected) in cases {
        let text = check(Builtin::Int, JsonShape::Number, Fidelity::Values, value);
        assert_eq!(text.as_deref(), expected, "{value}");
    }
}

#[test]
fn texts_keep_to_the_white_space_of_their_type() {
    let space = ViolationKind::WhiteSpace;
    let cases = [
        (Builtin::String, " a\tb ", Ok(" a\tb ")),
        (Builtin::NormalizedString, " a  b ", Ok(" a  b ")),
        (Builtin::NormalizedString, "a\nb", Err(&space)),
        (Builtin::Token, "a b", Ok("a b")),
        (Builtin::Token, " a", Err(&space)),
        (Builtin::Token, "a  b", Err(&space)),
        (Builtin::Date, "2026-01-01 ", Err(&space)),
        (
            Builtin::String,
            "a\u{1}",
            Err(&ViolationKind::IllegalCharacter),
        ),
        (
            Builtin::String,
            "a\u{FFFF}",
            Err(&ViolationKind::IllegalCharacter),
        ),
    ];
    for (builtin, value, expected) in cases {
        let text = check(builtin, JsonShape::String, Fidelity::Values, value);
        assert_eq!(text.as_deref(), expected, "{value:?}");
    }
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let cases = [
        (Builtin::Int, JsonShape::String, JsonShape::Number),
        (Builtin::Boolean, JsonShape::String, JsonShape::Boolean),
        (Builtin::Boolean, JsonShape::Number, JsonShape::Boolean),
        (Builtin::String, JsonShape::Number, JsonShape::String),
        (Builtin::String, JsonShape::Array, JsonShape::String),
        (Builtin::String, JsonShape::Object, JsonShape::String),
    ];
    for (builtin, found, expected) in cases {
        let told = check(builtin, found, Fidelity::Values, "1");
        assert_eq!(told, Err(ViolationKind::WrongJsonType { found, expected }));
    }
    let null = check(Builtin::Int, JsonShape::Null, Fidelity::Values, "");
    assert_eq!(null, Err(ViolationKind::NotNillable));
}

#[test]
fn forms_that_json_writes_otherwise_are_strings_where_texts_are_kept() {
    let cases = [
        (Builtin::Int, "+7", true),
        (Builtin::Int, "007", true),
        (Builtin::Int, "-0", true),
        (Builtin::Int, "7", false),
        (Builtin::Int, "0", false),
        (Builtin::Int, "", false),
        (Builtin::Int, "1.0", false),
        (Builtin::Boolean, "1", true),
        (Builtin::Boolean, "true", false),
    ];
    for (builtin, value, accepted) in cases {
        let told = check(builtin, JsonShape::String, Fidelity::Texts, value);
        assert_eq!(told.is_ok(), accepted, "{value}");
    }
}

#[test]
fn texts_become_values() {
    use Fidelity::{Texts as Kept, Values};
    use JsonKind::{Boolean, Integer, String};
    let cases = [
        (Integer, "+007", Values, "7"),
        (Integer, "-0", Values, "0"),
        (Integer, "-0120", Values, "-120"),
        (Integer, "0", Values, "0"),
        (Boolean, "1", Values, "true"),
        (Boolean, "false", Values, "false"),
        (Integer, "+007", Kept, "\"+007\""),
        (Integer, "-120", Kept, "-120"),
        (Boolean, "1", Kept, "\"1\""),
        (Boolean, "true", Kept, "true"),
        (
            String,
            "a\"b\\c\n\t\rñ😀",
            Values,
            "\"a\\\"b\\\\c\\n\\t\\rñ😀\"",
        ),
        (String, "", Values, "\"\""),
    ];
    for (kind, text, fidelity, expected) in cases {
        let mut out = Vec::new();
        write(kind, text, Texts::of(text), fidelity, &mut out);
        assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
    }
}
