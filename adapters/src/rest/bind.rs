//! The request document, from path, query, `If-Match` and body.

use std::sync::Arc;

use contract::{
    Builder, Child, Content, Contract, DecodeError, Document, ElementId, Limits, Method, Operation,
    RestBody, Role, Segment,
};

use super::{Match, RestError, etag, percent};
use crate::ReadError;
use crate::reserved::{is_reserved, refuse};

/// A request as HTTP brought it, its address aside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Incoming<'a> {
    /// The query, without its question mark.
    pub query: Option<&'a str>,
    /// `If-Match`.
    pub if_match: Option<&'a str>,
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// Puts the request document together.
///
/// # Errors
/// The first thing that is wrong with query, headers or the syntax of the body; up to the limit of
/// violations for the content.
pub fn bind(
    contract: &Arc<Contract>,
    matched: &Match<'_>,
    incoming: &Incoming<'_>,
    limits: &Limits,
) -> Result<Document, ReadError> {
    let mut given = Given::read(contract, matched, incoming)?;
    let request = matched.operation.request;
    check_body(&matched.binding.body, incoming)?;
    let document = match &matched.binding.body {
        RestBody::Whole => {
            given.none_left()?;
            contract::json::decode(contract, request, incoming.body, limits)
                .map_err(ReadError::Json)?
        }
        RestBody::None => given.build(contract, request, None)?,
        RestBody::Child(local) => {
            given.build(contract, request, Some((local, incoming.body, limits)))?
        }
    };
    refuse(&document)?;
    Ok(document)
}

/// Reads one request of an operation, whole, as JSON: one line of many.
///
/// # Errors
/// What is wrong with its syntax; up to the limit of violations for the content.
pub fn line(
    contract: &Arc<Contract>,
    operation: &Operation,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Document, ReadError> {
    let document = contract::json::decode(contract, operation.request, bytes, limits);
    let document = document.map_err(ReadError::Json)?;
    refuse(&document)?;
    Ok(document)
}

/// The child that travels as body, its bytes, and their limits.
type Body<'a> = Option<(&'a str, &'a [u8], &'a Limits)>;

/// The values of leaves of the request that travel outside the body.
struct Given<'a> {
    params: &'a [(&'a str, String)],
    query: Vec<(String, String)>,
    expected_version: Option<&'a str>,
}

impl<'a> Given<'a> {
    fn read(
        contract: &Contract,
        matched: &'a Match<'_>,
        incoming: &Incoming<'a>,
    ) -> Result<Self, ReadError> {
        let query = percent::query(incoming.query.unwrap_or_default())?;
        let children = children(contract, matched.operation.request);
        for (name, _) in &query {
            let child = children
                .iter()
                .find(|child| *contract.element(child.element).name.local == **name);
            check_parameter(contract, matched, name, child.copied())?;
            let times = query.iter().filter(|(other, _)| other == name).count();
            if times > 1 && !child.is_some_and(|child| child.repeated) {
                return Err(RestError::RepeatedParameter { name: name.clone() }.into());
            }
        }
        let role = |child: &Child| contract.element(child.element).role;
        let versioned = children
            .iter()
            .any(|child| role(child) == Some(Role::ExpectedVersion));
        let expected_version = match incoming.if_match.filter(|_| versioned) {
            Some(if_match) => Some(etag::version(if_match)?),
            None if versioned && matched.binding.method == Method::Put => {
                return Err(RestError::PreconditionRequired.into());
            }
            None => None,
        };
        Ok(Self {
            params: &matched.params,
            query,
            expected_version,
        })
    }

    /// Refuses a query where the body is the whole request.
    fn none_left(&mut self) -> Result<(), RestError> {
        match self.query.pop() {
            Some((name, _)) => Err(RestError::UnknownParameter { name }),
            None => Ok(()),
        }
    }

    /// The document, child by child in schema order.
    fn build(
        &self,
        contract: &Arc<Contract>,
        request: ElementId,
        body: Body<'_>,
    ) -> Result<Document, ReadError> {
        let invalid = |violations| ReadError::Json(DecodeError::Invalid(violations));
        let mut builder = Builder::new(contract, request);
        for child in children(contract, request) {
            let element = contract.element(child.element);
            for value in self.values(&element.name.local, element.role) {
                builder
                    .leaf(&element.name.local, value)
                    .map_err(|violation| invalid(vec![violation]))?;
            }
            if let Some((local, bytes, limits)) = body
                && *element.name.local == *local
            {
                contract::json::decode_child(&mut builder, local, bytes, limits)
                    .map_err(ReadError::Json)?;
            }
        }
        builder.finish().map_err(invalid)
    }

    /// The values given for one child.
    fn values(&self, local: &str, role: Option<Role>) -> Vec<&str> {
        let params = self.params.iter().filter(|(name, _)| *name == local);
        let query = self.query.iter().filter(|(name, _)| name == local);
        let version = self
            .expected_version
            .filter(|_| role == Some(Role::ExpectedVersion));
        params
            .map(|(_, value)| value.as_str())
            .chain(query.map(|(_, value)| value.as_str()))
            .chain(version)
            .collect()
    }
}

/// The children of the request in schema order; none when it has no children at all.
fn children(contract: &Contract, request: ElementId) -> &[Child] {
    match contract.element(request).content {
        Content::Complex(id) => &contract.complex(id).children,
        Content::Simple(_) => &[],
    }
}

/// Refuses a query parameter that is no leaf of the request, or travels elsewhere.
fn check_parameter(
    contract: &Contract,
    matched: &Match<'_>,
    name: &str,
    child: Option<Child>,
) -> Result<(), RestError> {
    let unknown = || RestError::UnknownParameter {
        name: name.to_owned(),
    };
    let child = child.ok_or_else(unknown)?;
    // What one shape of the operation takes in its path no other takes in its query: `POST /casos?idCaso=…` is
    // none of the addresses that the contract declares.
    let shapes = matched.operation.rest.iter().flat_map(|shape| &shape.path);
    let in_path = shapes.into_iter().any(|segment| match segment {
        Segment::Param(param) => param == name,
        Segment::Literal(_) => false,
    });
    let role = contract.element(child.element).role;
    if role.is_some_and(is_reserved) {
        return Err(RestError::ReservedParameter {
            name: name.to_owned(),
        });
    }
    let leaf = contract.value_type(child.element).is_some();
    if in_path || !leaf || role == Some(Role::ExpectedVersion) {
        return Err(unknown());
    }
    Ok(())
}

fn check_body(body: &RestBody, incoming: &Incoming<'_>) -> Result<(), RestError> {
    match body {
        RestBody::None if incoming.body.is_empty() => Ok(()),
        RestBody::None => Err(RestError::UnexpectedBody),
        RestBody::Whole | RestBody::Child(_) if is_json(incoming.content_type) => Ok(()),
        RestBody::Whole | RestBody::Child(_) => Err(RestError::MediaType),
    }
}

/// Whether the content type is JSON, in UTF-8 if it says.
fn is_json(content_type: Option<&str>) -> bool {
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let utf8 = |part: &str| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        Some(_) | None => true,
    };
    media.eq_ignore_ascii_case("application/json") && parts.all(utf8)
}
