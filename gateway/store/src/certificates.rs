//! Certificates as the registry knows them: whose key, until when, from where; and keys that never come back.

use domain::{CertificateKey, CertificateOrigin, OrganismId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::registry::{BUMP, named, parsed};
use crate::{Error, Store};

const TABLE: &str = "certificate_keys";

/// A renewal on the same key moves its dates, and leaves how it was obtained; another organism's key stays as it is.
pub(crate) const PUT: &str = "
    insert into certificate_keys (key, organism, not_before, not_after, serial, issuer, origin, parent)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (key) do update set not_before = excluded.not_before, not_after = excluded.not_after,
        serial = excluded.serial, issuer = excluded.issuer,
        origin = coalesce(certificate_keys.origin, excluded.origin)
    where certificate_keys.organism = excluded.organism";

pub(crate) const IS_REVOKED: &str = "select count(*) from revoked_keys where key = $1";

const LIST: &str = "
    select key, organism, not_before, not_after, serial, issuer, origin, parent
    from certificate_keys order by organism, not_after, key";

const LIST_OF: &str = "
    select key, organism, not_before, not_after, serial, issuer, origin, parent
    from certificate_keys where organism = $1 order by not_after, key";

/// Keys other than this one that are good because somebody renewed to them.
const RENEWED: &str = "
    select count(*) from certificate_keys
    where organism = $1 and origin = $2 and key <> $3 and not_after >= $4";

/// Keys in the registry that were obtained by this one, or by one that was: those in between may be revoked.
const DESCENDANTS: &str = "
    with recursive family (key, parent) as (
        select key, parent from certificate_keys union all select key, parent from revoked_keys
    ), descent (key) as (
        select family.key from family where family.parent = $1
        union
        select family.key from family join descent on family.parent = descent.key
    )
    select certificate_keys.key from certificate_keys join descent on descent.key = certificate_keys.key
    where certificate_keys.key <> $1 order by certificate_keys.key";

const REVOKE: &str = "
    insert into revoked_keys (key, organism, serial, issuer, parent, revoked_by, revoked_at, reason)
    select key, organism, serial, issuer, parent, $2, $3, $4 from certificate_keys where key = $1";

const REMOVE: &str = "delete from certificate_keys where key = $1";

const REVOKED: &str = "
    select key, organism, serial, issuer, revoked_by, revoked_at, reason
    from revoked_keys order by revoked_at, key";

/// The serials of every certificate that was ever registered on a key that is revoked now.
const REVOKED_SERIALS: &str = "
    select certificate_serials.issuer, certificate_serials.serial, revoked_keys.revoked_at
    from certificate_serials join revoked_keys on revoked_keys.key = certificate_serials.key
    order by revoked_keys.revoked_at, certificate_serials.issuer, certificate_serials.serial";

pub(crate) const PUT_SERIAL: &str = "
    insert into certificate_serials (issuer, serial, key) values ($1, $2, $3)
    on conflict (issuer, serial, key) do nothing";

const REVOKED_OF: &str = "
    select key, organism, serial, issuer, revoked_by, revoked_at, reason
    from revoked_keys where organism = $1 order by revoked_at desc, key";

/// A certificate as it is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its key.
    pub key: CertificateKey,
    /// What it says of itself.
    pub certificate: Certified,
    /// How it came to be registered.
    pub origin: CertificateOrigin,
}

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Start of its validity, in seconds since the epoch.
    pub not_before: i64,
    /// End of its validity, in seconds since the epoch.
    pub not_after: i64,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// Digest of its issuer's name.
    pub issuer: String,
}

/// A key as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The key.
    pub key: CertificateKey,
    /// Whose it is.
    pub organism: OrganismId,
    /// What its certificate says, and where it is from; nothing of those registered before that was kept.
    pub known: Option<(Certified, CertificateOrigin)>,
    /// The key by which it was obtained, if by a renewal.
    pub parent: Option<CertificateKey>,
}

/// By what, and within what limit, a certificate is renewed.
#[derive(Clone, Copy, Debug)]
pub struct Renewal {
    /// The key of the certificate that was presented.
    pub by: CertificateKey,
    /// So many keys that it renewed to may an organism have at once.
    pub most: u8,
    /// When.
    pub now: Timestamp,
}

/// A key that was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedKey {
    /// The key.
    pub key: CertificateKey,
    /// Whose it was.
    pub organism: OrganismId,
    /// Serial number of its certificate, if known.
    pub serial: Option<String>,
    /// Digest of the certificate's issuer, if known.
    pub issuer: Option<String>,
    /// By whom, a pseudonym.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// Puts a certificate's key into the registry, in a transaction that has raised its version.
macro_rules! put {
    ($tx:ident, $held:expr, $organism:expr, $parent:expr) => {{
        let held: &$crate::certificates::Held = $held;
        let parent: Option<domain::CertificateKey> = $parent;
        // Nor may one that was revoked a moment ago obtain another.
        for key in [Some(held.key), parent].into_iter().flatten() {
            let revoked: i64 = sqlx::query_scalar($crate::certificates::IS_REVOKED)
                .bind(key.to_string())
                .fetch_one(&mut *$tx)
                .await?;
            if revoked > 0 {
                return Err($crate::Error::KeyRevoked(key));
            }
        }
        let certificate = &held.certificate;
        let put = sqlx::query($crate::certificates::PUT)
            .bind(held.key.to_string())
            .bind($organism.as_str())
            .bind(certificate.not_before)
            .bind(certificate.not_after)
            .bind(&certificate.serial)
            .bind(&certificate.issuer)
            .bind(held.origin.as_str())
            .bind(parent.map(|key| key.to_string()))
            .execute(&mut *$tx)
            .await?;
        if put.rows_affected() == 0 {
            return Err($crate::Error::KeyOfAnother {
                key: held.key,
                organism: $organism.clone(),
            });
        }
        sqlx::query($crate::certificates::PUT_SERIAL)
            .bind(&certificate.issuer)
            .bind(&certificate.serial)
            .bind(held.key.to_string())
            .execute(&mut *$tx)
            .await?;
    }};
}
pub(crate) use put;

impl Store {
    /// Registers a certificate's key to an organism; a key that is another's, or was revoked, is refused.
    pub async fn put_certificate(&self, held: &Held, organism: &OrganismId) -> Result<(), Error> {
        let outcome = durable!(self, "certificates.put", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            put!(tx, held, organism, None);
        });
        named(outcome, organism)
    }

    /// Registers the key of a renewed certificate, and by which one it was obtained; refused as by
    /// [`Store::put_certificate`], and when the organism has renewed to too many keys that are still good.
    pub async fn renew_certificate(
        &self,
        held: &Held,
        organism: &OrganismId,
        renewal: Renewal,
    ) -> Result<(), Error> {
        let Renewal { by, most, now } = renewal;
        let parent = Some(by).filter(|by| *by != held.key);
        let outcome = durable!(self, "certificates.renew", tx => {
            // First, so that of two at once the second counts the first.
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let others: i64 = sqlx::query_scalar(RENEWED)
                .bind(organism.as_str())
                .bind(CertificateOrigin::Renewed.as_str())
                .bind(held.key.to_string())
                .bind(now.as_second())
                .fetch_one(&mut *tx)
                .await?;
            if others >= i64::from(most) {
                return Err(Error::TooManyRenewed { organism: organism.clone(), most });
            }
            put!(tx, held, organism, parent);
        });
        named(outcome, organism)
    }

    /// Registered keys that were obtained by this one, directly or not, whether or not it is registered itself.
    pub async fn descendants(&self, key: &CertificateKey) -> Result<Vec<CertificateKey>, Error> {
        let key = key.to_string();
        let keys: Vec<String> = reading!(self, pool => {
            sqlx::query_scalar(DESCENDANTS).bind(&key).fetch_all(pool).await?
        });
        keys.iter().map(|key| parsed(TABLE, key)).collect()
    }

    /// Every registered key, by organism, the first to expire first.
    pub async fn certificates(&self) -> Result<Vec<KeyRecord>, Error> {
        let rows: Vec<KeyRow> = reading!(self, pool => sqlx::query_as(LIST).fetch_all(pool).await?);
        rows.into_iter().map(KeyRecord::try_from).collect()
    }

    /// The registered keys of one organism, the first to expire first.
    pub async fn certificates_of(&self, organism: &OrganismId) -> Result<Vec<KeyRecord>, Error> {
        let rows: Vec<KeyRow> = reading!(self, pool => {
            sqlx::query_as(LIST_OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        rows.into_iter().map(KeyRecord::try_from).collect()
    }

    /// The revoked keys of one organism, the last revoked first.
    pub async fn revoked_keys_of(&self, organism: &OrganismId) -> Result<Vec<RevokedKey>, Error> {
        let rows: Vec<RevokedRow> = reading!(self, pool => {
            sqlx::query_as(REVOKED_OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        rows.into_iter().map(RevokedKey::try_from).collect()
    }

    /// Takes a key out of the registry for good; says whether it was in.
    pub async fn revoke_key(
        &self,
        key: &CertificateKey,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<Revocation, Error> {
        let removed = durable!(self, "certificates.revoke", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let removed = sqlx::query(REVOKE)
                .bind(key.to_string())
                .bind(by)
                .bind(at.as_microsecond())
                .bind(reason)
                .execute(&mut *tx)
                .await?
                .rows_affected();
            sqlx::query(REMOVE).bind(key.to_string()).execute(&mut *tx).await?;
            removed
        })?;
        Ok(if removed > 0 {
            Revocation::Revoked
        } else {
            Revocation::NotRegistered
        })
    }

    /// Every revoked key, oldest revocation first.
    pub async fn revoked_keys(&self) -> Result<Vec<RevokedKey>, Error> {
        let rows: Vec<RevokedRow> =
            reading!(self, pool => sqlx::query_as(REVOKED).fetch_all(pool).await?);
        rows.into_iter().map(RevokedKey::try_from).collect()
    }

    /// Every certificate known to have been on a key that is revoked, also those that a later one on the same key followed.
    pub async fn revoked_certificates(&self) -> Result<Vec<RevokedCertificate>, Error> {
        let rows: Vec<(String, String, i64)> =
            reading!(self, pool => sqlx::query_as(REVOKED_SERIALS).fetch_all(pool).await?);
        let certificate = |(issuer, serial, at)| {
            let at = Timestamp::from_microsecond(at);
            let at = at.map_err(|reason| Error::corrupt("revoked_keys")(&reason))?;
            Ok(RevokedCertificate { issuer, serial, at })
        };
        rows.into_iter().map(certificate).collect()
    }
}

/// A certificate that must not be believed any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// Digest of its issuer's name.
    pub issuer: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Since when.
    pub at: Timestamp,
}

/// What came of revoking a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// Nobody connects by it any more.
    Revoked,
    /// It was in no organism's name.
    NotRegistered,
}

type KeyRow = (
    String,
    String,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

impl TryFrom<KeyRow> for KeyRecord {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<Self, Error> {
        let (key, organism, not_before, not_after, serial, issuer, origin, parent) = row;
        let known = match (not_before, not_after, serial, issuer, origin) {
            (Some(not_before), Some(not_after), Some(serial), Some(issuer), Some(origin)) => {
                let certificate = Certified {
                    not_before,
                    not_after,
                    serial,
                    issuer,
                };
                Some((certificate, parsed(TABLE, &origin)?))
            }
            (None, None, None, None, None) => None,
            _ => return Err(Error::corrupt(TABLE)(&"a certificate is known by halves")),
        };
        Ok(Self {
            key: parsed(TABLE, &key)?,
            organism: parsed(TABLE, &organism)?,
            known,
            parent: parent.map(|key| parsed(TABLE, &key)).transpose()?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RevokedRow {
    key: String,
    organism: String,
    serial: Option<String>,
    issuer: Option<String>,
    revoked_by: String,
    revoked_at: i64,
    reason: String,
}

impl TryFrom<RevokedRow> for RevokedKey {
    type Error = Error;

    fn try_from(row: RevokedRow) -> Result<Self, Error> {
        const TABLE: &str = "revoked_keys";
        Ok(Self {
            key: parsed(TABLE, &row.key)?,
            organism: parsed(TABLE, &row.organism)?,
            serial: row.serial,
            issuer: row.issuer,
            by: row.revoked_by,
            at: Timestamp::from_microsecond(row.revoked_at)
                .map_err(|reason| Error::corrupt(TABLE)(&reason))?,
            reason: row.reason,
        })
    }
}
