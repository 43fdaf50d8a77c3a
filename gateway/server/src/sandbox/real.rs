//! What the sandbox may do with the database of its gateway: files of adhesion, the form of one organism, the sandbox's own
//! journal, and whether keys are registered. Nothing else of it can be reached from here, the index of cases least of all.

use domain::adhesion::{DocumentId, Dossier, Summary, UsersForm};
use domain::{AgreementId, OrganismId, Registry};
use store::adhesion::acts::{Occasion, Request};
use store::journal::Stretch;
use store::{Error, JournalWriter, Store};

/// The database of the gateway, as far as a sandbox may go.
#[derive(Clone)]
pub(crate) struct Real(Store);

impl Real {
    pub(super) fn new(store: Store) -> Self {
        Self(store)
    }

    pub(super) async fn registry_version(&self) -> Result<i64, Error> {
        self.0.registry_version().await
    }

    pub(super) async fn registry(&self) -> Result<Registry, Error> {
        self.0.load_registry().await
    }

    pub(super) async fn dossiers_of(&self, organism: &OrganismId) -> Result<Vec<Summary>, Error> {
        self.0.dossiers_of(organism).await
    }

    pub(super) async fn dossier(&self, id: &AgreementId) -> Result<Option<Dossier>, Error> {
        self.0.dossier(id).await
    }

    pub(super) async fn users_form(&self, organism: &OrganismId) -> Result<UsersForm, Error> {
        self.0.users_form(organism).await
    }

    /// Entries of the sandbox's own journal, which lies in the same database.
    pub(super) async fn sift(
        &self,
        stretch: &Stretch,
        pieces: &[String],
        most: u32,
    ) -> Result<Vec<(u64, journal::Entry)>, Error> {
        self.0.sift_journal(stretch, pieces, most).await
    }

    pub(super) async fn file_report(
        &self,
        acts: &JournalWriter,
        report: &[u8],
        occasion: &Occasion,
    ) -> Result<DocumentId, Error> {
        self.0.file_report(acts, report, occasion).await
    }

    pub(super) async fn act(
        &self,
        acts: &JournalWriter,
        request: &Request,
        occasion: &Occasion,
    ) -> Result<Dossier, Error> {
        self.0.act(acts, request, occasion).await
    }
}
