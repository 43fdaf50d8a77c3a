//! XML texts compared as exclusive canonicalisation does, prefixes aside: names by their
//! namespaces, attributes sorted, texts as they are; hints where schemas are left out.

use contract::Limits;
use contract::xml::{Event, Source};

const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The form in which texts that mean the same are equal.
pub(crate) fn canonical(text: &str) -> String {
    let limits = Limits::default();
    let mut source = Source::new(text.as_bytes(), &limits).unwrap();
    let (mut out, mut open) = (String::new(), Vec::new());
    loop {
        match source.next().unwrap() {
            Event::Start(start) => {
                let name = format!("{{{}}}{}", start.namespace().unwrap_or(""), start.local());
                let mut attributes: Vec<String> = start
                    .attributes()
                    .filter(|(space, local, _)| {
                        *space != Some(INSTANCE) || !local.ends_with("chemaLocation")
                    })
                    .map(|(space, local, value)| {
                        let named = space == Some(INSTANCE) && local == "type";
                        let value = if named { value.trim() } else { value };
                        format!(" {{{}}}{local}={value:?}", space.unwrap_or(""))
                    })
                    .collect();
                attributes.sort();
                out.push_str(&format!("<{name}{}>", attributes.concat()));
                open.push(name);
            }
            Event::End => out.push_str(&format!("</{}>", open.pop().unwrap())),
            Event::Text(text) => out.push_str(&format!("{text:?}")),
            Event::Eof => return out,
        }
    }
}
