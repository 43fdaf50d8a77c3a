//! A request's body: bounded in bytes and in time.

use std::time::Duration;

use actix_web::web::{Bytes, BytesMut, Payload};
use domain::Problem;
use futures_util::StreamExt;

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
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::SlowBody)?;
        if body.len() + chunk.len() > limit {
            return Err(Problem::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
