//! `central --config FILE`: the reference central system as a program of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use certs::acceptor::{AcceptorConfig, TlsVersion};
use contract::{Contract, Governance};
use nodes::central::{Behaviour, Central, CentralConfig};
use nodes::database::{Population, Provinces};
use nodes::program::{Fallible, configuration, ended, told_to_end};
use serde::Deserialize;

/// The configuration; paths are absolute or relative to the working folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    database: PathBuf,
    seed: u64,
    /// INE codes; none: the whole nation.
    provinces: Vec<u8>,
    contract: PathBuf,
    listen: SocketAddr,
    workers: usize,
    certificate: PathBuf,
    key: PathBuf,
    client_ca: PathBuf,
    crl: PathBuf,
    client: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended("central", run().await)
}

async fn run() -> Fallible<()> {
    let config: Config = configuration("central")?;
    let central = Central::start(settings(&config)?, |_| ()).await?;
    eprintln!(
        "central: {} cases, {}",
        central.load_report().cases,
        central.url()
    );
    told_to_end().await?;
    central.stop().await;
    Ok(())
}

fn settings(config: &Config) -> Fallible<CentralConfig> {
    let load = |dir: &Path| Contract::load(dir, Governance::Required);
    let provinces = match config.provinces.as_slice() {
        [] => Provinces::Nation,
        some => Provinces::Some(some.to_vec()),
    };
    Ok(CentralConfig {
        database: config.database.clone(),
        population: Population {
            seed: config.seed,
            provinces,
        },
        contract: load(&config.contract)?,
        tls: AcceptorConfig {
            certificate: config.certificate.clone(),
            key: config.key.clone(),
            client_authorities: config.client_ca.clone(),
            revocation_lists: vec![config.crl.clone()],
            oldest: TlsVersion::V13,
        },
        client: config.client.clone(),
        listen: config.listen,
        workers: config.workers,
        behaviour: Behaviour::Honest,
    })
}
