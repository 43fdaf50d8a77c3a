//! What the lines of a lot are requests of: the canonical contract, or the dialect of the partner that sends.

use std::path::PathBuf;
use std::sync::Arc;

use ::contract::{Contract, Governance, Lot, Operation};
use domain::OperationKind;

use crate::exit::Failure;
use crate::home::Home;

/// The contract that is spoken.
#[derive(Debug)]
pub(super) enum Spoken {
    /// The canonical one, in that folder or in the repository; it is read when it is needed.
    Canonical(Option<PathBuf>),
    /// A partner's own.
    Dialect(Arc<Contract>),
}

impl Spoken {
    pub(super) fn contract(&self) -> Result<Arc<Contract>, Failure> {
        let folder = match self {
            Self::Dialect(contract) => return Ok(Arc::clone(contract)),
            Self::Canonical(folder) => folder.clone(),
        };
        let found = || Home::find(None).map(|home| home.contracts().join("viogen/2"));
        let none = "contracts not found: run it in the repository, or give `--contract`";
        let folder = folder.or_else(found);
        let folder = folder.ok_or_else(|| Failure::Broken(none.to_owned()))?;
        Contract::load(&folder, Governance::Required)
            .map_err(|e| Failure::broken(&format!("contract `{}`", folder.display()), e))
    }
}

/// The operation that brings many submissions, and what a lot of them is like; none where the contract has no such.
pub(super) fn lots(contract: &Contract) -> Option<(&Operation, &Lot)> {
    let submits = |it: &&Operation| *it.class == *OperationKind::Submit.as_str();
    let mut submitting = contract.operations().iter().filter(submits);
    submitting.find_map(|it| Some((it, it.lot.as_ref()?)))
}

/// The operation that brings many submissions, and that of each.
pub(super) fn submissions(contract: &Contract) -> Result<(&Operation, &Operation), Failure> {
    let both = lots(contract).and_then(|(lot, of)| Some((lot, contract.operation(&of.of)?)));
    both.ok_or_else(|| Failure::Broken("the contract has no lots".to_owned()))
}
