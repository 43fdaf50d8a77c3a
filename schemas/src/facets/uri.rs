//! URI references (RFC 3986, 4.1), for `xs:anyURI`.

/// Whether `text` is a URI reference, once the characters that an IRI may carry are escaped.
pub(super) fn is_reference(text: &str) -> bool {
    let (rest, fragment) = text
        .split_once('#')
        .map_or((text, ""), |(rest, part)| (rest, part));
    let (rest, query) = rest
        .split_once('?')
        .map_or((rest, ""), |(rest, part)| (rest, part));
    let (has_scheme, rest) = match rest.split_once(':') {
        Some((scheme, rest)) if !scheme.contains('/') => (is_scheme(scheme), rest),
        _ => (true, rest),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    has_scheme
        && is_authority(authority)
        && all(path, ":@/")
        && all(query, ":@/?")
        && all(fragment, ":@/?")
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_authority(text: &str) -> bool {
    let (user, rest) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match rest.strip_prefix('[') {
        Some(literal) => match literal.split_once(']') {
            Some((address, port)) if port.is_empty() || port.starts_with(':') => {
                (address, port.strip_prefix(':').unwrap_or(""))
            }
            _ => return false,
        },
        None => rest.split_once(':').unwrap_or((rest, "")),
    };
    let host_extra = if rest.starts_with('[') { ":" } else { "" };
    all(user, ":") && all(host, host_extra) && port.bytes().all(|b| b.is_ascii_digit())
}

/// Whether `text` has only unreserved and sub-delimiting characters, escapes, and those of `extra`.
fn all(text: &str, extra: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        let plain = b.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=".contains(&b)
            || extra.as_bytes().contains(&b)
            // What an IRI reference may carry and a URI escapes (XLink, 5.4).
            || !b.is_ascii()
            || b.is_ascii_control()
            || b" <>\"{}|\\^`".contains(&b);
        let mut hex = || bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        let escape = b == b'%' && hex() && hex();
        if !plain && !escape {
            return false;
        }
    }
    true
}
