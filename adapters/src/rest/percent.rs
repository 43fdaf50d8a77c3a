//! Percent-encoding · RFC 3986 section 2.1; in queries `+` is a space, as forms have it.

use std::fmt::Write;

use super::RestError;

/// Decodes one segment of a path.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => (digit(rest.next()?)? << 4) | digit(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

/// Encodes a segment, or a name or value of a query: all but what is unreserved (section 2.3).
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The names and values of a query, in order.
pub(super) fn query(text: &str) -> Result<Vec<(String, String)>, RestError> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = |part: &str| decode(&part.replace('+', " "));
            let bad = || RestError::BadEncoding {
                place: "?".to_owned(),
            };
            Ok((plain(name).ok_or_else(bad)?, plain(value).ok_or_else(bad)?))
        })
        .collect()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, query};

    #[test]
    fn segments_are_decoded() {
        for (text, decoded) in [
            ("a", Some("a")),
            ("a%20b", Some("a b")),
            ("%C3%B1", Some("ñ")),
            ("a%2Fb", Some("a/b")),
            ("a+b", Some("a+b")),
            ("%", None),
            ("%2", None),
            ("%zz", None),
            ("%ff", None),
        ] {
            assert_eq!(decode(text).as_deref(), decoded, "{text}");
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for text in ["a", "a b", "ñ/%?&=+", "-._~", ""] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        assert_eq!(encode("a/b ñ"), "a%2Fb%20%C3%B1");
    }

    #[test]
    fn queries_are_cut_and_decoded() {
        let pairs = query("a=1&&b=x+y%2B&c&d==").unwrap();
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "1"), ("b", "x y+"), ("c", ""), ("d", "=")]);
        assert!(query("a=%").is_err());
    }
}
