//! Checkpoints: the size and root of a node's tree at an instant, signed.
//!
//! The text, which is also what is signed up to and including the line of the date:
//!
//! ```text
//! pasarela registro 1
//! nodo central-1
//! entradas 128
//! raiz 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//! fecha 2026-01-31T22:59:59.000000Z
//! firma 3045…
//! ```

use jiff::Timestamp;

use crate::digest::{Hex, unhex};
use crate::{Digest, NodeName, instant};

const HEADING: &str = "pasarela registro 1";

/// The size and root of a node's tree at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The node whose tree it is.
    pub node: NodeName,
    /// How many entries the tree has.
    pub size: u64,
    /// Its root.
    pub root: Digest,
    /// When, to the microsecond.
    pub at: Timestamp,
}

/// A checkpoint with the signature over its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// The signature, in whatever form the signer gives it.
    pub signature: Vec<u8>,
}

/// A text that is not a signed checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    /// The first line is another.
    #[error("a checkpoint begins with `{HEADING}`")]
    Heading,
    /// A line is missing, out of place or not well formed.
    #[error("the line `{0}` of the checkpoint is missing or not well formed")]
    Line(&'static str),
    /// Spelled otherwise than it would be written, or something follows the signature.
    #[error("the checkpoint is not spelled as it would be written")]
    NotCanonical,
}

impl Checkpoint {
    /// The bytes to sign.
    pub fn to_be_signed(&self) -> String {
        let Self {
            node,
            size,
            root,
            at,
        } = self;
        let at = instant::text(*at);
        format!("{HEADING}\nnodo {node}\nentradas {size}\nraiz {root}\nfecha {at}\n")
    }

    /// Signs the checkpoint.
    ///
    /// # Errors
    ///
    /// What `sign` cannot do.
    pub fn sign<E>(
        self,
        sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<SignedCheckpoint, E> {
        let checkpoint = Self {
            at: instant::to_microseconds(self.at),
            ..self
        };
        let signature = sign(checkpoint.to_be_signed().as_bytes())?;
        Ok(SignedCheckpoint {
            checkpoint,
            signature,
        })
    }
}

impl std::fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "{}firma {}",
            self.checkpoint.to_be_signed(),
            Hex(&self.signature)
        )
    }
}

impl std::str::FromStr for SignedCheckpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let mut lines = text.split_terminator('\n');
        if lines.next() != Some(HEADING) {
            return Err(NotACheckpoint::Heading);
        }
        let mut line = |name: &'static str| {
            let rest = lines
                .next()
                .and_then(|line| line.strip_prefix(name)?.strip_prefix(' '));
            rest.ok_or(NotACheckpoint::Line(name))
        };
        let node = line("nodo")?
            .parse()
            .map_err(|_| NotACheckpoint::Line("nodo"))?;
        let size = line("entradas")?
            .parse()
            .map_err(|_| NotACheckpoint::Line("entradas"))?;
        let root = line("raiz")?
            .parse()
            .map_err(|_| NotACheckpoint::Line("raiz"))?;
        let at = instant::parse(line("fecha")?).ok_or(NotACheckpoint::Line("fecha"))?;
        let signature = unhex(line("firma")?).ok_or(NotACheckpoint::Line("firma"))?;
        let read = Self {
            checkpoint: Checkpoint {
                node,
                size,
                root,
                at,
            },
            signature,
        };
        if read.to_string() == text {
            Ok(read)
        } else {
            Err(NotACheckpoint::NotCanonical)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed() -> SignedCheckpoint {
        let checkpoint = Checkpoint {
            node: "nodo-1".parse().unwrap(),
            size: 128,
            root: Digest::of(b"abc"),
            at: "2026-01-31T22:59:59.1234567Z".parse().unwrap(),
        };
        checkpoint
            .sign(|text| Ok::<_, ()>(vec![u8::try_from(text.len()).unwrap(), 0xAB]))
            .unwrap()
    }

    const TEXT: &str = "pasarela registro 1\n\
        nodo nodo-1\n\
        entradas 128\n\
        raiz ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n\
        fecha 2026-01-31T22:59:59.123456Z\n\
        firma 95ab\n";

    #[test]
    fn its_text_reads_back() {
        assert_eq!(signed().to_string(), TEXT);
        assert_eq!(TEXT.parse(), Ok(signed()));
        assert!(TEXT.starts_with(&signed().checkpoint.to_be_signed()));
    }

    #[test]
    fn what_is_refused() {
        let text = signed().to_string();
        let table = [
            (
                text.replace("registro 1", "registro 2"),
                NotACheckpoint::Heading,
            ),
            (String::new(), NotACheckpoint::Heading),
            (
                text.replace("nodo nodo-1", "nodo nodo 1"),
                NotACheckpoint::Line("nodo"),
            ),
            (text.replace("128", "-1"), NotACheckpoint::Line("entradas")),
            (text.replace("128", "+128"), NotACheckpoint::NotCanonical),
            (
                text.replace("raiz b", "raiz "),
                NotACheckpoint::Line("raiz"),
            ),
            (text.replace(".123456Z", "Z"), NotACheckpoint::Line("fecha")),
            (
                text.replace("firma ", "firma x"),
                NotACheckpoint::Line("firma"),
            ),
            (
                text.replace("entradas 128\n", ""),
                NotACheckpoint::Line("entradas"),
            ),
            (format!("{text}más\n"), NotACheckpoint::NotCanonical),
            (text.trim_end().to_owned(), NotACheckpoint::NotCanonical),
            (text.replace('\n', "\r\n"), NotACheckpoint::Heading),
        ];
        for (text, expected) in table {
            assert_eq!(text.parse::<SignedCheckpoint>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_signer_may_fail() {
        let refused = signed().checkpoint.sign(|_| Err("no key"));
        assert_eq!(refused, Err("no key"));
    }
}
