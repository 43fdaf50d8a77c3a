//! Entity tags: the version of a case · RFC 9110 section 8.8.3.

use contract::{Document, Operation, Role};
use domain::OperationKind;

use super::RestError;

/// The entity tag of an answer: the version of the one case it is about, where it shows one.
pub fn etag(operation: &Operation, answer: &Document) -> Option<String> {
    match operation.class.parse().ok()? {
        OperationKind::Consult | OperationKind::Submit => answer
            .value_of(Role::Version)
            .map(|version| format!("\"{version}\"")),
        OperationKind::Hit | OperationKind::Search | OperationKind::Index => None,
    }
}

/// The version in an `If-Match`: one strong tag.
pub(super) fn version(if_match: &str) -> Result<&str, RestError> {
    let inside = if_match
        .trim()
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside
        .filter(|tag| !tag.is_empty() && !tag.contains('"'))
        .ok_or(RestError::InvalidIfMatch)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_strong_tag_is_a_version() {
        for (if_match, expected) in [("\"7\"", Some("7")), (" \"12\" ", Some("12"))] {
            assert_eq!(version(if_match).ok(), expected, "{if_match}");
        }
        for if_match in ["", "7", "*", "W/\"7\"", "\"\"", "\"7\", \"8\"", "\"7"] {
            assert!(version(if_match).is_err(), "{if_match}");
        }
    }
}
