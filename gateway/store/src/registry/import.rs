//! Organisms from a file: all of it or nothing, and each with its evidence.
//!
//! What a file of adhesion stands for is not opened beside it: for an organism that has one, an import ends agreements
//! and adds keys, and that is all. What opens anything takes two people ([`super::second`]): one imports, and that is her
//! proposal; another imports the same.

use domain::adhesion::{User, UsersForm};
use domain::{Agreement, CertificateKey, Organism, OrganismId, Staff};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};

use super::second::{self, Opening, Step};
use super::{
    AGREEMENT, AgreementRow, BUMP, HAS_DOSSIER, PUT_KEY, PUT_ORGANISM, VERSION, put_agreement,
};
use crate::adhesion::acts::{Occasion, refused};
use crate::adhesion::{KIND, otherwise, users};
use crate::backend::{attempted, durable};
use crate::certificates::{self, Held, IS_REVOKED};
use crate::{Error, JournalWriter, Store};

const IMPORT: &str = "registro.importacion";
const PROPOSAL: &str = "registro.propuesta";
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

/// A file as it is imported.
#[derive(Clone, Copy, Debug)]
pub struct ImportedFile<'f> {
    /// Its organisms.
    pub enrolments: &'f [Enrolment],
    /// The digest of its text.
    pub text: Digest,
    /// The digest of what it says, whatever files it names its keys by: the proposal of one is the import of another when
    /// both say the same.
    pub says: Digest,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It is registered.
    Done,
    /// It waits for another to import the same, because of what it opens.
    Proposed(Vec<Opening>),
}

impl Store {
    /// Registers everything that a file says, with evidence of who does, of each organism and of the file by its digest;
    /// where it opens anything, only once another has proposed the same.
    pub async fn import_file(
        &self,
        journal: &JournalWriter,
        by: &Staff,
        file: &ImportedFile<'_>,
        occasion: &Occasion,
    ) -> Result<Imported, Error> {
        let evidence = |operation: &str, organism: Option<&OrganismId>| Entry {
            operation: Some(operation.to_owned()),
            organism: organism.cloned(),
            staff: Some(by.id.clone()),
            request_digest: Some(file.text),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(EntryKind::Managed, occasion.now, occasion.exchange.as_str())
        };
        let now = occasion.now;
        let registry = self.load_registry().await?;
        let openings = second::openings(&registry, file.enrolments, now);
        let pending = self.import_proposal(&file.says, now).await?;
        let step = second::step(by, &openings, pending.as_ref());
        let step = refused(journal, evidence(IMPORT, None), step).await?;
        if step == Step::Propose {
            // What would be refused when it is carried out is not proposed.
            let tried = self.try_import(file.enrolments, now).await;
            refused(journal, evidence(IMPORT, None), tried).await?;
            journal.record(evidence(PROPOSAL, None)).await?;
            self.propose_import(&file.says, &by.id, now).await?;
            return Ok(Imported::Proposed(openings));
        }
        for enrolment in file.enrolments {
            let about = evidence(IMPORT, Some(&enrolment.organism.id));
            journal.record(about).await?;
        }
        let seen = Some((registry.version(), &file.says));
        let imported = self.import_seen(file.enrolments, seen, now).await;
        refused(journal, evidence(IMPORT, None), imported).await?;
        Ok(Imported::Done)
    }

    /// Does all of it but for keeping it: refused as the import would be.
    async fn try_import(&self, enrolments: &[Enrolment], now: Timestamp) -> Result<(), Error> {
        attempted!(self, "registry.try_import", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            put!(tx, enrolments, now);
        })
    }

    /// Registers organisms by nobody's word but the program's own, as for a demonstration: all of it in one transaction.
    /// Refused where it would change the kind, the form or what opens access of an organism that has a file of adhesion.
    pub async fn import(&self, enrolments: &[Enrolment], now: Timestamp) -> Result<(), Error> {
        self.import_seen(enrolments, None, now).await
    }

    /// Registers organisms with all that is theirs, or changes what is registered; with the version of the registry by which
    /// it was found out what that opens, and the proposal that ends with it.
    async fn import_seen(
        &self,
        enrolments: &[Enrolment],
        seen: Option<(i64, &Digest)>,
        now: Timestamp,
    ) -> Result<(), Error> {
        durable!(self, "registry.import", tx => {
            sqlx::query(BUMP).execute(&mut *tx).await?;
            let raised: i64 = sqlx::query_scalar(VERSION).fetch_one(&mut *tx).await?;
            if let Some((version, says)) = seen {
                second::same_version(version, raised)?;
                sqlx::query(second::END).bind(says.to_string()).execute(&mut *tx).await?;
            }
            put!(tx, enrolments, now);
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

/// Puts organisms in with all that is theirs, in a transaction that has raised the version.
macro_rules! put {
    ($tx:ident, $enrolments:expr, $now:expr) => {
        for enrolment in $enrolments {
            let organism = &enrolment.organism;
            let id = &organism.id;
            let files: i64 = sqlx::query_scalar(FILES_OF)
                .bind(id.as_str())
                .fetch_one(&mut *$tx)
                .await?;
            let kind: Option<String> = sqlx::query_scalar(KIND)
                .bind(id.as_str())
                .fetch_optional(&mut *$tx)
                .await?;
            let form: Vec<users::Row> = sqlx::query_as(users::OF)
                .bind(id.as_str())
                .fetch_all(&mut *$tx)
                .await?;
            if files > 0 {
                same_kind(organism, kind.as_deref())?;
                same_form(enrolment, &users::form(form)?)?;
            }
            sqlx::query(PUT_ORGANISM)
                .bind(id.as_str())
                .bind(organism.kind.as_str())
                .bind(&organism.name)
                .execute(&mut *$tx)
                .await?;
            for key in &enrolment.keys {
                put_key!($tx, key, id);
            }
            for held in &enrolment.certificates {
                certificates::put!($tx, held, id, None);
            }
            for agreement in &enrolment.agreements {
                let own = agreement.id.as_str();
                let kept: i64 = sqlx::query_scalar(HAS_DOSSIER)
                    .bind(own)
                    .fetch_one(&mut *$tx)
                    .await?;
                let row: Option<AgreementRow> = sqlx::query_as(AGREEMENT)
                    .bind(own)
                    .fetch_optional(&mut *$tx)
                    .await?;
                let present = row.map(super::agreement).transpose()?;
                if present.as_ref() != Some(agreement) {
                    may_change(agreement, (kept, files), $now)?;
                    put_agreement!($tx, agreement);
                }
            }
            for user in &enrolment.users {
                users::put!($tx, (id, user), (IMPORTED, $now));
            }
        }
    };
}
use put;

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
