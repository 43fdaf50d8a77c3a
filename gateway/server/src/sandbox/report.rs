//! The report of a run: what was asked of whom, what the evidence says of it, and where that evidence is.

use domain::AgreementId;
use jiff::Timestamp;
use journal::Digest;
use serde_json::{Value, json};

use super::conclude::outcome;
use super::runs::Run;
use super::verdict::Finding;

/// The stretch of the journal that it rests on.
pub(super) struct Span {
    pub(super) node: String,
    pub(super) from: u64,
    /// The entry that ends the run.
    pub(super) until: u64,
}

/// What a report is made of.
pub(super) struct Report<'r> {
    pub(super) run: &'r Run,
    pub(super) agreement: &'r AgreementId,
    pub(super) span: &'r Span,
    pub(super) findings: &'r [Finding],
    /// The version of the profiles.
    pub(super) version: u32,
    pub(super) ended: Timestamp,
}

impl Report<'_> {
    /// Its text. Its digest is what the file of adhesion keeps, and what the journal's checkpoints seal.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let Self {
            run,
            agreement,
            span,
            ..
        } = self;
        let findings: Vec<Value> = self.findings.iter().map(finding).collect();
        let annex = serde_json::to_vec(&run.annex)?;
        serde_json::to_vec_pretty(&json!({
            "informe": "conformidad",
            "entorno": "pruebas",
            "resultado": outcome(self.findings).as_str(),
            "organismo": run.organism.id.as_str(),
            "convenio": agreement.as_str(),
            "perfil": run.organism.kind.as_str(),
            "versionPerfil": self.version,
            "contrato": run.contract,
            "protocolo": run.protocol.as_str(),
            "resumenAnexo": Digest::of(&annex).to_string(),
            "certificado": run.key.to_string(),
            "ejecucion": run.id,
            "inicio": run.begun.to_string(),
            "fin": self.ended.to_string(),
            "registro": { "nodo": span.node, "desde": span.from, "hasta": span.until },
            "pruebas": findings,
        }))
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "prueba": finding.name,
        "titulo": finding.title,
        "resultado": if finding.passed { "superada" } else { "noSuperada" },
        "peticion": finding.request,
        "espera": finding.expected,
        "consta": finding.seen,
        "remedio": finding.remedy,
    })
}
