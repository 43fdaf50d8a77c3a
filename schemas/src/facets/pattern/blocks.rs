//! Unicode blocks by the names of XML Schema (part 2, F.1.1): those of living scripts.

/// The first and last character of a block; `None` for a block that is not in the table.
pub(super) fn find(name: &str) -> Option<(char, char)> {
    BLOCKS
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, first, last)| (*first, *last))
}

const BLOCKS: &[(&str, char, char)] = &[
    ("BasicLatin", '\u{0000}', '\u{007f}'),
    ("Latin-1Supplement", '\u{0080}', '\u{00ff}'),
    ("LatinExtended-A", '\u{0100}', '\u{017f}'),
    ("LatinExtended-B", '\u{0180}', '\u{024f}'),
    ("IPAExtensions", '\u{0250}', '\u{02af}'),
    ("SpacingModifierLetters", '\u{02b0}', '\u{02ff}'),
    ("CombiningDiacriticalMarks", '\u{0300}', '\u{036f}'),
    ("Greek", '\u{0370}', '\u{03ff}'),
    ("GreekandCoptic", '\u{0370}', '\u{03ff}'),
    ("Cyrillic", '\u{0400}', '\u{04ff}'),
    ("Armenian", '\u{0530}', '\u{058f}'),
    ("Hebrew", '\u{0590}', '\u{05ff}'),
    ("Arabic", '\u{0600}', '\u{06ff}'),
    ("Devanagari", '\u{0900}', '\u{097f}'),
    ("Thai", '\u{0e00}', '\u{0e7f}'),
    ("Georgian", '\u{10a0}', '\u{10ff}'),
    ("HangulJamo", '\u{1100}', '\u{11ff}'),
    ("LatinExtendedAdditional", '\u{1e00}', '\u{1eff}'),
    ("GreekExtended", '\u{1f00}', '\u{1fff}'),
    ("GeneralPunctuation", '\u{2000}', '\u{206f}'),
    ("SuperscriptsandSubscripts", '\u{2070}', '\u{209f}'),
    ("CurrencySymbols", '\u{20a0}', '\u{20cf}'),
    ("LetterlikeSymbols", '\u{2100}', '\u{214f}'),
    ("NumberForms", '\u{2150}', '\u{218f}'),
    ("Arrows", '\u{2190}', '\u{21ff}'),
    ("MathematicalOperators", '\u{2200}', '\u{22ff}'),
    ("MiscellaneousTechnical", '\u{2300}', '\u{23ff}'),
    ("BoxDrawing", '\u{2500}', '\u{257f}'),
    ("BlockElements", '\u{2580}', '\u{259f}'),
    ("GeometricShapes", '\u{25a0}', '\u{25ff}'),
    ("MiscellaneousSymbols", '\u{2600}', '\u{26ff}'),
    ("CJKSymbolsandPunctuation", '\u{3000}', '\u{303f}'),
    ("Hiragana", '\u{3040}', '\u{309f}'),
    ("Katakana", '\u{30a0}', '\u{30ff}'),
    ("CJKUnifiedIdeographs", '\u{4e00}', '\u{9fff}'),
    ("HangulSyllables", '\u{ac00}', '\u{d7a3}'),
    ("PrivateUse", '\u{e000}', '\u{f8ff}'),
    ("ArabicPresentationForms-B", '\u{fe70}', '\u{fefe}'),
    ("HalfwidthandFullwidthForms", '\u{ff00}', '\u{ffef}'),
    ("Specials", '\u{fff0}', '\u{fffd}'),
];
