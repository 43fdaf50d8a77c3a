//! How organisms register certificates.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

/// How organisms register certificates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enrolment {
    /// Address and port of a listener of its own, without client certificates.
    pub address: SocketAddr,
    /// The URL by which it is reached, as it is told with each code.
    pub public_url: String,
    /// The listener's certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// The certificate of the federation's authority, PEM; it must be among those of `tls.client_ca`.
    pub ca_certificate: PathBuf,
    /// Its key, PEM.
    pub ca_key: PathBuf,
    /// How many days its certificates are good.
    #[serde(default = "a_year")]
    pub days: u32,
    /// How often a minute one address may try.
    #[serde(default = "ten")]
    pub attempts_per_minute: u32,
}

impl Enrolment {
    /// Every path in it.
    pub(super) fn paths(&mut self) -> [&mut PathBuf; 4] {
        [
            &mut self.certificate,
            &mut self.key,
            &mut self.ca_certificate,
            &mut self.ca_key,
        ]
    }
}

fn a_year() -> u32 {
    365
}

fn ten() -> u32 {
    10
}
