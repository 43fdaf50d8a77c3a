//! A partner's client: HTTP over mutual TLS, by one organism's certificate.

use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

use certs::connector::{Authorities, ClientIdentity};
use certs::load::LoadError;
use futures_util::{Stream, StreamExt};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Speaks to a gateway as one organism.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: String,
    /// The entity tag, if any.
    pub etag: Option<String>,
    /// All headers as they came, the names in lower case; what is not text is left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate, key or authority cannot be used.
    #[error(transparent)]
    Certificate(#[from] LoadError),
    /// What was given is no method of HTTP.
    #[error("`{0}` is no method of HTTP")]
    Method(String),
    /// The connection or the exchange failed.
    #[error("{}", chain(.0))]
    Http(#[from] reqwest::Error),
}

impl Client {
    /// A client with the certificate and key of an organism, trusting the authorities of `ca`.
    ///
    /// # Errors
    /// When one of the files cannot be used at `now` (seconds since 1970).
    pub fn new(certificate: &Path, key: &Path, ca: &Path, now: i64) -> Result<Self, ClientError> {
        let identity = ClientIdentity::load(certificate, key, now)?;
        let authorities = Authorities::load(ca, now)?;
        let trusted: Vec<reqwest::Certificate> = authorities
            .certificates_pem()
            .map(reqwest::Certificate::from_pem)
            .collect::<Result<_, _>>()?;
        let identity =
            reqwest::Identity::from_pkcs8_pem(identity.chain_pem(), identity.key_pem().expose())?;
        let http = reqwest::Client::builder()
            .identity(identity)
            .tls_certs_only(trusted)
            .tls_version_min(reqwest::tls::Version::TLS_1_3)
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http })
    }

    /// A client that shows no certificate, trusting the authorities of `ca`.
    ///
    /// # Errors
    /// When they cannot be used at `now`.
    pub fn nobody(ca: &Path, now: i64) -> Result<Self, ClientError> {
        let authorities = Authorities::load(ca, now)?;
        let trusted = authorities.certificates_pem();
        let trusted = trusted.map(reqwest::Certificate::from_pem);
        let http = reqwest::Client::builder()
            .tls_certs_only(trusted.collect::<Result<Vec<_>, _>>()?)
            .tls_version_min(reqwest::tls::Version::TLS_1_3)
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self { http })
    }

    /// Asks by `GET`.
    ///
    /// # Errors
    /// When nothing came back; an HTTP error status is a reply.
    pub async fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Reply, ClientError> {
        send(with(self.http.get(url), headers)).await
    }

    /// Sends a body by `POST`.
    ///
    /// # Errors
    /// When nothing came back; an HTTP error status is a reply.
    pub async fn post(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, ClientError> {
        send(with(self.http.post(url), headers).body(body)).await
    }

    /// Sends a body by `POST` piece by piece, as the pieces come.
    ///
    /// # Errors
    /// When nothing came back; an HTTP error status is a reply.
    pub async fn post_pieces(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        pieces: impl Stream<Item = Vec<u8>> + Send + 'static,
    ) -> Result<Reply, ClientError> {
        let body = reqwest::Body::wrap_stream(pieces.map(Ok::<_, Infallible>));
        send(with(self.http.post(url), headers).body(body)).await
    }

    /// Sends a body by any method.
    ///
    /// # Errors
    /// When the method is none, or nothing came back; an HTTP error status is a reply.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, ClientError> {
        let method = method
            .parse()
            .map_err(|_| ClientError::Method(method.to_owned()))?;
        send(with(self.http.request(method, url), headers).body(body)).await
    }
}

fn with(request: reqwest::RequestBuilder, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}

async fn send(request: reqwest::RequestBuilder) -> Result<Reply, ClientError> {
    let response = request.send().await?;
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let content_type = header("content-type").unwrap_or_default();
    let etag = header("etag");
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| value.to_str().ok().map(str::to_owned);
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), text(value)?)))
        .collect();
    Ok(Reply {
        status,
        content_type,
        etag,
        headers,
        body: response.bytes().await?.to_vec(),
    })
}

/// The error with its causes: the outer one alone never says what TLS said.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
