//! Signing in through an identity provider: `OpenID` Connect Core 1.0, authorization code flow (§3.1) with PKCE (RFC 7636),
//! beside the certificate and switched on by configuration.
//!
//! The provider proves only who is there: which member of staff that is, and what she may do, says the list of staff
//! alone, where an identity is one more key of hers. So there is one notion of her, and one person by both ways.
//!
//! Nothing of an attempt is kept here: it is in a cookie of the browser that began it, and what must be secret is derived
//! from it under the key of the [veil](certs::veil), so that every node can take up what another began.

mod attempt;
mod back;
mod claims;
mod description;
mod fault;
mod flow;
mod keys;
mod members;
mod provider;
mod token;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use certs::veil::{Veil, VeilError};
use domain::ProviderIdentity;
use peers::provider::{Plain, Provider as Asker};

use crate::enrolment::attempts::{Admission, Attempts};

pub(crate) use fault::SignInFault;
pub(crate) use flow::{ended, serve};
use provider::Provider;

/// Where the provider sends the browser back to.
pub const BACK: &str = "/entrar/vuelta";
/// Where the way through the provider begins.
pub(crate) const BEGIN: &str = "/entrar/proveedor";

/// All addresses together may try this many times as often as one.
const ALL: u32 = 10;
/// How many refusals of nobody one address gets into the evidence, a minute; the others are only counted.
const TOLD: u32 = 30;

/// The provider, and how to speak to it.
pub struct Oidc {
    /// Asks it.
    pub asker: Asker,
    /// What was agreed with it.
    pub settings: OidcSettings,
}

/// What was agreed with the provider.
pub struct OidcSettings {
    /// Its identifier, letter by letter.
    pub issuer: String,
    /// What staff call it.
    pub name: String,
    /// What it calls the console.
    pub client_id: String,
    /// By what the console proves that it is that.
    pub secret: ClientSecret,
    /// How it does.
    pub authentication: ClientAuthentication,
    /// Where it sends the browser back to: [`BACK`] at the console's own address.
    pub redirect: String,
    /// Where it sends the browser to once its own session is over: the page to sign in.
    pub home: String,
    /// What is asked for, `openid` among it.
    pub scopes: Vec<String>,
    /// The claim that names a person.
    pub claim: String,
    /// How a person must have proven who she is, one of these; anyhow if there is none.
    pub acr: Vec<String>,
    /// How far its clock may be from ours, in seconds.
    pub skew_s: i64,
    /// How long a session lasts at most.
    pub longest: Duration,
    /// Whether it ends with the token that began it.
    pub end: SessionEnd,
    /// How often a minute one address may try.
    pub attempts_per_minute: u32,
    /// Whether its addresses may be of plain HTTP.
    pub plain: Plain,
}

/// A client's secret: shown by nobody.
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes it.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }
}

/// How the console proves to the provider who it is (`OpenID` Connect Core §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in the header.
    #[default]
    Basic,
    /// `client_secret_post`: in the form.
    Post,
}

/// When a session that a token has begun ends at the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionEnd {
    /// When the longest time is over.
    #[default]
    Longest,
    /// With the token, if that is before.
    Token,
}

/// What a provider calls someone, as the list of staff keeps it: a digest under the key of the veil, since it may be her
/// identity document.
///
/// # Errors
/// OpenSSL fails.
pub fn identity(
    veil: &Veil,
    (issuer, claim): (&str, &str),
    value: &str,
) -> Result<ProviderIdentity, VeilError> {
    let named = format!("pasarela.consola.identidad\0{issuer}\0{claim}\0{value}");
    veil.digest(named.as_bytes())
        .map(ProviderIdentity::from_digest)
}

/// The provider as the console's workers share it.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Shared>);

struct Shared {
    provider: Provider,
    attempts: Attempts,
    told: Attempts,
}

impl Gate {
    /// Puts it up; asks nobody yet.
    pub(crate) fn new(oidc: Oidc) -> Self {
        let limit = oidc.settings.attempts_per_minute;
        Self(Arc::new(Shared {
            provider: Provider::new(oidc),
            attempts: Attempts::new(limit, limit.saturating_mul(ALL)),
            told: Attempts::new(TOLD, TOLD * ALL),
        }))
    }

    /// What staff call the provider.
    pub(crate) fn name(&self) -> &str {
        &self.0.provider.settings().name
    }

    /// Counts an attempt.
    fn admit(&self, http: &HttpRequest, now: i64) -> Result<(), SignInFault> {
        match self.0.attempts.admit(address(http), now) {
            Admission::Admitted => Ok(()),
            Admission::RefusedNow | Admission::RefusedAgain => Err(SignInFault::TooOften),
        }
    }

    /// Whether a refusal of nobody is written down: a flood of them cannot fill the journal.
    pub(crate) fn is_told(&self, http: &HttpRequest, now: i64) -> bool {
        match self.0.told.admit(address(http), now) {
            Admission::Admitted | Admission::RefusedNow => true,
            Admission::RefusedAgain => false,
        }
    }
}

fn address(http: &HttpRequest) -> IpAddr {
    let peer = http.peer_addr();
    peer.map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip())
}
