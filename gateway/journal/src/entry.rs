//! One entry of evidence: who asked what, why, under which permit, and what was handed out.
//!
//! Contents: LO 7/2021 art. 33 (reason, date and time, person who consulted, recipient) and the
//! minimum trace of the intermediation standard (BOE-A-2012-10049, III.6.5: transaction, requesting
//! organism and final user, type of information, date and time).

use std::collections::{BTreeMap, BTreeSet};

use domain::quota::Limit;
use domain::{
    AgreementId, Alarm, CaseId, CertificateKey, Finding, OfficerId, OperationKind, OrganismId,
    Purpose, RequestId, StaffId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Digest, instant};

/// What an entry is evidence of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntryKind {
    /// A permitted question, about to leave for whoever holds the answer.
    #[serde(rename = "pregunta")]
    Asked,
    /// An answer, about to leave for whoever asked.
    #[serde(rename = "entrega")]
    Released,
    /// A refusal, about to leave for whoever asked.
    #[serde(rename = "denegacion")]
    Refused,
    /// A decision that was explained to whoever operates the gateway: it reads about a case.
    #[serde(rename = "explicacion")]
    Explained,
    /// A connection that was not accepted.
    #[serde(rename = "conexionDenegada")]
    HandshakeRefused,
    /// Something that someone must look at, whether or not anything was refused.
    #[serde(rename = "alerta")]
    Alert,
    /// A notice to whoever is in charge of a case, that others were told of it by exceptional access.
    #[serde(rename = "aviso")]
    Notified,
    /// The review of an exceptional access.
    #[serde(rename = "revision")]
    Reviewed,
    /// An act of the ministry's own staff, on the console or on the command line, or of an organism about its own users;
    /// the operation says which.
    #[serde(rename = "gestion")]
    Managed,
    /// What was done about a certificate or an enrolment code: issued, registered, renewed, withdrawn, revoked.
    #[serde(rename = "certificado")]
    Certificate,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// The policies allow it.
    #[serde(rename = "permitida")]
    Allowed,
    /// The policies, or a check before them, forbid it.
    #[serde(rename = "denegada")]
    Denied,
}

/// One entry, before it has a place in the journal.
///
/// The order and the names of the fields are those of its canonical text (see [`crate::Sealed`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is evidence of.
    #[serde(rename = "tipo")]
    pub kind: EntryKind,
    /// When, to the microsecond.
    #[serde(rename = "fecha", with = "instant")]
    pub at: Timestamp,
    /// The exchange: joins question, answer and refusal of one request.
    #[serde(rename = "intercambio")]
    pub exchange: String,
    /// The contract and version of the message, such as `viogen/2`.
    #[serde(rename = "contrato", default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The operation of the contract, such as `consultarCaso`.
    #[serde(rename = "operacion", default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The kind of that operation.
    #[serde(rename = "clase", default, skip_serializing_if = "Option::is_none")]
    pub operation_kind: Option<OperationKind>,
    /// The organism that the certificate is registered to.
    #[serde(rename = "organismo", default, skip_serializing_if = "Option::is_none")]
    pub organism: Option<OrganismId>,
    /// The organism it acted for.
    #[serde(
        rename = "enNombreDe",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub on_behalf_of: Option<OrganismId>,
    /// The key of the certificate shown.
    #[serde(
        rename = "certificado",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub certificate: Option<CertificateKey>,
    /// The officer, by pseudonym.
    #[serde(
        rename = "funcionario",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub officer: Option<OfficerId>,
    /// What the answer was wanted for.
    #[serde(rename = "finalidad", default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// The caller's own file reference.
    #[serde(
        rename = "expediente",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub file: Option<String>,
    /// The caller's name for the request.
    #[serde(rename = "peticion", default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// What was decided.
    #[serde(rename = "decision", default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// The policies that decided.
    #[serde(
        rename = "politicas",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub policies: BTreeSet<String>,
    /// The version of the policies.
    #[serde(
        rename = "versionPoliticas",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub policy_version: Option<String>,
    /// The agreement it was decided under.
    #[serde(rename = "convenio", default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementId>,
    /// The cases touched.
    #[serde(rename = "casos", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cases: BTreeSet<CaseId>,
    /// The field groups handed out.
    #[serde(
        rename = "gruposEntregados",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub released: BTreeSet<String>,
    /// The field groups held back, wholly or by masking.
    #[serde(
        rename = "gruposRetenidos",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub withheld: BTreeSet<String>,
    /// By group held back, the policies that hold it back; a group that no policy opens is absent.
    #[serde(
        rename = "politicasDeRetencion",
        default,
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub withheld_by: BTreeMap<String, BTreeSet<String>>,
    /// Who received what left: the holder for a question, the caller for an answer.
    #[serde(
        rename = "destinatario",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub recipient: Option<OrganismId>,
    /// Whose systems were to be asked and said nothing: the answer is one without them.
    #[serde(
        rename = "sinRespuesta",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub silent: BTreeSet<OrganismId>,
    /// Of an answer that several systems were asked for: by whose system each case in it was told.
    #[serde(
        rename = "casosPorCedente",
        default,
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub told_by: BTreeMap<OrganismId, BTreeSet<CaseId>>,
    /// What of the answer of a holder with words of its own had no place in the canonical contract: each by its path
    /// in the holder's words. Never a value, nor a reason that would tell one.
    #[serde(
        rename = "perdidas",
        default,
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    pub lost: BTreeSet<String>,
    /// The digest of the request as it came.
    #[serde(
        rename = "resumenPeticion",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub request_digest: Option<Digest>,
    /// The certificate that signed the request, as the digest of its bytes; absent when nothing was signed.
    #[serde(
        rename = "certificadoDeFirma",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub signer: Option<Digest>,
    /// The digest of the signature's value: with the digest of the request it joins the evidence to the
    /// signed message.
    #[serde(rename = "firma", default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Digest>,
    /// The digest of the answer as it left.
    #[serde(
        rename = "resumenRespuesta",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub answer_digest: Option<Digest>,
    /// The code of the problem, the true one where the caller was told less.
    #[serde(rename = "problema", default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The incident that joins the problem with the log.
    #[serde(
        rename = "incidencia",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub incident: Option<String>,
    /// Why someone must look at it.
    #[serde(rename = "alarma", default, skip_serializing_if = "Option::is_none")]
    pub alarm: Option<Alarm>,
    /// How many requests an alarm concerns that came together in one message: the one it names, and those that follow on
    /// it by position. Absent when it concerns that one alone.
    #[serde(
        rename = "peticiones",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub requests: Option<u32>,
    /// The quota that is nearly or wholly used up.
    #[serde(rename = "cuota", default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// The digest of the reason for which an imminent danger was declared; the words themselves are erased with
    /// the review.
    #[serde(
        rename = "resumenMotivo",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub reason: Option<Digest>,
    /// What the review of an exceptional access found.
    #[serde(rename = "dictamen", default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// The member of the ministry's staff who acted, by pseudonym.
    #[serde(rename = "personal", default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
}

impl Entry {
    /// An entry that knows only what it is of, when, and which exchange it belongs to.
    ///
    /// The instant is cut to the microsecond.
    pub fn new(kind: EntryKind, at: Timestamp, exchange: impl Into<String>) -> Self {
        Self {
            kind,
            at: instant::to_microseconds(at),
            exchange: exchange.into(),
            contract: None,
            operation: None,
            operation_kind: None,
            organism: None,
            on_behalf_of: None,
            certificate: None,
            officer: None,
            purpose: None,
            file: None,
            request_id: None,
            verdict: None,
            policies: BTreeSet::new(),
            policy_version: None,
            agreement: None,
            cases: BTreeSet::new(),
            released: BTreeSet::new(),
            withheld: BTreeSet::new(),
            withheld_by: BTreeMap::new(),
            recipient: None,
            silent: BTreeSet::new(),
            told_by: BTreeMap::new(),
            lost: BTreeSet::new(),
            request_digest: None,
            signer: None,
            signature: None,
            answer_digest: None,
            problem: None,
            incident: None,
            alarm: None,
            requests: None,
            limit: None,
            reason: None,
            finding: None,
            staff: None,
        }
    }
}
