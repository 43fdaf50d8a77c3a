//! The configuration file: one field per part of the program.

pub(crate) mod enrolment;
pub(crate) mod oidc;
pub(crate) mod sandbox;
pub(crate) mod signing;
pub(crate) mod systems;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use adapters::soap::Packing;
use serde::Deserialize;

use self::enrolment::Enrolment;
use self::oidc::Oidc;
use self::sandbox::Sandbox;
pub(crate) use self::signing::{Signing, SigningKey};
pub(crate) use self::systems::{Federation, Holder, Partner, Service};

/// The whole configuration, the map of the program.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// This node among the gateway's nodes.
    pub node: Node,
    /// Where callers connect.
    pub listen: Listen,
    /// Who is trusted to connect.
    pub tls: Tls,
    /// Where registry, index and journal live.
    pub store: StoreConfig,
    /// The contracts fronted.
    pub contracts: Contracts,
    /// Partners that speak dialects of their own.
    #[serde(default)]
    pub dialects: Dialects,
    /// The policy texts.
    pub policies: Policies,
    /// Whoever holds the answers.
    pub holder: Holder,
    /// Forces with systems of their own, which hold answers too.
    #[serde(default)]
    pub partners: Vec<Partner>,
    /// What is asked of all of them at once.
    #[serde(default)]
    pub federation: Federation,
    /// Services of others, fronted beside it.
    #[serde(default)]
    pub services: Vec<Service>,
    /// The evidence.
    pub journal: Journal,
    /// How organisms register certificates; not at all if absent.
    pub enrolment: Option<Enrolment>,
    /// Where organisms that join try themselves out, on synthetic cases; nowhere if absent.
    pub sandbox: Option<Sandbox>,
    /// What is looked after beside it: quotas and alarms.
    pub supervision: Supervision,
    /// The ministry's console; none without.
    pub console: Option<Console>,
    /// What a request may cost.
    #[serde(default)]
    pub limits: Limits,
    /// In which form answers leave.
    #[serde(default)]
    pub answers: Answers,
    /// How messages are signed.
    #[serde(default)]
    pub signing: Signing,
}

/// Names this node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Node {
    /// Unique among the nodes that share a database; stands in every journal entry.
    #[serde(deserialize_with = "node_name")]
    pub id: String,
    /// Identifier (DIR3 or NIF) of the organism that runs the gateway, as it asks the holder itself.
    pub organism: String,
}

/// The name of a node, but none by which its evidence would pass for a sandbox's.
fn node_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = journal::NodeName::deserialize(deserializer)?;
    if name.is_sandbox() {
        let fault = format!("node id `{name}`: journals of sandboxes are named like this");
        return Err(serde::de::Error::custom(fault));
    }
    Ok(name.to_string())
}

/// The listening socket.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// The URL by which callers reach this gateway, as written into WSDL and `OpenAPI`;
    /// `https://localhost` and the port if absent.
    pub public_url: Option<String>,
    /// Worker threads.
    #[serde(default = "two")]
    pub workers: usize,
}

/// Server-side TLS.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// Server certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities whose client certificates are accepted, PEM.
    pub client_ca: PathBuf,
    /// Revocation lists of those authorities, PEM.
    pub crl: PathBuf,
    /// Lowest protocol version.
    #[serde(default)]
    pub minimum: TlsVersion,
}

/// Lowest TLS version accepted.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) enum TlsVersion {
    /// TLS 1.3, the default.
    #[default]
    #[serde(rename = "1.3")]
    V13,
    /// TLS 1.2, for partners that cannot do better yet.
    #[serde(rename = "1.2")]
    V12,
}

/// The database.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoreConfig {
    /// `sqlite://path` or `postgres://…`.
    pub url: Secret,
    /// Whether `serve` migrates before it starts.
    #[serde(default)]
    pub migrate_at_start: bool,
}

/// The contracts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contracts {
    /// Folder of the fronted contract, `…/<name>/<version>`.
    pub fronted: PathBuf,
    /// Folders of other versions of it that callers may speak; the fronted one's folder holds the
    /// conversions.
    #[serde(default)]
    pub versions: Vec<PathBuf>,
    /// Folder of the context contract.
    pub context: PathBuf,
}

/// The dialects of partners.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dialects {
    /// Folder of the partners' folders; every dialect in it is served. None is, without.
    pub dir: Option<PathBuf>,
}

/// The policies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Policies {
    /// Folder of `.cedar` files and their schema.
    pub dir: PathBuf,
    /// What counts as long as nobody has approved any.
    #[serde(default)]
    pub source: PolicySource,
}

/// What says which policies are in force before any were approved; afterwards what was approved always does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum PolicySource {
    /// The folder, whoever edits it.
    #[default]
    #[serde(rename = "folder")]
    Folder,
    /// The folder as it is at the first start of all, as the founding set; afterwards four eyes alone.
    #[serde(rename = "approved")]
    Approved,
}

/// The evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Journal {
    /// Key that signs checkpoints, PEM (EC P-256).
    pub checkpoint_key: PathBuf,
    /// How often a checkpoint is signed, in seconds.
    #[serde(default = "a_minute")]
    pub checkpoint_every_s: u64,
}

/// Quotas and alarms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supervision {
    /// File of a secret of 32 bytes or more, the same on every node: turns what names a person into a digest.
    pub key: PathBuf,
}

/// The ministry's console.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Console {
    /// Address and port.
    pub address: SocketAddr,
    /// Server certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Authorities whose certificates staff may have, PEM.
    pub client_ca: PathBuf,
    /// Revocation lists of those authorities, PEM.
    pub crl: PathBuf,
    /// How long a session may be idle, in minutes.
    #[serde(default = "half_an_hour")]
    pub session_minutes: u32,
    /// Largest form with its files, in bytes.
    #[serde(default = "twenty_one_mebibytes")]
    pub form_bytes: usize,
    /// The identity provider through which staff may sign in too; none without.
    pub oidc: Option<Oidc>,
}

/// What a request may cost.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// Largest request body, in bytes.
    pub body_bytes: usize,
    /// Longest time a body may take to arrive, in milliseconds.
    pub body_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A case with both of its documents, 512 KiB each, fits in base64 too.
            body_bytes: 2 << 20,
            body_ms: 10_000,
        }
    }
}

/// In which form answers leave.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Answers {
    /// Whether documents of 1 KiB or more leave beside the envelope of SOAP.
    pub mtom: Packing,
}

/// A value that may hold a password: shown by nobody.
#[derive(Clone, Deserialize)]
pub(crate) struct Secret(String);

impl Secret {
    /// The value itself, for the one call that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<secret>")
    }
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// It cannot be read.
    #[error("cannot read `{path}`: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// It does not say what it must. The line itself is not shown: it may hold a password.
    #[error("`{path}`: line {line}: {reason}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// In which line.
        line: usize,
        /// Why not.
        reason: String,
    },
}

impl Config {
    /// Reads the file; relative paths in it are taken from the folder it lies in.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|cause| ConfigError::Unreadable {
            path: path.to_path_buf(),
            cause,
        })?;
        let mut config: Self = toml::from_str(&text).map_err(|cause| {
            let before = cause.span().and_then(|span| text.get(..span.start));
            ConfigError::Invalid {
                path: path.to_path_buf(),
                line: before.unwrap_or_default().matches('\n').count() + 1,
                reason: cause.message().to_owned(),
            }
        })?;
        config.resolve(path.parent().unwrap_or(Path::new(".")));
        Ok(config)
    }

    fn resolve(&mut self, base: &Path) {
        let paths = [
            &mut self.tls.certificate,
            &mut self.tls.key,
            &mut self.tls.client_ca,
            &mut self.tls.crl,
            &mut self.contracts.fronted,
            &mut self.contracts.context,
            &mut self.policies.dir,
            &mut self.holder.ca,
            &mut self.holder.certificate,
            &mut self.holder.key,
            &mut self.journal.checkpoint_key,
            &mut self.supervision.key,
        ];
        let of_services = self.services.iter_mut().flat_map(|service| {
            [
                &mut service.contract,
                &mut service.ca,
                &mut service.certificate,
                &mut service.key,
            ]
        });
        let of_partners = self.partners.iter_mut();
        let of_partners = of_partners
            .flat_map(|partner| [&mut partner.ca, &mut partner.certificate, &mut partner.key]);
        let of_console = self.console.iter_mut().flat_map(|console| {
            [
                &mut console.certificate,
                &mut console.key,
                &mut console.client_ca,
                &mut console.crl,
            ]
            .into_iter()
            .chain(console.oidc.iter_mut().flat_map(Oidc::paths))
        });
        let enrolment = self.enrolment.iter_mut().flat_map(Enrolment::paths);
        let sandbox = self.sandbox.iter_mut().map(|sandbox| &mut sandbox.dir);
        let versions = &mut self.contracts.versions;
        let dialects = &mut self.dialects.dir;
        self.signing.resolve(base);
        for path in paths
            .into_iter()
            .chain(of_services)
            .chain(of_partners)
            .chain(of_console)
            .chain(enrolment)
            .chain(sandbox)
            .chain(versions)
            .chain(dialects)
        {
            *path = base.join(&*path);
        }
    }
}

fn half_an_hour() -> u32 {
    30
}

fn twenty_one_mebibytes() -> usize {
    21 << 20
}

fn two() -> usize {
    2
}

fn five_seconds() -> u64 {
    5_000
}

fn a_minute() -> u64 {
    60
}
