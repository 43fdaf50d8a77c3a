//! `Content-Transfer-Encoding` · RFC 2045 section 6.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::fault::PackageFault;

/// The content of a part, out of the encoding that its header says; without one it is as it is.
pub(super) fn decoded<'b>(
    encoding: Option<&str>,
    body: &'b [u8],
) -> Result<Cow<'b, [u8]>, PackageFault> {
    let encoding = encoding.unwrap_or("binary").trim().to_ascii_lowercase();
    let decoded = match encoding.as_str() {
        "binary" | "8bit" => Some(Cow::Borrowed(body)),
        "7bit" => body.is_ascii().then_some(Cow::Borrowed(body)),
        "base64" => base64(body).map(Cow::Owned),
        "quoted-printable" => quoted_printable(body).map(Cow::Owned),
        _ => return Err(PackageFault::UnknownEncoding),
    };
    decoded.ok_or(PackageFault::NotAsEncoded)
}

/// Lines of base64; the breaks between them mean nothing.
fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let characters: Vec<u8> = body.iter().copied().filter(|it| !is_space(it)).collect();
    STANDARD.decode(characters).ok()
}

/// Text in which `=` and two digits are a byte, and `=` at the end of a line is nothing.
fn quoted_printable(body: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'=', [b'\r', b'\n', after @ ..]) => rest = after,
            (b'=', [high, low, after @ ..]) => {
                plain.push((digit(*high)? << 4) | digit(*low)?);
                rest = after;
            }
            (b'=', _) => return None,
            (b'\t' | b'\r' | b'\n' | b' '..=b'~', _) => {
                plain.push(*first);
                rest = after;
            }
            _ => return None,
        }
    }
    Some(plain)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use crate::soap::PackageFault;

    fn check(encoding: Option<&str>, body: &[u8], expected: Result<&[u8], PackageFault>) {
        let found = decoded(encoding, body);
        assert_eq!(
            found.as_deref(),
            expected.as_deref(),
            "{encoding:?} {body:?}"
        );
    }

    #[test]
    fn a_part_is_read_in_the_encoding_that_it_says() {
        check(None, b"\x00\xff", Ok(b"\x00\xff"));
        check(Some("binary"), b"\x00\xff", Ok(b"\x00\xff"));
        check(Some("8BIT"), b"\xff", Ok(b"\xff"));
        check(Some("7bit"), b"a", Ok(b"a"));
        check(Some(" Base64 "), b"AP\r\n8=\r\n", Ok(b"\x00\xff"));
        let quoted = b"a=3Db=\r\nc=ff";
        check(Some("quoted-printable"), quoted, Ok(b"a=bc\xff"));
    }

    #[test]
    fn a_part_in_another_encoding_is_refused() {
        let unknown = Err(PackageFault::UnknownEncoding);
        check(Some("x-uuencode"), b"a", unknown);
        for (encoding, body) in [
            ("7bit", &b"\xff"[..]),
            ("base64", b"AP8"),
            ("base64", b"A*8="),
            ("quoted-printable", b"a=3"),
            ("quoted-printable", b"a=zz"),
            ("quoted-printable", b"\xff"),
        ] {
            check(Some(encoding), body, Err(PackageFault::NotAsEncoded));
        }
    }
}
