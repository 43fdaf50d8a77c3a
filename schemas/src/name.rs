//! Qualified names.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A name with the namespace it belongs to, if any. Shown as `{namespace}local`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QName {
    /// The namespace name; `None` for a name in no namespace.
    pub namespace: Option<Arc<str>>,
    /// The local part, never empty.
    pub local: Arc<str>,
}

/// A text that is not of the form `{namespace}local` or `local`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form `{{namespace}}local`")]
pub struct NotAName(String);

impl QName {
    /// A name in `namespace`; an empty namespace is none.
    pub fn new(namespace: Option<&str>, local: &str) -> Self {
        Self {
            namespace: namespace.filter(|text| !text.is_empty()).map(Arc::from),
            local: Arc::from(local),
        }
    }

    /// Whether this is `local` in `namespace`.
    pub fn is(&self, namespace: Option<&str>, local: &str) -> bool {
        *self.local == *local && self.namespace.as_deref() == namespace
    }
}

/// A name as a value carries it: the namespace, and the prefix that was written for it. Shown as
/// `{namespace}prefix:local`, the prefix left out where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expanded<'t> {
    /// The namespace; `None` for a name in no namespace, which has no prefix.
    pub(crate) namespace: Option<&'t str>,
    /// The prefix; empty when there is none.
    pub(crate) prefix: &'t str,
    /// The local part.
    pub(crate) local: &'t str,
}

impl<'t> Expanded<'t> {
    /// Reads what [`fmt::Display`] shows.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let Some(rest) = text.strip_prefix('{') else {
            let plain = crate::facets::is_ncname(text);
            return plain.then_some(Self {
                namespace: None,
                prefix: "",
                local: text,
            });
        };
        let (namespace, name) = rest.rsplit_once('}')?;
        let namespace = Some(namespace).filter(|text| !text.is_empty())?;
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let named = |text| crate::facets::is_ncname(text);
        let prefixed = name.contains(':');
        ((!prefixed || named(prefix)) && named(local)).then_some(Self {
            namespace: Some(namespace),
            prefix,
            local,
        })
    }
}

impl fmt::Display for Expanded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = self.namespace {
            write!(f, "{{{namespace}}}")?;
        }
        if !self.prefix.is_empty() {
            write!(f, "{}:", self.prefix)?;
        }
        f.write_str(self.local)
    }
}

impl fmt::Display for QName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{{{namespace}}}{}", self.local),
            None => f.write_str(&self.local),
        }
    }
}

impl FromStr for QName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (namespace, local) = match text.strip_prefix('{') {
            Some(rest) => rest
                .split_once('}')
                .ok_or_else(|| NotAName(text.to_owned()))?,
            None => ("", text),
        };
        if local.is_empty() || local.contains(['{', '}', ':', ' ']) {
            return Err(NotAName(text.to_owned()));
        }
        Ok(Self::new(Some(namespace), local))
    }
}

#[cfg(test)]
mod tests {
    use super::QName;

    #[test]
    fn a_name_reads_back_what_it_shows() {
        for text in ["{urn:pasarela:viogen:2}Caso", "Caso"] {
            assert_eq!(text.parse::<QName>().unwrap().to_string(), text);
        }
        assert_eq!("{}Caso".parse::<QName>().unwrap(), QName::new(None, "Caso"));
    }

    #[test]
    fn a_text_that_is_no_name_is_refused() {
        for text in ["", "{urn:x}", "{urn:x", "p:Caso", "a b"] {
            assert!(text.parse::<QName>().is_err(), "{text}");
        }
    }
}
