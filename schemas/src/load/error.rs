//! What can be wrong with a contract's files.

use std::fmt;

use super::sidecar::SidecarFault;
use super::wsdl::WsdlFault;
use crate::{FaultKind, Location, Masking, QName, RestrictFault, Role};

/// Everything that is wrong with a contract, in the order of files and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadErrors(pub Vec<LoadError>);

/// One fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{location}: {fault}")]
pub struct LoadError {
    /// The file and line.
    pub location: Location,
    /// What is wrong.
    pub fault: SchemaFault,
}

/// What is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SchemaFault {
    /// The folder or file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// No file of the folder is a schema.
    #[error("the folder holds no `.xsd` or `.wsdl` file")]
    NoSchema,
    /// The file is no XML that is read here: DTDs, entities and processing instructions included.
    #[error("the XML is refused: {}", .0.code())]
    Xml(FaultKind),
    /// The root element is not `xs:schema`.
    #[error("`{0}` is not a schema")]
    NotSchema(QName),
    /// A `schemaLocation` leads out of the contract folder.
    #[error("`{0}` leads out of the contract folder")]
    Outside(String),
    /// A `schemaLocation` is a URL.
    #[error("`{0}` is a URL, and schemas are never fetched")]
    Remote(String),
    /// An import without location whose namespace no file has.
    #[error("no file declares the namespace `{0}`")]
    NotProvided(String),
    /// The file included or imported has another target namespace.
    #[error("the target namespace is `{found}`, not `{wanted}`")]
    TargetNamespace {
        /// What the file says.
        found: String,
        /// What the include or import says.
        wanted: String,
    },
    /// A construct outside the supported profile.
    #[error("`{0}` is not supported")]
    Unsupported(String),
    /// An element where the schema for schemas has none.
    #[error("`{0}` may not stand there")]
    Misplaced(String),
    /// An attribute that the element does not have.
    #[error("`{0}` is no attribute of the element")]
    UnknownAttribute(String),
    /// An attribute that must be there.
    #[error("attribute `{0}` is missing")]
    MissingAttribute(String),
    /// An attribute with a value that it cannot have.
    #[error("`{value}` is no value for attribute `{name}`")]
    AttributeValue {
        /// The attribute.
        name: String,
        /// Its value.
        value: String,
    },
    /// Two components of one kind with one name.
    #[error("`{0}` is declared twice")]
    Twice(QName),
    /// A name that no file declares.
    #[error("`{0}` is not declared")]
    Unresolved(QName),
    /// A prefix that is not declared.
    #[error("prefix of `{0}` is not declared")]
    Prefix(String),
    /// A name of a namespace that the file does not import.
    #[error("the namespace of `{0}` is not imported")]
    NotImported(QName),
    /// A type or group that is defined by itself.
    #[error("`{0}` is defined by itself")]
    Circular(QName),
    /// An extension of something that cannot be extended that way.
    #[error("`{0}` cannot be extended here")]
    Base(QName),
    /// An extension that lets text stand among elements where its base does not, or the other way round.
    #[error("of an extension and its base one is mixed and the other is not")]
    Mixed,
    /// A derivation that the base forbids.
    #[error("`{0}` is final")]
    Final(QName),
    /// A complex type by restriction that allows what its base does not.
    #[error("`{0}` is wider than its base: {1}")]
    Wider(QName, String),
    /// A simple type that does not narrow its base.
    #[error(transparent)]
    Restrict(RestrictFault),
    /// A default or fixed value that its type refuses.
    #[error("`{0}` is no value of the type")]
    ValueConstraint(String),
    /// Two places of a content model could take one element (unique particle attribution).
    #[error("the content model is ambiguous for `{0}`")]
    Ambiguous(QName),
    /// Two places of a content model could take one element, and one of them is a wildcard.
    #[error("the content model is ambiguous: a wildcard competes")]
    AmbiguousWildcard,
    /// Two declarations of one name in one content model differ.
    #[error("`{0}` is declared differently in one content model")]
    Inconsistent(QName),
    /// The content model needs more states than allowed.
    #[error("the content model needs more than {0} states")]
    TooManyStates(usize),
    /// More of something than ids can number.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// A leaf without group or sensitivity.
    #[error("leaf `{0}` has no field group or no sensitivity")]
    Ungoverned(QName),
    /// A leaf that no rule of the governance file classifies.
    #[error("leaf `{path}` is not classified: it has no field group or no sensitivity")]
    Unclassified {
        /// Its path from the root of the message.
        path: String,
    },
    /// The WSDL.
    #[error(transparent)]
    Wsdl(WsdlFault),
    /// The governance file.
    #[error(transparent)]
    Sidecar(SidecarFault),
    /// A wildcard without group or sensitivity of its own.
    #[error("the wildcard has no field group or no sensitivity of its own")]
    UngovernedWildcard,
    /// A wildcard of an answer, outside its cases, that every document fills.
    #[error("what the wildcard admits is taken out of answers, so it must not be required there")]
    BareWildcard,
    /// An annotation of ours that means nothing where it stands.
    #[error("annotation `{0}` may not stand there")]
    Annotation(String),
    /// A mask whose form the type of the leaf refuses.
    #[error("the type does not admit the masked form of `{}`", .0.as_str())]
    Mask(Masking),
    /// A role that the leaf cannot play.
    #[error("the element or attribute cannot play `{}`: {why}", .0.as_str(), why = .1)]
    Role(Role, &'static str),
    /// An operation that does not resolve.
    #[error("operation `{operation}`: {fault}")]
    Operation {
        /// The operation's name.
        operation: String,
        /// What is wrong.
        fault: OperationFault,
    },
}

/// What is wrong with an operation's annotation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum OperationFault {
    /// Two operations with one name.
    #[error("the name is taken")]
    Twice,
    /// The class is none that policy knows.
    #[error("`{0}` is no class")]
    Class(String),
    /// The response is no global element of the namespace.
    #[error("response `{0}` is not declared")]
    Response(String),
    /// A path parameter is not a single leaf among the request's children.
    #[error("path parameter `{0}` is no single leaf of the request")]
    Parameter(String),
    /// The body is not among the request's children.
    #[error("body `{0}` is no child of the request")]
    Body(String),
    /// A GET with a body.
    #[error("a GET has no body")]
    GetBody,
    /// A lot of something that is no operation before it, or whose items are not that operation's requests.
    #[error("`{0}` is no operation of which the request is a list")]
    Lot(String),
    /// A lot whose answer does not say what became of each item, or which has no attribute for the first position.
    #[error(
        "a lot of `{0}` has one attribute, the first position, and for each item a position and either the operation's answer or a refusal"
    )]
    LotShape(String),
    /// Two REST shapes that the same request fits.
    #[error("`{0}` is taken")]
    Route(String),
}

impl LoadError {
    /// The path of the leaf that no rule classifies, if that is the fault.
    pub fn leaf(&self) -> Option<&str> {
        if let SchemaFault::Unclassified { path } = &self.fault {
            Some(path)
        } else {
            None
        }
    }
}

impl std::error::Error for LoadErrors {}

impl fmt::Display for LoadErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}
