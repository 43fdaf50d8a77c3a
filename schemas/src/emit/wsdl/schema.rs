//! The schema files that a WSDL points to, their own references made to fit.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, Writer};

use crate::Contract;
use crate::load::resolve;

use super::Locate;

/// The text of one schema file, with every `schemaLocation` replaced by what `locate` gives.
///
/// `None` when the contract has no such file. References that leave the contract stay as they are.
pub fn schema(contract: &Contract, path: &str, locate: &Locate<'_>) -> Option<String> {
    let file = contract.files().iter().find(|file| *file.path == *path)?;
    let mut reader = Reader::from_str(&file.text);
    let mut writer = Writer::new(Vec::with_capacity(file.text.len()));
    loop {
        let mut event = reader.read_event().ok()?;
        if event == Event::Eof {
            break;
        }
        if let Event::Start(start) | Event::Empty(start) = &mut event {
            relocate(contract, path, locate, start);
        }
        writer.write_event(event).ok()?;
    }
    String::from_utf8(writer.into_inner()).ok()
}

fn relocate(contract: &Contract, from: &str, locate: &Locate<'_>, start: &mut BytesStart<'_>) {
    if !matches!(
        start.local_name().as_ref(),
        "include" | "import" | "redefine"
    ) {
        return;
    }
    let old = start.clone().into_owned();
    start.clear_attributes();
    for attribute in old.attributes().flatten() {
        match new_location(contract, from, locate, &attribute) {
            Some(location) => start.push_attribute(("schemaLocation", location.as_str())),
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
    if attribute.key != QName("schemaLocation") {
        return None;
    }
    let target = resolve(from, &attribute.value)?;
    let known = contract.files().iter().any(|file| *file.path == *target);
    known.then(|| locate(contract, &target))
}
