//! `fuerza serve --config FILE` · `fuerza ask --config FILE MESSAGE BODY`
//!
//! The reference node of a force as a program of its own, from its folder in `adapters/partners/` and nothing else: `serve`
//! answers in its dialect, with a database of its own; `ask` puts the question of the file `BODY` (XML or JSON) in that
//! dialect. `MESSAGE` is the element that the question is: of the force's own contract, or else of the canonical one.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use adapters::partner::{Partner, Style};
use certs::acceptor::{AcceptorConfig, TlsVersion};
use contract::{Contract, Document, Governance, Limits, QName, json, xml};
use domain::{CaseId, MunicipalityCode, OfficerId, OrganismId};
use jiff::Timestamp;
use nodes::central::{Behaviour, Central, CentralConfig, Keys, Regional};
use nodes::client::Client;
use nodes::database::{Planted, Population, Provinces};
use nodes::desk::{Desk, Seal};
use nodes::program::{Fallible, ended, read, told_to_end};
use serde::Deserialize;
use uuid::Uuid;

const USAGE: &str = "usage: fuerza serve --config FILE | fuerza ask --config FILE MESSAGE BODY";

/// The configuration; paths are absolute or relative to the working folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    /// Its folder.
    partner: PathBuf,
    /// The canonical contract.
    contract: PathBuf,
    /// Its code.
    organism: OrganismId,
    /// By which it asks, and signs what it answers.
    certificate: PathBuf,
    key: PathBuf,
    /// Whom it trusts.
    ca: PathBuf,
    /// By which the gateway signs.
    signer: PathBuf,
    serves: Option<Serves>,
    asks: Option<Asks>,
}

/// It as a provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Serves {
    database: PathBuf,
    listen: SocketAddr,
    /// Its address, by its name.
    certificate: PathBuf,
    key: PathBuf,
    crl: PathBuf,
    /// By which the gateway calls.
    client: PathBuf,
    /// What its database holds from the beginning.
    #[serde(default)]
    cases: Vec<Case>,
}

/// Nobody real.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: CaseId,
    municipality: MunicipalityCode,
    /// The victim's document.
    victim: String,
}

/// It as a client.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    /// Where its dialect is served, `https://…/soap/<slug>/<version>` or `https://…/<slug>/v<version>`.
    address: String,
    officer: OfficerId,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended("fuerza", run().await)
}

async fn run() -> Fallible<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", "--config", path] => serve(read(Path::new(path))?).await,
        ["ask", "--config", path, message, body] => {
            ask(read(Path::new(path))?, message, Path::new(body)).await
        }
        _ => Err(USAGE.into()),
    }
}

/// Its folder, by its own name, and the canonical contract.
fn load(config: &Config) -> Fallible<(Partner, Arc<Contract>)> {
    let contract = Contract::load(&config.contract, Governance::Required)?;
    let dir = config.partner.canonicalize();
    let dir = dir.map_err(|cause| format!("`{}`: {cause}", config.partner.display()))?;
    Ok((Partner::load(&dir, &contract)?, contract))
}

async fn serve(config: Config) -> Fallible<()> {
    let (partner, contract) = load(&config)?;
    let slug = partner.slug.clone();
    let serves = config.serves.ok_or("the configuration has no `[serves]`")?;
    let keys = Keys {
        asker: config.signer,
        certificate: config.certificate,
        key: config.key,
    };
    let settings = CentralConfig {
        database: serves.database,
        population: Population {
            seed: 1,
            provinces: Provinces::Some(Vec::new()),
        },
        contract,
        tls: AcceptorConfig {
            certificate: serves.certificate,
            key: serves.key,
            client_authorities: config.ca,
            revocation_lists: vec![serves.crl],
            oldest: TlsVersion::V13,
        },
        client: serves.client,
        listen: serves.listen,
        workers: 1,
        behaviour: Behaviour::Honest,
    };
    let node = Central::start_in(Regional::of(partner, keys), settings, |_| ()).await?;
    plant(&node, &serves.cases, &config.organism).await?;
    eprintln!("fuerza: {slug}, {}", node.url());
    told_to_end().await?;
    node.stop().await;
    Ok(())
}

/// Puts in what is not there yet.
async fn plant(node: &Central, cases: &[Case], responsible: &OrganismId) -> Fallible<()> {
    for case in cases {
        if node.submission(case.id.as_str()).await?.is_some() {
            continue;
        }
        let planted = Planted {
            id: case.id,
            municipality: case.municipality,
            victim: case.victim.clone(),
            responsible: responsible.clone(),
            at: Timestamp::now().as_second(),
        };
        node.database().plant(&planted).await?;
    }
    Ok(())
}

async fn ask(config: Config, message: &str, body: &Path) -> Fallible<()> {
    let (partner, contract) = load(&config)?;
    let asks = config.asks.ok_or("the configuration has no `[asks]`")?;
    let dialect = partner.dialect.as_ref();
    let own = &dialect.ok_or("it has no dialect of its own")?.contract;
    let bytes = std::fs::read(body).map_err(|cause| format!("`{}`: {cause}", body.display()))?;
    let own = question(own, message, &bytes);
    let json = partner.settings.protocol.style == Style::Rest;
    let now = Timestamp::now().as_second();
    let desk = Desk {
        client: Client::new(&config.certificate, &config.key, &config.ca, now)?,
        address: asks.address,
        organism: config.organism,
        officer: asks.officer,
        partner,
        seal: Seal::load(&config.certificate, &config.key, &config.signer, now)?,
    };
    let name = Uuid::now_v7().simple().to_string().parse()?;
    let answer = if let Some(said) = own {
        desk.say(&said?, name).await?
    } else {
        let asked = question(&contract, message, &bytes);
        let asked = asked.ok_or_else(|| format!("no contract has a `{message}`"))?;
        desk.ask(&asked?, name).await?
    };
    println!("{}", written(&answer, json)?);
    Ok(())
}

/// A message of that contract, if it has one of that name.
fn question(contract: &Arc<Contract>, message: &str, bytes: &[u8]) -> Option<Fallible<Document>> {
    let root = contract.root(&QName::new(Some(contract.namespace()), message))?;
    let decode = match bytes.trim_ascii_start() {
        [b'{', ..] => json::decode,
        _ => xml::decode,
    };
    Some(decode(contract, root, bytes, &Limits::default()).map_err(Into::into))
}

/// An answer as the protocol of the force writes it.
fn written(answer: &Document, json: bool) -> Fallible<String> {
    let mut bytes = Vec::new();
    if json {
        answer.write_json(&mut bytes);
    } else {
        answer.write_xml(&mut bytes);
    }
    Ok(String::from_utf8(bytes)?)
}
