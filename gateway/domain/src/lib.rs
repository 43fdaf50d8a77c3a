//! The words of the agreement: identifiers, organisms, agreements, territory, problems.
//!
//! Floor 0: no IO and no clock. Instants are arguments; the tables of communities, provinces and
//! municipalities are data inside the crate. What travels as text (an identifier, a word of a closed
//! vocabulary) is a type with one way in, `FromStr`, and the same text out, `Display` and serde.

mod text;

pub mod adhesion;
pub mod agreement;
pub mod alarm;
pub mod body_nif;
pub mod case_id;
pub mod certificate_key;
pub mod context;
pub mod coverage;
pub mod enrolment;
pub mod exceptional;
pub mod fold;
pub mod hand_over;
pub mod index;
pub mod message_security;
pub mod municipality;
pub mod officer;
pub mod operation;
pub mod organism;
pub mod person;
pub mod problem;
pub mod purpose;
pub mod quota;
pub mod registry;
pub mod reminder;
pub mod request_id;
pub mod risk;
pub mod source;
pub mod staff;
pub mod staff_key;
pub mod table;
pub mod territory;
pub mod watched;

pub use agreement::{
    Agreement, AgreementId, AgreementState, Annex, ContractName, Mode, Standing, day_in_madrid,
};
pub use alarm::Alarm;
pub use case_id::CaseId;
pub use certificate_key::CertificateKey;
pub use context::Context;
pub use enrolment::{CertificateOrigin, EnrolmentCode};
pub use exceptional::{Finding, Reason};
pub use hand_over::HandOver;
pub use index::{FormerResidence, IndexEntry, KnownCase};
pub use message_security::{Came, MessageSecurity, SignedPart, Signing, Tolerance};
pub use municipality::MunicipalityCode;
pub use officer::OfficerId;
pub use operation::OperationKind;
pub use organism::{Organism, OrganismId, OrganismKind};
pub use problem::Problem;
pub use purpose::Purpose;
pub use quota::Quotas;
pub use registry::Registry;
pub use request_id::RequestId;
pub use risk::RiskLevel;
pub use source::{Claim, Silence, Source};
pub use staff::{Staff, StaffId, StaffRole, StaffRoles};
pub use staff_key::{ProviderIdentity, StaffKey};
pub use territory::{Place, Territory};
pub use text::Malformed;
pub use watched::Watched;
