//! A request's body: bounded in bytes and in time.

use std::time::Duration;

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
pub(crate) async fn collect(payload: Payload, limits: BodyLimits) -> Result<Bytes, Problem> {
    tokio::time::timeout(limits.time, bounded(payload, limits.bytes))
        .await
        .unwrap_or(Err(Problem::SlowBody))
}

async fn bounded(mut payload: Payload, limit: usize) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    let mut size = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::SlowBody)?;
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
