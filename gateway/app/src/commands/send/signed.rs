//! A lot by SOAP (`remitirLote`, or as the partner's dialect calls it), each message signed by the organism that sends: one
//! signature for up to 500 cases.

use std::path::Path;
use std::sync::Arc;

use ::contract::{Builder, Content, Contract, Document, Limits, Operation, Role};
use adapters::rest;
use adapters::soap::{self, AnswerError, FaultReport, SoapVersion};
use adapters::wsse::{
    Clock, Expected, Opened, SecurityFault, SignedRequest, Stamp, Token, open_answer, sign_request,
};
use certs::identity::Peer;
use certs::signing::{Signer, SigningCertificate};
use domain::{Context, MessageSecurity, Problem, Signing};
use jiff::{SignedDuration, Timestamp};
use nodes::client::Reply;

use super::delivery::{Attempt, Delivery, Piece, refused};
use super::spoken::{lots, submissions};
use super::told;
use crate::exit::Failure;

/// How long a message counts.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);
/// How far the gateway's clock may be from ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What messages are made with.
pub(super) struct Signed {
    contract: Arc<Contract>,
    version: SoapVersion,
    signer: Signer,
    /// The key that answers are signed with.
    gateway: Option<String>,
}

impl Signed {
    /// Reads the keys.
    pub(super) fn load(
        (contract, version): (Arc<Contract>, SoapVersion),
        (certificate, key): (&Path, &Path),
        gateway: Option<&Path>,
    ) -> Result<Self, Failure> {
        let signer = Signer::load(certificate, key, Timestamp::now().as_second())
            .map_err(|e| Failure::broken("signing", e))?;
        let key_of = |path: &Path| {
            let fail = |e: &dyn std::fmt::Display| Failure::broken(&path.display().to_string(), e);
            let pem = std::fs::read(path).map_err(|e| fail(&e))?;
            let peer = Peer::from_pem(&pem).map_err(|e| fail(&e))?;
            Ok(peer.key)
        };
        Ok(Self {
            contract,
            version,
            signer,
            gateway: gateway.map(key_of).transpose()?,
        })
    }

    /// Sends a piece once.
    pub(super) async fn send(&self, to: &Delivery, piece: &Piece) -> Result<Attempt, Failure> {
        let (lot, _) = submissions(&self.contract)?;
        let SignedRequest { message, signature } = self.message(to, piece)?;
        let (name, version) = (self.contract.name(), self.contract.version());
        let url = format!("{}/soap/{name}/{version}", to.url);
        let headers = soap::request_headers(self.version, &lot.soap_action);
        let media = ("Content-Type", &*headers.content_type);
        let headers: Vec<(&str, &str)> = std::iter::once(media)
            .chain(headers.soap_action.as_deref().map(|it| ("SOAPAction", it)))
            .collect();
        match to.connections.next().post(&url, &headers, message).await {
            Ok(reply) => self.told(lot, &reply, &signature),
            Err(error) => Ok(Attempt::Later(error.to_string())),
        }
    }

    /// Reads a line as the contract has it.
    pub(super) fn read(&self, line: &str) -> Result<Document, Failure> {
        let (_, single) = submissions(&self.contract)?;
        let read = rest::line(&self.contract, single, line.as_bytes(), &Limits::default());
        read.map_err(|e| Failure::Unfit(e.to_string()))
    }

    /// The element of a request that names its case.
    pub(super) fn case(&self) -> Option<&str> {
        let (_, single) = submissions(&self.contract).ok()?;
        let Content::Complex(request) = self.contract.element(single.request).content else {
            return None;
        };
        let children = self.contract.complex(request).children.iter();
        let mut elements = children.map(|child| self.contract.element(child.element));
        let case = elements.find(|element| element.role == Some(Role::CaseId));
        case.map(|element| &*element.name.local)
    }

    fn message(&self, to: &Delivery, piece: &Piece) -> Result<SignedRequest, Failure> {
        let now = Timestamp::now();
        let context = Context {
            requester: to.organism.clone(),
            on_behalf_of: None,
            officer: to.officer.clone(),
            purpose: to.purpose,
            file: None,
            peril: None,
            request_id: to
                .name
                .parse()
                .map_err(|e| Failure::broken("the number of the lot", e))?,
            timestamp: now,
        };
        let document = self.document(piece)?;
        let plain = soap::write_request(self.version, &context, &document);
        let stamp = Stamp {
            created: now,
            expires: now.saturating_add(LONGEST).unwrap_or(now),
            answers: None,
        };
        sign_request(&plain, self.version, &self.signer, &stamp)
            .map_err(|e| Failure::broken("signing", e))
    }

    fn document(&self, piece: &Piece) -> Result<Document, Failure> {
        let fail = |e: &dyn std::fmt::Display| Failure::broken("a message", e);
        let none = || Failure::Broken("the contract has no lots".to_owned());
        let (lot, shape) = lots(&self.contract).ok_or_else(none)?;
        let item = &self.contract.element(shape.item).name.local;
        let mut builder = Builder::new(&self.contract, lot.request);
        if piece.first != 1 {
            let first = piece.first.to_string();
            builder
                .attribute(&shape.from, &first)
                .map_err(|e| fail(&e))?;
        }
        for line in &piece.lines {
            let one = self.read(line)?;
            builder.open(item).map_err(|e| fail(&e))?;
            for child in one.root().children() {
                builder.append(child).map_err(|e| fail(&e))?;
            }
            builder.close().map_err(|e| fail(&e))?;
        }
        let finished = builder.finish();
        finished.map_err(|all| all.first().map_or_else(|| fail(&lot.name), |e| fail(e)))
    }

    /// The results, a line each, or why there are none.
    fn told(&self, lot: &Operation, reply: &Reply, request: &[u8]) -> Result<Attempt, Failure> {
        let limits = Limits {
            max_bytes: reply.body.len(),
            ..Limits::default()
        };
        let opened = match self.open(&reply.body, &limits, request) {
            Ok(opened) => opened,
            Err(fault) => return self.hinted(lot, reply, fault),
        };
        let body = opened.as_deref().unwrap_or(&reply.body);
        match soap::read_response(body, &self.contract, lot.response, &limits) {
            Ok(response) => {
                let words = lot.lot.as_ref().map(|shape| &shape.results);
                let none = || Failure::Broken("the contract has no lots".to_owned());
                let lines = told::lines(&response.document, words.ok_or_else(none)?);
                Ok(Attempt::Told(lines?))
            }
            Err(AnswerError::Fault(fault)) if fault.problem == Some(Problem::BodyTooLarge) => {
                Ok(Attempt::TooLarge)
            }
            Err(AnswerError::Fault(fault)) => {
                if is_for_later(&fault) {
                    return Ok(Attempt::Later(fault.reason));
                }
                let detail = fault.detail.unwrap_or_default();
                Err(refused(&format!("{} {detail}", fault.reason)))
            }
            Err(AnswerError::Garbage(error)) => Err(Failure::broken("the answer", error)),
        }
    }

    /// What an answer that proves nothing may do: a refusal from before our signature was verified cannot confirm it. It
    /// makes messages smaller or has them wait, or is told as what nobody signed.
    fn hinted(&self, lot: &Operation, reply: &Reply, fault: String) -> Result<Attempt, Failure> {
        let limits = Limits {
            max_bytes: reply.body.len(),
            ..Limits::default()
        };
        match soap::read_response(&reply.body, &self.contract, lot.response, &limits) {
            Err(AnswerError::Fault(it)) if it.problem == Some(Problem::BodyTooLarge) => {
                Ok(Attempt::TooLarge)
            }
            Err(AnswerError::Fault(it)) if is_for_later(&it) => Ok(Attempt::Later(it.reason)),
            Err(AnswerError::Fault(it)) => {
                let said = format!("{fault}; it says, unsigned: {}", it.reason);
                Err(Failure::broken("the answer", said))
            }
            Ok(_) | Err(AnswerError::Garbage(_)) if reply.status >= 500 => {
                Ok(Attempt::Later(format!("status {}", reply.status)))
            }
            Ok(_) | Err(AnswerError::Garbage(_)) => Err(Failure::broken("the answer", fault)),
        }
    }

    /// What may be read of an answer: of one that is signed, what was verified and nothing else. With the gateway's
    /// certificate at hand it must be signed.
    fn open(
        &self,
        body: &[u8],
        limits: &Limits,
        request: &[u8],
    ) -> Result<Option<Vec<u8>>, String> {
        let clock = Clock {
            now: Timestamp::now(),
            skew: SKEW,
            longest: LONGEST,
        };
        let agreed = MessageSecurity {
            answers: match self.gateway {
                Some(_) => Signing::Required,
                None => Signing::Optional,
            },
            ..MessageSecurity::NONE
        };
        let expected = Expected {
            agreed: &agreed,
            clock: &clock,
            request: Some(request),
        };
        match open_answer(body, limits, &expected, &|token| self.trust(token)) {
            Ok(Opened::Plain) => Ok(None),
            Ok(Opened::Signed(signed)) => Ok(Some(signed.message)),
            Err(rejection) => Err(rejection.error.to_string()),
        }
    }

    fn trust(&self, token: &Token) -> Result<Arc<SigningCertificate>, SecurityFault> {
        let Token::Certificate(der) = token else {
            return Err(SecurityFault::UnknownCertificate);
        };
        let read = SigningCertificate::from_der(der).map_err(|e| SecurityFault::from(&e))?;
        if self.gateway.as_ref() == Some(&read.peer().key) {
            Ok(Arc::new(read))
        } else {
            Err(SecurityFault::AnotherOrganism)
        }
    }
}

/// Whether the gateway's own table says that the same message may be taken later.
fn is_for_later(fault: &FaultReport) -> bool {
    let problem = fault.problem;
    problem.is_some_and(|it| it.entry().retry.seconds().is_some())
}
