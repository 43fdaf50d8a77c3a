//! Whether an answer may come as a package · RFC 9110 section 12.5.1.

use super::media::{MediaType, listed};
use super::{Packaging, RELATED, XOP_TYPE};

/// How a caller wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// As an envelope.
    Plain,
    /// As an MTOM package, where the answer holds enough to be worth one.
    Package,
}

/// How the caller wants its answer: as `Accept` says; where that says nothing of packages, as the question came.
pub fn wish(accept: Option<&str>, came: Option<Packaging>) -> Wish {
    let ranges: Vec<MediaType> = accept
        .map(listed)
        .unwrap_or_default()
        .into_iter()
        .filter_map(MediaType::read)
        .collect();
    let wanted = |it: &&MediaType| !it.parameter("q").is_some_and(is_zero);
    let named = |it: &MediaType| {
        let root = it.parameter("type").and_then(MediaType::read);
        it.is(RELATED) && root.is_none_or(|root| root.is(XOP_TYPE))
    };
    let anything = |it: &MediaType| it.is("*/*") || it.is("multipart/*");
    if let Some(range) = ranges.iter().find(|it| named(it)) {
        return if wanted(&range) {
            Wish::Package
        } else {
            Wish::Plain
        };
    }
    let silent = ranges.is_empty() || ranges.iter().filter(wanted).any(anything);
    match came {
        Some(Packaging::Xop) if silent => Wish::Package,
        Some(Packaging::Xop | Packaging::Attachments) | None => Wish::Plain,
    }
}

fn is_zero(quality: &str) -> bool {
    quality.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::{Wish, wish};
    use crate::soap::Packaging::{self, Attachments, Xop};

    #[test]
    fn the_caller_says_how_it_is_answered() {
        let package = "multipart/related; type=\"application/xop+xml\"";
        let refused = format!("{package};q=0, */*");
        let first = format!("text/xml, {package}");
        let rows: [(Option<&str>, Option<Packaging>, Wish); 12] = [
            (None, None, Wish::Plain),
            (None, Some(Xop), Wish::Package),
            (None, Some(Attachments), Wish::Plain),
            (Some("*/*"), None, Wish::Plain),
            (Some("*/*"), Some(Xop), Wish::Package),
            (Some("multipart/*, text/xml"), Some(Xop), Wish::Package),
            (Some("text/xml"), Some(Xop), Wish::Plain),
            (Some("*/*;q=0.0, text/xml"), Some(Xop), Wish::Plain),
            (Some(package), None, Wish::Package),
            (Some(&first), Some(Attachments), Wish::Package),
            (Some(&refused), Some(Xop), Wish::Plain),
            (
                Some("multipart/related; type=\"text/xml\""),
                None,
                Wish::Plain,
            ),
        ];
        for (accept, came, wanted) in rows {
            assert_eq!(wish(accept, came), wanted, "{accept:?} {came:?}");
        }
    }
}
