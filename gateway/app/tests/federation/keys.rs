//! The gateway's own signing key, of each kind: what it answers verifies over SOAP and over REST, whatever is configured
//! of hash and of how the certificate is named.

use std::path::Path;
use std::sync::Arc;

use adapters::soap::SoapVersion;
use adapters::wsse::{SecurityFault, Token};
use certs::authority::{Authority, Order, Purpose, Subject, Validity};
use certs::secret::{KeyKind, PrivateKey};
use certs::signing::SigningCertificate;
use jiff::SignedDuration;

use crate::members::SIGNER;
use crate::partner::fresh;
use crate::signed::{opened, opened_by, question, signed_by, signer};
use crate::signed_rest;
use crate::site::{Site, now, prepared, run};

/// Kind of key, `hash`, `reference`, what names the certificate in SOAP and what the signature says that it is.
const KEYS: [(KeyKind, &str, &str, &str, &str); 4] = [
    (
        KeyKind::P256,
        "sha256",
        "issuer-serial",
        "<ds:X509IssuerSerial>",
        "2001/04/xmldsig-more#ecdsa-sha256",
    ),
    (
        KeyKind::P384,
        "sha384",
        "key-identifier",
        "#X509SubjectKeyIdentifier",
        "2001/04/xmldsig-more#ecdsa-sha384",
    ),
    (
        KeyKind::Rsa3072,
        "sha256",
        "key-identifier",
        "#X509SubjectKeyIdentifier",
        "2001/04/xmldsig-more#rsa-sha256",
    ),
    (
        KeyKind::Rsa3072,
        "sha384",
        "token",
        "BinarySecurityToken",
        "2001/04/xmldsig-more#rsa-sha384",
    ),
];

/// A certificate of the gateway on that key, beside it in the folder.
fn certify(folder: &Path, key: &PrivateKey) -> SigningCertificate {
    let pki = prepared().join("pki");
    let authority = Authority::load(&pki.join("ca.pem"), &pki.join("ca.key.pem")).unwrap();
    let order = Order {
        subject: Subject {
            common_name: "Sello de la pasarela".to_owned(),
            ..Subject::default()
        },
        purpose: Purpose::Client,
        validity: Validity::days(now(), 30),
    };
    let pem = authority.issue(&order, key).unwrap().pem().unwrap();
    std::fs::write(folder.join("sello.pem"), &pem).unwrap();
    key.save(&folder.join("sello.key.pem")).unwrap();
    SigningCertificate::from_pem(&pem).unwrap()
}

fn configured(folder: &Path, hash: &str, reference: &str) -> Site {
    let path = |name: &str| toml::Value::from(folder.join(name).display().to_string());
    run(Site::start(|config| {
        let signing = config["signing"].as_table_mut().unwrap();
        signing.insert("certificate".into(), path("sello.pem"));
        signing.insert("key".into(), path("sello.key.pem"));
        signing.insert("hash".into(), hash.into());
        signing.insert("reference".into(), reference.into());
    }))
}

#[test]
fn what_is_answered_verifies_by_each_kind_of_key() {
    let rsa = PrivateKey::of_kind(KeyKind::Rsa3072).unwrap();
    for (kind, hash, reference, named, algorithm) in KEYS {
        let folder = tempfile::tempdir().unwrap();
        let own = match kind {
            KeyKind::P256 | KeyKind::P384 => {
                certify(folder.path(), &PrivateKey::of_kind(kind).unwrap())
            }
            KeyKind::Rsa3072 | KeyKind::Rsa4096 => certify(folder.path(), &rsa),
        };
        let own = Arc::new(own);
        let trust = |token: &Token| match token {
            Token::IssuerSerial { issuer, serial } if own.is_issued_as(issuer, serial) => {
                Ok(Arc::clone(&own))
            }
            Token::KeyId(id) if own.has_key_id(id) => Ok(Arc::clone(&own)),
            Token::Certificate(der) if *der == own.der() => Ok(Arc::clone(&own)),
            Token::IssuerSerial { .. } | Token::KeyId(_) | Token::Certificate(_) => {
                Err(SecurityFault::UnknownCertificate)
            }
        };
        let site = configured(folder.path(), hash, reference);
        let partner = site.partner((SIGNER.slug, SIGNER.id));
        let theirs = signer(&site, SIGNER.slug);
        for version in SoapVersion::ALL {
            let message = question(&site, *version, &partner.context(&fresh()));
            let message = signed_by(&theirs, *version, &message, SignedDuration::ZERO);
            let answer = run(partner.soap(*version, &message));
            assert_eq!(answer.status, 200, "{kind:?}: {}", answer.body);
            let answered = opened_by(answer.body.as_bytes(), &trust);
            assert_eq!(answered.confirmed, [opened(message.as_bytes()).signature]);
            for told in [named, &format!("{algorithm}\"")] {
                assert!(answer.body.contains(told), "{told}: {}", answer.body);
            }
        }
        // Over REST the key alone says how it signs.
        let asked = signed_rest::question(&site, &partner, &theirs, &fresh());
        let answer = asked.send(&partner, &[]);
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.body);
        signed_rest::verify_by(&own, &answer, &asked);
        let input = answer.header("signature-input").unwrap();
        assert!(input.contains(&own.peer().key), "{kind:?}: {input}");
    }
}
