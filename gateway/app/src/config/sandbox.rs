//! The sandbox, where organisms that join run the conformance profile.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// The sandbox. It names no system to ask: what stands behind it is made when the program starts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sandbox {
    /// Address and port of a listener of its own; certificates and authorities are those of `[tls]`.
    pub address: SocketAddr,
    /// The URL by which it is reached; `https://localhost` and the port if absent.
    pub public_url: Option<String>,
    /// A folder for its synthetic data and throw-away keys, emptied at every start.
    pub dir: PathBuf,
}
