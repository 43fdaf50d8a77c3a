//! The stored registry. Every change raises its version in the same transaction.

pub mod import;
pub mod second;

use std::str::FromStr;

use domain::{Agreement, CertificateKey, Organism, OrganismId, Registry};

use crate::adhesion::{KIND, users};
use crate::backend::{Backend, durable, reading};
use crate::certificates::IS_REVOKED;
use crate::{Error, Store};

// First in each transaction: its row lock puts the writers of the registry in a line.
pub(crate) const BUMP: &str = "update registry set version = version + 1";
const VERSION: &str = "select version from registry";

const PUT_ORGANISM: &str = "
    insert into organisms (id, kind, name) values ($1, $2, $3)
    on conflict (id) do update set kind = excluded.kind, name = excluded.name";

const PUT_KEY: &str = "
    insert into certificate_keys (key, organism) values ($1, $2)
    on conflict (key) do update set organism = excluded.organism
    where certificate_keys.organism = excluded.organism";

const REMOVE_KEY: &str = "delete from certificate_keys where key = $1";

pub(crate) const PUT_AGREEMENT: &str = "
    insert into agreements (id, organism, state, effective_from, expires_on, annex)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (id) do update set state = excluded.state, effective_from = excluded.effective_from,
        expires_on = excluded.expires_on, annex = excluded.annex
    where agreements.organism = excluded.organism";

/// Whether an agreement is kept by a file of adhesion.
const HAS_DOSSIER: &str = "select count(*) from dossiers where id = $1";
const AGREEMENT: &str = "
    select id, organism, state, effective_from, expires_on, annex from agreements where id = $1";

/// Every agreement of an organism.
pub(crate) const AGREEMENTS_OF: &str = "
    select id, organism, state, effective_from, expires_on, annex from agreements
    where organism = $1 order by id";

const ORGANISMS: &str = "select id, kind, name from organisms";
const KEYS: &str = "select key, organism from certificate_keys";
const AGREEMENTS: &str =
    "select id, organism, state, effective_from, expires_on, annex from agreements";

/// Writes an agreement in a transaction; that of another organism is refused.
macro_rules! put_agreement {
    ($tx:ident, $agreement:expr) => {
        let annex = serde_json::to_string(&$agreement.annex)
            .map_err(|reason| $crate::Error::corrupt("agreements")(&reason))?;
        let put = sqlx::query($crate::registry::PUT_AGREEMENT)
            .bind($agreement.id.as_str())
            .bind($agreement.organism.as_str())
            .bind($agreement.state.as_str())
            .bind($agreement.effective_from.to_string())
            .bind($agreement.expires_on.to_string())
            .bind(&annex)
            .execute(&mut *$tx)
            .await?;
        if put.rows_affected() == 0 {
            return Err($crate::Error::AgreementOfAnother {
                agreement: $agreement.id.clone(),
                organism: $agreement.organism.clone(),
            });
        }
    };
}
pub(crate) use put_agreement;

impl Store {
    /// Registers an organism, or changes what is known of it.
    pub async fn put_organism(&self, organism: &Organism) -> Result<(), Error> {
        durable!(self, "registry.put_organism", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            sqlx::query(PUT_ORGANISM)
                .bind(organism.id.as_str())
                .bind(organism.kind.as_str())
                .bind(&organism.name)
                .execute(&mut *tx)
                .await?;
        })
    }

    /// Registers a certificate key to an organism; a key that is another's, or was revoked, is refused.
    pub async fn put_key(&self, key: &CertificateKey, organism: &OrganismId) -> Result<(), Error> {
        let outcome = durable!(self, "registry.put_key", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let revoked: i64 = sqlx::query_scalar(IS_REVOKED).bind(key.to_string()).fetch_one(&mut *tx).await?;
            if revoked > 0 {
                return Err(Error::KeyRevoked(*key));
            }
            let put = sqlx::query(PUT_KEY)
                .bind(key.to_string())
                .bind(organism.as_str())
                .execute(&mut *tx)
                .await?;
            if put.rows_affected() == 0 {
                return Err(Error::KeyOfAnother { key: *key, organism: organism.clone() });
            }
        });
        named(outcome, organism)
    }

    /// Takes a certificate key out of the registry; says nothing if it was not in.
    pub async fn remove_key(&self, key: &CertificateKey) -> Result<(), Error> {
        durable!(self, "registry.remove_key", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            sqlx::query(REMOVE_KEY).bind(key.to_string()).execute(&mut *tx).await?;
        })
    }

    /// Records an agreement, or the change of one; the agreement of another organism is refused, and the change of one
    /// that a file of adhesion keeps.
    pub async fn put_agreement(&self, agreement: &Agreement) -> Result<(), Error> {
        let outcome = durable!(self, "registry.put_agreement", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let kept: i64 = sqlx::query_scalar(HAS_DOSSIER).bind(agreement.id.as_str()).fetch_one(&mut *tx).await?;
            let row: Option<AgreementRow> = sqlx::query_as(AGREEMENT).bind(agreement.id.as_str()).fetch_optional(&mut *tx).await?;
            if kept > 0 && row.map(self::agreement).transpose()?.as_ref() != Some(agreement) {
                return Err(Error::AgreementOfDossier(agreement.id.clone()));
            }
            put_agreement!(tx, agreement);
        });
        named(outcome, &agreement.organism)
    }

    /// Whether an organism is registered.
    pub async fn is_registered(&self, id: &OrganismId) -> Result<bool, Error> {
        let kind: Option<String> = reading!(self, pool => {
            sqlx::query_scalar(KIND).bind(id.as_str()).fetch_optional(pool).await?
        });
        Ok(kind.is_some())
    }

    /// Every agreement of an organism, by identifier.
    pub async fn agreements_of(&self, organism: &OrganismId) -> Result<Vec<Agreement>, Error> {
        let rows: Vec<AgreementRow> = reading!(self, pool => {
            sqlx::query_as(AGREEMENTS_OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        agreements(rows)
    }

    /// The version of the registry: cheap to ask, other after every change.
    pub async fn registry_version(&self) -> Result<i64, Error> {
        Ok(reading!(self, pool => sqlx::query_scalar(VERSION).fetch_one(pool).await?))
    }

    /// The whole registry, as of one instant.
    pub async fn load_registry(&self) -> Result<Registry, Error> {
        // In one transaction, on PostgreSQL of a level at which all its statements see the same.
        let Rows {
            version,
            organisms,
            agreements,
            keys,
            users,
        } = match &self.0 {
            Backend::Sqlite { read, .. } => load!(read, "BEGIN"),
            Backend::Postgres(pool) => {
                load!(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
        };
        let registry = Registry::new(
            version,
            organisms
                .into_iter()
                .map(organism)
                .collect::<Result<Vec<_>, _>>()?,
            agreements
                .into_iter()
                .map(agreement)
                .collect::<Result<Vec<_>, _>>()?,
            keys.into_iter().map(key).collect::<Result<Vec<_>, _>>()?,
        );
        Ok(registry.with_forms(users::forms(users)?))
    }
}

/// The tables as read.
struct Rows {
    users: Vec<users::Row>,
    version: i64,
    organisms: Vec<OrganismRow>,
    agreements: Vec<AgreementRow>,
    keys: Vec<KeyRow>,
}

type OrganismRow = (String, String, String);
type KeyRow = (String, String);
pub(crate) type AgreementRow = (String, String, String, String, String, String);

macro_rules! load {
    ($pool:expr, $begin:literal) => {{
        let mut tx = $pool.begin_with($begin).await?;
        let rows = Rows {
            version: sqlx::query_scalar(VERSION).fetch_one(&mut *tx).await?,
            organisms: sqlx::query_as(ORGANISMS).fetch_all(&mut *tx).await?,
            agreements: sqlx::query_as(AGREEMENTS).fetch_all(&mut *tx).await?,
            keys: sqlx::query_as(KEYS).fetch_all(&mut *tx).await?,
            users: sqlx::query_as(users::ALL).fetch_all(&mut *tx).await?,
        };
        tx.commit().await?;
        rows
    }};
}
use load;

/// Agreements as their rows say.
pub(crate) fn agreements(rows: Vec<AgreementRow>) -> Result<Vec<Agreement>, Error> {
    rows.into_iter().map(agreement).collect()
}

fn organism((id, kind, name): OrganismRow) -> Result<Organism, Error> {
    Ok(Organism {
        id: parsed("organisms", &id)?,
        kind: parsed("organisms", &kind)?,
        name,
    })
}

fn key((key, organism): KeyRow) -> Result<(CertificateKey, OrganismId), Error> {
    Ok((
        parsed("certificate_keys", &key)?,
        parsed("certificate_keys", &organism)?,
    ))
}

fn agreement(row: AgreementRow) -> Result<Agreement, Error> {
    const TABLE: &str = "agreements";
    let (id, organism, state, effective_from, expires_on, annex) = row;
    Ok(Agreement {
        id: parsed(TABLE, &id)?,
        organism: parsed(TABLE, &organism)?,
        state: parsed(TABLE, &state)?,
        effective_from: parsed(TABLE, &effective_from)?,
        expires_on: parsed(TABLE, &expires_on)?,
        annex: serde_json::from_str(&annex).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
    })
}

/// Reads a stored text back.
pub(crate) fn parsed<T>(table: &'static str, text: &str) -> Result<T, Error>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|reason| Error::corrupt(table)(&reason))
}

/// Names the violated foreign key: the only one here is to the organism.
pub(crate) fn named<T>(outcome: Result<T, Error>, organism: &OrganismId) -> Result<T, Error> {
    outcome.map_err(|error| {
        if error.is_dangling() {
            Error::UnknownOrganism(organism.clone())
        } else {
            error
        }
    })
}
