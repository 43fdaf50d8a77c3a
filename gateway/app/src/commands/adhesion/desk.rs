//! The desk of a member of staff on the command line: the store, the journal of what is done there, and who she is.

use std::path::Path;

use domain::adhesion::{Act, DocumentId, Dossier, Draft, Summary, UsersForm, pdf};
use domain::{AgreementId, OrganismId, Staff, StaffId, day_in_madrid};
use jiff::Timestamp;
use store::adhesion::acts::{Occasion, Request};
use store::{Error, JournalWriter, Store};
use uuid::Uuid;

use super::Acting;
use crate::commands::evident;
use crate::config::Config;
use crate::exit::Failure;

/// What acts are done with.
pub(super) struct Desk {
    config: Config,
    store: Store,
}

impl Desk {
    pub(super) async fn open(config: &Path) -> Result<Self, Failure> {
        let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
        let store = Store::open(config.store.url.expose())
            .await
            .map_err(|e| Failure::broken("database", e))?;
        Ok(Self { config, store })
    }

    /// Now, under a fresh name.
    pub(super) fn occasion() -> Occasion {
        Occasion {
            now: Timestamp::now(),
            exchange: Uuid::now_v7().to_string(),
        }
    }

    /// Enlisted staff, by pseudonym; whoever was revoked is nobody.
    pub(super) async fn staff(&self, id: &StaffId) -> Result<Staff, Failure> {
        let enlisted = self.store.staff().await.map_err(told)?;
        let mut present = enlisted.into_iter().filter(|it| it.revoked_at.is_none());
        let found = present.find(|it| it.staff.id == *id);
        found
            .map(|it| it.staff)
            .ok_or_else(|| Failure::Unfit(format!("`{id}` no consta como personal en activo")))
    }

    pub(super) async fn dossiers(&self) -> Result<Vec<Summary>, Failure> {
        self.store.dossiers().await.map_err(told)
    }

    pub(super) async fn dossier(&self, id: &AgreementId) -> Result<Dossier, Failure> {
        let found = self.store.dossier(id).await.map_err(told)?;
        found.ok_or_else(|| told(Error::UnknownDossier(id.clone())))
    }

    /// The other agreements of its organism that open access now: ending this one closes nothing while there are any.
    pub(super) async fn others(
        &self,
        dossier: &Dossier,
        now: Timestamp,
    ) -> Result<Vec<AgreementId>, Failure> {
        let registry = self.store.load_registry().await.map_err(told)?;
        let file = dossier.file();
        let others = registry.others_in_effect(&file.organism.id, &file.id, now);
        Ok(others.map(|it| it.id.clone()).collect())
    }

    pub(super) async fn form(&self, organism: &OrganismId) -> Result<UsersForm, Failure> {
        self.store.users_form(organism).await.map_err(told)
    }

    /// Does an act of an official, her paper first.
    pub(super) async fn act(&self, acting: &Acting, act: Act) -> Result<Dossier, Failure> {
        let by = self.staff(&acting.who.by).await?;
        let seen = match acting.seen {
            Some(seen) => seen,
            None => self.dossier(&acting.id).await?.version(),
        };
        let paper = acting.document.as_deref().map(paper).transpose()?;
        let occasion = Self::occasion();
        let today = day_in_madrid(occasion.now);
        self.evident(async |store, journal| {
            let document: Option<DocumentId> = match &paper {
                Some(bytes) => Some(store.file_document(journal, &by, bytes, &occasion).await?),
                None => None,
            };
            let draft = Draft {
                by: by.clone(),
                date: acting.date.unwrap_or(today),
                act: act.clone(),
                reference: acting.reference.clone(),
                document,
                note: acting.note.clone(),
            };
            let request = Request {
                dossier: acting.id.clone(),
                seen,
                draft,
            };
            store.act(journal, &request, &occasion).await
        })
        .await
    }

    /// Does something with the journal of this node's staff, and seals what it wrote, also of what was refused.
    pub(super) async fn evident<T>(
        &self,
        work: impl AsyncFn(&Store, &JournalWriter) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let done = evident::done((&self.config, &self.store), "gestion", work);
        done.await?.map_err(told)
    }
}

/// The bytes of a paper; a file of any size is not read beyond what would be taken.
fn paper(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;

    let broken = |e| Failure::broken(&path.display().to_string(), e);
    let file = std::fs::File::open(path).map_err(broken)?;
    let most = u64::try_from(pdf::MOST_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let limited = &mut file.take(most + 1);
    limited.read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

/// What the official can put right is told as that; what she cannot, as a fault.
fn told(error: Error) -> Failure {
    match error.code() {
        Some(code) => Failure::Unfit(format!("{error} ({code})")),
        None => Failure::broken("adhesion", error),
    }
}
