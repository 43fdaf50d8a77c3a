//! The PIN of a token: shown by nobody, overwritten when dropped.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::TokenFault;

/// The PIN of a token.
pub struct Pin(Vec<u8>);

impl Pin {
    /// A PIN that was had from elsewhere; white space around it does not belong to it.
    pub fn new(text: String) -> Self {
        let mut bytes = text.into_bytes();
        let kept = bytes.trim_ascii().to_vec();
        bytes.fill(0);
        std::hint::black_box(&bytes);
        Self(kept)
    }

    /// Reads it from a file that not everybody may read.
    pub fn load(path: &Path) -> Result<Self, TokenFault> {
        let unreadable = |cause: std::io::Error| TokenFault::PinFile {
            path: path.to_owned(),
            cause: cause.kind(),
        };
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o007 != 0 {
            return Err(TokenFault::PinExposed(path.to_owned()));
        }
        Ok(Self::new(fs::read_to_string(path).map_err(unreadable)?))
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, for the one call that needs it.
    pub(super) fn expose(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.0.fill(0);
        std::hint::black_box(&self.0);
    }
}
