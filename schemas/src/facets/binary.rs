//! The binary types (XML Schema part 2, 3.2.15 and 3.2.16): their form and length in bytes.

/// The number of bytes that hexadecimal `text` spells.
pub(super) fn hex_length(text: &str) -> Option<u64> {
    let well_formed = text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
    well_formed.then_some(text.len() as u64 / 2)
}

/// The number of bytes that Base64 `text` spells; single spaces may stand between the characters.
pub(super) fn base64_length(text: &str) -> Option<u64> {
    let mut count: u64 = 0;
    let mut padding: u64 = 0;
    let mut last = 0;
    for b in characters(text) {
        match b {
            b'=' => padding += 1,
            _ if padding > 0 => return None,
            _ => {
                last = sextet(b)?;
                count += 1;
            }
        }
    }
    // The bits of the last character that belong to no byte must be zero.
    match (count % 4, padding) {
        (0, 0) => Some(count / 4 * 3),
        (2, 2) if last % 16 == 0 => Some(count / 4 * 3 + 1),
        (3, 1) if last % 4 == 0 => Some(count / 4 * 3 + 2),
        _ => None,
    }
}

/// The characters of Base64 `text` without the spaces.
pub(super) fn characters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|b| *b != b' ')
}

fn sextet(b: u8) -> Option<u8> {
    match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{base64_length, hex_length};

    #[test]
    fn lengths_are_in_bytes() {
        for (text, expected) in [
            ("", Some(0)),
            ("AAAA", Some(3)),
            ("AAA=", Some(2)),
            ("AA==", Some(1)),
            ("AA A =", Some(2)),
            ("AB==", None),
            ("AAB=", None),
            ("A===", None),
            ("AAA", None),
            ("AA=A", None),
            ("A-A=", None),
        ] {
            assert_eq!(base64_length(text), expected, "{text}");
        }
        for (text, expected) in [
            ("", Some(0)),
            ("0aF9", Some(2)),
            ("0aF", None),
            ("0g", None),
        ] {
            assert_eq!(hex_length(text), expected, "{text}");
        }
    }
}
