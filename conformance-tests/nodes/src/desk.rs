//! A regional force as a client: what it asks and sends, it says to the gateway in its own dialect and protocol.
//!
//! Its questions are made from the records of its own system, which are kept in the canonical words; what it is answered
//! is given as it came, in its own.

mod http;
mod seal;

use adapters::partner::{Dialect, Partner, Style};
use adapters::rest::{self, Outgoing, PROBLEM_CONTENT_TYPE, Unaskable};
use adapters::soap::{self, AnswerError, FaultReport, SoapVersion};
use adapters::wsse::SignError;
use adapters::{Unsaid, put_context};
use contract::{ContextSource, Document, Limits, NotConverted, Operation};
use domain::{Context, OfficerId, OrganismId, Purpose, RequestId, Signing};
use jiff::Timestamp;

use crate::client::{Client, ClientError};
pub use seal::{Seal, SealError};

/// Where a force speaks to the gateway.
#[derive(Debug)]
pub struct Desk {
    /// By its certificate.
    pub client: Client,
    /// Where its dialect is served, such as [`Desk::address`].
    pub address: String,
    /// Its code.
    pub organism: OrganismId,
    /// The officer who asks, by pseudonym.
    pub officer: OfficerId,
    /// What it speaks, and how.
    pub partner: Partner,
    /// What it signs with, where its folder says that it must.
    pub seal: Seal,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// It speaks the canonical contract: no dialect is to be tried.
    #[error("it has no dialect of its own")]
    NoDialect,
    /// The message is no question of its dialect.
    #[error("`{0}` is no question of its dialect")]
    NoQuestion(String),
    /// The question has no words in its dialect.
    #[error("the question cannot be said: {0}")]
    Unsayable(#[from] NotConverted),
    /// Who asks has no place in the message.
    #[error("who asks cannot be said: {0}")]
    Unsaid(#[from] Unsaid),
    /// The question has no place in a request.
    #[error("the question cannot be put: {0}")]
    Unaskable(#[from] Unaskable),
    /// The question has to be signed, and cannot be.
    #[error("the question cannot be signed: {0}")]
    Sign(#[from] SignError),
    /// Nothing came back.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The gateway says why it gives none.
    #[error("refused: {}", why(.0))]
    Refused(Box<FaultReport>),
    /// What came back cannot be read.
    #[error("the answer cannot be read: {0}")]
    Garbage(String),
}

impl Desk {
    /// Where a gateway (`https://…` without a path) serves the dialect of that partner; none where it has none.
    pub fn address(gateway: &str, partner: &Partner) -> Option<String> {
        let contract = &partner.dialect.as_ref()?.contract;
        let (name, version) = (contract.name(), contract.version());
        Some(match partner.settings.protocol.style {
            Style::Soap11 | Style::Soap12 => format!("{gateway}/soap/{name}/{version}"),
            Style::Rest => format!("{gateway}/{name}/v{version}"),
        })
    }

    /// Puts a question of the canonical contract to the gateway, and gives what it answered in the force's own words.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn ask(&self, question: &Document, name: RequestId) -> Result<Document, DeskError> {
        let dialect = self.partner.dialect.as_ref().ok_or(DeskError::NoDialect)?;
        let said = dialect.conversions.back.convert(question, &[])?.document;
        self.say(&said, name).await
    }

    /// Puts a question of its own contract, and gives what it was answered.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn say(&self, said: &Document, name: RequestId) -> Result<Document, DeskError> {
        let dialect = self.partner.dialect.as_ref().ok_or(DeskError::NoDialect)?;
        let mut known = dialect.contract.operations().iter();
        let operation = known.find(|it| it.request == said.root().element());
        let operation =
            operation.ok_or_else(|| DeskError::NoQuestion(said.root().local().to_owned()))?;
        let context = Context {
            requester: self.organism.clone(),
            on_behalf_of: None,
            officer: self.officer.clone(),
            purpose: Purpose::Protection,
            file: None,
            peril: None,
            request_id: name,
            timestamp: Timestamp::now(),
        };
        let put = Put {
            dialect,
            operation,
            said,
            context,
        };
        match self.partner.settings.protocol.style {
            Style::Soap11 => self.soap(SoapVersion::V11, put).await,
            Style::Soap12 => self.soap(SoapVersion::V12, put).await,
            Style::Rest => self.rest(put).await,
        }
    }

    async fn soap(&self, version: SoapVersion, put: Put<'_>) -> Result<Document, DeskError> {
        let terms = put.operation.terms.as_ref().map(|it| &it.context);
        let body = match terms {
            Some(ContextSource::Body(told)) => {
                let said = put_context(put.said, told, &put.context)?;
                soap::write_plain(version, &said)
            }
            Some(ContextSource::Header) | None => {
                soap::write_request(version, &put.context, put.said)
            }
        };
        let wire = put.operation.wire.as_ref();
        let bound = wire.and_then(|wire| wire.actions.first());
        let action = bound.map_or(put.operation.soap_action.as_str(), |(_, action)| action);
        let head = soap::request_headers(version, action);
        let mut headers = vec![("content-type", head.content_type.as_str())];
        if let Some(action) = &head.soap_action {
            headers.push(("soapaction", action));
        }
        let contract = &put.dialect.contract;
        let signed = if self.signs() {
            Some(self.seal.sign(version, &body)?)
        } else {
            None
        };
        let (body, signature) = signed.map_or((body, None), |it| (it.message, Some(it.signature)));
        let mut answer = self.client.post(&self.address, &headers, body).await?.body;
        if let Some(signature) = signature.filter(|_| self.is_answered_signed()) {
            let opened = self.seal.open(&answer, &signature);
            answer = opened.map_err(DeskError::Garbage)?;
        }
        let limits = Limits::default();
        let read = soap::read_response(&answer, contract, put.operation.response, &limits);
        read.map(|it| it.document).map_err(told)
    }

    fn signs(&self) -> bool {
        self.partner.settings.security.requests == Signing::Required
    }

    /// Whether a signed question is answered signed.
    fn is_answered_signed(&self) -> bool {
        self.partner.settings.security.answers != Signing::Absent
    }

    async fn rest(&self, put: Put<'_>) -> Result<Document, DeskError> {
        let Outgoing {
            method,
            target,
            mut headers,
            body,
        } = rest::ask(put.operation, put.said, &put.context)?;
        let contract = &put.dialect.contract;
        let (method, url) = (method.as_str(), format!("{}{target}", self.address));
        let signed = if self.signs() {
            Some(self.seal.sign_http((method, &url), &headers, &body)?)
        } else {
            None
        };
        headers.extend(signed.iter().flat_map(|it| it.headers.clone()));
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let reply = self.client.send(method, &url, &headers, body).await?;
        if let Some(signed) = signed.filter(|_| self.is_answered_signed()) {
            let verified = self.seal.verify_http(&reply, &signed);
            verified.map_err(DeskError::Garbage)?;
        }
        if reply.content_type == PROBLEM_CONTENT_TYPE {
            let report = rest::read_problem(reply.status, &reply.body);
            return Err(DeskError::Refused(Box::new(report)));
        }
        let (limits, expected) = (Limits::default(), put.operation.response);
        rest::read_answer(&reply.body, contract, expected, &limits).map_err(told)
    }
}

/// A question in the force's words.
struct Put<'d> {
    dialect: &'d Dialect,
    operation: &'d Operation,
    said: &'d Document,
    context: Context,
}

/// The name of a refusal and what was said of it.
fn why(report: &FaultReport) -> String {
    let known = report.problem.map(|problem| problem.entry().code);
    let name = known.unwrap_or(&report.code);
    match &report.detail {
        Some(detail) => format!("`{name}`: {}; {detail}", report.reason),
        None => format!("`{name}`: {}", report.reason),
    }
}

fn told(error: AnswerError) -> DeskError {
    match error {
        AnswerError::Fault(report) => DeskError::Refused(report),
        AnswerError::Garbage(error) => DeskError::Garbage(error.to_string()),
    }
}
