//! `traceparent` · W3C Trace Context, level 1, section 3.2.

use std::fmt;
use std::str::FromStr;

/// The position of a request in a distributed trace. Shown as the value of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Of the whole trace.
    id: [u8; 16],
    /// Of the step that sent the request.
    parent: [u8; 8],
    flags: u8,
}

/// A value that is no `traceparent`; the standard says to go on with a trace of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the value is not a traceparent")]
pub struct NotATrace;

impl Trace {
    const SAMPLED: u8 = 1;

    /// A trace that begins here, sampled; `None` when either identifier is all zeros, which the
    /// standard forbids.
    pub fn begin(id: [u8; 16], parent: [u8; 8]) -> Option<Self> {
        let named = id != [0; 16] && parent != [0; 8];
        named.then_some(Self {
            id,
            parent,
            flags: Self::SAMPLED,
        })
    }

    /// The same trace one step further, under an identifier of our own; all zeros keep the parent.
    #[must_use]
    pub fn step(self, parent: [u8; 8]) -> Self {
        let named = parent != [0; 8];
        let parent = if named { parent } else { self.parent };
        Self { parent, ..self }
    }

    /// The identifier of the whole trace, 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        hex(&self.id)
    }

    /// Whether the caller records the trace.
    pub fn sampled(&self) -> bool {
        self.flags & Self::SAMPLED != 0
    }
}

impl fmt::Display for Trace {
    /// Always version 00, the one we know.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{}-{}-{:02x}",
            hex(&self.id),
            hex(&self.parent),
            self.flags
        )
    }
}

impl FromStr for Trace {
    type Err = NotATrace;

    /// Reads version 00, and of later versions the part that is as in 00.
    fn from_str(text: &str) -> Result<Self, NotATrace> {
        let (known, later) = text.split_at_checked(55).ok_or(NotATrace)?;
        let mut parts = known.split('-');
        let mut part = || parts.next().ok_or(NotATrace);
        let [version] = unhex(part()?)?;
        let id = unhex(part()?)?;
        let parent = unhex(part()?)?;
        let [flags] = unhex(part()?)?;
        let tail_fits = later.is_empty() || (version > 0 && later.starts_with('-'));
        if version == 0xFF || !tail_fits {
            return Err(NotATrace);
        }
        let begun = Self::begin(id, parent).ok_or(NotATrace)?;
        Ok(Self {
            flags: flags & Self::SAMPLED,
            ..begun
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    let digits = bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]);
    digits.collect()
}

/// Lower-case hexadecimal digits, exactly `N` bytes of them.
fn unhex<const N: usize>(text: &str) -> Result<[u8; N], NotATrace> {
    let lower = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    if text.len() != 2 * N || !text.bytes().all(lower) {
        return Err(NotATrace);
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        let pair = text.get(2 * at..2 * at + 2).ok_or(NotATrace)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| NotATrace)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::Trace;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_trace_reads_back_what_it_shows() {
        let trace: Trace = GOOD.parse().unwrap();
        assert_eq!(trace.to_string(), GOOD);
        assert!(trace.sampled());
        let step = "00-0af7651916cd43dd8448eb211c80319c-0102030405060708-01";
        assert_eq!(trace.step([1, 2, 3, 4, 5, 6, 7, 8]).to_string(), step);
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let later = GOOD.replacen("00-", "cc-", 1) + "-what-comes";
        assert_eq!(later.parse::<Trace>().unwrap().to_string(), GOOD);
    }

    #[test]
    fn what_the_standard_forbids_is_no_trace() {
        let long = format!("{GOOD}-x");
        let upper = GOOD.to_uppercase();
        for text in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c+b7ad6b7169203331-01",
            "é0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
            &long,
            &upper,
        ] {
            assert!(text.parse::<Trace>().is_err(), "{text}");
        }
    }
}
