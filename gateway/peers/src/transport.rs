//! Sending over mutual TLS, and taking in no more than is allowed for no longer than is allowed.

use std::error::Error;
use std::time::Duration;

use certs::connector::{Authorities, ClientIdentity, tls_fault};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Certificate, Client, Identity, Method, Response, Url, redirect, tls};
use tokio::time::timeout;

use crate::parcel::Parcel;
use crate::request::Request;
use crate::{Bounds, ConnectError, HolderConfig, Http, PeerFault, Wait};

const IDLE: Duration = Duration::from_secs(90);
const LONGEST_MEDIA_TYPE: usize = 100;

/// An HTTP answer, whole.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    /// The headers that are text, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// The certificate that the other side of the connection showed, DER.
    pub(crate) certificate: Option<Vec<u8>>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// The media type without parameters, lower case, and no longer than worth showing.
    pub(crate) fn media_type(&self) -> String {
        let name = self.content_type.split(';').next().unwrap_or_default();
        let shown = name.trim().chars().take(LONGEST_MEDIA_TYPE);
        shown.collect::<String>().to_ascii_lowercase()
    }
}

/// Whom the clients of one holder trust, and as whom they show themselves.
pub(crate) struct Credentials {
    trusted: Vec<Certificate>,
    identity: Identity,
}

impl Credentials {
    /// Reads the files, once for all clients.
    pub(crate) fn load(config: &HolderConfig, now: i64) -> Result<Self, ConnectError> {
        let authorities = Authorities::load(&config.authorities, now)?;
        let ours = ClientIdentity::load(&config.certificate, &config.key, now)?;
        let trusted = authorities.certificates_pem().map(Certificate::from_pem);
        let (chain, key) = (ours.chain_pem(), ours.key_pem());
        Ok(Self {
            trusted: trusted.collect::<Result<_, _>>()?,
            identity: Identity::from_pkcs8_pem(chain, key.expose())?,
        })
    }
}

/// Makes a client that shows our certificate and trusts the holder's authorities, no others, and keeps so many
/// connections that are not in use.
pub(crate) fn client(
    config: &HolderConfig,
    credentials: &Credentials,
    idle_connections: usize,
) -> Result<Client, ConnectError> {
    let builder = Client::builder()
        .https_only(true)
        .tls_certs_only(credentials.trusted.iter().cloned())
        .tls_version_min(tls::Version::TLS_1_3)
        .identity(credentials.identity.clone())
        // Over REST a signature names its key, which is that of the connection.
        .tls_info(true)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .connect_timeout(config.waits.connection)
        .pool_max_idle_per_host(idle_connections)
        .pool_idle_timeout(IDLE);
    let builder = match config.http {
        Http::One => builder.http1_only(),
        Http::Two => builder.http2_adaptive_window(true),
    };
    Ok(builder.build()?)
}

/// The endpoint's address.
pub(crate) fn endpoint(text: &str) -> Result<Url, ConnectError> {
    let address = Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "https" && url.has_host());
    address.ok_or_else(|| ConnectError::Endpoint(text.to_owned()))
}

/// Sends a question and waits for the head of its answer.
pub(crate) async fn send(
    client: &Client,
    address: &Url,
    (request, parcel): (&Request, Parcel),
    wait: Duration,
) -> Result<Response, PeerFault> {
    let mut asking = client
        .request(method(request.method), address.clone())
        .header(ACCEPT, parcel.accept);
    if !parcel.content_type.is_empty() {
        asking = asking.header(CONTENT_TYPE, parcel.content_type);
    }
    for (name, value) in request.headers.iter().chain(&parcel.headers) {
        asking = asking.header(*name, value);
    }
    let sending = asking.body(parcel.body).send();
    match timeout(wait, sending).await {
        Ok(sent) => sent.map_err(|error| fault(&error)),
        Err(_) => Err(PeerFault::Timeout(Wait::Head)),
    }
}

/// The method as HTTP has it.
pub(crate) fn method(method: contract::Method) -> Method {
    match method {
        contract::Method::Get => Method::GET,
        contract::Method::Post => Method::POST,
        contract::Method::Put => Method::PUT,
    }
}

/// The holder's address with what follows it.
pub(crate) fn address(endpoint: &Url, target: &str) -> Result<Url, PeerFault> {
    if target.is_empty() {
        return Ok(endpoint.clone());
    }
    let whole = format!("{}{target}", endpoint.as_str().trim_end_matches('/'));
    Url::parse(&whole).map_err(|error| PeerFault::Question(error.to_string()))
}

/// Takes in the answer, up to the bound.
pub(crate) async fn receive(mut response: Response, bounds: Bounds) -> Result<Reply, PeerFault> {
    let too_large = || PeerFault::TooLarge(bounds.answer_bytes);
    let announced = response.content_length().unwrap_or(0);
    let announced = usize::try_from(announced).map_err(|_| too_large())?;
    if announced > bounds.answer_bytes {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(|error| fault(&error))? {
        if body.len() + chunk.len() > bounds.answer_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status: response.status().as_u16(),
        content_type: content_type(&response),
        headers: headers(&response),
        certificate: response.extensions().get().and_then(shown),
        body,
    })
}

fn headers(response: &Response) -> Vec<(String, String)> {
    let headers = response.headers().iter();
    let text = headers.filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    text.map(|(name, value)| (name.as_str().to_owned(), value.to_owned()))
        .collect()
}

fn shown(connection: &tls::TlsInfo) -> Option<Vec<u8>> {
    connection.peer_certificate().map(<[u8]>::to_vec)
}

/// The content type, as it was told.
fn content_type(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// What broke.
pub(crate) fn fault(error: &reqwest::Error) -> PeerFault {
    if let Some(said) = tls_fault(error) {
        return PeerFault::Tls(said);
    }
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => PeerFault::Timeout(Wait::Connection),
        (true, false) => PeerFault::Unreachable(innermost(error)),
        (false, true) => PeerFault::Timeout(Wait::Rest),
        (false, false) => PeerFault::Broken(innermost(error)),
    }
}

/// The last cause: the outer ones repeat the address and say nothing.
fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}
