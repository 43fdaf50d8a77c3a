//! The users form as the organism itself keeps it: sent whole, taken once, told to its file.

use domain::adhesion::{Dossier, Entry, Summary, User, UsersForm};
use domain::{AgreementState, OrganismId, day_in_madrid};
use jiff::Timestamp;
use journal::Digest;

use super::{ENTER, ENTRIES, FIND, FileRow, SUMMARIES_OF, board, replay, summaries, text_of};
use super::{acts, to_microseconds, users};
use crate::backend::durable;
use crate::registry::BUMP;
use crate::{Error, Store};

/// First in the transaction, as that of an act: those who act on the files of one organism stand in a line.
const LOCK_OF: &str = "update dossiers set organism = organism where organism = $1";
/// Then the line of those who change the registry, without saying yet that it has changed.
const HOLD: &str = "update registry set version = version";

/// The digest of all that a form says, by which a sender names the one that it has seen. Who is on it today follows from
/// that and from the day: it is not in it.
pub fn mark(form: &UsersForm) -> Result<Digest, Error> {
    acts::digest(&form.users().collect::<Vec<_>>())
}

/// What changes. Whoever has not seen the form as it is changes nothing on it: an older one would put those back whose
/// last day has been set since. What is said already may be said again by anyone.
fn changed(
    form: &UsersForm,
    (sent, seen): (&[User], &Digest),
    now: Timestamp,
) -> Result<Vec<User>, Error> {
    let is_seen = mark(form)? == *seen;
    match form.renewed(sent, day_in_madrid(now)) {
        Ok(changed) if is_seen || changed.is_empty() => Ok(changed),
        Err(fault) if is_seen => Err(fault.into()),
        Ok(_) | Err(_) => Err(Error::FormMoved),
    }
}

impl Store {
    /// What would change if the organism, which has seen the form of that mark, sent this one.
    pub async fn own_users_change(
        &self,
        organism: &OrganismId,
        sent: (&[User], &Digest),
        now: Timestamp,
    ) -> Result<Vec<User>, Error> {
        changed(&self.users_form(organism).await?, sent, now)
    }

    /// Takes the form that the organism has sent, where it has seen the one that it changes, by its mark; and enters it in
    /// the file that is open, if there is one. Where nothing changes, nothing is written.
    pub async fn put_own_users(
        &self,
        organism: &OrganismId,
        sent: (&[User], &Digest),
        now: Timestamp,
    ) -> Result<UsersForm, Error> {
        let now = to_microseconds(now);
        durable!(self, "adhesion.own_users", tx => {
            sqlx::query(LOCK_OF).bind(organism.as_str()).execute(&mut *tx).await?;
            sqlx::query(HOLD).execute(&mut *tx).await?;
            let rows: Vec<users::Row> = sqlx::query_as(users::OF).bind(organism.as_str()).fetch_all(&mut *tx).await?;
            let form = users::form(rows)?;
            let changed = changed(&form, sent, now)?;
            if changed.is_empty() {
                form
            } else {
                sqlx::query(BUMP).execute(&mut *tx).await?;
                let by = format!("organismo:{organism}");
                for user in &changed {
                    users::put!(tx, (organism, user), (by.as_str(), now));
                }
                let form = form.with(&changed);
                let listed: Vec<String> = sqlx::query_scalar(SUMMARIES_OF).bind(organism.as_str()).fetch_all(&mut *tx).await?;
                if let Some(open) = open(&summaries(&listed)?, now) {
                    let row: FileRow = sqlx::query_as(FIND).bind(open.id.as_str()).fetch_one(&mut *tx).await?;
                    let entries: Vec<String> = sqlx::query_scalar(ENTRIES).bind(open.id.as_str()).fetch_all(&mut *tx).await?;
                    let (entry, after) = told(replay(row, &entries)?, organism, changed, now);
                    sqlx::query(ENTER)
                        .bind(open.id.as_str())
                        .bind(i64::from(entry.seq))
                        .bind(text_of(&entry)?)
                        .bind(None::<&str>)
                        .execute(&mut *tx)
                        .await?;
                    board::list!(tx, &after.summary());
                }
                form
            }
        })
    }
}

/// The file that an organism tells of its users: of those that have not ended the one in effect, else the newest.
fn open(all: &[Summary], now: Timestamp) -> Option<&Summary> {
    let ended = |it: &&Summary| {
        let state = it.state_at(now);
        matches!(state, AgreementState::Expired | AgreementState::Resolved)
    };
    let open = all.iter().filter(|it| !ended(it));
    open.max_by_key(|it| (it.effective_from, it.since))
}

fn told(
    before: Dossier,
    organism: &OrganismId,
    users: Vec<User>,
    now: Timestamp,
) -> (Entry, Dossier) {
    let entry = Entry::of_users(before.version() + 1, organism.clone(), users, now);
    (entry.clone(), before.with(entry))
}
