//! The typed fault of a service: which element it is, and what its leaves say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{is_leaf, leaf};
use crate::load::compile::Compiler;
use crate::load::error::LoadError;
use crate::load::sidecar::SidecarFault;
use crate::load::sidecar::file::{FaultFile, File};
use crate::{ElementId, FaultTerms, FaultText, Operation};

/// What the file says of the fault that the service answers with.
pub(super) fn terms(
    compiler: &Compiler<'_>,
    file: &File,
    text: &FaultFile,
    operations: &[Operation],
) -> Result<FaultTerms, LoadError> {
    let code = text.codigo.get_ref();
    // Other elements may look like it: only what a fault of the WSDL carries is one.
    let wires = operations
        .iter()
        .filter_map(|operation| operation.wire.as_ref());
    let carried: BTreeSet<ElementId> = wires
        .flat_map(|wire| wire.faults.iter().copied())
        .filter(|id| is_leaf(compiler, code, *id))
        .collect();
    let mut carried = carried.into_iter();
    let element = match (carried.next(), carried.next()) {
        (Some(only), None) => only,
        (None, _) => return Err(file.error(&text.codigo, SidecarFault::NoLeaf(code.clone()))),
        (Some(_), Some(_)) => {
            return Err(file.error(&text.codigo, SidecarFault::TwoFaults(code.clone())));
        }
    };
    let mut leaves = BTreeMap::new();
    let told = [
        (Some(&text.codigo), FaultText::Code),
        (text.texto.as_ref(), FaultText::Text),
        (text.peticion.as_ref(), FaultText::RequestId),
        (text.fecha.as_ref(), FaultText::Timestamp),
        (text.incidencia.as_ref(), FaultText::Incident),
    ];
    for (path, what) in told {
        if let Some(path) = path {
            leaves.insert(leaf(compiler, file, path, element)?, what);
        }
    }
    for (path, value) in &text.fijos {
        if !is_leaf(compiler, path, element) {
            return Err(file.error(&text.codigo, SidecarFault::NoLeaf(path.clone())));
        }
        let value = FaultText::Fixed(Arc::from(value.as_str()));
        leaves.insert(Arc::from(path.as_str()), value);
    }
    let problems = text.problemas.iter();
    Ok(FaultTerms {
        element,
        leaves,
        problems: problems
            .map(|(code, problem)| (Arc::from(code.as_str()), Arc::from(problem.as_str())))
            .collect(),
    })
}
