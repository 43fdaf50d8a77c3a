//! What the location of an include or import means.

use std::sync::Arc;

use super::super::error::SchemaFault;
use super::super::tree::Node;

/// The name of an include or import.
pub(in crate::load) fn is_link(node: &Node) -> bool {
    matches!(node.xs(), Some("include" | "import" | "redefine"))
}

/// Whether the file is called as a WSDL is.
pub(in crate::load) fn is_service_path(path: &str) -> bool {
    let name = path.rsplit_once('.');
    name.is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("wsdl"))
}

/// The path, inside the contract folder, that `location` means in the file `from`.
pub(in crate::load) fn resolve(from: &str, location: &str) -> Result<Arc<str>, SchemaFault> {
    let location = location.trim();
    let outside = || SchemaFault::Outside(location.to_owned());
    if is_remote(location) {
        return Err(SchemaFault::Remote(location.to_owned()));
    }
    // Files from Windows name their neighbours in the way of Windows.
    let slashed = location.replace('\\', "/");
    if slashed.starts_with('/') {
        return Err(outside());
    }
    let mut parts: Vec<String> = from.split('/').map(str::to_owned).collect();
    parts.pop();
    for part in slashed.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop().ok_or_else(outside)?),
            name => {
                let name = unescaped(name).ok_or_else(outside)?;
                // An escape must not smuggle in what would lead elsewhere.
                if name.contains(['/', '\\', '\0']) || matches!(&*name, "." | "..") {
                    return Err(outside());
                }
                parts.push(name);
            }
        }
    }
    Ok(Arc::from(parts.join("/")))
}

/// Whether the location names a scheme or a host.
pub(super) fn is_remote(location: &str) -> bool {
    let scheme = location
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains('/'));
    scheme || location.starts_with("//") || location.starts_with("\\\\")
}

/// The last part of a location.
pub(super) fn file_name(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    unescaped(name).filter(|name| !name.is_empty())
}

/// The text with its percent escapes resolved.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let escaped = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() {
            after.get(2..).unwrap_or_default()
        } else {
            after
        };
    }
    String::from_utf8(bytes).ok()
}
