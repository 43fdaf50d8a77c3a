//! A request's body: bounded in bytes and in time, and never unpacked.

use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use domain::Problem;
use futures_util::StreamExt;

/// How much beyond the limit is still read, and forgotten: a client that is cut off while it sends
/// does not see the answer that tells it why.
const DRAINED: usize = 16 << 20;

/// How much a body may be, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Largest size, in bytes.
    pub bytes: usize,
    /// Longest time from the first look to the last byte.
    pub time: Duration,
}

/// Collects the whole body, or names why it will not.
pub(crate) async fn collect(
    headers: &HeaderMap,
    payload: Payload,
    limits: BodyLimits,
) -> Result<Bytes, Problem> {
    let coded = uncoded(headers);
    // Of a coded one nothing is kept: it goes by, so that whoever sends it sees the answer.
    let kept = if coded.is_ok() { limits.bytes } else { 0 };
    let collected = tokio::time::timeout(limits.time, bounded(payload, kept)).await;
    coded?;
    collected.unwrap_or(Err(Problem::SlowBody))
}

/// Refuses a body that is compressed: what a few bytes would unpack to, nobody knows before.
pub(crate) fn uncoded(headers: &HeaderMap) -> Result<(), Problem> {
    let mut codings = headers
        .get_all(CONTENT_ENCODING)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let plain = |coding: &[u8]| {
        let coding = coding.trim_ascii();
        coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
    };
    if codings.all(plain) {
        Ok(())
    } else {
        Err(Problem::ContentCoded)
    }
}

/// Why no more of a body comes.
pub(crate) fn broken(error: &PayloadError) -> Problem {
    if matches!(
        error,
        PayloadError::Incomplete(_) | PayloadError::EncodingCorrupted | PayloadError::UnknownLength
    ) {
        Problem::BrokenFraming
    } else {
        Problem::SlowBody
    }
}

async fn bounded(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    let mut size = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        size = size.saturating_add(chunk.len());
        if size <= limit {
            body.extend_from_slice(&chunk);
        } else if size > limit.saturating_add(DRAINED) {
            break;
        }
    }
    if size > limit {
        return Err(Problem::BodyTooLarge);
    }
    Ok(body.freeze())
}
