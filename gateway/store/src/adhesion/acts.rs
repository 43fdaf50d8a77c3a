//! Acts of staff with their evidence: what is refused is evidence too, and nothing is done that is not evidence first.

use domain::adhesion::{Act, DocumentId, Dossier, Draft, File, User, may_keep, pdf};
use domain::{AgreementId, Organism, OrganismId, Staff, StaffId, StaffRole, day_in_madrid};
use jiff::Timestamp;
use journal::{Digest, Entry, EntryKind, Verdict};

use super::{text_of, to_microseconds};
use crate::{Error, JournalWriter, Store};

/// The media type of the gateway's own reports.
const REPORT: &str = "application/json";

/// When something is done, and its name in the evidence.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// The instant.
    pub now: Timestamp,
    /// The name of the exchange.
    pub exchange: String,
}

/// An act on a file.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which file.
    pub dossier: AgreementId,
    /// The version that its author saw.
    pub seen: u32,
    /// What she wants to do.
    pub draft: Draft,
}

impl Store {
    /// Opens the file of an organism, with evidence; what the rules refuse is evidence too.
    pub async fn open_file(
        &self,
        journal: &JournalWriter,
        by: &Staff,
        (id, organism): (&AgreementId, &Organism),
        occasion: &Occasion,
    ) -> Result<File, Error> {
        let entry = Entry {
            agreement: Some(id.clone()),
            organism: Some(organism.id.clone()),
            ..evidence(&by.id, "adhesion.apertura", occasion)
        };
        let file = File::open(id.clone(), organism.clone(), by, occasion.now);
        let file = refused(journal, entry.clone(), file.map_err(Error::from)).await?;
        journal.record(entry.clone()).await?;
        let opened = self.open_dossier(&file).await;
        refused(journal, entry, opened).await?;
        Ok(file)
    }

    /// Does an act, with evidence; gives the file as it is then.
    pub async fn act(
        &self,
        journal: &JournalWriter,
        request: &Request,
        occasion: &Occasion,
    ) -> Result<Dossier, Error> {
        let Request {
            dossier,
            seen,
            draft,
        } = request;
        let entry = Entry {
            agreement: Some(dossier.clone()),
            file: draft.reference.as_ref().map(ToString::to_string),
            request_digest: Some(entered(draft, seen.saturating_add(1), occasion.now)?),
            ..evidence(&draft.by.id, &operation(&draft.act), occasion)
        };
        let possible = self.possible(request, occasion.now).await;
        let (organism, seq) = refused(journal, entry.clone(), possible).await?;
        let entry = Entry {
            organism: Some(organism),
            request_digest: Some(entered(draft, seq, occasion.now)?),
            ..entry
        };
        journal.record(entry.clone()).await?;
        let done = self.enter(dossier, (*seen, seq), draft, occasion.now).await;
        refused(journal, entry, done).await
    }

    /// Whether the rules allow the act on what is there now; whose file it is, and at which place it would be entered.
    async fn possible(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<(OrganismId, u32), Error> {
        let id = &request.dossier;
        let dossier = self.dossier(id).await?;
        let dossier = dossier.ok_or_else(|| Error::UnknownDossier(id.clone()))?;
        let organism = dossier.file().organism.id.clone();
        let form = self.users_form(&organism).await?;
        let entry = dossier.accept(request.draft.clone(), request.seen, &form, now)?;
        let beside = self.agreements_of(&organism).await?;
        dossier.alone(&request.draft.act, &beside, now)?;
        Ok((organism, entry.seq))
    }

    /// Stores a document, with evidence; gives its digest. Whoever may do any act on a file may bring the paper of it: a
    /// supervisor proposes too, and what she may not do is refused with the act.
    pub async fn file_document(
        &self,
        journal: &JournalWriter,
        by: &Staff,
        bytes: &[u8],
        occasion: &Occasion,
    ) -> Result<DocumentId, Error> {
        let entry = Entry {
            request_digest: Some(Digest::of(bytes)),
            ..evidence(&by.id, "adhesion.documento", occasion)
        };
        let may = if by.roles.has(StaffRole::Supervisor) {
            Ok(())
        } else {
            may_keep(by)
        };
        let fit = may
            .map_err(Error::from)
            .and_then(|()| pdf::check(bytes).map_err(Error::from));
        refused(journal, entry.clone(), fit).await?;
        journal.record(entry).await?;
        let stored = self.put_document(bytes, by.id.as_str(), occasion.now);
        stored.await
    }

    /// Stores a report that the gateway itself has written, with evidence; gives its digest.
    pub async fn file_report(
        &self,
        journal: &JournalWriter,
        report: &[u8],
        occasion: &Occasion,
    ) -> Result<DocumentId, Error> {
        let by = Staff::gateway().id;
        let entry = Entry {
            request_digest: Some(Digest::of(report)),
            ..evidence(&by, "adhesion.documento", occasion)
        };
        journal.record(entry).await?;
        let kept = self.keep_document(REPORT, report, (by.as_str(), occasion.now));
        kept.await
    }

    /// Puts officers on the users form of an organism, or changes what it says of them, with evidence of each.
    pub async fn keep_users(
        &self,
        journal: &JournalWriter,
        by: &Staff,
        (organism, users): (&OrganismId, &[User]),
        occasion: &Occasion,
    ) -> Result<(), Error> {
        let entry = Entry {
            organism: Some(organism.clone()),
            ..evidence(&by.id, "adhesion.usuario", occasion)
        };
        let form = self.users_form(organism).await?;
        let possible = self.may_keep_users(by, organism).await;
        let fit = form.fit(users, day_in_madrid(occasion.now));
        let possible = possible.and(fit.map_err(Error::from));
        refused(journal, entry.clone(), possible).await?;
        if users.is_empty() {
            return Ok(());
        }
        for user in users {
            let about = Entry {
                officer: Some(user.officer.clone()),
                request_digest: Some(digest(user)?),
                ..entry.clone()
            };
            journal.record(about).await?;
        }
        let put = self.put_users(organism, users, by.id.as_str(), occasion.now);
        refused(journal, entry, put.await).await
    }

    /// Whether she may keep the users form of an organism, and whether there is such an organism.
    async fn may_keep_users(&self, by: &Staff, organism: &OrganismId) -> Result<(), Error> {
        may_keep(by)?;
        if self.is_registered(organism).await? {
            Ok(())
        } else {
            Err(Error::UnknownOrganism(organism.clone()))
        }
    }
}

/// What evidence calls an act: `adhesion.paso`, `adhesion.propuesta.activacion`.
fn operation(act: &Act) -> String {
    match act {
        Act::Proposed(proposal) => format!("adhesion.{}.{}", act.word(), proposal.word()),
        Act::Step(to) | Act::Back(to) => format!("adhesion.{}.{to}", act.word()),
        Act::Annex(_)
        | Act::Term(_)
        | Act::Conformance(_)
        | Act::Filed
        | Act::Users(_)
        | Act::Approved
        | Act::Rejected
        | Act::Withdrawn => format!("adhesion.{}", act.word()),
    }
}

fn evidence(by: &StaffId, operation: &str, occasion: &Occasion) -> Entry {
    let fresh = Entry::new(EntryKind::Managed, occasion.now, occasion.exchange.as_str());
    Entry {
        operation: Some(operation.to_owned()),
        staff: Some(by.clone()),
        verdict: Some(Verdict::Allowed),
        ..fresh
    }
}

/// Makes a refusal evidence; faults of the store are no refusals.
pub(crate) async fn refused<T>(
    journal: &JournalWriter,
    entry: Entry,
    outcome: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(error) = &outcome
        && let Some(code) = error.code()
    {
        let denied = Entry {
            verdict: Some(Verdict::Denied),
            problem: Some(code.to_owned()),
            ..entry
        };
        journal.record(denied).await?;
    }
    outcome
}

/// The digest of the entry that an act makes, as the file keeps it: its place, its content and its paper are in it, so
/// that a file that says something else than what was done does not pass for it.
fn entered(draft: &Draft, seq: u32, now: Timestamp) -> Result<Digest, Error> {
    digest(&draft.clone().entry(seq, to_microseconds(now)))
}

/// The digest of the JSON of what is done.
pub(crate) fn digest<T: serde::Serialize>(what: &T) -> Result<Digest, Error> {
    text_of(what).map(|text| Digest::of(text.as_bytes()))
}
