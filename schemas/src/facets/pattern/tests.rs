use super::{Pattern, PatternFault};

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
