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
    /// The authority's revocation list, PEM, kept by this gateway; it may be that of `tls.crl`. Kept by nobody here if
    /// absent.
    pub revocation_list: Option<PathBuf>,
    /// How many days each list is good.
    #[serde(default = "thirty")]
    pub revocation_list_days: u32,
    /// How many days its certificates are good.
    #[serde(default = "a_year")]
    pub days: u32,
    /// How often a minute one address may try.
    #[serde(default = "ten")]
    pub attempts_per_minute: u32,
}

impl Enrolment {
    /// Every path in it.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let files = [
            &mut self.certificate,
            &mut self.key,
            &mut self.ca_certificate,
            &mut self.ca_key,
        ];
        files.into_iter().chain(&mut self.revocation_list)
    }
}

fn a_year() -> u32 {
    365
}

fn thirty() -> u32 {
    30
}

fn ten() -> u32 {
    10
}
