//! `padron --config FILE`: the reference provider of `padron/1` as a program of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use certs::acceptor::{AcceptorConfig, TlsVersion};
use contract::{Contract, Governance};
use nodes::padron::{Padron, PadronConfig};
use serde::Deserialize;
use tokio::signal::unix::{SignalKind, signal};

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

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("padron: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Fallible<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some("--config"), Some(path), None) = (
        arguments.next().as_deref(),
        arguments.next(),
        arguments.next(),
    ) else {
        return Err("usage: padron --config FILE".into());
    };
    let config: Config = toml::from_str(&std::fs::read_to_string(path)?)?;
    let padron = Padron::start(settings(&config)?)?;
    eprintln!("padron: {}", padron.url());
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
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
