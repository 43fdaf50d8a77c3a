//! A federation in a folder: the gateway as a child, the central system in this process.

use std::future::Future;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};
use std::time::{Duration, Instant};

use adapters::partner::Partner as Folder;
use certs::acceptor::{AcceptorConfig, TlsVersion};
use certs::testpki::TestPki;
use contract::{Contract, Governance};
use domain::{MessageSecurity, Signing};
use jiff::Timestamp;
use nodes::bulletin::{Figures, recount};
use nodes::central::{Behaviour, Central, CentralConfig, Keys, Regional, Signatures};
use nodes::client::Client;
use nodes::database::{Population, Provinces};
use serde_json::Value;
use tokio::runtime::Runtime;
use toml::Table;

use crate::journal::Journal;
use crate::members::{HERENCIA, JOINING, Member, NATIONAL, REGISTERED, STRANGER, SYSTEMS};
use crate::partner::Partner;
use crate::program::{Guarded, fresh_folder, pasarela, succeed};

/// The longest time in which a change must be in force.
pub(crate) const PROMPTLY: Duration = Duration::from_secs(5);
/// How long a start may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);
/// The municipality of the cases that Herencia may not know: the capital of its province.
const CAPITAL: &str = "13034";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test's work; everything of this process runs on one runtime.
pub(crate) fn run<F: Future>(work: F) -> F::Output {
    RUNTIME.block_on(work)
}

/// Leaves work running beside the tests.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    RUNTIME.spawn(work);
}

/// A federation that serves.
pub(crate) struct Site {
    pub(crate) pki: TestPki,
    pub(crate) url: String,
    pub(crate) cases: Cases,
    central: tokio::sync::Mutex<Option<Central>>,
    gateway: Guarded,
}

/// Cases of the population, found once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cases {
    /// One that Herencia may know.
    pub(crate) own: String,
    /// One of its province that it may not know.
    pub(crate) outside: String,
    /// One of its province whose level is above the lowest.
    pub(crate) above: String,
}

/// The folder that `pasarela demo --prepare` makes: its certificates and databases are those of every site.
pub(crate) fn prepared() -> &'static Path {
    static PREPARED: OnceLock<Guarded> = OnceLock::new();
    let prepared = PREPARED.get_or_init(|| {
        let dir = Guarded::folder(fresh_folder());
        let path = dir.path().display().to_string();
        succeed(&["demo", "--prepare", "--dir", &path, "--provinces", "13"]);
        for member in REGISTERED
            .into_iter()
            .chain([&STRANGER, &JOINING])
            .chain(SYSTEMS)
        {
            member.certify(&dir.path().join("pki"), now());
        }
        dir
    });
    prepared.path()
}

/// The federation of all tests that disturb nobody else.
pub(crate) fn shared() -> &'static Site {
    static SHARED: OnceLock<Site> = OnceLock::new();
    SHARED.get_or_init(|| {
        run(Site::start(|config| {
            let limits = "body_bytes = 262144\nbody_ms = 3000"
                .parse::<Table>()
                .unwrap();
            config.insert("limits".into(), limits.into());
            config.insert("dialects".into(), dialects().into());
        }))
    })
}

impl Site {
    /// Starts a federation of its own, its gateway's configuration changed by `adjust`.
    pub(crate) async fn start(adjust: impl FnOnce(&mut Table)) -> Self {
        let folder = fresh_folder();
        copy_databases(prepared(), &folder);
        let port = free_port();
        let central = start_central(&folder, free_port()).await;
        let mut config = configuration(&folder, port, &central.url());
        adjust(&mut config);
        std::fs::write(folder.join("pasarela.toml"), config.to_string()).unwrap();
        let mut site = Self {
            pki: TestPki::open(&prepared().join("pki")),
            url: format!("https://localhost:{port}"),
            cases: Cases::default(),
            central: tokio::sync::Mutex::new(Some(central)),
            gateway: Guarded::serving(folder),
        };
        site.register_all();
        site.cases = site.find_cases().await;
        site
    }

    /// The folder of its gateway and its central system.
    pub(crate) fn folder(&self) -> &Path {
        self.gateway.path()
    }

    /// Registers what a registry file of that text names.
    pub(crate) fn register(&self, text: &str) {
        let file = self.folder().join("registro.toml");
        std::fs::write(&file, text).unwrap();
        self.import(&file.display().to_string());
    }

    /// Imports a registry file as it takes: what opens access, by two people.
    pub(crate) fn import(&self, file: &str) {
        let config = self.config();
        // Another test may change the registry meanwhile: then it says to repeat the order.
        let by = |who: &str| {
            let order = ["registry", "import", "--config", &config, "--by", who, file];
            let mut ended = pasarela(&order);
            for _ in 0..20 {
                if !ended.err.contains("registro-cambiado") {
                    break;
                }
                ended = pasarela(&order);
            }
            assert_eq!(ended.status, 0, "{order:?}: {ended:?}");
            ended.out
        };
        if by("GESTORA-1").contains("PROPUESTA") {
            let done = by("SUPERVISORA-1");
            assert!(done.contains("registrados"), "{done}");
        }
    }

    fn register_all(&self) {
        let pki = prepared().join("pki");
        let entries = REGISTERED.map(|member| member.entry(&pki, member.state));
        self.register(&entries.concat());
    }

    /// The path of the gateway's configuration.
    pub(crate) fn config(&self) -> String {
        self.folder().join("pasarela.toml").display().to_string()
    }

    /// The organism of that slug and identifier.
    pub(crate) fn partner(&self, (slug, id): (&str, &str)) -> Partner {
        self.partner_at(&self.url, (slug, id))
    }

    /// The same, at another address of the gateway.
    pub(crate) fn partner_at(&self, url: &str, (slug, id): (&str, &str)) -> Partner {
        let files = self.pki.organism(slug);
        let ca = self.pki.authority();
        let client = Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
        Partner::new(client, id, url)
    }

    /// The local police that most tests ask as.
    pub(crate) fn herencia(&self) -> Partner {
        self.partner(HERENCIA)
    }

    /// A force that may know every case.
    pub(crate) fn national(&self) -> Partner {
        self.partner(NATIONAL)
    }

    /// Nobody else was taken down: a good request is served.
    #[track_caller]
    pub(crate) fn assert_serves(&self, after: &str) {
        let path = format!("/v2/casos/{}", self.cases.own);
        let answer = run(self.herencia().get(&path));
        assert_eq!(answer.status, 200, "after {after}: {}", answer.body);
    }

    /// Makes the central system behave otherwise.
    pub(crate) async fn behave(&self, behaviour: Behaviour) {
        self.central
            .lock()
            .await
            .as_ref()
            .unwrap()
            .behave(behaviour);
    }

    /// How many lots the central system has taken.
    pub(crate) async fn lots(&self) -> u64 {
        self.central.lock().await.as_ref().unwrap().lots()
    }

    /// The bulletin's tables, counted from the central system's cases.
    pub(crate) async fn recounted(&self) -> Figures {
        let central = self.central.lock().await;
        let database = central.as_ref().unwrap().database();
        let published = Figures::published().unwrap();
        recount(database, &published).await.unwrap()
    }

    /// Stops the central system; gives the port it had.
    pub(crate) async fn stop_central(&self) -> u16 {
        let central = self.central.lock().await.take().unwrap();
        let port = central.address().port();
        central.stop().await;
        port
    }

    /// Starts the central system again.
    pub(crate) async fn restart_central(&self, port: u16) {
        *self.central.lock().await = Some(start_central(self.folder(), port).await);
    }

    /// The evidence so far.
    pub(crate) fn journal(&self) -> Journal {
        Journal::export(&self.config())
    }

    /// What the gateway has logged.
    pub(crate) fn log(&self) -> String {
        self.gateway.log()
    }

    /// Finds cases by searching, once the gateway answers and knows where they are.
    async fn find_cases(&self) -> Cases {
        let (herencia, national) = (self.herencia(), self.national());
        let outside = format!("municipio={CAPITAL}&estado=activo&limite=1");
        let above = format!("municipio={CAPITAL}&estado=activo&nivel=medio&limite=1");
        let cases = Cases {
            own: self.find(&herencia, "estado=activo&limite=1").await,
            outside: self.find(&national, &outside).await,
            above: self.find(&national, &above).await,
        };
        for case in [&cases.own, &cases.outside, &cases.above] {
            self.until(PATIENCE, "the index holds the case", async || {
                national.get(&format!("/v2/casos/{case}")).await.status == 200
            })
            .await;
        }
        cases
    }

    async fn find(&self, partner: &Partner, query: &str) -> String {
        let path = format!("/v2/casos?{query}");
        self.until(PATIENCE, "the gateway answers", async || {
            partner
                .try_get(&path)
                .await
                .is_ok_and(|answer| answer.status == 200)
        })
        .await;
        let page: Value = serde_json::from_str(&partner.get(&path).await.body).unwrap();
        page["caso"][0]["idCaso"]
            .as_str()
            .unwrap_or_else(|| panic!("{query}: {page}"))
            .to_owned()
    }

    /// Asks until it is so; says how long it took.
    pub(crate) async fn until(
        &self,
        longest: Duration,
        what: &str,
        mut so: impl AsyncFnMut() -> bool,
    ) -> Duration {
        let begun = Instant::now();
        while !so().await {
            assert!(
                begun.elapsed() < longest,
                "not in time: {what}\n{}",
                tail(&self.log())
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        begun.elapsed()
    }
}

impl Drop for Site {
    /// Before the folder goes: a central system would make its database anew in its place.
    fn drop(&mut self) {
        if let Some(central) = self.central.get_mut().take() {
            run(central.stop());
        }
    }
}

/// The contract that is fronted.
pub(crate) fn contract() -> Arc<Contract> {
    static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| {
        Contract::load(&contracts().join("viogen/2"), Governance::Required).unwrap()
    });
    Arc::clone(&CONTRACT)
}

/// The folder of contracts.
pub(crate) fn contracts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../schemas/contracts")
        .canonicalize()
        .unwrap()
}

/// Seconds since the epoch.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A port that nobody has.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn copy_databases(from: &Path, to: &Path) {
    for name in ["central.sqlite", "pasarela.sqlite"] {
        for end in ["", "-wal"] {
            let file = format!("{name}{end}");
            if from.join(&file).exists() {
                std::fs::copy(from.join(&file), to.join(&file)).unwrap();
            }
        }
    }
}

fn table(path: &Path) -> Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// The prepared configuration, for this folder and these addresses.
fn configuration(folder: &Path, port: u16, central: &str) -> Table {
    let mut config = table(&prepared().join("pasarela.toml"));
    let store = format!("sqlite://{}", folder.join("pasarela.sqlite").display());
    config["store"]["url"] = store.into();
    config["listen"]["address"] = format!("127.0.0.1:{port}").into();
    config["holder"]["url"] = central.into();
    let journal = config["journal"].as_table_mut().unwrap();
    journal.insert("checkpoint_every_s".into(), 1.into());
    config
}

/// The TLS of the systems behind the gateway, and the certificate of the one client that they let in.
pub(crate) fn tls() -> (AcceptorConfig, PathBuf) {
    let config = table(&prepared().join("central.toml"));
    let path = |name: &str| PathBuf::from(config[name].as_str().unwrap());
    let tls = AcceptorConfig {
        certificate: path("certificate"),
        key: path("key"),
        client_authorities: path("client_ca"),
        revocation_lists: vec![path("crl")],
        oldest: TlsVersion::V13,
    };
    (tls, path("client"))
}

async fn start_central(folder: &Path, port: u16) -> Central {
    let config = table(&prepared().join("central.toml"));
    let provinces = config["provinces"].as_array().unwrap();
    let provinces = provinces
        .iter()
        .map(|code| code.as_integer().unwrap().try_into().unwrap());
    let population = Population {
        seed: config["seed"].as_integer().unwrap().try_into().unwrap(),
        provinces: Provinces::Some(provinces.collect()),
    };
    start_system(folder.join("central.sqlite"), population, port).await
}

/// Another system with no cases yet, in the folder of all sites.
pub(crate) async fn start_empty(database: &str, port: u16) -> Central {
    let population = Population {
        seed: 1,
        provinces: Provinces::Some(Vec::new()),
    };
    start_system(prepared().join(database), population, port).await
}

/// The system of a regional force without cases, in the force's own dialect; where its folder says so, it signs with
/// the key of that member.
pub(crate) async fn start_regional(slug: &str, member: &Member) -> Central {
    let dir = partners().join(slug);
    start_node(Folder::load(&dir, &contract()).unwrap(), member).await
}

/// The same, of any folder.
pub(crate) async fn start_node(partner: Folder, member: &Member) -> Central {
    let population = Population {
        seed: 1,
        provinces: Provinces::Some(Vec::new()),
    };
    // Each has a database of its own, though the folder is that of all sites.
    let port = free_port();
    let database = prepared().join(format!("{}-{port}.sqlite", partner.slug));
    let config = system(database, population, port);
    let pki = TestPki::open(&prepared().join("pki"));
    let own = pki.organism(member.slug);
    let keys = Keys {
        asker: pki.server().certificate,
        certificate: own.certificate,
        key: own.key,
    };
    let regional = Regional::of(partner, keys);
    Central::start_in(regional, config, |_| ()).await.unwrap()
}

/// A system without cases that speaks the common contract, verifies every question and signs every answer with the key of
/// that member.
pub(crate) async fn start_signing(member: &Member) -> Central {
    let population = Population {
        seed: 1,
        provinces: Provinces::Some(Vec::new()),
    };
    let port = free_port();
    let database = prepared().join(format!("signing-{port}.sqlite"));
    let pki = TestPki::open(&prepared().join("pki"));
    let own = pki.organism(member.slug);
    let signatures = Signatures {
        agreed: MessageSecurity {
            requests: Signing::Required,
            answers: Signing::Required,
            ..MessageSecurity::NONE
        },
        asker: pki.server().certificate,
        certificate: own.certificate,
        key: own.key,
    };
    let regional = Regional {
        signatures: Some(signatures),
        ..Regional::default()
    };
    let config = system(database, population, port);
    Central::start_in(regional, config, |_| ()).await.unwrap()
}

/// The part of a configuration that serves every dialect.
pub(crate) fn dialects() -> Table {
    let dir = partners().display().to_string();
    Table::from_iter([("dir".to_owned(), dir.into())])
}

/// The folder of partners' folders.
pub(crate) fn partners() -> PathBuf {
    contracts()
        .join("../../adapters/partners")
        .canonicalize()
        .unwrap()
}

async fn start_system(database: PathBuf, population: Population, port: u16) -> Central {
    let config = system(database, population, port);
    Central::start(config, |_| ()).await.unwrap()
}

fn system(database: PathBuf, population: Population, port: u16) -> CentralConfig {
    let (tls, client) = tls();
    CentralConfig {
        database,
        population,
        contract: contract(),
        tls,
        client,
        listen: format!("127.0.0.1:{port}").parse().unwrap(),
        workers: 1,
        behaviour: Behaviour::Honest,
    }
}

fn tail(log: &str) -> &str {
    let start = log.len().saturating_sub(2_000);
    log.get(start..).unwrap_or(log)
}
