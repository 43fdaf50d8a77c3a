//! A partner of the demonstration: asks by REST or by SOAP, with its own certificate.

use std::sync::Arc;

use ::contract::{Contract, Document, Limits, xml};
use adapters::soap::{
    AnswerError, Response, SoapVersion, read_response, request_headers, write_request,
};
use certs::testpki::Files;
use domain::{Context, OfficerId, Purpose, RequestId};
use jiff::Timestamp;
use nodes::client::{Client, Reply};
use serde_json::Value;
use uuid::Uuid;

use super::cast::Member;
use crate::exit::Failure;

/// The officer of the demonstration, whoever asks.
pub(super) const OFFICER: &str = "PRUEBA-0001";

/// One organism with its client.
pub(super) struct Partner {
    member: &'static Member,
    client: Client,
    url: String,
}

impl Partner {
    /// The partner `member`, by its certificate, at the gateway `url`.
    pub(super) fn new(
        member: &'static Member,
        files: &Files,
        authority: &std::path::Path,
        url: &str,
    ) -> Result<Self, Failure> {
        let now = Timestamp::now().as_second();
        let client = Client::new(&files.certificate, &files.key, authority, now)
            .map_err(|e| Failure::broken(member.slug, e))?;
        Ok(Self {
            member,
            client,
            url: url.to_owned(),
        })
    }

    /// Asks by REST.
    pub(super) async fn get(&self, path: &str) -> Result<(u16, Value), Failure> {
        let reply = self
            .client
            .get(&format!("{}{path}", self.url), &self.headers(""))
            .await;
        self.json(&reply.map_err(|e| Failure::broken(self.member.slug, e))?)
    }

    /// Sends by REST.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<(u16, Value), Failure> {
        let id = Uuid::now_v7().to_string();
        let mut headers = self.headers(&id);
        headers.push(("Content-Type", "application/json"));
        let url = format!("{}{path}", self.url);
        let reply = self
            .client
            .post(&url, &headers, body.to_string().into_bytes())
            .await;
        self.json(&reply.map_err(|e| Failure::broken(self.member.slug, e))?)
    }

    /// Asks by SOAP 1.2 the operation of `contract` whose request is the XML text `request`.
    pub(super) async fn call(
        &self,
        contract: &Arc<Contract>,
        operation: &str,
        request: &str,
    ) -> Result<Document, Failure> {
        let failed = |e: &dyn std::fmt::Display| Failure::broken(operation, e);
        let operation = contract
            .operation(operation)
            .ok_or_else(|| failed(&"no such operation"))?;
        let limits = Limits::default();
        let request = xml::decode(contract, operation.request, request.as_bytes(), &limits)
            .map_err(|e| failed(&e))?;
        let message = write_request(SoapVersion::V12, &self.context()?, &request);
        let headers = request_headers(SoapVersion::V12, &operation.soap_action);
        let url = format!(
            "{}/soap/{}/{}",
            self.url,
            contract.name(),
            contract.version()
        );
        let content_type = [("Content-Type", headers.content_type.as_str())];
        let reply = self
            .client
            .post(&url, &content_type, message)
            .await
            .map_err(|e| failed(&e))?;
        match read_response(&reply.body, contract, operation.response, &limits) {
            Ok(Response { document, .. }) => Ok(document),
            Err(AnswerError::Fault(fault)) => Err(failed(&fault.reason)),
            Err(error) => Err(failed(&error)),
        }
    }

    fn headers<'h>(&self, request_id: &'h str) -> Vec<(&'static str, &'h str)> {
        let mut headers = vec![
            ("Pasarela-Solicitante", self.member.id),
            ("Pasarela-Funcionario", OFFICER),
            ("Pasarela-Finalidad", Purpose::Protection.as_str()),
        ];
        if !request_id.is_empty() {
            headers.push(("Idempotency-Key", request_id));
        }
        headers
    }

    fn context(&self) -> Result<Context, Failure> {
        let failed = |e: domain::Malformed| Failure::broken(self.member.slug, e);
        Ok(Context {
            requester: self.member.id.parse().map_err(failed)?,
            on_behalf_of: None,
            officer: OFFICER.parse::<OfficerId>().map_err(failed)?,
            purpose: Purpose::Protection,
            file: None,
            peril: None,
            request_id: Uuid::now_v7()
                .to_string()
                .parse::<RequestId>()
                .map_err(failed)?,
            timestamp: Timestamp::now(),
        })
    }

    fn json(&self, reply: &Reply) -> Result<(u16, Value), Failure> {
        let value = serde_json::from_slice(&reply.body).map_err(|e| {
            Failure::broken(&format!("{}: HTTP {}", self.member.slug, reply.status), e)
        })?;
        Ok((reply.status, value))
    }
}
