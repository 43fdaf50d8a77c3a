use proptest::prelude::*;

use super::plain::Plain;
use super::{Pattern, PatternFault, parse, regex};

fn matches(pattern: &str, text: &str) -> bool {
    Pattern::compile(&[pattern]).unwrap().matches(text)
}

#[test]
fn expressions_match_the_whole_text() {
    for (pattern, good, bad) in [
        ("[0-9]{5}", "13047", "130470"),
        ("a|bc", "bc", "abc"),
        ("", "", "a"),
        ("a|", "", "b"),
        ("(ab){2,3}", "ababab", "ab"),
        ("a{2,}", "aaaa", "a"),
        ("^a$", "^a$", "a"),
        (".", "\u{1f600}", "\n"),
        ("\\d+", "٣4", "a"),
        ("\\D", "a", "7"),
        ("\\w+", "añ€9", "a b"),
        ("\\W", "-", "a"),
        ("\\s\\S", " x", "x "),
        ("\\i\\c*", "_a-b.9:", "9a"),
        ("\\I\\C", "9 ", "a "),
        ("[\\i-[:]][\\c-[:]]*", "a-b", "a:b"),
        ("[a-z-[aeiou]]+", "xyz", "xaz"),
        ("[^a-z-[0-9]]", "A", "5"),
        ("[^a-c]", "d", "b"),
        ("[a-]", "-", "b"),
        ("[-a]", "-", "b"),
        ("[\\w.-]+", "a.b-c", "a b"),
        ("[&&a~~]+", "a&~", "b"),
        ("[+--]", ",", "."),
        ("\\p{Lu}\\P{Lu}", "Ña", "ña"),
        ("\\p{IsLatin-1Supplement}", "ñ", "n"),
        ("\\P{IsBasicLatin}", "ñ", "n"),
        ("\\.\\-\\[\\]\\\\", ".-[]\\", ".-[]/"),
        ("[\\^\\-\\]]", "^", "a"),
        ("\\n\\t", "\n\t", "nt"),
    ] {
        assert!(matches(pattern, good), "{pattern} must match {good:?}");
        assert!(!matches(pattern, bad), "{pattern} must not match {bad:?}");
    }
}

#[test]
fn alternatives_of_one_step_are_joined() {
    let pattern = Pattern::compile(&["a|b", "c"]).unwrap();
    assert_eq!(pattern.text(), "a|b|c");
    for (text, expected) in [("a", true), ("c", true), ("bc", false)] {
        assert_eq!(pattern.matches(text), expected, "{text}");
    }
}

#[test]
fn expressions_are_written_for_json_schema() {
    for (pattern, expected) in [
        ("[0-9]{5}", "^(?:[0-9]{5})$"),
        ("a.b", "^(?:a[^\\x0a\\x0d]b)$"),
        ("[a-z-[ae]]?", "^(?:(?:(?![ae])[a-z])?)$"),
        ("\\d", "^(?:[\\p{Nd}])$"),
        ("$", "^(?:\\$)$"),
    ] {
        assert_eq!(Pattern::compile(&[pattern]).unwrap().ecma(), expected);
    }
}

#[test]
fn faulty_expressions_are_named() {
    for (pattern, expected) in [
        ("(a", PatternFault::EndsEarly),
        ("a)", PatternFault::Misplaced(')')),
        ("[a", PatternFault::EndsEarly),
        ("[]", PatternFault::Misplaced(']')),
        ("*", PatternFault::Misplaced('*')),
        ("a??", PatternFault::Misplaced('?')),
        ("a{3,2}", PatternFault::Range("{3,2}".to_owned())),
        ("a{,2}", PatternFault::Range("{".to_owned())),
        ("[z-a]", PatternFault::Range("z-a".to_owned())),
        ("[a-\\d]", PatternFault::Misplaced('-')),
        ("\\b", PatternFault::Escape("b".to_owned())),
        ("\\p{Xx}", PatternFault::Escape("p{Xx}".to_owned())),
        (
            "\\p{IsKlingon}",
            PatternFault::Escape("p{IsKlingon}".to_owned()),
        ),
        ("\\", PatternFault::EndsEarly),
        ("((a{9999}){9999}){9999}", PatternFault::TooLarge),
    ] {
        assert_eq!(
            Pattern::compile(&[pattern]).unwrap_err(),
            expected,
            "{pattern}"
        );
    }
    let deep = "(".repeat(100) + &")".repeat(100);
    assert_eq!(
        Pattern::compile(&[&deep]).unwrap_err(),
        PatternFault::TooDeep
    );
}

#[test]
fn common_expressions_need_no_search() {
    for (pattern, expected) in [
        ("[0-9]{5}", true),
        ("[0-9A-Za-z\\-]{4,14}|\\*{3}[0-9A-Za-z]{0,4}\\*", true),
        ("[^\\s]+", true),
        (".{0,4000}", true),
        ("\\S+@\\S+", false),
        ("[a-z]+(\\.[a-z]+)", true),
        ("[a-z]+(\\.[a-z]+)*", false),
        ("a?a", false),
        ("a?b?a", false),
        ("\\d", false),
        ("ñ", false),
    ] {
        let branches = parse::expression(pattern).unwrap();
        assert_eq!(Plain::of(&branches).is_some(), expected, "{pattern}");
    }
}

/// Expressions of few characters, so that the texts below often match.
fn expression() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a",
        "b",
        "[ab]",
        "[^a]",
        "[a-z-[b]]",
        ".",
        "\\s",
        "\\S",
        "(a)",
        "(bc)",
    ]);
    let quantifier = prop::sample::select(vec!["", "", "?", "*", "+", "{2}", "{1,2}", "{0,3}"]);
    let piece = (atom, quantifier).prop_map(|(atom, quantifier)| format!("{atom}{quantifier}"));
    let branch = prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat());
    prop::collection::vec(branch, 1..3).prop_map(|branches| branches.join("|"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn runs_match_what_the_search_matches(
        pattern in expression(),
        texts in prop::collection::vec("[abcñ \\n]{0,6}", 16),
    ) {
        let branches = parse::expression(&pattern).unwrap();
        let Some(plain) = Plain::of(&branches) else { return Ok(()) };
        let regex = regex(&branches).unwrap();
        for text in texts {
            prop_assert_eq!(plain.matches(&text), regex.is_match(&text), "{} {:?}", pattern, text);
        }
    }
}
