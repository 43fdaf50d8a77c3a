//! Operations: `p:operacion` on request elements, resolved.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::annotation::{documentation, words};
use super::compile::Compiler;
use super::components::At;
use super::error::{LoadError, OperationFault, SchemaFault};
use super::leaves::value_type;
use super::tree::Node;
use crate::{Child, Content, ElementId, Method, Operation, QName, RestBinding, RestBody, Segment};

/// The classes that policy knows.
const CLASSES: &[&str] = &[
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
        })
    }

    fn binding(
        &self,
        shape: At<'s>,
        fail: &dyn Fn(OperationFault) -> LoadError,
        routes: &mut BTreeSet<String>,
    ) -> Result<RestBinding, LoadError> {
        let method = shape.required("metodo")?.trim();
        let method = Method::from_token(method).ok_or_else(|| shape.bad("metodo", method))?;
        let path = path(shape)?;
        let body = match shape.node.attribute("cuerpo").map(str::trim) {
            None => RestBody::None,
            Some(".") => RestBody::Whole,
            Some(child) if self.child(child).is_some() => RestBody::Child(child.to_owned()),
            Some(other) => return Err(fail(OperationFault::Body(other.to_owned()))),
        };
        if method == Method::Get && body != RestBody::None {
            return Err(fail(OperationFault::GetBody));
        }
        let mut shown = format!("{} ", method.as_str());
        for segment in &path {
            match segment {
                Segment::Literal(text) => shown.extend(["/", text]),
                Segment::Param(name) if self.is_parameter(name) => shown.push_str("/{}"),
                Segment::Param(name) => return Err(fail(OperationFault::Parameter(name.clone()))),
            }
        }
        if !routes.insert(shown.clone()) {
            return Err(fail(OperationFault::Route(shown)));
        }
        let success = match shape.node.attribute("exito").map(str::trim) {
            None => 200,
            Some(text) => {
                let status = text
                    .parse()
                    .ok()
                    .filter(|status| (200..300).contains(status));
                status.ok_or_else(|| shape.bad("exito", text))?
            }
        };
        Ok(RestBinding {
            method,
            path,
            body,
            success,
        })
    }

    fn child(&self, local: &str) -> Option<Child> {
        let element = self.compiler.elements.get(self.request.index())?;
        let Content::Complex(complex) = element.content else {
            return None;
        };
        let children = &self.compiler.types.get(complex.index())?.children;
        let named = |child: &&Child| {
            let element = self.compiler.elements.get(child.element.index());
            element.is_some_and(|element| *element.name.local == *local)
        };
        children.iter().find(named).copied()
    }

    /// A path parameter is a leaf that occurs at most once.
    fn is_parameter(&self, local: &str) -> bool {
        let child = self.child(local).filter(|child| !child.repeated);
        let element = child.and_then(|child| self.compiler.elements.get(child.element.index()));
        element.is_some_and(|element| value_type(self.compiler, element.content).is_some())
    }
}

/// The segments of `ruta`.
fn path(shape: At<'_>) -> Result<Vec<Segment>, LoadError> {
    let text = shape.required("ruta")?.trim();
    let bad = || shape.bad("ruta", text);
    let segment = |part: &str| match part.strip_prefix('{') {
        Some(rest) => {
            let name = rest
                .strip_suffix('}')
                .filter(|name| crate::facets::is_ncname(name));
            name.map(|name| Segment::Param(name.to_owned()))
                .ok_or_else(bad)
        }
        None if part.is_empty() || !part.bytes().all(is_path_byte) => Err(bad()),
        None => Ok(Segment::Literal(part.to_owned())),
    };
    text.strip_prefix('/')
        .ok_or_else(bad)?
        .split('/')
        .map(segment)
        .collect()
}

fn is_path_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~".contains(&b)
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
