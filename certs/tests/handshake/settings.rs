//! Settings that cannot work are refused by name, before anyone connects.

use std::fs;
use std::path::{Path, PathBuf};

use certs::acceptor::{Acceptor, AcceptorConfig};
use certs::authority::{Authority, ListOrder, Validity};
use certs::handshake::HandshakeLog;

use crate::site::{Site, config, now, site, subject};

fn check(change: impl FnOnce(&mut AcceptorConfig, &Site), expected: &str) {
    let site = site();
    let mut config = config(&site.pki);
    change(&mut config, &site);
    let error = Acceptor::load(config, HandshakeLog::silent())
        .err()
        .unwrap();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn revocation_lists() {
    check(
        |config, _| config.revocation_lists.clear(),
        "no revocation list is configured",
    );
    check(
        |config, site| config.revocation_lists = vec![foreign_list(site.dir.path())],
        "is not signed by a configured authority",
    );
    check(
        |config, site| config.revocation_lists = vec![site.pki.authority()],
        "holds no revocation list",
    );
}

#[test]
fn keys() {
    check(
        |config, site| config.key = site.pki.gateway().key,
        "does not belong to",
    );
    check(
        |config, site| config.key = exposed(site),
        "may be read by everybody (mode 644)",
    );
    check(
        |config, site| config.key = site.pki.authority(),
        "no unencrypted PEM private key",
    );
    check(
        |config, site| config.key = encrypted(site),
        "no unencrypted PEM private key",
    );
}

#[test]
fn certificates() {
    check(
        |config, site| config.certificate = site.pki.server().key,
        "holds no PEM certificate",
    );
    check(
        |config, site| config.client_authorities = site.dir.path().join("absent.pem"),
        "cannot be read",
    );
}

fn foreign_list(dir: &Path) -> PathBuf {
    let stranger = Authority::create(&subject("Otra CA"), Validity::days(now(), 1)).unwrap();
    let order = ListOrder {
        number: 1,
        this_update: now(),
        next_update: now() + 60,
    };
    let path = dir.join("foreign.pem");
    fs::write(&path, stranger.revocation_list(order, &[]).unwrap()).unwrap();
    path
}

fn exposed(site: &Site) -> PathBuf {
    let path = site.dir.path().join("exposed.pem");
    fs::write(&path, fs::read(site.pki.server().key).unwrap()).unwrap();
    path
}

fn encrypted(site: &Site) -> PathBuf {
    use openssl::pkey::PKey;
    use openssl::symm::Cipher;

    let key = PKey::private_key_from_pem(&fs::read(site.pki.server().key).unwrap()).unwrap();
    let path = site.pki.server().key;
    let pem = key
        .private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"prueba")
        .unwrap();
    fs::write(&path, pem).unwrap();
    path
}
