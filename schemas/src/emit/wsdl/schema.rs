//! The schema files that a WSDL points to, their own references made to fit.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, Writer};

use crate::Contract;
use crate::load::resolve;

use super::Locate;

/// The text of one schema file, with every `schemaLocation` replaced by what `locate` gives.
///
/// `None` when the contract has no such file. References that leave the contract stay as they are.
pub fn schema(contract: &Contract, path: &str, locate: &Locate<'_>) -> Option<String> {
    served(contract, path, None, locate)
}

/// The text of one file of a contract that is not ours, in UTF-8: references replaced as by
/// [`schema`], and in a WSDL the address of every port by `address`.
pub fn served(
    contract: &Contract,
    path: &str,
    address: Option<&str>,
    locate: &Locate<'_>,
) -> Option<String> {
    let file = contract.files().iter().find(|file| *file.path == *path)?;
    let mut reader = Reader::from_str(&file.text);
    let mut writer = Writer::new(Vec::with_capacity(file.text.len()));
    loop {
        let mut event = reader.read_event().ok()?;
        if event == Event::Eof {
            break;
        }
        if let Event::Decl(_) = event {
            // The text is served in UTF-8, whatever the file was in.
            event = Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None));
        }
        if let Event::Start(start) | Event::Empty(start) = &mut event {
            match (start.local_name().as_ref(), address) {
                ("address", Some(address)) => put_address(start, address),
                ("include" | "import" | "redefine", _) => relocate(contract, path, locate, start),
                _ => {}
            }
        }
        writer.write_event(event).ok()?;
    }
    String::from_utf8(writer.into_inner()).ok()
}

fn put_address(start: &mut BytesStart<'_>, address: &str) {
    let old = start.clone().into_owned();
    start.clear_attributes();
    for attribute in old.attributes().flatten() {
        if attribute.key == QName("location") {
            start.push_attribute(("location", address));
        } else {
            start.push_attribute(attribute);
        }
    }
}

fn relocate(contract: &Contract, from: &str, locate: &Locate<'_>, start: &mut BytesStart<'_>) {
    let old = start.clone().into_owned();
    start.clear_attributes();
    for attribute in old.attributes().flatten() {
        let key = attribute.key;
        match new_location(contract, from, locate, &attribute) {
            Some(location) => start.push_attribute((key.into_inner(), location.as_str())),
            None => start.push_attribute(attribute),
        }
    }
}

fn new_location(
    contract: &Contract,
    from: &str,
    locate: &Locate<'_>,
    attribute: &Attribute<'_>,
) -> Option<String> {
    // Of a schema, and of a WSDL.
    if ![QName("schemaLocation"), QName("location")].contains(&attribute.key) {
        return None;
    }
    let target = resolve(from, &attribute.value)?;
    let known = contract.files().iter().any(|file| *file.path == *target);
    known.then(|| locate(contract, &target))
}
