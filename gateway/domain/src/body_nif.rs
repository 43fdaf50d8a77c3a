//! The NIF of a body: a letter, seven digits and a control character.

use crate::text::identifier;

identifier! {
    /// The tax number of a legal person; `P` town halls, `S` state and regional bodies, `Q` autonomous bodies.
    BodyNif is "the NIF of a body" if is_body_nif
}

const CONTROL_LETTERS: &[u8; 10] = b"JABCDEFGHI";

fn is_body_nif(text: &str) -> bool {
    let Ok([kind, digits @ .., control]) = <&[u8; 9]>::try_from(text.as_bytes()) else {
        return false;
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let value = control_value(digits);
    let letter = CONTROL_LETTERS.get(usize::from(value)).copied();
    let by_letter = letter == Some(*control);
    let by_digit = *control == b'0' + value;
    match kind {
        b'P' | b'Q' | b'R' | b'S' | b'N' | b'W' => by_letter,
        b'A' | b'B' | b'E' | b'H' => by_digit,
        b'C' | b'D' | b'F' | b'G' | b'J' | b'U' | b'V' => by_letter || by_digit,
        _ => false,
    }
}

/// Adds the digits in even places and the digit sums of twice those in odd ones; complement to ten.
fn control_value(digits: &[u8]) -> u8 {
    let sum: u8 = digits
        .iter()
        .map(|digit| digit - b'0')
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 0 {
                digit * 2 / 10 + digit * 2 % 10
            } else {
                digit
            }
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters() {
        let table = [
            ("S2816015H", true),  // Dirección General de la Policía
            ("P0100100G", true),  // Ayuntamiento de Alegría-Dulantzi
            ("S2816015A", false), // another letter
            ("S28160158", false), // a digit where this kind has a letter
            ("A58818501", true),
            ("A5881850A", false), // a letter where this kind has a digit
            ("G00000000", true),
            ("G0000000J", true), // this kind has either
            ("I28160158", false),
            ("S281601H", false),
            ("S28160155H", false),
            ("s2816015H", false),
            ("S28I6015H", false),
            ("", false),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<BodyNif>().is_ok(), expected, "{text}");
        }
    }
}
