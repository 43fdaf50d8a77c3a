//! Requests, certificates brought along, and proofs of possession: the good ones and all others.

use std::path::PathBuf;

use certs::acceptor::{Acceptor, AcceptorConfig, TlsVersion};
use certs::authority::{Authority, Order, Purpose, Subject, Validity};
use certs::existing::{self, ExistingFault};
use certs::handshake::HandshakeLog;
use certs::possession;
use certs::request::{self, Request, RequestFault};
use certs::secret::{KeyKind, PrivateKey};
use certs::signing::Distrust;
use certs::strength::Weakness;
use certs::testpki::{TestOrganism, TestPki};
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::stack::Stack;
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509Extension, X509Name, X509Req};

const TOWN: &str = "L01130473";
const BODY: &str = "S2816015H";
const NOW: i64 = 1_770_000_000;

/// A request as another tool would make it.
struct Hand<'k> {
    common_names: &'k [&'k str],
    other: Option<(&'k str, &'k str)>,
    extensions: Vec<X509Extension>,
    key: &'k PKey<Private>,
    signer: &'k PKey<Private>,
}

impl Hand<'_> {
    fn pem(self) -> Vec<u8> {
        let mut builder = X509Req::builder().unwrap();
        let mut name = X509Name::builder().unwrap();
        for common in self.common_names {
            name.append_entry_by_text("CN", common).unwrap();
        }
        if let Some((attribute, value)) = self.other {
            name.append_entry_by_text(attribute, value).unwrap();
        }
        builder.set_subject_name(&name.build()).unwrap();
        builder.set_pubkey(self.key).unwrap();
        let mut extensions = Stack::new().unwrap();
        for extension in self.extensions {
            extensions.push(extension).unwrap();
        }
        if !extensions.is_empty() {
            builder.add_extensions(&extensions).unwrap();
        }
        let digest = match self.signer.id() {
            openssl::pkey::Id::ED25519 => MessageDigest::null(),
            _ => MessageDigest::sha256(),
        };
        builder.sign(self.signer, digest).unwrap();
        builder.build().to_pem().unwrap()
    }
}

fn ec(curve: &str) -> PKey<Private> {
    PKey::ec_gen(curve).unwrap()
}

fn hand(key: &PKey<Private>) -> Hand<'_> {
    Hand {
        common_names: &[TOWN],
        other: None,
        extensions: Vec::new(),
        key,
        signer: key,
    }
}

fn alternative(uris: &[&str]) -> X509Extension {
    let builder = X509Req::builder().unwrap();
    let mut names = SubjectAlternativeName::new();
    for uri in uris {
        names.uri(uri);
    }
    names.build(&builder.x509v3_context(None)).unwrap()
}

#[test]
fn what_we_make_is_issued_on() {
    let authority = Authority::create(
        &Subject::organism(TOWN, "CA de PRUEBA"),
        Validity::days(NOW, 10),
    )
    .unwrap();
    for (organism, kind) in [
        (TOWN, KeyKind::P256),
        (TOWN, KeyKind::P384),
        (TOWN, KeyKind::Rsa3072),
        (BODY, KeyKind::P256),
    ] {
        let key = PrivateKey::of_kind(kind).unwrap();
        let pem = request::make(organism, &key).unwrap();
        let request = Request::judge(&pem, organism).unwrap();
        assert_eq!(request.key(), key.digest().unwrap());
        let order = Order {
            subject: Subject::organism(organism, &"Organismo de PRUEBA ".repeat(9)),
            purpose: Purpose::Client,
            validity: authority.within(Validity::days(NOW, 1_000)).unwrap(),
        };
        let issued = authority.issue_for_request(&order, request.pem()).unwrap();
        let peer = issued.peer().unwrap();
        assert_eq!(peer.common_name.as_deref(), Some(organism));
        let named = [peer.dir3, peer.nif]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        assert_eq!(named, [organism]);
        assert_eq!(
            peer.not_after,
            NOW + 10 * 86_400,
            "no longer than the authority's own"
        );
    }
}

#[test]
fn requests_of_other_tools() {
    let (key, other) = (ec("prime256v1"), ec("prime256v1"));
    let (short, long) = (Rsa::generate(2048).unwrap(), Rsa::generate(3072).unwrap());
    let (short, long) = (
        PKey::from_rsa(short).unwrap(),
        PKey::from_rsa(long).unwrap(),
    );
    let (odd, edwards) = (ec("secp256k1"), PKey::generate_ed25519().unwrap());
    let constraints = || BasicConstraints::new().ca().build().unwrap();
    let own = "urn:dir3:L01130473";
    let check = |case: &str, hand: Hand<'_>, expected: Result<(), RequestFault>| {
        let judged = Request::judge(&hand.pem(), TOWN).map(drop);
        assert_eq!(judged, expected, "{case}");
    };
    check("plain", hand(&key), Ok(()));
    check("RSA-3072", hand(&long), Ok(()));
    let named = |extensions| Hand {
        extensions,
        ..hand(&key)
    };
    check("our name again", named(vec![alternative(&[own])]), Ok(()));
    let foreign = || Err(RequestFault::ForeignExtension);
    check(
        "another's name",
        named(vec![alternative(&["urn:dir3:L01280796"])]),
        foreign(),
    );
    check(
        "two names",
        named(vec![alternative(&[own, "urn:dir3:L01280796"])]),
        foreign(),
    );
    check(
        "an authority",
        named(vec![alternative(&[own]), constraints()]),
        foreign(),
    );
    let signed_by_other = Hand {
        signer: &other,
        ..hand(&key)
    };
    check(
        "another's signature",
        signed_by_other,
        Err(RequestFault::Unproven),
    );
    check("short", hand(&short), Err(Weakness::ShortRsa(2048).into()));
    check("another curve", hand(&odd), Err(Weakness::Kind.into()));
    check("another kind", hand(&edwards), Err(Weakness::Kind.into()));
}

#[test]
fn requests_by_other_names() {
    let key = ec("prime256v1");
    for (case, common_names, other) in [
        ("nobody", &[][..], None),
        ("somebody else", &["L01280796"], None),
        ("two", &[TOWN, "L01280796"], None),
        (
            "a NIF besides",
            &[TOWN],
            Some(("organizationIdentifier", "VATES-S2816015H")),
        ),
        (
            "an odd NIF",
            &[TOWN],
            Some(("organizationIdentifier", "VATES-1")),
        ),
    ] {
        let hand = Hand {
            common_names,
            other,
            ..hand(&key)
        };
        let judged = Request::judge(&hand.pem(), TOWN).map(drop);
        assert_eq!(judged, Err(RequestFault::OtherName), "{case}");
    }
    let long = [b"-----BEGIN".repeat(1_000), hand(&key).pem()].concat();
    for bytes in [&b""[..], b"-----BEGIN CERTIFICATE REQUEST-----", &long] {
        assert_eq!(Request::judge(bytes, TOWN), Err(RequestFault::NotARequest));
    }
}

/// What a gateway trusts, and where.
struct Site {
    _folder: tempfile::TempDir,
    pki: TestPki,
    acceptor: Acceptor,
    now: i64,
}

fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let now = NOW;
    let organism = TestOrganism {
        slug: "herencia".to_owned(),
        dir3: TOWN.to_owned(),
        nif: BODY.to_owned(),
        name: "Herencia (prueba)".to_owned(),
    };
    let pki = TestPki::create(folder.path(), now, &[organism]).unwrap();
    let config = AcceptorConfig {
        certificate: pki.server().certificate,
        key: pki.server().key,
        client_authorities: pki.authority(),
        revocation_lists: vec![pki.revocation_list()],
        oldest: TlsVersion::V13,
    };
    let acceptor = Acceptor::load(config, HandshakeLog::silent()).unwrap();
    Site {
        _folder: folder,
        pki,
        acceptor,
        now,
    }
}

#[test]
fn certificates_that_are_brought_along() {
    use certs::testpki::Bad;
    let site = site();
    let (trust, revocations) = (site.acceptor.signing_trust(), site.acceptor.revocations());
    let judge = |path: PathBuf, organism: &str| {
        let pem = std::fs::read(path).unwrap();
        existing::judge(&pem, organism, (&trust, &revocations), site.now).map(drop)
    };
    let good = || site.pki.organism("herencia").certificate;
    for organism in [TOWN, BODY] {
        assert_eq!(judge(good(), organism), Ok(()), "{organism}");
    }
    assert_eq!(judge(good(), "L01280796"), Err(ExistingFault::OtherHolder));
    assert_eq!(
        judge(site.pki.organism("herencia").key, TOWN),
        Err(ExistingFault::NotACertificate)
    );
    for bad in Bad::ALL {
        let told = judge(site.pki.bad(bad).certificate, TOWN);
        let as_expected = match bad {
            Bad::Expired => told == Err(Distrust::Expired.into()),
            Bad::NotYetValid => told == Err(Distrust::NotYetValid.into()),
            Bad::WrongPurpose => told == Err(ExistingFault::WrongPurpose),
            Bad::UnknownAuthority => told == Err(Distrust::Chain.into()),
            Bad::Revoked => told == Err(Distrust::Revoked.into()),
            Bad::TwoOrganisms => matches!(told, Err(ExistingFault::Unusable(_))),
        };
        assert!(as_expected, "{bad:?}: {told:?}");
    }
}

#[test]
fn only_the_key_of_the_certificate_proves() {
    let site = site();
    let files = site.pki.organism("herencia");
    let (pem, key) = (
        std::fs::read(&files.certificate).unwrap(),
        PrivateKey::load(&files.key).unwrap(),
    );
    let fingerprint = files.peer().unwrap().fingerprint;
    let statement = possession::statement(TOWN, "CODE", &fingerprint);
    let proof = possession::prove(&key, &statement).unwrap();
    assert!(possession::proves(&pem, &statement, &proof));
    let other = possession::statement(TOWN, "OTHER", &fingerprint);
    assert!(!possession::proves(&pem, &other, &proof), "another code");
    let stranger = PrivateKey::generate().unwrap();
    let forged = possession::prove(&stranger, &statement).unwrap();
    for proof in [forged.as_str(), "", "ñ", "AAAA"] {
        assert!(!possession::proves(&pem, &statement, proof), "{proof}");
    }
}
