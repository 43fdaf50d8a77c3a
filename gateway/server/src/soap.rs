//! `POST /soap/{contract}/{version}` · SOAP 1.1 and 1.2, document/literal wrapped; alone or in a package.

mod lots;
mod packages;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::ReadError;
use adapters::soap::{
    self, FaultCode, Incoming, Rejection, SoapRequest, SoapVersion, Transmission, Wish,
    fault_status, write_fault, write_plain, write_response, write_typed_fault,
};
use adapters::wsse::SecurityFault;
use contract::{Loss, Operation};
use domain::Problem;
use domain::problem::Report;
use exchange::{Caller, Message, Received, Seen};
use journal::Digest;

use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::gateway::Gateway;
use crate::life::{self, RequestName};
use crate::security::{self, Answering, NotOnce, Secured};
use crate::withheld;
use crate::{body, clock, lot, spoken};

/// A refusal with the shape in which SOAP wants it.
struct Fault {
    version: SoapVersion,
    code: FaultCode,
    refused: Refused,
}

/// Serves one message.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let call = Call::begin(&gateway, request.headers());
    let mut answering = Answering::default();
    match answer(&gateway, &call, &request, payload, &mut answering).await {
        // Whoever wants no answer gets none; that it was served is on record.
        Ok(_) if !answering.is_told() => HttpResponse::Accepted().finish(),
        Ok(response) => response,
        Err(fault) => {
            let report = fault.refused.journalled(&gateway, &call).await;
            if !answering.is_told_refusals() {
                return HttpResponse::Accepted().finish();
            }
            let told = (fault.version, &fault.code, &report);
            refusal(&gateway, told, &answering).await
        }
    }
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    payload: Payload,
    answering: &mut Answering,
) -> Result<HttpResponse, Fault> {
    let guessed = soap::guess(text(request.headers(), CONTENT_TYPE.as_str()));
    let plain = |refused| Fault {
        version: guessed,
        code: FaultCode::Table,
        refused,
    };
    let caller = identify(request, &call.standing, call.moment.now)
        .map_err(|nobody| plain(call.nobody(nobody)))?;
    answering.agree(&caller);
    let bytes = body::collect(request.headers(), payload, gateway.body)
        .await
        .map_err(|problem| plain(call.unread(&caller, Seen::default(), call.report(problem))))?;
    call.is_whole();
    // Over what HTTP brought, its package included: that is what the caller can compute.
    let digest = Digest::of(&bytes);
    answering.note(digest);
    let brought = packages::open(gateway, request, bytes).map_err(|rejection| {
        let seen = Seen {
            contract: Some(&gateway.contract),
            digest: Some(digest),
            ..Seen::default()
        };
        rejected(call, &caller, seen, &rejection)
    })?;
    let incoming = Incoming {
        content_type: brought.content_type.as_deref(),
        soap_action: text(request.headers(), "soapaction"),
        bytes: &brought.bytes,
    };
    let addressing = |it: &Incoming<'_>| soap::addressing(it, &gateway.contract, &gateway.limits);
    let message = (digest, incoming.bytes);
    let secured = secured(gateway, call, request, (caller, message), answering).await;
    // Of a message whose security is not good nothing counts but which one it is that is refused.
    let secured = secured.inspect_err(|_| answering.relate(addressing(&incoming)))?;
    let came = Came { digest, secured };
    let incoming = Incoming {
        bytes: came.secured.message.as_deref().unwrap_or(&brought.bytes),
        ..incoming
    };
    answering.address(addressing(&incoming));
    match read(gateway, call, &came, &incoming, answering)? {
        Read::One(one) => {
            let wish = brought.wish;
            // What is held from here on is the document alone.
            drop((brought, came));
            Box::pin(exchanged(gateway, call, *one, (answering, wish))).await
        }
        Read::Lot(asked) => Box::pin(lots::serve(gateway, call, &came, *asked, answering)).await,
    }
}

/// Leads one request to its answer.
async fn exchanged(
    gateway: &Gateway,
    call: &Call,
    one: One,
    (answering, wish): (&Answering, Wish),
) -> Result<HttpResponse, Fault> {
    let One {
        version,
        received,
        losses,
        plain,
        action,
    } = one;
    let mut content_type = String::new();
    let sent = life::exchange(
        gateway,
        call,
        received,
        RequestName::Given,
        async |released| {
            let transmission = Transmission {
                request_id: released.context().request_id.clone(),
                id: released.exchange().to_owned(),
                at: released.at(),
            };
            let told = spoken::tell(gateway, released, &losses)?;
            let answer = if plain {
                write_plain(version, &told)
            } else {
                write_response(version, &transmission, &told)
            };
            let id = released.exchange();
            let answer = answering.addressed((&action, id), answer);
            let signed = answering.sign(gateway, version, answer).await?;
            let (told, bytes) = packages::leave(gateway, wish, version, signed, id);
            content_type = told;
            Ok(bytes)
        },
    );
    let sent = sent.await.map_err(|refused| Fault {
        version,
        code: FaultCode::Table,
        refused: spoken::retold(gateway, refused),
    })?;
    let mut response = HttpResponse::Ok();
    response.content_type(content_type);
    // A message of our own carries its number inside.
    if plain {
        response.insert_header((life::TRANSMISSION, sent.released.exchange()));
        withheld::mark(&mut response, &sent.released);
    }
    Ok(response.body(sent.bytes))
}

/// What a message asks for.
enum Read {
    /// One thing.
    One(Box<One>),
    /// Many of the same.
    Lot(Box<SoapRequest>),
}

/// A request as it is decided on, and how its answer is to be told.
struct One {
    version: SoapVersion,
    received: Received,
    losses: Vec<Loss>,
    /// Whether it is a message of a WSDL that is not ours: it is answered with nothing of ours around it.
    plain: bool,
    /// The action of its answer.
    action: String,
}

/// A message as it came, and what of it is to be read.
struct Came {
    digest: Digest,
    secured: Secured,
}

/// Verifies the message, and takes its signature in once.
async fn secured(
    gateway: &Gateway,
    call: &Call,
    request: &HttpRequest,
    (caller, (digest, bytes)): (Caller, (Digest, &[u8])),
    answering: &mut Answering,
) -> Result<Secured, Fault> {
    let seen = Seen {
        contract: Some(&gateway.contract),
        digest: Some(digest),
        ..Seen::default()
    };
    let verified = security::verify(gateway, call, request, (caller, bytes), answering);
    let secured = verified.map_err(|refused| {
        let (caller, rejection) = *refused;
        rejected(call, &caller, seen, &rejection)
    })?;
    let Err(fault) = security::once(gateway, &secured.caller, secured.signer.as_ref()).await else {
        return Ok(secured);
    };
    let incident = call.moment.exchange.clone();
    let (code, report) = match fault {
        NotOnce::Replayed => {
            let error = ReadError::Security(SecurityFault::Replayed.into());
            (FaultCode::of(&error), error.report(incident, None))
        }
        NotOnce::Unknown => (FaultCode::Table, call.report(Problem::Internal)),
    };
    Err(Fault {
        version: secured.version,
        code,
        refused: call.unread(&secured.caller, seen, report),
    })
}

fn rejected(call: &Call, caller: &Caller, seen: Seen<'_>, rejection: &Rejection) -> Fault {
    let request_id = seen.context.map(|context| context.request_id.clone());
    let incident = call.moment.exchange.clone();
    let report = rejection.error.report(incident, request_id);
    Fault {
        version: rejection.version,
        code: FaultCode::of(&rejection.error),
        refused: call.unread(caller, seen, report),
    }
}

fn read(
    gateway: &Gateway,
    call: &Call,
    came: &Came,
    incoming: &Incoming<'_>,
    answering: &mut Answering,
) -> Result<Read, Fault> {
    let Came { digest, secured } = came;
    let caller = &secured.caller;
    let mut seen = Seen {
        contract: Some(&gateway.contract),
        digest: Some(*digest),
        ..Seen::default()
    };
    let request = match soap::read_request(incoming, &gateway.contract, &gateway.limits) {
        Ok(request) => request,
        Err(rejection) => {
            // Where nothing was agreed, it is only here that a signature is met.
            answering.refuse(&rejection.error);
            seen.context = rejection.context.as_deref();
            return Err(rejected(call, caller, seen, &rejection));
        }
    };
    seen.operation = gateway.contract.operation(&request.operation);
    seen.context = Some(&request.context);
    if let Err(fault) = secured.check(&request.context) {
        let rejection = Rejection {
            version: request.version,
            context: Some(Box::new(request.context.clone())),
            error: ReadError::Security(fault.into()),
        };
        return Err(rejected(call, caller, seen, &rejection));
    }
    if seen.operation.and_then(lot::operation).is_some() {
        return Ok(Read::Lot(Box::new(request)));
    }
    understood(gateway, call, came, request).map(|one| Read::One(Box::new(one)))
}

/// Makes of a message the request that is decided on.
fn understood(
    gateway: &Gateway,
    call: &Call,
    came: &Came,
    request: SoapRequest,
) -> Result<One, Fault> {
    let SoapRequest {
        version,
        operation,
        context,
        document,
    } = request;
    let caller = &came.secured.caller;
    let faulty = |refused: Refused| Fault {
        version,
        code: FaultCode::Table,
        refused,
    };
    let told = context.clone();
    let seen = Seen {
        contract: Some(&gateway.contract),
        operation: gateway.contract.operation(&operation),
        context: Some(&told),
        digest: Some(came.digest),
    };
    let plain = seen.operation.is_some_and(|it| it.wire.is_some());
    let action = seen.operation.map(Operation::answer_action);
    let understood = spoken::understand(gateway, (operation, document), caller, call);
    let understood = understood.map_err(|report| faulty(call.unread(caller, seen, report)))?;
    let message = Message {
        digest: came.digest,
        context,
        operation: understood.operation,
        document: understood.document,
    };
    let received =
        spoken::received(gateway, caller.clone(), message, &call.moment).map_err(faulty)?;
    Ok(One {
        version,
        received,
        losses: understood.losses,
        plain,
        action: action.unwrap_or_default(),
    })
}

async fn refusal(
    gateway: &Gateway,
    (version, code, report): (SoapVersion, &FaultCode, &Report),
    answering: &Answering,
) -> HttpResponse {
    let bytes = match soap::typed_fault(&gateway.contract, report, clock::now()) {
        Some(typed) => write_typed_fault(version, code, report, &typed),
        None => write_fault(version, code, report),
    };
    let bytes = answering.addressed((&code.action(), &report.incident), bytes);
    let bytes = match answering.sign(gateway, version, bytes.clone()).await {
        Ok(signed) => signed,
        Err(fault) => {
            tracing::error!(incident = report.incident, %fault, "a refusal leaves unsigned");
            bytes
        }
    };
    let status = StatusCode::from_u16(fault_status(version, code, report))
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type(version.content_type())
        .body(bytes)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
