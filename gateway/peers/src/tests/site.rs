//! A test PKI, the contract, and a gateway's settings for a holder on this machine.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use adapters::wsse::{SecurityFault, Token};
use certs::signing::SigningCertificate;
use certs::testpki::{TestOrganism, TestPki};
use contract::{Contract, Governance};
use domain::Context;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{Bounds, Holder, HolderConfig, Http, Waits};

pub(crate) struct Site {
    pub(crate) pki: TestPki,
    pub(crate) contract: Arc<Contract>,
    _dir: TempDir,
}

pub(crate) fn site() -> Site {
    let dir = tempfile::tempdir().unwrap();
    let organism = TestOrganism {
        slug: "herencia".to_owned(),
        dir3: "L01130473".to_owned(),
        nif: "P1304700H".to_owned(),
        name: "Ayuntamiento de Herencia".to_owned(),
    };
    let pki = TestPki::create(dir.path(), now(), &[organism]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/contracts/viogen/2");
    let contract = Contract::load(&folder, Governance::Required).unwrap();
    Site {
        pki,
        contract,
        _dir: dir,
    }
}

impl Site {
    /// Settings as short as a test wants to wait where nobody answers.
    pub(crate) fn config(&self, address: SocketAddr) -> HolderConfig {
        let gateway = self.pki.gateway();
        HolderConfig {
            endpoint: format!("https://{address}/soap/viogen/2"),
            authorities: self.pki.authority(),
            certificate: gateway.certificate,
            key: gateway.key,
            waits: Waits::default(),
            bounds: Bounds {
                answer_bytes: 64 << 10,
                open_questions: 4,
                attempts: 2,
                idle_connections: 4,
            },
            http: Http::One,
        }
    }

    pub(crate) fn holder(&self, config: HolderConfig) -> Holder {
        Holder::connect(config, self.contract.clone(), now()).unwrap()
    }
}

/// As long as a test waits where it expects to wait in vain.
pub(crate) const IN_VAIN: Duration = Duration::from_millis(200);

/// Nobody's signature is looked for.
pub(crate) fn nobody(_: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
    Err(SecurityFault::UnknownCertificate)
}

pub(crate) fn context() -> Context {
    Context {
        requester: "E00003801".parse().unwrap(),
        on_behalf_of: None,
        officer: "pasarela".parse().unwrap(),
        purpose: domain::Purpose::Coordination,
        file: None,
        peril: None,
        request_id: "indice-1".parse().unwrap(),
        timestamp: Timestamp::now(),
    }
}

pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}
