//! What can be wrong with a governance file.

/// What is wrong with a governance file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SidecarFault {
    /// It does not say what it must, as TOML or as governance.
    #[error("{0}")]
    Invalid(String),
    /// A path that is no path.
    #[error(
        "`{0}` is no path: it begins with `/` and holds names, `@name`, `*` and `**`, at its end `#otros`"
    )]
    Path(String),
    /// A value that is none of a closed list.
    #[error("`{value}` is no value for `{name}`")]
    Value {
        /// The key.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// A rule that names no group, or one that the file does not declare.
    #[error("group `{0}` is not declared")]
    Group(String),
    /// A rule that matches no leaf of any operation.
    #[error("`{0}` matches nothing")]
    Idle(String),
    /// Two rules, equally specific, that differ.
    #[error("`{first}` and `{second}` are equally specific and differ at `{path}`")]
    Conflict {
        /// One rule.
        first: String,
        /// The other.
        second: String,
        /// A leaf that both match.
        path: String,
    },
    /// An operation of the file that the WSDL does not have.
    #[error("the service has no operation `{0}`")]
    UnknownOperation(String),
    /// An operation of the service that the file does not mention.
    #[error("operation `{0}` is not in the governance file")]
    MissingOperation(String),
    /// An operation whose class cannot be fronted.
    #[error("operation `{0}`: class `presentacion` is not fronted for services of others")]
    Class(String),
    /// A leaf outside the cases that says more than operational data.
    #[error("`{0}` stands in no case, so its sensitivity must be S1")]
    Bare(String),
    /// An answer without cases.
    #[error("the answer of operation `{0}` has no case")]
    NoCase(String),
    /// A case without territory, in a contract that does not say why.
    #[error("case `{0}` has no leaf of role `territorio`, and `sin-territorio` says no reason")]
    NoTerritory(String),
    /// A case that cannot be left out of its answer.
    #[error("case `{0}` is required, so its operation must be of class `consulta`")]
    Required(String),
    /// The root of an answer cannot be a case.
    #[error("`{0}` is a whole answer, and a case stands inside one")]
    Root(String),
    /// Header blocks that the gateway would have to fill in.
    #[error("operation `{0}` has header blocks, which are not fronted")]
    Headers(String),
    /// A path that names no leaf of the message.
    #[error("`{0}` is no leaf of the message")]
    NoLeaf(String),
    /// A path at which a message may say several things where one is judged.
    #[error("`{0}` may stand there more than once, and only one is judged")]
    Repeated(String),
    /// A question or a case that may be about several people.
    #[error("`{0}` may hold more than one leaf of role `sujeto`, and only one is judged")]
    Subjects(String),
    /// A case that does not say whom it is about, where the question does.
    #[error("case `{0}` has no leaf of role `sujeto`, and the question has one")]
    NoSubject(String),
    /// Two elements that a fault may carry and the path fits.
    #[error("`{0}` is a leaf of more than one element that a fault may carry")]
    TwoFaults(String),
    /// A field of the context that no path gives.
    #[error("the context needs `{0}`")]
    Context(&'static str),
    /// A governance file beside a contract without operations to govern.
    #[error("the folder has no WSDL")]
    NoWsdl,
}
