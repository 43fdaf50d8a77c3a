//! Whether an answer may come as a package · RFC 9110 section 12.5.1.

use serde::Deserialize;

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

/// What is done about packages in answers, whoever asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packing {
    /// As `Accept` says; where that says nothing of packages, as the question came.
    #[default]
    AsAsked,
    /// A package, unless `Accept` rules it out.
    Always,
    /// An envelope, whatever the caller says.
    Never,
}

/// How an answer may come, of what the caller says and what is done here.
pub fn wish(packing: Packing, accept: Option<&str>, came: Option<Packaging>) -> Wish {
    match packing {
        Packing::AsAsked => wanted(accept, came),
        Packing::Always => wanted(accept, Some(Packaging::Xop)),
        Packing::Never => Wish::Plain,
    }
}

fn wanted(accept: Option<&str>, came: Option<Packaging>) -> Wish {
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
    use super::{Packing, Wish, wish};
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
            let told = wish(Packing::AsAsked, accept, came);
            assert_eq!(told, wanted, "{accept:?} {came:?}");
            let never = wish(Packing::Never, accept, came);
            assert_eq!(never, Wish::Plain, "{accept:?} {came:?}");
            // Who wants none is given none; who says nothing gets one.
            let always = wish(Packing::Always, accept, came);
            assert_eq!(always, wish(Packing::AsAsked, accept, Some(Xop)));
        }
    }
}
