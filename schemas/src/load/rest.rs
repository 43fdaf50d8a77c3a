//! REST shapes of operations, whatever file declares them.

use std::collections::BTreeSet;

use super::compile::Compiler;
use super::error::OperationFault;
use super::leaves::value_type;
use crate::{Child, Content, ElementId, Method, RestBinding, RestBody, Segment};

/// A REST shape as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<'t> {
    pub(super) method: &'t str,
    pub(super) path: &'t str,
    pub(super) body: Option<&'t str>,
    pub(super) success: Option<&'t str>,
}

/// Why a shape is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// A value that its key cannot have: the key and the value.
    Value(&'static str, String),
    /// It does not fit the operation.
    Operation(OperationFault),
}

impl From<OperationFault> for Refused {
    fn from(fault: OperationFault) -> Self {
        Self::Operation(fault)
    }
}

/// The binding of `request` that is written; `routes` are those taken.
pub(super) fn binding(
    compiler: &Compiler<'_>,
    request: ElementId,
    written: Written<'_>,
    routes: &mut BTreeSet<String>,
) -> Result<RestBinding, Refused> {
    let bad = |name, value: &str| Refused::Value(name, value.to_owned());
    let method = Method::from_token(written.method).ok_or_else(|| bad("metodo", written.method))?;
    let path = path(written.path).ok_or_else(|| bad("ruta", written.path))?;
    let body = match written.body {
        None => RestBody::None,
        Some(".") => RestBody::Whole,
        Some(local) if child(compiler, request, local).is_some() => {
            RestBody::Child(local.to_owned())
        }
        Some(other) => return Err(OperationFault::Body(other.to_owned()).into()),
    };
    if method == Method::Get && body != RestBody::None {
        return Err(OperationFault::GetBody.into());
    }
    let mut shown = format!("{} ", method.as_str());
    for segment in &path {
        match segment {
            Segment::Literal(text) => shown.extend(["/", text]),
            Segment::Param(name) if is_parameter(compiler, request, name) => shown.push_str("/{}"),
            Segment::Param(name) => return Err(OperationFault::Parameter(name.clone()).into()),
        }
    }
    if !routes.insert(shown.clone()) {
        return Err(OperationFault::Route(shown).into());
    }
    let success = match written.success {
        None => 200,
        Some(text) => {
            let status = text.parse().ok();
            let good = status.filter(|status| (200..300).contains(status));
            good.ok_or_else(|| bad("exito", text))?
        }
    };
    Ok(RestBinding {
        method,
        path,
        body,
        success,
    })
}

fn child(compiler: &Compiler<'_>, request: ElementId, local: &str) -> Option<Child> {
    let element = compiler.elements.get(request.index())?;
    let Content::Complex(complex) = element.content else {
        return None;
    };
    let children = &compiler.types.get(complex.index())?.children;
    let named = |child: &&Child| {
        let element = compiler.elements.get(child.element.index());
        element.is_some_and(|element| *element.name.local == *local)
    };
    children.iter().find(named).copied()
}

/// A path parameter is a leaf that occurs at most once.
fn is_parameter(compiler: &Compiler<'_>, request: ElementId, local: &str) -> bool {
    let child = child(compiler, request, local).filter(|child| !child.repeated);
    let element = child.and_then(|child| compiler.elements.get(child.element.index()));
    element.is_some_and(|element| value_type(compiler, element.content).is_some())
}

/// The segments of a path.
fn path(text: &str) -> Option<Vec<Segment>> {
    let segment = |part: &str| match part.strip_prefix('{') {
        Some(rest) => {
            let name = rest
                .strip_suffix('}')
                .filter(|name| crate::facets::is_ncname(name))?;
            Some(Segment::Param(name.to_owned()))
        }
        None if part.is_empty() || !part.bytes().all(is_path_byte) => None,
        None => Some(Segment::Literal(part.to_owned())),
    };
    text.strip_prefix('/')?.split('/').map(segment).collect()
}

fn is_path_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~".contains(&b)
}
