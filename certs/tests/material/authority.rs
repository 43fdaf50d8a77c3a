//! Issuing on requests.

use certs::authority::{
    Authority, AuthorityError, ListOrder, Order, Purpose, RevokedSerial, Subject, Validity,
};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509Crl, X509Req};

const NOW: i64 = 1_770_000_000;

fn authority() -> Authority {
    Authority::create(&named("CA de prueba"), Validity::days(NOW, 10)).unwrap()
}

fn named(common_name: &str) -> Subject {
    Subject {
        common_name: common_name.to_owned(),
        ..Subject::default()
    }
}

fn order() -> Order {
    let purpose = Purpose::Both(vec!["pasarela.example".to_owned(), "127.0.0.1".to_owned()]);
    Order {
        subject: named("Nodo"),
        purpose,
        validity: Validity::days(NOW, 1),
    }
}

fn key() -> PKey<Private> {
    PKey::ec_gen("prime256v1").unwrap()
}

fn request(carried: &PKey<Private>, signer: &PKey<Private>) -> Vec<u8> {
    let mut builder = X509Req::builder().unwrap();
    builder.set_pubkey(carried).unwrap();
    builder.sign(signer, MessageDigest::sha256()).unwrap();
    builder.build().to_pem().unwrap()
}

#[test]
fn a_request_must_prove_its_key() {
    let (authority, mine, other) = (authority(), key(), key());
    let issued = authority
        .issue_for_request(&order(), &request(&mine, &mine))
        .unwrap();
    let certificate = X509::from_pem(&issued.pem().unwrap()).unwrap();
    assert!(certificate.public_key().unwrap().public_eq(&mine));
    let root = X509::from_pem(&authority.certificate().pem().unwrap()).unwrap();
    assert!(certificate.verify(&root.public_key().unwrap()).unwrap());
    assert_eq!(certificate.subject_alt_names().unwrap().len(), 2);

    let unproven = authority.issue_for_request(&order(), &request(&mine, &other));
    assert!(matches!(unproven, Err(AuthorityError::UnprovenRequest)));
    let unreadable = authority.issue_for_request(&order(), b"nothing");
    assert!(matches!(unreadable, Err(AuthorityError::UnreadableRequest)));
}

#[test]
fn a_list_names_exactly_what_is_revoked() {
    let authority = authority();
    let order = ListOrder {
        number: 7,
        this_update: NOW,
        next_update: NOW + 60,
    };
    let revoked = |serial: &str| RevokedSerial {
        serial: serial.to_owned(),
        at: NOW,
    };
    for serials in [&[][..], &["1"], &["0fa", "abcdef0123456789"]] {
        let entries: Vec<_> = serials.iter().map(|serial| revoked(serial)).collect();
        let list = X509Crl::from_pem(&authority.revocation_list(order, &entries).unwrap()).unwrap();
        assert_eq!(
            list.get_revoked().into_iter().flatten().count(),
            serials.len()
        );
    }
    let bad = authority.revocation_list(order, &[revoked("xyz")]);
    assert!(matches!(bad, Err(AuthorityError::Serial(text)) if text == "xyz"));
}
