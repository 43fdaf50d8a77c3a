//! `padron --config FILE`: the reference provider of `padron/1` as a program of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use certs::acceptor::{AcceptorConfig, TlsVersion};
use contract::{Contract, Governance};
use nodes::padron::{Padron, PadronConfig};
use nodes::program::{Fallible, configuration, ended, told_to_end};
use serde::Deserialize;

/// The configuration; paths are absolute or relative to the working folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    contract: PathBuf,
    listen: SocketAddr,
    certificate: PathBuf,
    key: PathBuf,
    client_ca: PathBuf,
    crl: PathBuf,
    client: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended("padron", run().await)
}

async fn run() -> Fallible<()> {
    let config: Config = configuration("padron")?;
    let padron = Padron::start(settings(&config)?)?;
    eprintln!("padron: {}", padron.url());
    told_to_end().await?;
    padron.stop().await;
    Ok(())
}

fn settings(config: &Config) -> Fallible<PadronConfig> {
    Ok(PadronConfig {
        contract: Contract::load(&config.contract, Governance::Required)?,
        tls: AcceptorConfig {
            certificate: config.certificate.clone(),
            key: config.key.clone(),
            client_authorities: config.client_ca.clone(),
            revocation_lists: vec![config.crl.clone()],
            oldest: TlsVersion::V13,
        },
        client: config.client.clone(),
        listen: config.listen,
    })
}
