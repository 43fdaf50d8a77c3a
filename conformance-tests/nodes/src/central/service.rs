//! `POST /servicios/{contract}/{version}` · SOAP 1.1 and 1.2, document/literal.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use adapters::partner::Dialect;
use adapters::rest::Router;
use adapters::soap::{
    self, FaultCode, Incoming, Packing, Rejection, SoapRequest, SoapVersion, Transmission, Wish,
    fault_status, typed_fault, write_fault, write_plain, write_response, write_typed_fault,
};
use arc_swap::ArcSwap;
use contract::{Contract, Document, Limits, Operation};
use domain::problem::Report;
use domain::{Problem, RequestId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::central::addressing::addressed;
use crate::central::behaviour::Behaviour;
use crate::central::cache::Cache;
use crate::central::refusal::Refusal;
use crate::central::security::Security;
use crate::central::{admission, dialect, operations, reading};
use crate::database::Database;
use crate::record::Form;

/// What every request is served with.
pub(super) struct State {
    /// The database.
    pub(super) database: Database,
    /// The contract.
    pub(super) form: Form,
    /// What is spoken instead of it.
    pub(super) dialect: Option<Dialect>,
    /// The addresses of what is spoken.
    pub(super) router: Router,
    /// What is signed, and what has to be.
    pub(super) security: Option<Security>,
    /// Cases put together lately.
    pub(super) cache: Cache,
    /// What a message may cost.
    pub(super) limits: Limits,
    /// How to behave.
    pub(super) behaviour: ArcSwap<Behaviour>,
    /// How many lots were taken.
    pub(super) lots: AtomicU64,
    /// How many packages were taken.
    pub(super) packages: AtomicU64,
}

/// Serves one request.
pub(super) async fn serve(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    if !admission::is_admitted(&request) {
        let report = report(Problem::CertificateNotRegistered, "", None);
        return fault(SoapVersion::V11, &FaultCode::Table, &report, &state).response();
    }
    let behaviour = state.behaviour.load_full();
    behaviour.wait().await;
    match behaviour.blind_answer() {
        Some(answer) => answer,
        None => packaged(&request, &body, &state, &behaviour).await,
    }
}

/// A message as it is read, whatever it came in.
struct Came<'m> {
    content_type: Option<&'m str>,
    soap_action: Option<&'m str>,
    bytes: &'m [u8],
}

/// Serves one request between its package and that of its answer.
async fn packaged(
    request: &HttpRequest,
    body: &[u8],
    state: &Data<State>,
    behaviour: &Behaviour,
) -> HttpResponse {
    let header = |name: &str| request.headers().get(name)?.to_str().ok();
    let spoken = state.dialect.as_ref();
    let contract = spoken.map_or(&state.form.contract, |it| &it.contract);
    let (content_type, soap_action) = (header("content-type"), header("soapaction"));
    let unpacked = match soap::unpack(content_type, body, contract, &state.limits) {
        Ok(unpacked) => unpacked,
        Err(rejection) => return rejected(&rejection, state).response(),
    };
    let packaging = unpacked.as_ref().map(|it| it.packaging);
    let came = match &unpacked {
        Some(unpacked) => {
            state.packages.fetch_add(1, Ordering::Relaxed);
            Came {
                content_type: Some(&unpacked.content_type),
                soap_action,
                bytes: &unpacked.message,
            }
        }
        None => Came {
            content_type,
            soap_action,
            bytes: body,
        },
    };
    let Some(told) = secured(&came, state, behaviour).await else {
        return HttpResponse::InternalServerError().finish();
    };
    let packed = match soap::wish(Packing::AsAsked, header("accept"), packaging) {
        Wish::Package => soap::pack(told.version, &told.bytes, contract, &incident()),
        Wish::Plain => None,
    };
    match packed {
        Some(packed) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, packed.content_type))
            .body(packed.body),
        None => told.response(),
    }
}

/// Serves one request between its signature and that of its answer.
async fn secured(came: &Came<'_>, state: &Data<State>, behaviour: &Behaviour) -> Option<Told> {
    let Some(security) = &state.security else {
        return Some(answer(came, state, behaviour).await);
    };
    let (told, signature) = match security.verify(came.bytes, &state.limits) {
        Ok(opened) => {
            let bytes = opened.message.as_deref().unwrap_or(came.bytes);
            let told = answer(&Came { bytes, ..*came }, state, behaviour).await;
            (told, opened.signature)
        }
        Err(rejection) => (rejected(&rejection, state), None),
    };
    let bytes = security.sign(told.version, told.bytes, signature.as_deref(), behaviour)?;
    Some(Told { bytes, ..told })
}

/// An answer before it leaves.
struct Told {
    status: u16,
    version: SoapVersion,
    /// What it does, where it is addressed.
    action: String,
    bytes: Vec<u8>,
}

impl Told {
    fn response(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.status);
        HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .insert_header((CONTENT_TYPE, self.version.content_type()))
            .body(self.bytes)
    }
}

fn rejected(rejection: &Rejection, state: &State) -> Told {
    let request_id = rejection.context.as_ref();
    let request_id = request_id.map(|context| context.request_id.clone());
    let report = rejection.error.report(incident(), request_id);
    let code = FaultCode::of(&rejection.error);
    fault(rejection.version, &code, &report, state)
}

/// Answers a request, addressed as it is.
async fn answer(came: &Came<'_>, state: &Data<State>, behaviour: &Behaviour) -> Told {
    let message = Incoming {
        content_type: came.content_type,
        soap_action: came.soap_action,
        bytes: came.bytes,
    };
    let spoken = state.dialect.as_ref();
    let contract = spoken.map_or(&state.form.contract, |it| &it.contract);
    let addressing = soap::addressing(&message, contract, &state.limits);
    let unaddressed = *behaviour == Behaviour::OnlyAddressed && addressing.is_none();
    let told = if matches!(behaviour, Behaviour::Narrow(most) if came.bytes.len() > *most) {
        refusal(came, Problem::BodyTooLarge, state)
    } else if unaddressed {
        refusal(came, Problem::SchemaViolation, state)
    } else {
        content(&message, contract, state, behaviour).await
    };
    let bytes = addressed(told.bytes, &told.action, addressing.as_ref(), behaviour);
    Told { bytes, ..told }
}

/// A refusal of what was not read.
fn refusal(came: &Came<'_>, problem: Problem, state: &State) -> Told {
    let newer = came
        .content_type
        .is_some_and(|it| it.starts_with("application/soap+xml"));
    let version = if newer {
        SoapVersion::V12
    } else {
        SoapVersion::V11
    };
    let report = report(problem, "", None);
    fault(version, &FaultCode::Table, &report, state)
}

async fn content(
    message: &Incoming<'_>,
    contract: &Arc<Contract>,
    state: &Data<State>,
    behaviour: &Behaviour,
) -> Told {
    let asked = match reading::read(message, contract, &state.limits) {
        Ok(asked) => asked,
        Err(rejection) => return rejected(&rejection, state),
    };
    let (now, version) = (Timestamp::now(), asked.version);
    let request_id = asked.context.request_id.clone();
    let operation = contract.operation(&asked.operation);
    let plain = operation.is_some_and(|it| it.wire.is_some());
    match run(state, asked, behaviour, now).await {
        Ok(document) => {
            let transmission = Transmission {
                request_id,
                id: Uuid::now_v7().simple().to_string(),
                at: now,
            };
            let bytes = if plain {
                write_plain(version, &document)
            } else {
                write_response(version, &transmission, &document)
            };
            Told {
                status: 200,
                version,
                action: operation.map(Operation::answer_action).unwrap_or_default(),
                bytes: behaviour.written(bytes),
            }
        }
        Err(refusal) => {
            let report = refused(&refusal, request_id);
            fault(version, &FaultCode::Table, &report, state)
        }
    }
}

/// Carries the request out, in whatever words it came.
pub(super) async fn run(
    state: &Data<State>,
    asked: SoapRequest,
    behaviour: &Behaviour,
    now: Timestamp,
) -> Result<Arc<Document>, Refusal> {
    let Some(spoken) = &state.dialect else {
        return operations::run(state, &Arc::new(asked), behaviour, now).await;
    };
    let asked = Arc::new(dialect::understood(spoken, asked)?);
    let answer = operations::run(state, &asked, behaviour, now).await?;
    Ok(Arc::new(dialect::told(spoken, &answer)?))
}

/// What the peer is told of a refusal; what it is not told goes to the log.
pub(super) fn refused(refusal: &Refusal, request_id: RequestId) -> Report {
    let report = report(refusal.problem(), refusal.detail(), Some(request_id));
    if report.problem == Problem::Internal {
        tracing::error!(incident = report.incident, error = %refusal, "the central system failed");
    }
    report
}

pub(super) fn report(problem: Problem, detail: &str, request_id: Option<RequestId>) -> Report {
    Report {
        problem,
        detail: detail.to_owned(),
        violations: Vec::new(),
        incident: incident(),
        request_id,
        wait: None,
    }
}

pub(super) fn incident() -> String {
    Uuid::now_v7().simple().to_string()
}

/// The fault in the words of what is spoken, where it has some.
fn fault(version: SoapVersion, code: &FaultCode, report: &Report, state: &State) -> Told {
    let spoken = state.dialect.as_ref();
    let typed = spoken.and_then(|it| typed_fault(&it.contract, report, Timestamp::now()));
    Told {
        status: fault_status(version, code, report),
        version,
        action: code.action(),
        bytes: match typed {
            Some(typed) => write_typed_fault(version, code, report, &typed),
            None => write_fault(version, code, report),
        },
    }
}
