//! The XML declaration (XML 1.0, production 23).

use super::chars::is_space;
use crate::fault::FaultKind;

/// Whether the text begins with an XML declaration, not with an instruction called `xml-…`.
pub(super) fn declares(rest: &[u8]) -> bool {
    rest.strip_prefix(b"<?xml")
        .and_then(|rest| rest.first())
        .is_some_and(|byte| is_space(*byte))
}

/// Checks `version="1.x" encoding="UTF-8" standalone="yes"`, the last two optional.
pub(super) fn declaration(inside: &str) -> Result<(), FaultKind> {
    let mut rest = inside;
    let mut pseudo = |name: &str| -> Result<Option<&str>, FaultKind> {
        let spaceless = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some(after) = spaceless.strip_prefix(name) else {
            return Ok(None);
        };
        if spaceless.len() == rest.len() {
            return Err(FaultKind::NotWellFormed);
        }
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let after = after.strip_prefix('=').ok_or(FaultKind::NotWellFormed)?;
        let after = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let cut = quote.and_then(|quote| after.get(1..)?.split_once(quote));
        let (value, left) = cut.ok_or(FaultKind::NotWellFormed)?;
        rest = left;
        Ok(Some(value))
    };
    let version = pseudo("version")?.and_then(|value| value.strip_prefix("1."));
    let encoding = pseudo("encoding")?;
    let standalone = pseudo("standalone")?;
    let numbered = version
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()));
    if !numbered
        || standalone.is_some_and(|value| value != "yes" && value != "no")
        || !rest.bytes().all(is_space)
    {
        return Err(FaultKind::NotWellFormed);
    }
    if encoding.is_some_and(|value| !value.eq_ignore_ascii_case("utf-8")) {
        return Err(FaultKind::NotUtf8);
    }
    Ok(())
}
