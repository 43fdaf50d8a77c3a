//! Making a package of a message: binary content is taken out of the envelope and put beside it.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use contract::xml::{Event, Source};
use contract::{Contract, Limits};

use super::cut::{LARGEST_PART, MOST_PARTS, delimiter, find};
use super::trail::Trail;
use super::{RELATED, XOP, XOP_TYPE};
use crate::soap::SoapVersion;

/// From how many bytes on content travels as a part: below, the header of a part costs more than base64.
const WORTH_A_PART: usize = 1024;

/// A message in its package.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    /// Its content type.
    pub content_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// Packs a message of ours by MTOM; `None` when it holds no binary content that is worth a part, or no package of it would
/// keep to what our own reader takes: then it travels as it is.
///
/// What comes after the last part that may be stays in the envelope as base64. The content is that of `contract`. A signature stays good: what the package says is the same message. For that only
/// base64 in its one canonical form is taken out. `id` names the message, as no other is named.
pub fn pack(version: SoapVersion, message: &[u8], contract: &Contract, id: &str) -> Option<Packed> {
    let places = places(version, message, contract)?;
    let mut parts = Vec::with_capacity(places.len());
    let mut root = Vec::with_capacity(message.len());
    let mut from = 0;
    for place in places {
        // The envelope is a part too.
        let number = parts.len() + 1;
        if number == MOST_PARTS {
            break;
        }
        let text = message.get(place.clone()).unwrap_or_default();
        // What is not canonical stays where it is.
        let Ok(content) = STANDARD.decode(text) else {
            continue;
        };
        root.extend_from_slice(message.get(from..place.start).unwrap_or_default());
        let include =
            format!("<xop:Include xmlns:xop=\"{XOP}\" href=\"cid:{number}.{id}@pasarela\"/>");
        root.extend_from_slice(include.as_bytes());
        from = place.end;
        parts.push(content);
    }
    root.extend_from_slice(message.get(from..).unwrap_or_default());
    let too_large = |part: &Vec<u8>| part.len() > LARGEST_PART;
    if parts.is_empty() || too_large(&root) || parts.iter().any(too_large) {
        return None;
    }
    packed(version, &root, &parts, id)
}

/// The package of an envelope and its parts; `None` when no boundary is left that MIME admits.
fn packed(version: SoapVersion, root: &[u8], parts: &[Vec<u8>], id: &str) -> Option<Packed> {
    let mut boundary = format!("pasarela-{id}");
    let occurs = |boundary: &str, bytes: &[u8]| find(bytes, boundary.as_bytes()).is_some();
    while occurs(&boundary, root) || parts.iter().any(|it| occurs(&boundary, it)) {
        boundary.push('x');
    }
    delimiter(&boundary)?;
    let soap = version.media_type();
    let start = format!("<0.{id}@pasarela>");
    let length: usize = parts.iter().map(|it| it.len() + 256).sum();
    let mut body = Vec::with_capacity(root.len() + length + 512);
    let media = format!("{XOP_TYPE}; charset=UTF-8; type=\"{soap}\"");
    part(&mut body, (&boundary, &media, &start), root);
    for (at, content) in parts.iter().enumerate() {
        let number = at + 1;
        let name = format!("<{number}.{id}@pasarela>");
        part(
            &mut body,
            (&boundary, "application/octet-stream", &name),
            content,
        );
    }
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let content_type = format!(
        "{RELATED}; type=\"{XOP_TYPE}\"; boundary=\"{boundary}\"; start=\"{start}\"; start-info=\"{soap}\""
    );
    Some(Packed { content_type, body })
}

fn part(body: &mut Vec<u8>, (boundary, media, id): (&str, &str, &str), content: &[u8]) {
    let head = format!(
        "\r\n--{boundary}\r\nContent-Type: {media}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {id}\r\n\r\n"
    );
    // Nothing stands before the first delimiter.
    let head = if body.is_empty() {
        head.trim_start()
    } else {
        &head
    };
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
}

/// Where in the body of a message binary content stands that is long enough.
fn places(version: SoapVersion, message: &[u8], contract: &Contract) -> Option<Vec<Range<usize>>> {
    let limits = Limits {
        max_bytes: message.len(),
        max_text: message.len(),
        ..Limits::default()
    };
    let mut source = Source::new(message, &limits).ok()?;
    let mut trail = Trail::new(contract);
    let mut places = Vec::new();
    let (mut depth, mut in_body) = (0_usize, false);
    let worth = WORTH_A_PART.div_ceil(3) * 4;
    loop {
        match source.next().ok()? {
            Event::Start(start) => {
                depth += 1;
                if depth == 2 {
                    in_body = start.is(Some(version.namespace()), "Body");
                } else if depth > 2 && in_body {
                    trail.enter(&source, &start);
                }
            }
            Event::Text(text) if text.len() >= worth && trail.is_binary() => {
                places.push(source.start_position()..source.position());
            }
            Event::Text(_) => {}
            Event::End => {
                if depth > 2 && in_body {
                    trail.leave();
                }
                depth = depth.saturating_sub(1);
            }
            Event::Eof => return Some(places),
        }
    }
}
