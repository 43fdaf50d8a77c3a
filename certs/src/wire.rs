//! What a TLS server chose, read from the bytes it sent: RFC 8446 §4.1.3, §4.2.8, §5.1.
//!
//! For proofs: libraries say what they negotiated, the wire shows it.

const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const KEY_SHARE: u16 = 51;
/// What a request to try again carries as its random begins so.
const RETRY_RANDOM: [u8; 4] = [0xCF, 0x21, 0xAD, 0x74];

/// The group of a server's key share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Negotiated {
    /// Its number in the registry of IANA.
    pub group: u16,
    /// How often the server first asked the client for another key share.
    pub retries: usize,
}

/// `X25519`.
pub const X25519: u16 = 0x001D;
/// `X25519MLKEM768`, the hybrid of a classical and a post-quantum group.
pub const X25519MLKEM768: u16 = 0x11EC;

impl Negotiated {
    /// Reads all that a server sent on one connection; none when no `ServerHello` of TLS 1.3 is whole in it.
    pub fn read(received: &[u8]) -> Option<Self> {
        let hellos: Vec<_> = Records(received).filter_map(server_hello).collect();
        let retries = hellos.iter().filter(|hello| hello.is_retry).count();
        let last = hellos.iter().rfind(|hello| !hello.is_retry)?;
        Some(Self {
            group: last.group,
            retries,
        })
    }
}

struct Hello {
    is_retry: bool,
    group: u16,
}

/// The contents of handshake records, until the first that is not whole.
struct Records<'b>(&'b [u8]);

impl<'b> Iterator for Records<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        loop {
            let ([kind, _, _, length @ ..], rest) = self.0.split_first_chunk::<5>()?;
            let (record, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
            self.0 = rest;
            if *kind == HANDSHAKE {
                return Some(record);
            }
        }
    }
}

fn server_hello(record: &[u8]) -> Option<Hello> {
    let ([SERVER_HELLO, _length @ .., _, _], rest) = record.split_first_chunk::<6>()? else {
        return None;
    };
    let (random, rest) = rest.split_first_chunk::<32>()?;
    let (&session_id, rest) = rest.split_first()?;
    let after_session = rest.get(usize::from(session_id)..)?;
    // Cipher suite, compression method, length of all extensions.
    let group = key_share(after_session.get(5..)?)?;
    Some(Hello {
        is_retry: random.starts_with(&RETRY_RANDOM),
        group,
    })
}

/// The group in the extension: alone in a request to try again, else before the key.
fn key_share(mut extensions: &[u8]) -> Option<u16> {
    loop {
        let ([a, b, length @ ..], rest) = extensions.split_first_chunk::<4>()?;
        let (body, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        if u16::from_be_bytes([*a, *b]) == KEY_SHARE {
            return body
                .first_chunk::<2>()
                .map(|group| u16::from_be_bytes(*group));
        }
        extensions = rest;
    }
}
