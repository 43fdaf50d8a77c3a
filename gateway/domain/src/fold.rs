//! Searching that forgives accents, case and the order of words.

/// The text as it is compared: lower case, letters without their marks, everything else a space.
///
/// Holds for the Latin letters of the official languages; other letters stay as they are.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(plain) => out.push(plain),
            None if is_mark(letter) => {}
            None if letter.is_alphanumeric() => out.push(letter),
            None if out.ends_with(' ') => {}
            None => out.push(' '),
        }
    }
    out.trim().to_owned()
}

/// Whether every word of the query begins or lies within a word of the text; an empty query is found in any.
pub fn matches(query: &str, text: &str) -> bool {
    let text = folded(text);
    let found = |word: &str| text.split(' ').any(|own| own.contains(word));
    folded(query).split(' ').all(found)
}

/// The letter without its mark.
const fn plain(letter: char) -> Option<char> {
    match letter {
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'å' | 'ª' => Some('a'),
        'é' | 'è' | 'ë' | 'ê' => Some('e'),
        'í' | 'ì' | 'ï' | 'î' => Some('i'),
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'º' => Some('o'),
        'ú' | 'ù' | 'ü' | 'û' => Some('u'),
        'ñ' => Some('n'),
        'ç' => Some('c'),
        _ => None,
    }
}

/// Whether it is written within a word and says nothing to a search: a combining mark or the middle dot.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found() {
        let table = [
            ("iscar", "Íscar", true),
            ("ÍSCAR", "Íscar", true),
            ("i\u{301}scar", "Íscar", true), // typed as letter and mark
            ("la robla", "Robla, La", true),
            ("alcala henares", "Alcalá de Henares", true),
            ("peniscola", "Peníscola/Peñíscola", true),
            ("hospitalet llobregat", "Hospitalet de Llobregat, L'", true),
            ("salvatierra", "Agurain/Salvatierra", true),
            ("parallel", "Paral·lel", true), // the dot parts nothing
            ("13047", "13047 Herencia", true),
            ("", "Herencia", true),
            ("  ", "Herencia", true),
            ("herencia toledo", "Herencia (Ciudad Real)", false),
            ("%", "Herencia", true), // no letter, no word: as if empty
        ];
        for (query, text, expected) in table {
            assert_eq!(matches(query, text), expected, "`{query}` in `{text}`");
        }
    }
}
