//! What can go wrong with the store.

use domain::adhesion::pdf::PdfFault;
use domain::adhesion::{DocumentId, Refused, UsersFault};
use domain::{AgreementId, CertificateKey, OrganismId, OrganismKind, StaffId, StaffKey, StaffRole};
use sqlx::error::{DatabaseError, ErrorKind};

use crate::JournalUnavailable;
use crate::policies::PolicyFault;

/// What can go wrong with the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address names no database that is spoken here. The address itself may hold a password.
    #[error("a database address begins with `sqlite:` or `postgres:`")]
    Address,
    /// The database cannot be reached, or refuses a statement.
    #[error("the database fails: {0}")]
    Database(#[from] sqlx::Error),
    /// The migrations cannot be applied.
    #[error("the migrations cannot be applied: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The key belongs to another organism already: one key, exactly one organism.
    #[error("the certificate key `{key}` is registered to another organism than `{organism}`")]
    KeyOfAnother {
        /// The key.
        key: CertificateKey,
        /// The organism that it was to be registered to.
        organism: OrganismId,
    },
    /// The key was revoked: it never comes back.
    #[error("the certificate key `{0}` was revoked")]
    KeyRevoked(CertificateKey),
    /// The organism has renewed to as many keys as it may.
    #[error(
        "the organism `{organism}` has {most} keys by renewal that are still good, the most it may"
    )]
    TooManyRenewed {
        /// The organism.
        organism: OrganismId,
        /// So many it may have.
        most: u8,
    },
    /// The key or agreement is of an organism that is not registered.
    #[error("the organism `{0}` is not registered")]
    UnknownOrganism(OrganismId),
    /// The agreement belongs to another organism already.
    #[error("the agreement `{agreement}` is of another organism than `{organism}`")]
    AgreementOfAnother {
        /// The agreement.
        agreement: AgreementId,
        /// The organism it was to be of.
        organism: OrganismId,
    },
    /// The key was enlisted for another member of staff, or was revoked: it is not given again.
    #[error("the key `{key}` is of other staff than `{staff}`, or was revoked")]
    StaffKeyTaken {
        /// The key of a certificate, or an identity.
        key: StaffKey,
        /// Who was to have it.
        staff: StaffId,
    },
    /// There is a file of adhesion of that name already.
    #[error("ya hay un expediente `{0}`")]
    DossierExists(AgreementId),
    /// An agreement of that name was registered without a file.
    #[error("el convenio `{0}` está registrado sin expediente")]
    AgreementWithoutDossier(AgreementId),
    /// There is no such file of adhesion.
    #[error("no hay ningún expediente `{0}`")]
    UnknownDossier(AgreementId),
    /// The agreement is kept by a file of adhesion, and changes by its acts only.
    #[error("el convenio `{0}` tiene expediente: solo cambia con los actos de este")]
    AgreementOfDossier(AgreementId),
    /// The organism has a file of adhesion: what opens access to it, and its form, are not imported.
    #[error(
        "el organismo `{0}` tiene expediente: sus convenios y sus usuarios solo cambian con los actos de este"
    )]
    OrganismOfDossier(OrganismId),
    /// The organism is registered as of another kind.
    #[error("el organismo `{organism}` está registrado como `{kind}`")]
    OrganismOtherwise {
        /// The organism.
        organism: OrganismId,
        /// What it is registered as.
        kind: OrganismKind,
    },
    /// Whoever proposed an import cannot be the one who carries it out.
    #[error("quien propone una importación no la lleva a cabo: hace falta otra persona")]
    OwnProposal,
    /// The act is of another role.
    #[error("hace falta el papel `{0}`")]
    WrongRole(StaffRole),
    /// The registry has changed since it was looked at.
    #[error("el registro ha cambiado mientras tanto: repita la orden")]
    RegistryMoved,
    /// No document with that digest is stored.
    #[error("no consta ningún documento con el resumen `{0}`")]
    UnknownDocument(DocumentId),
    /// The document is not taken.
    #[error(transparent)]
    Pdf(#[from] PdfFault),
    /// What is said of officers cannot be.
    #[error(transparent)]
    Users(#[from] UsersFault),
    /// The users form has changed since it was looked at.
    #[error("el formulario de usuarios ha cambiado mientras tanto")]
    FormMoved,
    /// The rules of adhesion forbid the act.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Something about a set of policies is not done.
    #[error(transparent)]
    Policies(#[from] PolicyFault),
    /// The evidence cannot be written, so nothing is done.
    #[error(transparent)]
    Journal(#[from] JournalUnavailable),
    /// A stored value does not read back as what it is.
    #[error("the table `{table}` holds a value that cannot be read: {reason}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What was found.
        reason: String,
    },
}

impl Error {
    /// The word by which evidence and pages name what is the caller's own fault; none for faults of the store.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refused) => Some(refused.code()),
            Self::Pdf(fault) => Some(fault.code()),
            Self::Users(fault) => Some(fault.code()),
            Self::Policies(fault) => Some(fault.code()),
            Self::FormMoved => Some("formulario-cambiado"),
            Self::DossierExists(_) => Some("expediente-existente"),
            Self::AgreementWithoutDossier(_) => Some("convenio-sin-expediente"),
            Self::UnknownDossier(_) => Some("expediente-inexistente"),
            Self::AgreementOfDossier(_) => Some("convenio-con-expediente"),
            Self::OrganismOfDossier(_) => Some("organismo-con-expediente"),
            Self::OrganismOtherwise { .. } => Some("organismo-de-otro-tipo"),
            Self::OwnProposal => Some("propuesta-propia"),
            Self::WrongRole(_) => Some("papel-insuficiente"),
            Self::RegistryMoved => Some("registro-cambiado"),
            Self::UnknownDocument(_) => Some("documento-inexistente"),
            Self::UnknownOrganism(_) => Some("organismo-inexistente"),
            Self::KeyOfAnother { .. } => Some("clave-de-otro"),
            Self::KeyRevoked(_) => Some("clave-revocada"),
            Self::TooManyRenewed { .. } => Some("demasiadas-renovaciones"),
            Self::AgreementOfAnother { .. } => Some("convenio-de-otro"),
            Self::StaffKeyTaken { .. } => Some("clave-de-otra-persona"),
            Self::Address
            | Self::Database(_)
            | Self::Migration(_)
            | Self::Journal(_)
            | Self::Corrupt { .. } => None,
        }
    }

    /// For a stored value that does not read back.
    pub(crate) fn corrupt(table: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |reason| Self::Corrupt {
            table,
            reason: reason.to_string(),
        }
    }

    /// Whether a foreign key was violated.
    pub(crate) fn is_dangling(&self) -> bool {
        self.of_database()
            .is_some_and(DatabaseError::is_foreign_key_violation)
    }

    /// Whether something was there already, or a value that must be there is not.
    pub(crate) fn is_collision(&self) -> bool {
        self.of_database().is_some_and(|error| {
            error.is_unique_violation() || error.kind() == ErrorKind::NotNullViolation
        })
    }

    /// Whether the same transaction may pass when tried again.
    pub(crate) fn is_transient(&self) -> bool {
        // PostgreSQL: serialization failure, deadlock. SQLite: busy, in its variants.
        let code = self.of_database().and_then(DatabaseError::code);
        matches!(
            code.as_deref(),
            Some("40001" | "40P01" | "5" | "261" | "517")
        )
    }

    /// What the database itself said.
    fn of_database(&self) -> Option<&dyn DatabaseError> {
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return None;
        };
        Some(error.as_ref())
    }
}
