//! Expressions, and texts to try them on, each between two bars.

/// Expressions, as they stand in an attribute.
pub(crate) fn patterns() -> Vec<&'static str> {
    PATTERNS.split('¦').collect()
}

const PATTERNS: &str = "¦a¦a|b¦a|¦[0-9]{5}¦[0-9]{2,4}¦[0-9]{2,}¦(ab)+¦(a|b){2,3}¦a?b*c+¦.¦.*¦a.c¦\\d+¦\\D+¦\
    \\w+¦\\W¦\\s¦\\S+¦\\i\\c*¦[\\i-[:]][\\c-[:]]*¦[a-z-[aeiou]]+¦[^0-9]+¦[^a-c]*¦[a-]¦\
    [-a]¦[+\\-.]¦[\\^a]+¦a\\.b¦\\[a\\]¦\\\\¦a{0}b¦a{0,2}¦\\p{Lu}+¦\\P{Lu}+¦\\p{L}*\\p{Nd}?¦\
    \\p{IsBasicLatin}+¦\\P{IsBasicLatin}+¦[\\p{L}\\d ]{1,4}¦^a$¦a\\|b¦(a(b(c)?)?)?¦\
    (\\d{2}:){2}\\d{2}¦[A-Z]{1,2}[0-9]{7}[A-Z]¦[XYZ]?[0-9]{7,8}[A-Z]¦\\*{3}[0-9]{4}\\*¦\
    ([0-9]{4}-[0-9]{2}-[0-9]{2})|[0-9]{4}¦[\\w.\\-]+¦[&#38;~]+¦[&#x20;a]*¦\\n¦\\t?a¦\
    x{2}¦(x|y|)z¦[\\d\\-]+¦[\\s\\d]+¦[^\\s]+¦[^\\d\\s]+";

/// Texts to try expressions on.
pub(crate) fn pattern_texts() -> Vec<&'static str> {
    PATTERN_TEXTS.split('¦').collect()
}

const PATTERN_TEXTS: &str = "¦a¦b¦ab¦abab¦aab¦abc¦ac¦axc¦c¦12345¦123¦12¦1¦a1¦A¦AB1234567C¦X1234567A¦12345678Z¦\
    ***4567*¦2026-01-01¦2026¦ñ¦Ñ¦é¦€¦_a:b¦a-b¦-¦^¦^a¦^a$¦$¦.¦a.b¦[a]¦\\¦a|b¦12:34:56¦\
    xz¦yz¦z¦xx¦xyz¦aeiou¦bcd¦&amp;¦~¦a b¦ ¦\t¦\n¦٣¦a,b¦a+b¦aa¦aaa¦0";
