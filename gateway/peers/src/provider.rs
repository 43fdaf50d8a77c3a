//! Asking an identity provider: small JSON over HTTPS, by an authority of one's own or those of the system.
//!
//! No redirect is followed, no answer is taken in beyond a bound, and nothing takes longer than was configured. Plain
//! HTTP only to this very machine, and only where the configuration says so: for tests.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use certs::connector::Authorities;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Certificate, Client, RequestBuilder, Url, redirect, tls};
use tokio::time::timeout;

use crate::transport::{self, Reply};
use crate::{Bounds, ConnectError, PeerFault, Wait};

/// The longest answer: keys and descriptions of providers have a few KiB.
const LONGEST: usize = 256 << 10;
const LONGEST_ADDRESS: usize = 2_000;
const FORM: &str = "application/x-www-form-urlencoded";

/// Whether an address may be one of plain HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plain {
    /// Never.
    #[default]
    Never,
    /// To this machine.
    Loopback,
}

/// The address of something of the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Url);

/// A text is no address of a provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It is none at all, or holds a password, or a fragment.
    #[error("is no address of a provider")]
    Unreadable,
    /// It is one of plain HTTP, where that is not allowed.
    #[error("must begin with `https://`")]
    Plain,
}

impl Address {
    /// Reads it.
    pub fn parse(text: &str, plain: Plain) -> Result<Self, AddressFault> {
        let url = Url::parse(text).map_err(|_| AddressFault::Unreadable)?;
        let bare = url.username().is_empty() && url.password().is_none();
        if text.len() > LONGEST_ADDRESS || !bare || !url.has_host() || url.fragment().is_some() {
            return Err(AddressFault::Unreadable);
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if plain == Plain::Loopback && is_loopback(&url) => Ok(Self(url)),
            _ => Err(AddressFault::Plain),
        }
    }

    /// The address with parameters added to those that it has.
    #[must_use]
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        let mut url = self.0.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        url.into()
    }

    /// Its path; whether it has parameters.
    pub fn path(&self) -> (&str, Parameters) {
        let has = self
            .0
            .query()
            .map_or(Parameters::None, |_| Parameters::Some);
        (self.0.path(), has)
    }

    /// The same place with another path and no parameters.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        let mut url = self.0.clone();
        url.set_query(None);
        url.set_path(path);
        url.into()
    }
}

/// Whether an address has parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// It has.
    Some,
    /// It has none.
    None,
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// Whom to trust, and how long to wait.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// The authorities that may vouch for it, PEM bundle; those of the system without.
    pub authorities: Option<PathBuf>,
    /// How long one question may take, connection included.
    pub longest: Duration,
    /// Whether its addresses may be of plain HTTP.
    pub plain: Plain,
}

/// Asks an identity provider.
#[derive(Clone, Debug)]
pub struct Provider {
    client: Client,
    longest: Duration,
}

/// What it answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The HTTP status.
    pub status: u16,
    /// The media type without parameters, in lower case.
    pub media_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// By what the client shows who it is, when a code is exchanged.
#[derive(Clone, Copy)]
pub enum Shown<'s> {
    /// In the header, RFC 6749 §2.3.1: name and secret.
    Basic(&'s str, &'s str),
    /// Only by what the form says.
    Form,
}

impl Provider {
    /// Reads the authorities; connects with the first question.
    pub fn new(config: &ProviderConfig, now: i64) -> Result<Self, ConnectError> {
        let mut builder = Client::builder()
            .https_only(config.plain == Plain::Never)
            .tls_version_min(tls::Version::TLS_1_2)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .connect_timeout(config.longest)
            // Asked seldom, and by whichever thread: a connection is not kept for the next question.
            .pool_max_idle_per_host(0)
            .http1_only();
        if let Some(bundle) = &config.authorities {
            let authorities = Authorities::load(bundle, now)?;
            let trusted = authorities.certificates_pem().map(Certificate::from_pem);
            builder = builder.tls_certs_only(trusted.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self {
            client: builder.build()?,
            longest: config.longest,
        })
    }

    /// Reads what is at an address.
    pub async fn get(&self, address: &Address) -> Result<Told, PeerFault> {
        self.ask(self.client.get(address.0.clone())).await
    }

    /// Sends a form.
    pub async fn post(
        &self,
        address: &Address,
        fields: &[(&str, &str)],
        shown: Shown<'_>,
    ) -> Result<Told, PeerFault> {
        let mut asking = self.client.post(address.0.clone());
        if let Shown::Basic(name, secret) = shown {
            let [name, secret] = [name, secret].map(encoded);
            asking = asking.basic_auth(name, Some(secret));
        }
        let asking = asking.header(CONTENT_TYPE, FORM).body(form(fields));
        self.ask(asking).await
    }

    async fn ask(&self, asking: RequestBuilder) -> Result<Told, PeerFault> {
        let bounds = Bounds {
            answer_bytes: LONGEST,
            ..Bounds::default()
        };
        let asked = async {
            let sent = asking.header(ACCEPT, "application/json").send().await;
            let response = sent.map_err(|error| transport::fault(&error))?;
            transport::receive(response, bounds).await
        };
        let reply: Reply = timeout(self.longest, asked)
            .await
            .map_err(|_| PeerFault::Timeout(Wait::Rest))??;
        Ok(Told {
            status: reply.status,
            media_type: reply.media_type(),
            body: reply.body,
        })
    }
}

/// Fields as `application/x-www-form-urlencoded`.
fn form(fields: &[(&str, &str)]) -> String {
    // The crate that encodes forms is the one of addresses.
    let Ok(mut url) = Url::parse("form:/") else {
        return String::new();
    };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

/// One value as a form has it.
fn encoded(value: &str) -> String {
    let pair = form(&[("", value)]);
    pair.strip_prefix('=').unwrap_or(&pair).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_https_or_of_this_machine_where_that_is_allowed() {
        use AddressFault::{Plain as NotHttps, Unreadable};
        use Plain::{Loopback, Never};
        let table = [
            ("https://id.example/a", Never, None),
            ("https://id.example/a?b=c", Loopback, None),
            ("http://localhost:8/", Loopback, None),
            ("http://127.0.0.1:8/", Loopback, None),
            ("http://[::1]:8/", Loopback, None),
            ("http://localhost:8/", Never, Some(NotHttps)),
            ("http://id.example/", Loopback, Some(NotHttps)),
            ("http://localhost.example/", Loopback, Some(NotHttps)),
            ("http://127.0.0.1.example/", Loopback, Some(NotHttps)),
            ("file:///etc/passwd", Loopback, Some(Unreadable)),
            ("javascript:alert(1)", Loopback, Some(Unreadable)),
            ("https://a:b@id.example/", Never, Some(Unreadable)),
            ("https://id.example/#x", Never, Some(Unreadable)),
            ("id.example", Never, Some(Unreadable)),
            ("", Never, Some(Unreadable)),
        ];
        for (text, plain, expected) in table {
            assert_eq!(Address::parse(text, plain).err(), expected, "{text}");
        }
        let long = format!("https://id.example/{}", "a".repeat(LONGEST_ADDRESS));
        assert_eq!(Address::parse(&long, Never).err(), Some(Unreadable));
    }

    #[test]
    fn parameters_are_encoded_and_added() {
        let address = Address::parse("https://id.example/a?t=1", Plain::Never).unwrap();
        let with = address.with(&[("scope", "openid x"), ("r", "https://c/é?&=#")]);
        assert_eq!(
            with,
            "https://id.example/a?t=1&scope=openid+x&r=https%3A%2F%2Fc%2F%C3%A9%3F%26%3D%23"
        );
        assert_eq!(address.at("/entrar"), "https://id.example/entrar");
        assert_eq!(form(&[("a", "b&c"), ("d", "e f")]), "a=b%26c&d=e+f");
        assert_eq!(encoded("a:b %"), "a%3Ab+%25");
        assert_eq!(encoded("=="), "%3D%3D");
    }
}
