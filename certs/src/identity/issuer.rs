//! An issuer's name in one form, whatever string types an authority's software used.

use openssl::error::ErrorStack;
use openssl::x509::X509NameRef;

/// Digest over the attributes in order, compared as RFC 5280 §7.1 asks: without case, white space collapsed.
pub(crate) fn issuer_digest(name: &X509NameRef) -> Result<String, ErrorStack> {
    let mut canonical = Vec::new();
    for entry in name.entries() {
        canonical.extend(entry.object().to_string().bytes());
        canonical.push(0);
        canonical.extend(canonical_text(&entry.data().to_string()?).bytes());
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
