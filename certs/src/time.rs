//! Seconds since the Unix epoch, and the times that certificates carry.

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;

/// Reads an ASN.1 time as seconds since the epoch.
pub(crate) fn to_unix(time: &Asn1TimeRef) -> Result<i64, ErrorStack> {
    let since_epoch = Asn1Time::from_unix(0)?.diff(time)?;
    Ok(i64::from(since_epoch.days) * 86_400 + i64::from(since_epoch.secs))
}

/// Writes seconds since the epoch as an ASN.1 time.
pub(crate) fn from_unix(seconds: i64) -> Result<Asn1Time, ErrorStack> {
    Asn1Time::from_unix(seconds)
}
