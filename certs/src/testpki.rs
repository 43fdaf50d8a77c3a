//! A test PKI with its bad cases, made on demand: no key lies in the repository.
//!
//! Files in one folder, PEM: `NAME.pem` (certificate), `NAME.key.pem` (key), `NAME.both.pem` (the two together, for
//! curl). `NAME` is `server`, `gateway`, `central`, an organism's slug, or the name of a [`Bad`] case or of the
//! [rotated](TestPki::rotated) certificate. Besides: `ca.pem`, `ca.key.pem`, `crl.pem`, and `seal.key.pem` with
//! `seal.pub.pem` to sign checkpoints, and `supervision.key`, the secret of the [veil](crate::veil). Of a
//! [person](TestPki::person) also `NAME.p12`, for browsers.

mod bad;
mod files;
mod jws;

use std::path::{Path, PathBuf};
use std::time::Duration;

pub use bad::Bad;
pub use files::{BROWSER_PASSWORD, Files};
pub use jws::TestJwsKey;

use crate::authority::{
    Authority, AuthorityError, ListOrder, Order, Purpose, RevokedSerial, Subject, Validity,
};
use crate::load::{self, LoadError};
use crate::secret::PrivateKey;
use crate::signing::{self, Signer};
use crate::token::Token;

const DAYS: u32 = 90;
const LIST_DAYS: i64 = 30;
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// An organism that gets a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestOrganism {
    /// Name of its files.
    pub slug: String,
    /// DIR3 code.
    pub dir3: String,
    /// NIF.
    pub nif: String,
    /// Official name.
    pub name: String,
}

/// A folder of certificates and keys.
#[derive(Clone, Debug)]
pub struct TestPki {
    dir: PathBuf,
}

/// A signer in the name of that certificate whose token takes so long, and signs nothing.
pub fn slow_signer(certificate: &Path, takes: Duration) -> Result<Signer, LoadError> {
    let chain = load::certificates(certificate)?;
    let leaf = chain.first();
    let leaf = leaf.ok_or_else(|| LoadError::NoCertificate(certificate.to_owned()))?;
    let own = signing::signing(certificate, &leaf.to_der()?)?;
    let token = Token::slow(takes).map_err(|source| LoadError::Token {
        key: "pkcs11:".to_owned(),
        source,
    })?;
    Ok(Signer::by_token(own, token))
}

impl TestPki {
    /// Makes everything anew in `dir`, which must exist. The bad cases name the first organism.
    pub fn create(
        dir: &Path,
        now: i64,
        organisms: &[TestOrganism],
    ) -> Result<Self, AuthorityError> {
        let pki = Self {
            dir: dir.to_owned(),
        };
        let authority = Authority::create(&subject("CA de pruebas"), Validity::days(now, DAYS))?;
        authority.save(&pki.authority(), &pki.authority_key())?;

        let hosts = || LOCAL.map(str::to_owned).to_vec();
        pki.make(
            &authority,
            "server",
            &own("Pasarela de pruebas", Purpose::Server(hosts()), now),
        )?;
        pki.make(
            &authority,
            "gateway",
            &own("Pasarela de pruebas", Purpose::Client, now),
        )?;
        pki.make(
            &authority,
            "central",
            &own("Central de pruebas", Purpose::Both(hosts()), now),
        )?;
        for organism in organisms {
            pki.make(&authority, &organism.slug, &good(organism, now))?;
        }
        let mut revoked = Vec::new();
        if let Some(organism) = organisms.first() {
            pki.make(
                &authority,
                &rotated_name(&organism.slug),
                &good(organism, now),
            )?;
            revoked = bad::make(&pki, &authority, organism, now)?;
        }
        pki.write_list(&authority, 1, now, &revoked)?;
        pki.make_seal()?;
        // Any secret will do; a private key that nobody uses is one.
        crate::authority::write_key(&pki.supervision(), &PrivateKey::generate()?)?;
        Ok(pki)
    }

    /// A certificate of a person who is of no organism, such as one of the ministry's staff.
    pub fn person(&self, slug: &str, now: i64) -> Result<Files, AuthorityError> {
        let authority = Authority::load(&self.authority(), &self.authority_key())?;
        let name = format!("{slug} (PRUEBA)");
        let files = self.make(&authority, slug, &own(&name, Purpose::Client, now))?;
        files.write_browser(&self.dir.join(format!("{slug}.p12")), slug)?;
        Ok(files)
    }

    /// Opens a folder that was made before.
    pub fn open(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }

    /// Certificate of the authority that issued all, PEM.
    pub fn authority(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// The authority's revocation list, PEM.
    pub fn revocation_list(&self) -> PathBuf {
        self.dir.join("crl.pem")
    }

    /// The gateway as server, for `localhost`, `127.0.0.1` and `::1`.
    pub fn server(&self) -> Files {
        self.files("server")
    }

    /// The gateway as client of the central system.
    pub fn gateway(&self) -> Files {
        self.files("gateway")
    }

    /// The central system, server and client.
    pub fn central(&self) -> Files {
        self.files("central")
    }

    /// An organism's good certificate.
    pub fn organism(&self, slug: &str) -> Files {
        self.files(slug)
    }

    /// A second valid certificate of the first organism, on another key.
    pub fn rotated(&self, slug: &str) -> Files {
        self.files(&rotated_name(slug))
    }

    /// A certificate of the first organism that must be refused.
    pub fn bad(&self, case: Bad) -> Files {
        self.files(case.name())
    }

    /// Private key to sign checkpoints.
    pub fn seal(&self) -> PathBuf {
        self.dir.join("seal.key.pem")
    }

    /// Public half of the key to sign checkpoints.
    pub fn seal_public(&self) -> PathBuf {
        self.dir.join("seal.pub.pem")
    }

    /// Secret that turns what names a person into a digest.
    pub fn supervision(&self) -> PathBuf {
        self.dir.join("supervision.key")
    }

    /// Writes a new revocation list, as of `now`, with exactly these certificates and the [`Bad::Revoked`] one.
    ///
    /// `number` must be greater than that of the list before; the first is 1.
    pub fn revoke(
        &self,
        number: u32,
        now: i64,
        certificates: &[Files],
    ) -> Result<(), AuthorityError> {
        let authority = Authority::load(&self.authority(), &self.authority_key())?;
        let always = self.bad(Bad::Revoked);
        let known = always.certificate.exists().then_some(&always);
        let revoked = certificates
            .iter()
            .chain(known)
            .map(|files| {
                Ok(RevokedSerial {
                    serial: files.peer()?.serial,
                    at: now,
                })
            })
            .collect::<Result<Vec<_>, AuthorityError>>()?;
        self.write_list(&authority, number, now, &revoked)
    }

    fn authority_key(&self) -> PathBuf {
        self.dir.join("ca.key.pem")
    }

    fn files(&self, name: &str) -> Files {
        Files::named(&self.dir, name)
    }

    fn make(
        &self,
        authority: &Authority,
        name: &str,
        order: &Order,
    ) -> Result<Files, AuthorityError> {
        let files = self.files(name);
        let key = PrivateKey::generate()?;
        files.write(&authority.issue(order, &key)?, &key)?;
        Ok(files)
    }

    fn write_list(
        &self,
        authority: &Authority,
        number: u32,
        now: i64,
        revoked: &[RevokedSerial],
    ) -> Result<(), AuthorityError> {
        let next_update = now + LIST_DAYS * 86_400;
        let order = ListOrder {
            number,
            this_update: now - 3_600,
            next_update,
        };
        files::replace(
            &self.revocation_list(),
            &authority.revocation_list(order, revoked)?,
        )
    }

    fn make_seal(&self) -> Result<(), AuthorityError> {
        let key = PrivateKey::generate()?;
        crate::authority::write_key(&self.seal(), &key)?;
        crate::authority::write(&self.seal_public(), &key.public_pem()?)
    }
}

fn rotated_name(slug: &str) -> String {
    format!("{slug}-rotated")
}

fn subject(common_name: &str) -> Subject {
    let organization = Some("Pasarela (pruebas)".to_owned());
    Subject {
        common_name: common_name.to_owned(),
        organization,
        ..Subject::default()
    }
}

fn own(common_name: &str, purpose: Purpose, now: i64) -> Order {
    Order {
        subject: subject(common_name),
        purpose,
        validity: Validity::days(now, DAYS),
    }
}

fn good(organism: &TestOrganism, now: i64) -> Order {
    let subject = Subject {
        common_name: format!("Sello de {}", organism.name),
        organization: Some(organism.name.clone()),
        nif: vec![organism.nif.clone()],
        dir3: vec![organism.dir3.clone()],
    };
    Order {
        subject,
        purpose: Purpose::Client,
        validity: Validity::days(now, DAYS),
    }
}
