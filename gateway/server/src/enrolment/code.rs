//! Making a one-time code: for the console and for the command line alike.

use certs::random;
use domain::EnrolmentCode;

/// A code that nobody has yet, and what it is called in lists and evidence, which says nothing of it.
pub struct FreshCode {
    /// The code, to be shown once.
    pub code: EnrolmentCode,
    /// Its name.
    pub name: String,
}

impl FreshCode {
    /// Makes one.
    ///
    /// # Errors
    /// There are no random numbers; in words for the log.
    pub fn make() -> Result<Self, String> {
        let name = u64::from_be_bytes(random::bytes::<8>().map_err(|e| e.to_string())?);
        loop {
            let bytes = random::bytes::<64>().map_err(|e| e.to_string())?;
            if let Some(code) = EnrolmentCode::from_random(&bytes) {
                return Ok(Self {
                    code,
                    name: format!("ALTA-{name:016X}"),
                });
            }
        }
    }
}
