//! Which operation an address and a method mean.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{Contract, Method, Operation, RestBinding, RestBody, Segment};

use super::{RestError, percent};

/// The routes of a contract.
#[derive(Debug)]
pub struct Router {
    contract: Arc<Contract>,
    routes: Vec<Route>,
}

/// An operation and one of its bindings, by their numbers.
#[derive(Clone, Copy, Debug)]
struct Route {
    operation: usize,
    binding: usize,
}

/// A contract whose bindings cannot all be served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unroutable {
    /// Two bindings answer to the same addresses by the same method.
    #[error("`{first}` and `{second}` have the same method and address")]
    Ambiguous {
        /// One operation.
        first: String,
        /// The other.
        second: String,
    },
    /// A binding with parameters in its path whose body is the whole request.
    #[error("the body of `{operation}` is the whole request, so its path takes no parameters")]
    WholeBodyWithParameters {
        /// The operation.
        operation: String,
    },
}

/// The operation that a request means.
#[derive(Debug)]
pub struct Match<'r> {
    /// The operation.
    pub operation: &'r Operation,
    /// The shape it was asked in.
    pub binding: &'r RestBinding,
    /// The parameters of the path, decoded.
    pub params: Vec<(&'r str, String)>,
}

impl Router {
    /// The routes of `contract`.
    ///
    /// # Errors
    /// The first binding that cannot be served.
    pub fn new(contract: &Arc<Contract>) -> Result<Self, Unroutable> {
        let mut shapes: BTreeMap<(Method, Vec<Option<&str>>), &str> = BTreeMap::new();
        let mut routes = Vec::new();
        for (at, operation) in contract.operations().iter().enumerate() {
            for (number, binding) in operation.rest.iter().enumerate() {
                servable(operation, binding)?;
                let shape = (binding.method, binding.path.iter().map(literal).collect());
                if let Some(first) = shapes.insert(shape, &operation.name) {
                    let (first, second) = (first.to_owned(), operation.name.to_string());
                    return Err(Unroutable::Ambiguous { first, second });
                }
                routes.push(Route {
                    operation: at,
                    binding: number,
                });
            }
        }
        let contract = Arc::clone(contract);
        let mut unordered = Self { contract, routes };
        unordered.order();
        Ok(unordered)
    }

    /// Puts literal segments before parameters, so that `/casos/resumen` is not the case `resumen`.
    fn order(&mut self) {
        let mut routes = std::mem::take(&mut self.routes);
        routes.sort_by_key(|route| self.shape(*route));
        self.routes = routes;
    }

    /// The operation for a method and a path below the version, as `/casos/01J…`.
    ///
    /// # Errors
    /// `NoSuchResource`, `MethodNotAllowed` or `BadEncoding`.
    pub fn find(&self, method: &str, path: &str) -> Result<Match<'_>, RestError> {
        let path = path.strip_prefix('/').ok_or(RestError::NoSuchResource)?;
        let decoded: Option<Vec<String>> = path.split('/').map(percent::decode).collect();
        let decoded = decoded.ok_or(RestError::BadEncoding {
            place: "/".to_owned(),
        })?;
        let mut allowed = Vec::new();
        for route in &self.routes {
            let Some((operation, binding)) = self.resolve(*route) else {
                continue;
            };
            let Some(params) = params(&binding.path, &decoded) else {
                continue;
            };
            if binding.method.as_str() == method {
                return Ok(Match {
                    operation,
                    binding,
                    params,
                });
            }
            allowed.push(binding.method);
        }
        allowed.sort_unstable();
        allowed.dedup();
        if allowed.is_empty() {
            return Err(RestError::NoSuchResource);
        }
        Err(RestError::MethodNotAllowed { allowed })
    }

    fn resolve(&self, route: Route) -> Option<(&Operation, &RestBinding)> {
        let operation = self.contract.operations().get(route.operation)?;
        Some((operation, operation.rest.get(route.binding)?))
    }

    /// What routes are ordered by: at each segment, a literal comes before a parameter.
    fn shape(&self, route: Route) -> Vec<bool> {
        let path = self
            .resolve(route)
            .map(|(_, binding)| binding.path.as_slice());
        path.unwrap_or_default()
            .iter()
            .map(|segment| literal(segment).is_none())
            .collect()
    }
}

fn servable(operation: &Operation, binding: &RestBinding) -> Result<(), Unroutable> {
    let params = binding
        .path
        .iter()
        .any(|segment| literal(segment).is_none());
    if params && binding.body == RestBody::Whole {
        let operation = operation.name.to_string();
        return Err(Unroutable::WholeBodyWithParameters { operation });
    }
    Ok(())
}

fn literal(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Literal(text) => Some(text),
        Segment::Param(_) => None,
    }
}

/// The values of the parameters, when the path is of that shape; a parameter is never empty.
fn params<'r>(shape: &'r [Segment], path: &[String]) -> Option<Vec<(&'r str, String)>> {
    if shape.len() != path.len() {
        return None;
    }
    let mut params = Vec::new();
    for (segment, text) in shape.iter().zip(path) {
        match segment {
            Segment::Literal(literal) if literal == text => {}
            Segment::Param(name) if !text.is_empty() => params.push((name.as_str(), text.clone())),
            Segment::Literal(_) | Segment::Param(_) => return None,
        }
    }
    Some(params)
}
