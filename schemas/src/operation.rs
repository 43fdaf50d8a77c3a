//! Operations: the request and response elements that a contract declares, and their REST shapes.

use std::sync::Arc;

use crate::{ElementId, Terms, Wire};

/// One operation of a contract, declared by `p:operacion` on its request element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The operation's name, unique in its contract.
    pub name: Arc<str>,
    /// The class (`clase`): coincidencia, consulta, busqueda, presentacion or indice.
    pub class: Arc<str>,
    /// The request's root element.
    pub request: ElementId,
    /// The response's root element.
    pub response: ElementId,
    /// The SOAP action.
    pub soap_action: String,
    /// The request element's documentation.
    pub doc: Arc<str>,
    /// The REST shapes of the operation, in the order of the annotation.
    pub rest: Vec<RestBinding>,
    /// Whose requests it brings many of at once.
    pub lot: Option<Lot>,
    /// How the WSDL of a contract that is not ours carries it.
    pub wire: Option<Wire>,
    /// On which terms an operation that is not ours may be called.
    pub terms: Option<Terms>,
}

impl Operation {
    /// The action of its answer, where messages are addressed (WS-Addressing metadata, section 4.4.1).
    pub fn answer_action(&self) -> String {
        format!("{}Respuesta", self.soap_action)
    }
}

/// Many requests of one operation in one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// The operation that each item asks for.
    pub of: Arc<str>,
    /// The element that repeats; its type is that of the operation's request.
    pub item: ElementId,
    /// The attribute that says the position of the first item, which is 1 where it is absent.
    pub from: Arc<str>,
    /// How its answer says what became of each.
    pub results: LotResults,
}

/// The words in which the answer to a lot says what became of its items. They are the contract's own; the shape is the
/// same in every contract: a result an item, with its position and either the operation's own answer or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LotResults {
    /// The element that repeats.
    pub result: Arc<str>,
    /// Which item it is of, from 1.
    pub position: Arc<str>,
    /// What the operation answers to one that came alone.
    pub accepted: Arc<str>,
    /// Why it was not done.
    pub refused: Arc<str>,
    /// Within the refusal: code, title, detail, blame, retry and incident of the problem.
    pub refusal: [Arc<str>; 6],
    /// A place where the item breaks schema or rules.
    pub breach: Arc<str>,
    /// Within the breach: path, code and message.
    pub within: [Arc<str>; 3],
}

/// One REST shape of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestBinding {
    /// The HTTP method.
    pub method: Method,
    /// The path below the version, cut at its slashes.
    pub path: Vec<Segment>,
    /// What of the request travels in the body.
    pub body: RestBody,
    /// The HTTP status of a success.
    pub success: u16,
}

/// The HTTP methods that operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Safe: reads only.
    Get,
    /// Neither safe nor idempotent by itself.
    Post,
    /// Idempotent: creates or replaces.
    Put,
}

/// One segment of a REST path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Text that must be there as it is.
    Literal(String),
    /// `{name}`: the value of the request's child element of that name.
    Param(String),
}

/// Where a request's content travels in REST; what is neither path nor body is query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestBody {
    /// No body.
    None,
    /// The whole request (less the path's parameters).
    Whole,
    /// The child element of this name.
    Child(String),
}

impl Method {
    /// The method as HTTP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    /// The method that HTTP spells `text`.
    pub fn from_token(text: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Put]
            .into_iter()
            .find(|method| method.as_str() == text)
    }
}
