//! The systems that are asked: the central one, regional forces, services of others.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use adapters::soap::Binary;
use domain::{MessageSecurity, OperationKind};
use serde::Deserialize;

use super::five_seconds;

/// The central system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holder {
    /// Its identifier (DIR3 or NIF), as the evidence names it.
    pub organism: String,
    /// Its endpoint.
    pub url: String,
    /// Its authority, PEM.
    pub ca: PathBuf,
    /// The certificate by which the gateway calls it, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Longest wait for an answer, in milliseconds.
    #[serde(default = "five_seconds")]
    pub timeout_ms: u64,
    /// How many questions may be open there at once; further ones wait for their turn, and those to others do not.
    pub open_questions: Option<NonZeroUsize>,
    /// How often the case index is brought up to date, in milliseconds.
    #[serde(default = "five_seconds")]
    pub index_every_ms: u64,
    /// What is signed when it is asked: `requests` by the gateway, `answers` by it.
    #[serde(default)]
    pub security: MessageSecurity,
    /// How binary content travels to it, and may come back.
    #[serde(default)]
    pub binary: Binary,
}

/// A force with a system of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Partner {
    /// Its identifier (DIR3 or NIF), as evidence and answers name it.
    pub organism: String,
    /// The folder of its dialect, in the folder of dialects; without one it speaks the fronted contract.
    pub dialect: Option<String>,
    /// Its endpoint.
    pub url: Option<String>,
    /// Its host, in place of its endpoint, where the folder of its dialect says the rest.
    pub host: Option<String>,
    /// Its authority, PEM.
    pub ca: PathBuf,
    /// The certificate by which the gateway calls it, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Longest wait for an answer, in milliseconds.
    #[serde(default = "five_seconds")]
    pub timeout_ms: u64,
    /// How many questions may be open there at once; further ones wait for their turn, and those to others do not.
    pub open_questions: Option<NonZeroUsize>,
    /// What it is asked; who answers `consulta` has an index to be read. Not said: hits, consultations and searches, as far as
    /// its folder says that it answers them; without a folder, hits and consultations.
    pub answers: Option<Vec<OperationKind>>,
    /// How often its index is read, in milliseconds.
    #[serde(default = "five_seconds")]
    pub index_every_ms: u64,
    /// What is signed when it is asked, of one without a dialect; with one, its folder says it.
    pub security: Option<MessageSecurity>,
    /// How binary content travels to one without a dialect, and may come back; with one, its folder says it.
    pub binary: Option<Binary>,
}

/// A question that is put to all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Federation {
    /// How long it waits for the last of them, in milliseconds; whoever is later is named in the answer.
    pub longest_ms: u64,
}

impl Default for Federation {
    fn default() -> Self {
        Self {
            longest_ms: five_seconds(),
        }
    }
}

/// A service of others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Folder of its contract, `…/<name>/<version>`: its WSDL, its XSD files, and `governance.toml`.
    pub contract: PathBuf,
    /// Identifier (DIR3 or NIF) of whoever offers it, as the evidence names it.
    pub organism: String,
    /// Its endpoint.
    pub url: String,
    /// Its authority, PEM.
    pub ca: PathBuf,
    /// The certificate by which the gateway calls it, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// Longest wait for an answer, in milliseconds.
    #[serde(default = "five_seconds")]
    pub timeout_ms: u64,
    /// How many questions may be open there at once; further ones wait for their turn, and those to others do not.
    pub open_questions: Option<NonZeroUsize>,
    /// What is signed when it is asked: `requests` by the gateway, `answers` by it, with a key that the registry knows.
    #[serde(default)]
    pub security: MessageSecurity,
    /// How binary content travels to it, and may come back.
    #[serde(default)]
    pub binary: Binary,
}
