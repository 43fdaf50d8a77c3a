//! The context of a request: who asks, for whom, as which officer, what for.
//!
//! Spanish standard of intermediation (BOE-A-2012-10049, III.6) and the generic data of SCSP v3.

use jiff::Timestamp;

use crate::{OfficerId, OrganismId, Purpose, Reason, RequestId};

/// What the caller says about itself and its reasons, before anything of it is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// `Solicitante`: the organism that asks; must be the one of the certificate.
    pub requester: OrganismId,
    /// `EnNombreDe`: the organism it acts for, when not itself.
    pub on_behalf_of: Option<OrganismId>,
    /// `Funcionario`: the officer, by pseudonym.
    pub officer: OfficerId,
    /// `Finalidad`: what the answer will be used for.
    pub purpose: Purpose,
    /// `Expediente`: the caller's own file reference.
    pub file: Option<String>,
    /// `PeligroInminente`: why exceptional access is asked for, if it is; never handed on to the holder.
    pub peril: Option<Reason>,
    /// `IdPeticion`: names the request; the same request sent again carries the same one.
    pub request_id: RequestId,
    /// `TimeStamp`: when the caller made the request.
    pub timestamp: Timestamp,
}

impl Context {
    /// The organism whose rights count: the one acted for, else the requester itself.
    pub fn principal(&self) -> &OrganismId {
        self.on_behalf_of.as_ref().unwrap_or(&self.requester)
    }
}
