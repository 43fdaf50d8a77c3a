//! What can be wrong with a partner's folder.

use contract::{ConversionErrors, LoadErrors};
use domain::OperationKind;

/// What is wrong with a partner's folder.
#[derive(Debug, thiserror::Error)]
#[error("partner `{partner}`: {kind}")]
pub struct PartnerFault {
    partner: String,
    /// What it is.
    pub kind: Box<PartnerFaultKind>,
}

/// One thing that is wrong with a partner's folder.
#[derive(Debug, thiserror::Error)]
pub enum PartnerFaultKind {
    /// A file or folder cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// `partner.toml` is not of its form.
    #[error("`partner.toml`: {0}")]
    Settings(String),
    /// The address has no place for the host, or is not one of `https`.
    #[error("`partner.toml`: `{0}` is no https address with `{{host}}`")]
    Address(String),
    /// Packages of MIME to one that speaks REST.
    #[error("`partner.toml`: `binary = \"mtom\"` is of no use, for it speaks REST")]
    Binary,
    /// Blocks of addressing to one that speaks REST.
    #[error("`partner.toml`: `addressing` is of no use, for it speaks REST")]
    Addressing,
    /// What is signed when it is asked is said of a partner that answers nothing.
    #[error("`partner.toml`: `security_asked` is of no use, for it answers nothing")]
    NeverAsked,
    /// The contract is neither the canonical one nor one of the folder.
    #[error("`partner.toml`: `{0}` is neither the canonical contract nor one of this folder")]
    OtherContract(String),
    /// A mapping where there is nothing to map.
    #[error("it speaks `{0}` as it is: there is nothing for `mapping.toml` to do")]
    NeedlessMapping(String),
    /// It is said to ask what the mapping cannot convert there and its answer back.
    #[error("it is said to ask `{0}`, and the mapping does not speak of both messages")]
    CannotAsk(OperationKind),
    /// It is said to answer what the mapping cannot convert there and its answer back.
    #[error("it is said to answer `{0}`, and the mapping does not speak of both messages")]
    CannotAnswer(OperationKind),
    /// The contract of the dialect does not compile.
    #[error("{0}")]
    Contract(#[from] LoadErrors),
    /// The mapping does not compile.
    #[error("{0}")]
    Mapping(#[from] ConversionErrors),
}

impl PartnerFault {
    pub(super) fn of(partner: &str, kind: PartnerFaultKind) -> Self {
        Self {
            partner: partner.to_owned(),
            kind: Box::new(kind),
        }
    }
}
