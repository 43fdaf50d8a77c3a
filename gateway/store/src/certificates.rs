//! Certificates as the registry knows them: whose key, until when, from where; and keys that never come back.

use domain::{CertificateKey, CertificateOrigin, OrganismId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::registry::{BUMP, named, parsed};
use crate::{Error, Store};

const TABLE: &str = "certificate_keys";

/// A renewal on the same key moves its dates; another organism's key stays as it is.
pub(crate) const PUT: &str = "
    insert into certificate_keys (key, organism, not_before, not_after, serial, issuer, origin)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (key) do update set not_before = excluded.not_before, not_after = excluded.not_after,
        serial = excluded.serial, issuer = excluded.issuer,
        origin = coalesce(certificate_keys.origin, excluded.origin)
    where certificate_keys.organism = excluded.organism";

pub(crate) const IS_REVOKED: &str = "select count(*) from revoked_keys where key = $1";

const LIST: &str = "
    select key, organism, not_before, not_after, serial, issuer, origin
    from certificate_keys order by organism, not_after, key";

const REVOKE: &str = "
    insert into revoked_keys (key, organism, serial, issuer, revoked_by, revoked_at, reason)
    select key, organism, serial, issuer, $2, $3, $4 from certificate_keys where key = $1";

const REMOVE: &str = "delete from certificate_keys where key = $1";

const REVOKED: &str = "
    select key, organism, serial, issuer, revoked_by, revoked_at, reason
    from revoked_keys order by revoked_at, key";

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
    ($tx:ident, $held:expr, $organism:expr) => {{
        let held: &$crate::certificates::Held = $held;
        let revoked: i64 = sqlx::query_scalar($crate::certificates::IS_REVOKED)
            .bind(held.key.to_string())
            .fetch_one(&mut *$tx)
            .await?;
        if revoked > 0 {
            return Err($crate::Error::KeyRevoked(held.key));
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
            .execute(&mut *$tx)
            .await?;
        if put.rows_affected() == 0 {
            return Err($crate::Error::KeyOfAnother {
                key: held.key,
                organism: $organism.clone(),
            });
        }
    }};
}
pub(crate) use put;

impl Store {
    /// Registers a certificate's key to an organism; a key that is another's, or was revoked, is refused.
    pub async fn put_certificate(&self, held: &Held, organism: &OrganismId) -> Result<(), Error> {
        let outcome = durable!(self, "certificates.put", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            put!(tx, held, organism);
        });
        named(outcome, organism)
    }

    /// Every registered key, by organism, the first to expire first.
    pub async fn certificates(&self) -> Result<Vec<KeyRecord>, Error> {
        let rows: Vec<KeyRow> = reading!(self, pool => sqlx::query_as(LIST).fetch_all(pool).await?);
        rows.into_iter().map(KeyRecord::try_from).collect()
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
);

impl TryFrom<KeyRow> for KeyRecord {
    type Error = Error;

    fn try_from(row: KeyRow) -> Result<Self, Error> {
        let (key, organism, not_before, not_after, serial, issuer, origin) = row;
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
