//! Organisms from a file: all of it or nothing, and each with its evidence.
//!
//! What a file of adhesion stands for is not opened beside it: for an organism that has one, an import ends agreements
//! and adds keys, and that is all.

use domain::adhesion::{User, UsersForm};
use domain::{Agreement, CertificateKey, Organism, OrganismId};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};

use super::{AGREEMENT, AgreementRow, BUMP, HAS_DOSSIER, PUT_KEY, PUT_ORGANISM, put_agreement};
use crate::adhesion::acts::{Occasion, refused};
use crate::adhesion::{KIND, otherwise, users};
use crate::backend::durable;
use crate::certificates::{self, Held, IS_REVOKED};
use crate::{Error, JournalWriter, Store};

/// Who changed a users form, where a file did.
const IMPORTED: &str = "importacion";

const FILES_OF: &str = "select count(*) from dossiers where organism = $1";

/// An organism with what a file says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The organism.
    pub organism: Organism,
    /// The keys of its certificates.
    pub keys: Vec<CertificateKey>,
    /// What the certificates say, of those keys whose certificates are at hand.
    pub certificates: Vec<Held>,
    /// Its agreements.
    pub agreements: Vec<Agreement>,
    /// Its users form.
    pub users: Vec<User>,
}

impl Store {
    /// Registers everything that a file says, with evidence of each organism and of the file by its digest.
    pub async fn import_file(
        &self,
        journal: &JournalWriter,
        (enrolments, file): (&[Enrolment], Digest),
        occasion: &Occasion,
    ) -> Result<(), Error> {
        let evidence = |organism: Option<&OrganismId>| Entry {
            operation: Some("registro.importacion".to_owned()),
            organism: organism.cloned(),
            request_digest: Some(file),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(EntryKind::Managed, occasion.now, occasion.exchange.as_str())
        };
        for enrolment in enrolments {
            journal
                .record(evidence(Some(&enrolment.organism.id)))
                .await?;
        }
        let imported = self.import(enrolments, occasion.now).await;
        refused(journal, evidence(None), imported).await
    }

    /// Registers organisms with all that is theirs, or changes what is registered: all of it in one transaction. Refused
    /// where it would change the kind, the form or what opens access of an organism that has a file of adhesion.
    pub async fn import(&self, enrolments: &[Enrolment], now: Timestamp) -> Result<(), Error> {
        durable!(self, "registry.import", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            for enrolment in enrolments {
                let organism = &enrolment.organism;
                let id = &organism.id;
                let files: i64 = sqlx::query_scalar(FILES_OF).bind(id.as_str()).fetch_one(&mut *tx).await?;
                let kind: Option<String> = sqlx::query_scalar(KIND).bind(id.as_str()).fetch_optional(&mut *tx).await?;
                let form: Vec<users::Row> = sqlx::query_as(users::OF).bind(id.as_str()).fetch_all(&mut *tx).await?;
                if files > 0 {
                    same_kind(organism, kind.as_deref())?;
                    same_form(enrolment, &users::form(form)?)?;
                }
                sqlx::query(PUT_ORGANISM).bind(id.as_str()).bind(organism.kind.as_str()).bind(&organism.name).execute(&mut *tx).await?;
                for key in &enrolment.keys {
                    put_key!(tx, key, id);
                }
                for held in &enrolment.certificates {
                    certificates::put!(tx, held, id, None);
                }
                for agreement in &enrolment.agreements {
                    let own = agreement.id.as_str();
                    let kept: i64 = sqlx::query_scalar(HAS_DOSSIER).bind(own).fetch_one(&mut *tx).await?;
                    let row: Option<AgreementRow> = sqlx::query_as(AGREEMENT).bind(own).fetch_optional(&mut *tx).await?;
                    let present = row.map(super::agreement).transpose()?;
                    if present.as_ref() != Some(agreement) {
                        may_change(agreement, (kept, files), now)?;
                        put_agreement!(tx, agreement);
                    }
                }
                for user in &enrolment.users {
                    users::put!(tx, (id, user), (IMPORTED, now));
                }
            }
        })
    }
}

/// Registers a key in a transaction that has raised the version.
macro_rules! put_key {
    ($tx:ident, $key:expr, $organism:expr) => {
        let revoked: i64 = sqlx::query_scalar(IS_REVOKED)
            .bind($key.to_string())
            .fetch_one(&mut *$tx)
            .await?;
        if revoked > 0 {
            return Err(Error::KeyRevoked(*$key));
        }
        let put = sqlx::query(PUT_KEY)
            .bind($key.to_string())
            .bind($organism.as_str())
            .execute(&mut *$tx)
            .await?;
        if put.rows_affected() == 0 {
            return Err(Error::KeyOfAnother {
                key: *$key,
                organism: $organism.clone(),
            });
        }
    };
}
use put_key;

fn same_kind(organism: &Organism, registered: Option<&str>) -> Result<(), Error> {
    match registered {
        Some(kind) if kind != organism.kind.as_str() => Err(otherwise(organism, kind)),
        Some(_) | None => Ok(()),
    }
}

/// An older file would put those back whose last day has been set since.
fn same_form(enrolment: &Enrolment, form: &UsersForm) -> Result<(), Error> {
    let is_there = |user: &User| form.user(&user.officer) == Some(user);
    if enrolment.users.iter().all(is_there) {
        Ok(())
    } else {
        Err(Error::OrganismOfDossier(enrolment.organism.id.clone()))
    }
}

/// Beside a file nothing is opened that takes two people there; what ends access may be imported.
fn may_change(
    agreement: &Agreement,
    (kept, files): (i64, i64),
    now: Timestamp,
) -> Result<(), Error> {
    if kept > 0 {
        return Err(Error::AgreementOfDossier(agreement.id.clone()));
    }
    if files > 0 && agreement.standing(now).opens() {
        return Err(Error::OrganismOfDossier(agreement.organism.clone()));
    }
    Ok(())
}
