//! A test PKI in a folder of its own, and an acceptor on it.

use certs::acceptor::{AcceptorConfig, TlsVersion};
use certs::authority::Subject;
use certs::testpki::{TestOrganism, TestPki};
use tempfile::TempDir;

pub(crate) struct Site {
    pub(crate) pki: TestPki,
    pub(crate) dir: TempDir,
}

pub(crate) const SLUG: &str = "herencia";

pub(crate) fn site() -> Site {
    let dir = tempfile::tempdir().unwrap();
    let organism = TestOrganism {
        slug: SLUG.to_owned(),
        dir3: "L01130473".to_owned(),
        nif: "P1304700H".to_owned(),
        name: "Ayuntamiento de Herencia".to_owned(),
    };
    let pki = TestPki::create(dir.path(), now(), &[organism]).unwrap();
    Site { pki, dir }
}

pub(crate) fn config(pki: &TestPki) -> AcceptorConfig {
    let server = pki.server();
    AcceptorConfig {
        certificate: server.certificate,
        key: server.key,
        client_authorities: pki.authority(),
        revocation_lists: vec![pki.revocation_list()],
        oldest: TlsVersion::V13,
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "OpenSSL judges validity by the real clock"
)]
pub(crate) fn now() -> i64 {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    i64::try_from(since_epoch.as_secs()).unwrap()
}

pub(crate) fn subject(common_name: &str) -> Subject {
    Subject {
        common_name: common_name.to_owned(),
        ..Subject::default()
    }
}
