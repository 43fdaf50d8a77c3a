//! The federation of a demonstration: PKI, central system, gateway, members.

use std::io::{IsTerminal, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use ::contract::{Contract, Governance};
use certs::acceptor::{AcceptorConfig, TlsVersion};
use certs::testpki::{TestOrganism, TestPki};
use jiff::Timestamp;
use nodes::central::{Behaviour, Central, CentralConfig};
use nodes::database::{LoadReport, Population, Progress, Provinces};
use nodes::padron::{Padron, PadronConfig};
use server::{Feed, Signers};
use store::Store;

use super::cast::{CAST, Member};
use super::folder::Folder;
use super::partner::Partner;
use super::words::Words;
use super::{Args, PROVINCES, settings, staff};
use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::home::Home;
use crate::wiring::{self, Gateway};

/// What every random thing of the population follows from: the day of the bulletin.
const SEED: u64 = 20_200_229;
/// The code of the organism that holds the answers: Ministerio del Interior.
pub(super) const CENTRAL: &str = "E00003801";
/// The code of whoever offers `padron/1`; it has the right shape and is nobody's.
pub(super) const PADRON: &str = "E99990900";

/// A federation in its folder, not yet started.
pub(super) struct Federation {
    pub folder: Folder,
    pub pki: TestPki,
    home: Home,
    central_port: u16,
    gateway_port: u16,
    console_port: u16,
    population: Population,
}

/// A federation that serves.
pub(super) struct Started {
    pub folder: Folder,
    pub pki: TestPki,
    pub contract: Arc<Contract>,
    central: Central,
    padron: Padron,
    gateway: Gateway,
}

impl Federation {
    /// Makes folder, certificates, databases and configuration files.
    pub(super) async fn prepare(
        args: &Args,
        folder: Folder,
        words: Words,
    ) -> Result<Self, Failure> {
        let none = "contracts and policies not found: run it in the repository, or give `--home`";
        let home =
            Home::find(args.home.as_deref()).ok_or_else(|| Failure::Broken(none.to_owned()))?;
        words.tell(words.title, &[&folder.path().display().to_string()]);
        let organisms: Vec<TestOrganism> = CAST.iter().map(|member| member.certified()).collect();
        let pki = TestPki::create(&folder.pki(), Timestamp::now().as_second(), &organisms)
            .map_err(|e| Failure::broken("test PKI", e))?;
        words.tell(words.pki, &[&folder.pki().display().to_string()]);
        let provinces = if args.provinces.is_empty() {
            PROVINCES.to_vec()
        } else {
            args.provinces.clone()
        };
        let population = Population {
            seed: SEED,
            provinces: Provinces::Some(provinces),
        };
        let (central_port, gateway_port) = (args.central_port, args.gateway_port);
        let federation = Self {
            folder,
            pki,
            home,
            central_port,
            gateway_port,
            console_port: args.console_port,
            population,
        };
        federation.enrol(words).await?;
        if args.prepare {
            federation.load(words).await?;
            federation.write_configs((central_port, 0), gateway_port)?;
        }
        Ok(federation)
    }

    /// Starts the central system, then the gateway.
    pub(super) async fn start(self, words: Words) -> Result<Started, Failure> {
        let contract = self.contract()?;
        words.say(words.population);
        let central = Central::start(self.central(Arc::clone(&contract)), show_progress)
            .await
            .map_err(|e| Failure::broken("central system", e))?;
        tell_load(words, central.load_report());
        let padron = Padron::start(self.padron()?).map_err(|e| Failure::broken("padron", e))?;
        let ports = (central.address().port(), padron.address().port());
        self.write_configs(ports, self.gateway_port)?;
        let config =
            Config::read(&self.folder.config()).map_err(|e| Failure::broken("configuration", e))?;
        words.say(words.gateway);
        let gateway = wiring::start(&config).await?;
        let indexed = self.index(&config, &contract, &gateway).await?;
        let url = format!("https://localhost:{}", gateway.running.address().port());
        words.tell(words.indexed, &[&url, &indexed.to_string()]);
        let Self { folder, pki, .. } = self;
        Ok(Started {
            folder,
            pki,
            contract,
            central,
            padron,
            gateway,
        })
    }

    fn contract(&self) -> Result<Arc<Contract>, Failure> {
        Contract::load(
            &self.home.contracts().join("viogen/2"),
            Governance::Required,
        )
        .map_err(|e| Failure::broken("contract", e))
    }

    /// The provider of a service of others; in a demonstration it shares the central system's certificate.
    fn padron(&self) -> Result<PadronConfig, Failure> {
        let folder = self.home.contracts().join("padron/1");
        let contract = Contract::load(&folder, Governance::Required)
            .map_err(|e| Failure::broken("contract", e))?;
        Ok(PadronConfig {
            contract,
            tls: self.tls(),
            client: self.pki.gateway().certificate,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        })
    }

    fn tls(&self) -> AcceptorConfig {
        let files = self.pki.central();
        AcceptorConfig {
            certificate: files.certificate,
            key: files.key,
            client_authorities: self.pki.authority(),
            revocation_lists: vec![self.pki.revocation_list()],
            oldest: TlsVersion::V13,
        }
    }

    fn central(&self, contract: Arc<Contract>) -> CentralConfig {
        CentralConfig {
            database: self.folder.central(),
            population: self.population.clone(),
            contract,
            tls: self.tls(),
            client: self.pki.gateway().certificate,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, self.central_port)),
            workers: 1,
            behaviour: Behaviour::Honest,
        }
    }

    /// Registers the members with their agreements.
    async fn enrol(&self, words: Words) -> Outcome {
        let store = open(&self.folder.database()).await?;
        store
            .migrate()
            .await
            .map_err(|e| Failure::broken("database", e))?;
        let today = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        for member in CAST {
            let enrolment = member.enrolment(&self.pki.organism(member.slug), today)?;
            let one = std::slice::from_ref(&enrolment);
            let imported = store.import(one, Timestamp::now()).await;
            imported.map_err(|e| Failure::broken(member.id, e))?;
            let until = enrolment
                .agreements
                .first()
                .map(|agreement| agreement.expires_on.to_string());
            words.tell(
                words.enrolled,
                &[&enrolment.organism.name, &until.unwrap_or_default()],
            );
        }
        staff::enlist(&store, &self.pki).await
    }

    async fn load(&self, words: Words) -> Outcome {
        words.say(words.population);
        let (database, report) = nodes::database::Database::open(
            &self.folder.central(),
            &self.population,
            show_progress,
        )
        .await
        .map_err(|e| Failure::broken("population", e))?;
        tell_load(words, report);
        database.close().await;
        Ok(())
    }

    fn write_configs(&self, (central, padron): (u16, u16), gateway: u16) -> Outcome {
        let ports = settings::Ports {
            central,
            gateway,
            padron,
            console: self.console_port,
        };
        let write = |path: std::path::PathBuf, text: String| {
            std::fs::write(&path, text)
                .map_err(|e| Failure::broken(&format!("`{}`", path.display()), e))
        };
        write(
            self.folder.config(),
            settings::gateway(&self.folder, &self.pki, &self.home, &ports),
        )?;
        write(
            self.folder.padron_config(),
            settings::padron(&self.pki, &self.home, ports.padron),
        )?;
        let Provinces::Some(provinces) = &self.population.provinces else {
            return Ok(());
        };
        let central = settings::central(
            &self.folder,
            &self.pki,
            &self.home,
            &ports,
            (SEED, provinces),
        );
        write(self.folder.central_config(), central)
    }

    /// Brings the index up to date before the story asks for anything.
    async fn index(
        &self,
        config: &Config,
        contract: &Arc<Contract>,
        gateway: &Gateway,
    ) -> Result<usize, Failure> {
        // Nothing is signed between the two.
        let unsigned = wiring::signing::unsigned(&config.signing);
        let holder = wiring::holder(
            config,
            contract,
            wiring::signing::Key::Configured(&unsigned),
        )?;
        let requester = wiring::parsed("node.organism", &config.node.organism)?;
        let every = std::time::Duration::MAX;
        let feed = Feed {
            source: domain::Source::Central,
            organism: wiring::parsed("holder.organism", &config.holder.organism)?,
            holder,
            signers: Signers::nobody(),
            requester,
            store: gateway.store.clone(),
            every,
        };
        feed.catch_up(|_| ())
            .await
            .map_err(|e| Failure::broken("case index", e))?;
        gateway
            .store
            .index_size()
            .await
            .map_err(|e| Failure::broken("case index", e))
    }
}

impl Started {
    /// The URL of the gateway.
    pub(super) fn url(&self) -> String {
        format!(
            "https://localhost:{}",
            self.gateway.running.address().port()
        )
    }

    /// The URL of the console.
    pub(super) fn console(&self) -> Option<String> {
        let address = self.gateway.running.console()?;
        Some(format!("https://localhost:{}", address.port()))
    }

    /// The gateway's database.
    pub(super) fn store(&self) -> &Store {
        &self.gateway.store
    }

    /// A member as client of the gateway.
    pub(super) fn partner(&self, member: &'static Member) -> Result<Partner, Failure> {
        Partner::new(
            member,
            &self.pki.organism(member.slug),
            &self.pki.authority(),
            &self.url(),
        )
    }

    /// Signs a checkpoint over all there is.
    pub(super) async fn seal(&self) -> Outcome {
        let signed = self.gateway.journal.checkpoint(Timestamp::now()).await;
        signed
            .map(drop)
            .map_err(|e| Failure::broken("checkpoint", e))
    }

    /// Ends both systems.
    pub(super) async fn stop(self) {
        self.gateway.stop().await;
        self.central.stop().await;
        self.padron.stop().await;
    }
}

async fn open(path: &Path) -> Result<Store, Failure> {
    Store::open(&format!("sqlite://{}", path.display()))
        .await
        .map_err(|e| Failure::broken("database", e))
}

/// How far the load has come, on one line of a terminal; a file gets none of it.
fn show_progress(progress: Progress) {
    let mut out = std::io::stdout();
    if out.is_terminal() {
        let Progress { done, total } = progress;
        // Nobody is worse off if the terminal is gone.
        let _ = write!(out, "\r   {done} / {total}\r");
        let _ = out.flush();
    }
}

fn tell_load(words: Words, report: LoadReport) {
    let seconds = format!("{:.1}", report.elapsed.as_secs_f64());
    let rate = format!("{:.0}", report.cases_per_second());
    words.tell(words.loaded, &[&report.cases.to_string(), &seconds, &rate]);
}
