//! Why something about a set of policies is not done: one name each, told to officials in Spanish.

use domain::StaffRole;

/// Why something about a set of policies is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// An auditor sees everything and changes nothing.
    #[error("la auditoría no propone ni decide políticas")]
    AuditorActs,
    /// It takes another role.
    #[error("el acto exige el rol `{0}`")]
    RoleMissing(StaffRole),
    /// There is no proposal of that number.
    #[error("no consta ninguna propuesta con ese número")]
    UnknownProposal,
    /// No set of that version is kept.
    #[error("no consta ningún conjunto de políticas con esa versión")]
    UnknownSet,
    /// It was decided before.
    #[error("la propuesta ya está decidida")]
    Decided,
    /// Nobody decides on what she has proposed herself.
    #[error("quien propone unas políticas no las aprueba ni las rechaza: lo hace otra persona")]
    Own,
    /// Nobody takes back what another has proposed.
    #[error("solo quien propuso las políticas retira la propuesta")]
    Others,
    /// Other policies are in force than those that it was made from.
    #[error("ya no están en vigor las políticas de las que parte la propuesta")]
    Moved,
    /// The node has not put in force what was approved: a program of another day, perhaps.
    #[error("este nodo no tiene en vigor las políticas aprobadas")]
    Behind,
    /// Too many proposals wait.
    #[error("hay demasiadas propuestas sin decidir")]
    TooMany,
    /// The reason is too short or too long.
    #[error("el motivo tiene entre 3 y 1000 caracteres")]
    Reason,
}

impl PolicyFault {
    /// The word by which evidence and the administration interface name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::AuditorActs => "auditor-no-actua",
            Self::RoleMissing(_) => "falta-rol",
            Self::UnknownProposal => "propuesta-inexistente",
            Self::UnknownSet => "politicas-desconocidas",
            Self::Decided => "propuesta-decidida",
            Self::Own => "propuesta-propia",
            Self::Others => "propuesta-ajena",
            Self::Moved => "politicas-cambiadas",
            Self::Behind => "nodo-sin-las-aprobadas",
            Self::TooMany => "demasiadas-propuestas",
            Self::Reason => "motivo-no-admitido",
        }
    }
}
