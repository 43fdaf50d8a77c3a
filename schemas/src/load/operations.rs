//! Operations: `p:operacion` on request elements, resolved.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::annotation::{documentation, words};
use super::compile::Compiler;
use super::components::At;
use super::error::{LoadError, OperationFault, SchemaFault};
use super::tree::Node;
use super::{lot, rest};
use crate::{ElementId, Lot, Operation, QName, RestBinding};

/// The classes that policy knows.
pub(super) const CLASSES: &[&str] = &[
    "coincidencia",
    "consulta",
    "busqueda",
    "presentacion",
    "indice",
];

/// The operations of every global element, in the order of the files.
pub(super) fn resolve(compiler: &Compiler<'_>, errors: &mut BTreeSet<LoadError>) -> Vec<Operation> {
    let mut operations: Vec<Operation> = Vec::new();
    let mut routes = BTreeSet::new();
    for name in &compiler.components.element_order {
        let (Some(at), Some(request)) = (
            compiler.components.elements.get(name),
            compiler.roots.get(name),
        ) else {
            continue;
        };
        let words = words(at.node).filter(|word| &*word.name.local == "operacion");
        for word in words {
            let reader = Reader {
                compiler,
                at: *at,
                request: *request,
            };
            let read = reader.operation(at.of(word), &operations, &mut routes);
            match read {
                Ok(operation) => operations.push(operation),
                Err(error) => drop(errors.insert(error)),
            }
        }
    }
    operations
}

struct Reader<'c, 's> {
    compiler: &'c Compiler<'s>,
    /// The request's declaration.
    at: At<'s>,
    request: ElementId,
}

impl<'s> Reader<'_, 's> {
    fn operation(
        &self,
        word: At<'s>,
        known: &[Operation],
        routes: &mut BTreeSet<String>,
    ) -> Result<Operation, LoadError> {
        let name = word.required("nombre")?.trim();
        let fail = |fault| {
            let operation = name.to_owned();
            word.node.error(SchemaFault::Operation { operation, fault })
        };
        let taken = |other: &Operation| *other.name == *name || other.request == self.request;
        if known.iter().any(taken) {
            return Err(fail(OperationFault::Twice));
        }
        let class = word.required("clase")?.trim();
        if !CLASSES.contains(&class) {
            return Err(fail(OperationFault::Class(class.to_owned())));
        }
        let response = word.required("respuesta")?.trim();
        let response_name = QName {
            namespace: self.at.schema.target.clone(),
            local: response.into(),
        };
        let response = self.compiler.roots.get(&response_name).copied();
        let response = response
            .ok_or_else(|| fail(OperationFault::Response(response_name.local.to_string())))?;
        let mut rest = Vec::new();
        for shape in &word.node.children {
            rest.push(self.binding(word.of(shape), &fail, routes)?);
        }
        Ok(Operation {
            name: name.into(),
            class: class.into(),
            request: self.request,
            response,
            soap_action: word.required("accion")?.trim().to_owned(),
            doc: documentation(self.at.node),
            rest,
            lot: self.lot(word, (known, response), &fail)?,
            wire: None,
            terms: None,
        })
    }

    /// What the operation brings many of: an operation that stands before it.
    fn lot(
        &self,
        word: At<'s>,
        (known, response): (&[Operation], ElementId),
        fail: &dyn Fn(OperationFault) -> LoadError,
    ) -> Result<Option<Lot>, LoadError> {
        let Some(of) = word.node.attribute("lote").map(str::trim) else {
            return Ok(None);
        };
        let single = known.iter().find(|other| *other.name == *of);
        let single = single.filter(|single| single.lot.is_none());
        let single = single.ok_or_else(|| fail(OperationFault::Lot(of.to_owned())))?;
        let lot = lot::compiled(self.compiler, (self.request, response), single);
        lot.map(Some).map_err(fail)
    }

    fn binding(
        &self,
        shape: At<'s>,
        fail: &dyn Fn(OperationFault) -> LoadError,
        routes: &mut BTreeSet<String>,
    ) -> Result<RestBinding, LoadError> {
        let written = rest::Written {
            method: shape.required("metodo")?.trim(),
            path: shape.required("ruta")?.trim(),
            body: shape.node.attribute("cuerpo").map(str::trim),
            success: shape.node.attribute("exito").map(str::trim),
        };
        let binding = rest::binding(self.compiler, self.request, written, routes);
        binding.map_err(|refused| match refused {
            rest::Refused::Value(name, value) => shape.bad(name, &value),
            rest::Refused::Operation(fault) => fail(fault),
        })
    }
}

/// The target namespace of the first file with an operation.
pub(super) fn namespace(compiler: &Compiler<'_>) -> Option<Arc<str>> {
    let components = compiler.components;
    let has = |node: &Node| words(node).any(|word| &*word.name.local == "operacion");
    let ats = components
        .element_order
        .iter()
        .filter_map(|name| components.elements.get(name));
    ats.filter(|at| has(at.node))
        .find_map(|at| at.schema.target.clone())
}
