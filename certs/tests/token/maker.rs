//! What an operator does with a token: makes it, makes keys in it, has certificates made for them.

use std::path::{Path, PathBuf};
use std::process::Command;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey, EcPoint};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509NameBuilder};

pub(crate) const PIN: &str = "12345678";
const SO_PIN: &str = "87654321";

/// A kind of key that is made in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rsa3072,
    P256,
    P384,
}

/// Makes a token of that label.
pub(crate) fn init_token(configuration: &Path, label: &str) {
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", label])
        .args(["--pin", PIN, "--so-pin", SO_PIN])
        .env("SOFTHSM2_CONF", configuration)
        .output()
        .expect("softhsm2-util is missing: `conformance-tests/run tools` installs it");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
}

/// The library of `SoftHSM`.
pub(crate) fn module() -> PathBuf {
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/softhsm/libsofthsm2.so",
    ];
    let found = known.iter().map(Path::new).find(|path| path.exists());
    let found =
        found.expect("libsofthsm2.so is missing: `conformance-tests/run tools` installs it");
    found.to_owned()
}

/// The library, ready, and the slot of that token.
pub(crate) fn library(label: &str) -> (Pkcs11, Slot) {
    let library = Pkcs11::new(module()).unwrap();
    let threads = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    library.initialize(threads).unwrap();
    let slot = slot(&library, label);
    (library, slot)
}

pub(crate) fn slot(library: &Pkcs11, label: &str) -> Slot {
    let slots = library.get_slots_with_token().unwrap();
    let is_it = |slot: &Slot| library.get_token_info(*slot).unwrap().label() == label;
    slots.into_iter().find(is_it).unwrap()
}

pub(crate) fn pin(text: &str) -> AuthPin {
    AuthPin::new(text.to_owned().into())
}

/// A session that may make keys.
pub(crate) fn session(library: &Pkcs11, slot: Slot) -> Session {
    let session = library.open_rw_session(slot).unwrap();
    session.login(UserType::User, Some(&pin(PIN))).unwrap();
    session
}

/// Makes a key in the token, and gives its public half.
pub(crate) fn generate(
    session: &Session,
    kind: Kind,
    (label, id): (&str, u8),
    may_sign: bool,
) -> PKey<Public> {
    let mut public = vec![
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Verify(true),
    ];
    let mechanism = match kind {
        Kind::Rsa3072 => {
            public.push(Attribute::ModulusBits(3072.into()));
            public.push(Attribute::PublicExponent(vec![1, 0, 1]));
            Mechanism::RsaPkcsKeyPairGen
        }
        Kind::P256 => {
            public.push(Attribute::EcParams(vec![
                0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
            ]));
            Mechanism::EccKeyPairGen
        }
        Kind::P384 => {
            public.push(Attribute::EcParams(vec![
                0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22,
            ]));
            Mechanism::EccKeyPairGen
        }
    };
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(may_sign),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Id(vec![id]),
    ];
    let (public, _) = session
        .generate_key_pair(&mechanism, &public, &private)
        .unwrap();
    match kind {
        Kind::Rsa3072 => rsa(session, public),
        Kind::P256 => ec(session, public, Nid::X9_62_PRIME256V1),
        Kind::P384 => ec(session, public, Nid::SECP384R1),
    }
}

fn rsa(session: &Session, key: ObjectHandle) -> PKey<Public> {
    let wanted = [AttributeType::Modulus, AttributeType::PublicExponent];
    let told = session.get_attributes(key, &wanted).unwrap();
    let [
        Attribute::Modulus(modulus),
        Attribute::PublicExponent(exponent),
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    let number = |bytes: &[u8]| BigNum::from_slice(bytes).unwrap();
    let key = Rsa::from_public_components(number(modulus), number(exponent));
    PKey::from_rsa(key.unwrap()).unwrap()
}

fn ec(session: &Session, key: ObjectHandle, curve: Nid) -> PKey<Public> {
    let told = session.get_attributes(key, &[AttributeType::EcPoint]);
    let told = told.unwrap();
    let [Attribute::EcPoint(point)] = &told[..] else {
        panic!("{told:?}");
    };
    // An OCTET STRING of a short length around the point.
    let (group, mut numbers) = (
        EcGroup::from_curve_name(curve).unwrap(),
        BigNumContext::new().unwrap(),
    );
    let point = EcPoint::from_bytes(&group, &point[2..], &mut numbers).unwrap();
    let key = EcKey::from_public_key(&group, &point).unwrap();
    PKey::from_ec_key(key).unwrap()
}

/// Writes a certificate of that key, made by somebody.
pub(crate) fn certify(key: &PKey<Public>, path: &Path, days: u32) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let issuer = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, "PRUEBA").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
    builder.set_serial_number(&serial).unwrap();
    let at = |days| Asn1Time::days_from_now(days).unwrap();
    builder.set_not_before(&at(0)).unwrap();
    builder.set_not_after(&at(days)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.sign(&issuer, MessageDigest::sha256()).unwrap();
    let pem = builder.build().to_pem().unwrap();
    std::fs::write(path, pem).unwrap();
}
