//! Why nothing is issued or registered, as the asker is told and as the evidence says.

use actix_web::HttpResponse;
use certs::existing::ExistingFault;
use certs::request::RequestFault;
use certs::signing::Distrust;
use certs::strength::Weakness;
use domain::problem::{Blame, Report, Violation};
use domain::{CertificateKey, OrganismId, Problem};
use jiff::Timestamp;
use journal::{Entry, EntryKind, Verdict};

/// A refusal, before it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    /// The rule and its words, where the problem alone does not say enough.
    pub(crate) rule: Option<(&'static str, &'static str)>,
    pub(crate) organism: Option<OrganismId>,
    pub(crate) key: Option<CertificateKey>,
}

impl Refusal {
    /// Whether it is a fault of ours.
    pub(crate) fn is_ours(&self) -> bool {
        self.problem.entry().blame == Blame::Gateway
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            rule: None,
            organism: None,
            key: None,
        }
    }
}

impl Refusal {
    pub(crate) fn of(problem: Problem, rule: (&'static str, &'static str)) -> Self {
        Self {
            rule: Some(rule),
            ..problem.into()
        }
    }

    /// The word of the rule, or of the problem where that says enough.
    pub(crate) fn word(&self) -> &'static str {
        self.rule
            .map_or(self.problem.entry().code, |(rule, _)| rule)
    }

    /// The same, about this organism. What was said, not proven.
    pub(crate) fn about(self, organism: &OrganismId) -> Self {
        Self {
            organism: Some(organism.clone()),
            ..self
        }
    }

    /// The same, about this key.
    pub(crate) fn on(self, key: CertificateKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// What the evidence says.
    pub(crate) fn entry(&self, operation: &str, at: Timestamp, exchange: &str) -> Entry {
        let code = self.problem.entry().code;
        let told = self.rule.map(|(rule, _)| format!("{code}: {rule}"));
        Entry {
            operation: Some(operation.to_owned()),
            organism: self.organism.clone(),
            certificate: self.key,
            verdict: Some(Verdict::Denied),
            problem: Some(told.unwrap_or_else(|| code.to_owned())),
            incident: Some(exchange.to_owned()),
            ..Entry::new(EntryKind::Refused, at, exchange)
        }
    }

    /// What the asker is told.
    pub(crate) fn response(&self, exchange: &str) -> HttpResponse {
        let title = self.problem.entry().title;
        let violations = self.rule.map(|(code, message)| Violation {
            path: "/".to_owned(),
            line: None,
            code: code.to_owned(),
            message: message.to_owned(),
        });
        let detail = match self.rule {
            Some((_, message)) => format!("{title}: {message}."),
            None => format!("{title}."),
        };
        crate::rest::problem(&Report {
            problem: self.problem,
            detail,
            violations: violations.into_iter().collect(),
            incident: exchange.to_owned(),
            wait: None,
            request_id: None,
        })
    }
}

impl From<RequestFault> for Refusal {
    fn from(fault: RequestFault) -> Self {
        let rule = match fault {
            RequestFault::NotARequest => (
                "no-es-pkcs10",
                "el texto no es una petición PKCS #10 en PEM",
            ),
            RequestFault::Unproven => (
                "sin-prueba-de-posesion",
                "la petición no está firmada con la clave que contiene",
            ),
            RequestFault::Weak(weakness) => weak(weakness),
            RequestFault::OtherName => (
                "nombre-distinto",
                "el nombre común (CN) no es el identificador del organismo, o la petición nombra a otro",
            ),
            RequestFault::ForeignExtension => (
                "extension-no-admitida",
                "la petición pide extensiones que no se conceden",
            ),
        };
        Self::of(Problem::InvalidCertificateRequest, rule)
    }
}

impl From<ExistingFault> for Refusal {
    fn from(fault: ExistingFault) -> Self {
        let rule = match fault {
            ExistingFault::NotACertificate | ExistingFault::Unusable(_) => (
                "certificado-ilegible",
                "el certificado no puede leerse, no firma o no dice de quién es",
            ),
            ExistingFault::Weak(weakness) => weak(weakness),
            ExistingFault::WrongPurpose => (
                "uso-indebido",
                "el certificado no es para autenticación de cliente",
            ),
            ExistingFault::OtherHolder => (
                "titular-distinto",
                "el certificado no nombra al organismo con el identificador con que está registrado",
            ),
            ExistingFault::Distrusted(distrust) => distrusted(distrust),
        };
        Self::of(Problem::CertificateNotEnrollable, rule)
    }
}

fn weak(weakness: Weakness) -> (&'static str, &'static str) {
    match weakness {
        Weakness::ShortRsa(_) => ("clave-debil", "la clave RSA tiene menos de 3072 bits"),
        Weakness::Kind => (
            "clave-no-admitida",
            "la clave no es RSA ni EC sobre P-256 o P-384",
        ),
    }
}

fn distrusted(distrust: Distrust) -> (&'static str, &'static str) {
    match distrust {
        Distrust::Chain => (
            "cadena-no-reconocida",
            "ninguna autoridad reconocida por la pasarela emitió el certificado",
        ),
        Distrust::NotYetValid => ("aun-no-valido", "el certificado aún no es válido"),
        Distrust::Expired => (
            "caducado",
            "el certificado, o una autoridad de su cadena, está caducado",
        ),
        Distrust::Revoked => ("revocado", "el certificado está revocado"),
        Distrust::NoList => (
            "sin-lista-de-revocacion",
            "la pasarela no tiene una lista de revocación vigente de esa autoridad",
        ),
    }
}
