//! The server's first messages, read from the wire: RFC 8446 §4.1.3, §4.2.8, §5.1.

const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const KEY_SHARE: u16 = 51;
/// What a request to try again carries as its random begins so.
const RETRY_RANDOM: [u8; 4] = [0xCF, 0x21, 0xAD, 0x74];

pub(crate) const X25519: u16 = 0x001D;
pub(crate) const X25519MLKEM768: u16 = 0x11EC;

/// The group of the key that a server sent, and how often it first asked for another.
pub(crate) fn negotiated(received: &[u8]) -> (u16, usize) {
    let hellos: Vec<_> = records(received).filter_map(server_hello).collect();
    let retries = hellos.iter().filter(|hello| hello.retry).count();
    let last = hellos.iter().rfind(|hello| !hello.retry).unwrap();
    (last.group, retries)
}

struct Hello {
    retry: bool,
    group: u16,
}

fn records(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (header, rest) = bytes.split_first_chunk::<5>()?;
        let (record, rest) = rest.split_at_checked(number(&header[3..]))?;
        bytes = rest;
        Some((header[0], record))
    })
    .filter(|(kind, _)| *kind == HANDSHAKE)
    .map(|(_, record)| record)
}

fn server_hello(record: &[u8]) -> Option<Hello> {
    let (&kind, rest) = record.split_first()?;
    if kind != SERVER_HELLO {
        return None;
    }
    let (random, rest) = rest[5..].split_first_chunk::<32>()?; // after length and version
    let rest = &rest[1 + usize::from(rest[0])..]; // session id
    let mut extensions = &rest[5..]; // cipher suite, compression, length
    while let Some((header, rest)) = extensions.split_first_chunk::<4>() {
        let (body, rest) = rest.split_at(number(&header[2..]));
        if number(&header[..2]) == usize::from(KEY_SHARE) {
            let group = u16::from_be_bytes([body[0], body[1]]);
            return Some(Hello {
                retry: random.starts_with(&RETRY_RANDOM),
                group,
            });
        }
        extensions = rest;
    }
    None
}

fn number(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[0], bytes[1]]))
}
