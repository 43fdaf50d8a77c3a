//! An issuer's name in one form, whatever string types an authority's software used.

use openssl::error::ErrorStack;
use openssl::x509::X509NameRef;

/// Digest over the attributes in order, compared as RFC 5280 §7.1 asks: without case, white space collapsed.
pub(crate) fn issuer_digest(name: &X509NameRef) -> Result<String, ErrorStack> {
    let mut entries = Vec::new();
    for entry in name.entries() {
        entries.push((entry.object().to_string(), entry.data().to_string()?));
    }
    let entries = entries.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    name_digest(entries)
}

/// The same, over attributes and values as text.
pub(crate) fn name_digest<'a>(
    entries: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<String, ErrorStack> {
    let mut canonical = Vec::new();
    for (attribute, value) in entries {
        canonical.extend(attribute.bytes());
        canonical.push(0);
        canonical.extend(canonical_text(value).bytes());
        canonical.push(0);
    }
    super::sha256_hex(&canonical)
}

fn canonical_text(text: &str) -> String {
    text.split_whitespace()
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}
