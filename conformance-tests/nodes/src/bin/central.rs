//! `central --config FILE`: the reference central system as a program of its own. `central boletin --config FILE` counts the
//! cases of its database, served or not, as the bulletin's tables do, and prints them as TOML.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use certs::acceptor::{AcceptorConfig, TlsVersion};
use contract::{Contract, Governance};
use nodes::bulletin::{Figures, recount};
use nodes::central::{Behaviour, Central, CentralConfig};
use nodes::database::{Database, Population, Provinces};
use nodes::program::{Fallible, ended, ordered, told_to_end};
use serde::Deserialize;
use toml::{Table, Value};

/// Counts, and does not serve.
const BULLETIN: &str = "boletin";

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
    let (order, config): (_, Config) = ordered("central", BULLETIN)?;
    if order.is_some() {
        return bulletin(&config).await;
    }
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

/// Prints the footer, and the cases of each body.
async fn bulletin(config: &Config) -> Fallible<()> {
    let database = Database::existing(&config.database, config.seed).await?;
    let figures = recount(&database, &Figures::published()?).await?;
    database.close().await;
    let bodies = figures.bodies.iter().filter_map(|row| {
        let cells = row.cells;
        let told = [
            ("activos", cells.active),
            ("inactivos", cells.inactive),
            ("total", cells.total),
        ];
        Some((row.body?.to_string(), table(&told)))
    });
    let bodies = Value::Table(bodies.collect());
    let footer = &figures.footer;
    let footer = table(&[
        ("enTerritorio", footer.in_territory),
        ("baja", footer.baja),
        ("extranjero", footer.abroad),
        ("total", footer.total),
    ]);
    let told = [("cuerpos", bodies), ("pie", footer)];
    print!(
        "{}",
        Table::from_iter(told.map(|(name, it)| (name.to_owned(), it)))
    );
    Ok(())
}

fn table(figures: &[(&str, u32)]) -> Value {
    let figures = figures.iter();
    Value::Table(
        figures
            .map(|(name, it)| ((*name).to_owned(), Value::from(*it)))
            .collect(),
    )
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
