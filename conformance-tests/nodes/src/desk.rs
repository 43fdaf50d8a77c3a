//! A regional force as a client: what it asks and sends, it says to the gateway in its own dialect and protocol.
//!
//! Its questions are made from the records of its own system, which are kept in the canonical words; what it is answered
//! is given as it came, in its own.

use adapters::partner::{Dialect, Partner, Style};
use adapters::rest::{self, Outgoing, PROBLEM_CONTENT_TYPE, Unaskable};
use adapters::soap::{self, AnswerError, FaultReport, SoapVersion};
use adapters::{Unsaid, put_context};
use contract::{ContextSource, Document, Limits, NotConverted, Operation};
use domain::{Context, OfficerId, OrganismId, Purpose, RequestId};
use jiff::Timestamp;

use crate::client::{Client, ClientError, Reply};

/// Where a force speaks to the gateway.
#[derive(Debug)]
pub struct Desk {
    /// By its certificate.
    pub client: Client,
    /// The gateway's address, `https://…` without a path.
    pub gateway: String,
    /// Its code.
    pub organism: OrganismId,
    /// The officer who asks, by pseudonym.
    pub officer: OfficerId,
    /// What it speaks, and how.
    pub partner: Partner,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// It speaks the canonical contract: no dialect is to be tried.
    #[error("it has no dialect of its own")]
    NoDialect,
    /// The question has no words in its dialect.
    #[error("the question cannot be said: {0}")]
    Unsayable(#[from] NotConverted),
    /// Who asks has no place in the message.
    #[error("who asks cannot be said: {0}")]
    Unsaid(#[from] Unsaid),
    /// The question has no place in a request.
    #[error("the question cannot be put: {0}")]
    Unaskable(#[from] Unaskable),
    /// Nothing came back.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The gateway says why it gives none.
    #[error("refused: `{}`", .0.code)]
    Refused(Box<FaultReport>),
    /// What came back cannot be read.
    #[error("the answer cannot be read: {0}")]
    Garbage(String),
}

impl Desk {
    /// Puts a question of the canonical contract to the gateway, and gives what it answered in the force's own words.
    ///
    /// # Errors
    /// See [`DeskError`].
    pub async fn ask(&self, question: &Document, name: RequestId) -> Result<Document, DeskError> {
        let dialect = self.partner.dialect.as_ref().ok_or(DeskError::NoDialect)?;
        let said = dialect.conversions.back.convert(question, &[])?.document;
        let mut known = dialect.contract.operations().iter();
        let operation = known.find(|it| it.request == said.root().element());
        let operation = operation.ok_or(DeskError::NoDialect)?;
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
                let said = put_context(&put.said, told, &put.context)?;
                soap::write_plain(version, &said)
            }
            Some(ContextSource::Header) | None => {
                soap::write_request(version, &put.context, &put.said)
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
        let url = format!(
            "{}/soap/{}/{}",
            self.gateway,
            contract.name(),
            contract.version()
        );
        let reply = self.client.post(&url, &headers, body).await?;
        let limits = Limits::default();
        let read = soap::read_response(&reply.body, contract, put.operation.response, &limits);
        read.map(|it| it.document).map_err(told)
    }

    async fn rest(&self, put: Put<'_>) -> Result<Document, DeskError> {
        let Outgoing {
            method,
            target,
            headers,
            body,
        } = rest::ask(put.operation, &put.said, &put.context)?;
        let contract = &put.dialect.contract;
        let url = format!(
            "{}/{}/v{}{target}",
            self.gateway,
            contract.name(),
            contract.version()
        );
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let sent = self.client.send(method.as_str(), &url, &headers, body);
        let Reply {
            status,
            content_type,
            body,
            ..
        } = sent.await?;
        if content_type == PROBLEM_CONTENT_TYPE {
            let report = rest::read_problem(status, &body);
            return Err(DeskError::Refused(Box::new(report)));
        }
        let limits = Limits::default();
        rest::read_answer(&body, contract, put.operation.response, &limits).map_err(told)
    }
}

/// A question in the force's words.
struct Put<'d> {
    dialect: &'d Dialect,
    operation: &'d Operation,
    said: Document,
    context: Context,
}

fn told(error: AnswerError) -> DeskError {
    match error {
        AnswerError::Fault(report) => DeskError::Refused(report),
        AnswerError::Garbage(error) => DeskError::Garbage(error.to_string()),
    }
}
