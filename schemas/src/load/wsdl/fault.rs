//! What can be wrong with a WSDL.

use crate::QName;

/// What is wrong with a WSDL, schemas aside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum WsdlFault {
    /// The root element is not `wsdl:definitions`.
    #[error("`{0}` is not a WSDL 1.1 document")]
    NotWsdl(QName),
    /// A name that no document declares.
    #[error("{kind} `{name}` is not declared")]
    Missing {
        /// What kind of component.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A style other than `document`.
    #[error("style `{0}` is not supported")]
    Style(String),
    /// A use other than `literal`.
    #[error("use `{0}` is not supported")]
    Use(String),
    /// A transport other than HTTP.
    #[error("transport `{0}` is not supported")]
    Transport(String),
    /// A binding to something other than SOAP, a MIME part, or an extension that must be understood.
    #[error("`{0}` is not supported")]
    Extension(QName),
    /// A binding without `soap:binding`.
    #[error("binding `{0}` says no protocol")]
    NoProtocol(String),
    /// A part that names a type, as in RPC.
    #[error("part `{0}` names a type, and document style wants an element")]
    TypePart(String),
    /// A body of no part, or of several.
    #[error("the body has {0} parts, and document style wants one")]
    BodyParts(usize),
    /// A one-way operation, or one that the service starts.
    #[error("operation `{0}` is not request and response")]
    NotRequestResponse(String),
    /// An operation twice under one name.
    #[error("operation `{0}` is there twice")]
    Twice(String),
    /// Two operations that one body could ask for, and whose actions do not tell them apart.
    #[error(
        "`{element}` is the request of operation `{other}` too, and no `soapAction` tells them apart"
    )]
    SameRequest {
        /// The body's element.
        element: QName,
        /// The other operation.
        other: String,
    },
    /// Two bindings of one operation that differ in more than SOAP's edition.
    #[error("the bindings of operation `{0}` differ in their parts")]
    Bindings(String),
    /// Nothing is bound to SOAP.
    #[error("the document binds no operation to SOAP")]
    NoOperation,
}
