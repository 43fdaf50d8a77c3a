//! A central system of one province, and a client that holds the gateway's certificate.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use adapters::soap::{
    AnswerError, FaultReport, SoapVersion, read_response, request_headers, write_request,
};
use certs::acceptor::{AcceptorConfig, TlsVersion};
use certs::testpki::{Files, TestOrganism, TestPki};
use contract::{Contract, Document, Governance, Limits, QName};
use domain::Context;
use jiff::Timestamp;
use nodes::central::{Behaviour, Central, CentralConfig};
use nodes::database::{Population, Provinces};
use tempfile::TempDir;

/// A running central system and what is needed to ask it.
pub(crate) struct Site {
    _folder: TempDir,
    pub(crate) central: Central,
    pub(crate) contract: Arc<Contract>,
    pub(crate) pki: TestPki,
    client: reqwest::Client,
    requests: AtomicU32,
}

/// The contract that the product carries.
pub(crate) fn contract() -> Arc<Contract> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2");
    Contract::load(&folder, Governance::Required).unwrap()
}

impl Site {
    /// Ciudad Real, honest.
    pub(crate) async fn start() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::now().as_second();
        let organism = TestOrganism {
            slug: "herencia".into(),
            dir3: "L01130473".into(),
            nif: "P1304700E".into(),
            name: "Ayuntamiento de Herencia".into(),
        };
        let pki = TestPki::create(folder.path(), now, &[organism]).unwrap();
        let contract = contract();
        let config = CentralConfig {
            database: folder.path().join("central.sqlite"),
            population: Population {
                seed: 1,
                provinces: Provinces::Some(vec![13]),
            },
            contract: Arc::clone(&contract),
            tls: AcceptorConfig {
                certificate: pki.central().certificate,
                key: pki.central().key,
                client_authorities: pki.authority(),
                revocation_lists: vec![pki.revocation_list()],
                oldest: TlsVersion::V13,
            },
            client: pki.gateway().certificate,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            workers: 1,
            behaviour: Behaviour::Honest,
        };
        let central = Central::start(config, |_| ()).await.unwrap();
        let client = client(&pki, &pki.gateway());
        Site {
            _folder: folder,
            central,
            contract,
            pki,
            client,
            requests: AtomicU32::new(1),
        }
    }

    /// A client with another certificate.
    pub(crate) fn client_of(&self, files: &Files) -> reqwest::Client {
        client(&self.pki, files)
    }

    /// A request from the content of its element, such as `<idCaso>…</idCaso>`.
    pub(crate) fn request(&self, element: &str, content: &str) -> Document {
        self.request_with(element, "", content)
    }

    /// The same for a lot whose first item has that position.
    pub(crate) fn request_from(&self, element: &str, from: u64, content: &str) -> Document {
        self.request_with(element, &format!(" desde=\"{from}\""), content)
    }

    fn request_with(&self, element: &str, attributes: &str, content: &str) -> Document {
        let namespace = self.contract.namespace();
        let xml = format!("<{element} xmlns=\"{namespace}\"{attributes}>{content}</{element}>");
        let root = self
            .contract
            .root(&QName::new(Some(namespace), element))
            .unwrap();
        contract::xml::decode(&self.contract, root, xml.as_bytes(), &Limits::default()).unwrap()
    }

    /// A context of the local police of Herencia, with a new request identifier.
    pub(crate) fn context(&self) -> Context {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        Context {
            requester: "L01130473".parse().unwrap(),
            on_behalf_of: None,
            officer: "AGENTE-PRUEBA".parse().unwrap(),
            purpose: domain::Purpose::Protection,
            file: None,
            peril: None,
            request_id: format!("PRUEBA-{number}").parse().unwrap(),
            timestamp: Timestamp::now(),
        }
    }

    /// Asks in SOAP 1.2, with a new request identifier.
    pub(crate) async fn ask(&self, element: &str, content: &str) -> Result<Document, Failure> {
        let request = self.request(element, content);
        self.send(SoapVersion::V12, &self.context(), &request).await
    }

    /// Sends one request and reads what comes back.
    pub(crate) async fn send(
        &self,
        version: SoapVersion,
        context: &Context,
        request: &Document,
    ) -> Result<Document, Failure> {
        let operation = self
            .contract
            .operations()
            .iter()
            .find(|operation| operation.request == request.root().element())
            .unwrap();
        let headers = request_headers(version, &operation.soap_action);
        let mut post = self
            .client
            .post(self.central.url())
            .header("content-type", headers.content_type)
            .body(write_request(version, context, request));
        if let Some(action) = headers.soap_action {
            post = post.header("soapaction", action);
        }
        let bytes = post.send().await?.bytes().await?;
        let limits = Limits::default();
        match read_response(&bytes, &self.contract, operation.response, &limits) {
            Ok(response) => Ok(response.document),
            Err(AnswerError::Fault(fault)) => Err(Failure::Fault(*fault)),
            Err(AnswerError::Garbage(_)) => Err(Failure::Garbage),
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    Fault(FaultReport),
    Garbage,
    Connection,
}

impl From<reqwest::Error> for Failure {
    fn from(_: reqwest::Error) -> Self {
        Failure::Connection
    }
}

impl Failure {
    /// The code of the problem that a fault names.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Failure::Fault(fault) => fault.problem.map_or("none", |problem| problem.entry().code),
            Failure::Garbage => "garbage",
            Failure::Connection => "connection",
        }
    }
}

fn client(pki: &TestPki, files: &Files) -> reqwest::Client {
    let read = |path: &Path| std::fs::read(path).unwrap();
    let identity =
        reqwest::Identity::from_pkcs8_pem(&read(&files.certificate), &read(&files.key)).unwrap();
    let authority = reqwest::Certificate::from_pem(&read(&pki.authority())).unwrap();
    reqwest::Client::builder()
        .identity(identity)
        .tls_certs_only([authority])
        .build()
        .unwrap()
}

/// The texts of every leaf with that local name, in document order.
pub(crate) fn texts(document: &Document, local: &str) -> Vec<String> {
    fn walk(node: contract::NodeRef<'_>, local: &str, found: &mut Vec<String>) {
        if node.local() == local {
            found.extend(node.text().map(str::to_owned));
        }
        node.children().for_each(|child| walk(child, local, found));
    }
    let mut found = Vec::new();
    walk(document.root(), local, &mut found);
    found
}
