//! Files of adhesion, their papers, and users forms.
//!
//! One transaction writes an entry and, where the agreement that the file amounts to changes, the agreement on which the
//! gateway decides: no file says anything else than the registry.

pub mod acts;
pub mod board;
pub mod documents;
pub mod own_users;
pub mod users;

use domain::adhesion::{Dossier, Draft, Entry, File, Refused, Summary, UsersForm};
use domain::{AgreementId, Organism, OrganismId};
use jiff::Timestamp;

use crate::backend::{durable, reading};
use crate::registry::{self, BUMP, parsed};
use crate::{Error, Store};

const TABLE: &str = "dossiers";

const OPEN: &str = "
    insert into dossiers (id, organism, kind, name, opened_at, opened_by, summary)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing";

/// First in the transaction of an act: its row locks put those who act on the files of one organism in a line.
const LOCK: &str = "
    update dossiers set organism = organism
    where organism = (select organism from dossiers where id = $1)";

const FIND: &str =
    "select id, organism, kind, name, opened_at, opened_by from dossiers where id = $1";

const ENTRIES: &str = "select entry from dossier_entries where dossier = $1 order by seq";

const ENTER: &str =
    "insert into dossier_entries (dossier, seq, entry, document) values ($1, $2, $3, $4)";

const SUMMARIES: &str = "select summary from dossiers order by id";

const SUMMARIES_OF: &str = "select summary from dossiers where organism = $1 order by id";

const IS_AGREED: &str = "select count(*) from agreements where id = $1";

pub(crate) const KIND: &str = "select kind from organisms where id = $1";

const REGISTER: &str =
    "insert into organisms (id, kind, name) values ($1, $2, $3) on conflict (id) do nothing";

type FileRow = (String, String, String, String, i64, String);

impl Store {
    /// Opens a file, and registers its organism if it is not; refused where there is such a file or such an
    /// agreement, or where the organism is registered as of another kind.
    pub async fn open_dossier(&self, file: &File) -> Result<(), Error> {
        let summary = Dossier::new(file.clone()).summary();
        let organism = &file.organism;
        durable!(self, "adhesion.open", tx => {
            let agreed: i64 = sqlx::query_scalar(IS_AGREED).bind(file.id.as_str()).fetch_one(&mut *tx).await?;
            let opened = sqlx::query(OPEN)
                .bind(file.id.as_str())
                .bind(organism.id.as_str())
                .bind(organism.kind.as_str())
                .bind(&organism.name)
                .bind(file.opened_at.as_microsecond())
                .bind(file.opened_by.as_str())
                .bind(text_of(&summary)?)
                .execute(&mut *tx)
                .await?;
            if opened.rows_affected() == 0 {
                return Err(Error::DossierExists(file.id.clone()));
            }
            if agreed > 0 {
                return Err(Error::AgreementWithoutDossier(file.id.clone()));
            }
            board::list!(tx, &summary);
            let known: Option<String> = sqlx::query_scalar(KIND).bind(organism.id.as_str()).fetch_optional(&mut *tx).await?;
            match known {
                Some(kind) if kind != organism.kind.as_str() => return Err(otherwise(organism, &kind)),
                Some(_) => {}
                None => {
                    sqlx::query(BUMP).execute(&mut *tx).await?;
                    sqlx::query(REGISTER)
                        .bind(organism.id.as_str())
                        .bind(organism.kind.as_str())
                        .bind(&organism.name)
                        .execute(&mut *tx)
                        .await?;
                }
            }
        })
    }

    /// A file with all its entries.
    pub async fn dossier(&self, id: &AgreementId) -> Result<Option<Dossier>, Error> {
        // The entries first: a file that is there has those that were there.
        let entries: Vec<String> = reading!(self, pool => sqlx::query_scalar(ENTRIES).bind(id.as_str()).fetch_all(pool).await?);
        let row: Option<FileRow> = reading!(self, pool => sqlx::query_as(FIND).bind(id.as_str()).fetch_optional(pool).await?);
        row.map(|row| replay(row, &entries)).transpose()
    }

    /// What a list shows of every file, by identifier.
    pub async fn dossiers(&self) -> Result<Vec<Summary>, Error> {
        let rows: Vec<String> =
            reading!(self, pool => sqlx::query_scalar(SUMMARIES).fetch_all(pool).await?);
        summaries(&rows)
    }

    /// What a list shows of the files of one organism, by identifier.
    pub async fn dossiers_of(&self, organism: &OrganismId) -> Result<Vec<Summary>, Error> {
        let rows: Vec<String> = reading!(self, pool => {
            sqlx::query_scalar(SUMMARIES_OF).bind(organism.as_str()).fetch_all(pool).await?
        });
        summaries(&rows)
    }

    /// Enters an act, if the rules allow it on the version that its author saw, and if it is still entered at the place of
    /// which the evidence speaks; gives the file as it is then.
    ///
    /// Without evidence: that is [`Store::act`].
    pub(crate) async fn enter(
        &self,
        id: &AgreementId,
        (seen, seq): (u32, u32),
        draft: &Draft,
        now: Timestamp,
    ) -> Result<Dossier, Error> {
        let outcome = durable!(self, "adhesion.enter", tx => {
            let locked = sqlx::query(LOCK).bind(id.as_str()).execute(&mut *tx).await?;
            if locked.rows_affected() == 0 {
                return Err(Error::UnknownDossier(id.clone()));
            }
            let row: FileRow = sqlx::query_as(FIND).bind(id.as_str()).fetch_one(&mut *tx).await?;
            let entries: Vec<String> = sqlx::query_scalar(ENTRIES).bind(id.as_str()).fetch_all(&mut *tx).await?;
            let users: Vec<users::Row> = sqlx::query_as(users::OF).bind(&row.1).fetch_all(&mut *tx).await?;
            let beside: Vec<registry::AgreementRow> = sqlx::query_as(registry::AGREEMENTS_OF).bind(&row.1).fetch_all(&mut *tx).await?;
            let before = replay(row, &entries)?;
            let form = users::form(users)?;
            let (entry, after) = next(&before, draft, seen, &form, now)?;
            if entry.seq != seq {
                return Err(Refused::Stale(seq.saturating_sub(1), before.version()).into());
            }
            before.alone(&draft.act, &registry::agreements(beside)?, now)?;
            sqlx::query(ENTER)
                .bind(id.as_str())
                .bind(i64::from(entry.seq))
                .bind(text_of(&entry)?)
                .bind(entry.document.as_ref().map(domain::adhesion::DocumentId::as_str))
                .execute(&mut *tx)
                .await?;
            board::list!(tx, &after.summary());
            let agreement = after.agreement();
            if let Some(agreement) = agreement.filter(|it| Some(it) != before.agreement().as_ref()) {
                sqlx::query(BUMP).execute(&mut *tx).await?;
                registry::put_agreement!(tx, agreement);
            }
            after
        });
        outcome.map_err(|error| match &draft.document {
            Some(document) if error.is_dangling() => Error::UnknownDocument(document.clone()),
            Some(_) | None => error,
        })
    }
}

fn summaries(rows: &[String]) -> Result<Vec<Summary>, Error> {
    let read = |row: &String| serde_json::from_str(row);
    let summaries = rows.iter().map(read).collect::<Result<_, _>>();
    summaries.map_err(|reason| Error::corrupt(TABLE)(&reason))
}

/// The entry that an act makes, and the file with it.
fn next(
    before: &Dossier,
    draft: &Draft,
    seen: u32,
    form: &UsersForm,
    now: Timestamp,
) -> Result<(Entry, Dossier), Error> {
    let now = to_microseconds(now);
    let entry = before.accept(draft.clone(), seen, form, now)?;
    let after = before.clone().with(entry.clone());
    Ok((entry, after))
}

/// The file says what reads back, to the microsecond.
pub(crate) fn to_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

fn replay(row: FileRow, entries: &[String]) -> Result<Dossier, Error> {
    let (id, organism, kind, name, opened_at, opened_by) = row;
    let file = File {
        id: parsed(TABLE, &id)?,
        organism: Organism {
            id: parsed(TABLE, &organism)?,
            kind: parsed(TABLE, &kind)?,
            name,
        },
        opened_at: instant(opened_at)?,
        opened_by: parsed(TABLE, &opened_by)?,
    };
    let entries = entries.iter().map(|entry| serde_json::from_str(entry));
    let entries: Vec<Entry> = entries
        .collect::<Result<_, _>>()
        .map_err(|reason| Error::corrupt("dossier_entries")(&reason))?;
    Ok(Dossier::replay(file, entries))
}

pub(crate) fn otherwise(organism: &Organism, kind: &str) -> Error {
    match parsed("organisms", kind) {
        Ok(kind) => Error::OrganismOtherwise {
            organism: organism.id.clone(),
            kind,
        },
        Err(error) => error,
    }
}

pub(crate) fn text_of<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|reason| Error::corrupt(TABLE)(&reason))
}

pub(crate) fn instant(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds).map_err(|reason| Error::corrupt(TABLE)(&reason))
}
