//! The identity provider through which staff may sign in to the console.

use std::path::PathBuf;

use serde::Deserialize;

/// The identity provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Oidc {
    /// Its identifier, an `https` address, letter by letter as it names itself.
    pub issuer: String,
    /// What staff call it; its identifier if absent.
    pub name: Option<String>,
    /// What it calls the console.
    pub client_id: String,
    /// File of the secret by which the console shows who it is.
    pub client_secret: PathBuf,
    /// How it shows it.
    #[serde(default)]
    pub client_authentication: Authentication,
    /// Where it sends browsers back to: `https://…/entrar/vuelta` of the console.
    pub redirect: String,
    /// What is asked for.
    #[serde(default = "openid")]
    pub scopes: Vec<String>,
    /// The claim that names a person, as `pasarela staff add --identity` does.
    #[serde(default = "subject")]
    pub claim: String,
    /// How a person must have proven who she is (`acr`): one of these; anyhow if there is none.
    #[serde(default)]
    pub acr: Vec<String>,
    /// How far its clock may be from ours, in seconds.
    #[serde(default = "a_minute")]
    pub clock_skew_s: u32,
    /// Authorities that may vouch for its server, PEM; those of the system if absent.
    pub ca: Option<PathBuf>,
    /// How long one question to it may take, in milliseconds.
    #[serde(default = "five_seconds")]
    pub timeout_ms: u64,
    /// The longest that a session lasts, in minutes.
    #[serde(default = "eight_hours")]
    pub longest_minutes: u32,
    /// When a session ends at the latest.
    #[serde(default)]
    pub session_end: End,
    /// How often a minute one address may try.
    #[serde(default = "thirty")]
    pub attempts_per_minute: u32,
    /// For tests alone: lets the provider be one of plain `http` on this machine.
    #[serde(default)]
    pub loopback_http: bool,
}

/// How the console shows the provider who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum Authentication {
    /// Its secret in the header.
    #[default]
    #[serde(rename = "client_secret_basic")]
    Basic,
    /// Its secret in the form.
    #[serde(rename = "client_secret_post")]
    Post,
}

/// When a session ends at the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) enum End {
    /// After the longest time.
    #[default]
    #[serde(rename = "longest")]
    Longest,
    /// With the ID token that began it, if that is before.
    #[serde(rename = "token")]
    Token,
}

impl Oidc {
    /// Every path in it.
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        std::iter::once(&mut self.client_secret).chain(&mut self.ca)
    }
}

fn openid() -> Vec<String> {
    vec!["openid".to_owned()]
}

fn subject() -> String {
    "sub".to_owned()
}

fn a_minute() -> u32 {
    60
}

fn five_seconds() -> u64 {
    5_000
}

fn eight_hours() -> u32 {
    480
}

fn thirty() -> u32 {
    30
}
