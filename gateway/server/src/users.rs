//! `GET`, `PUT /usuarios` · the users form of the organism that asks, kept current by itself and by nobody else's leave:
//! sent whole, by whoever has seen it as it is; taken once; told to its file of adhesion. Whoever is not on it is refused.

mod precondition;
mod sent;

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest;
use domain::adhesion::{UsersFault, UsersForm};
use domain::problem::{Report, Violation};
use domain::{Problem, day_in_madrid};
use exchange::{Caller, Seen};
use jiff::civil::Date;
use journal::{Digest, Entry, EntryKind, Verdict};
use store::adhesion::own_users::mark;

use crate::body::{self, BodyLimits};
use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::fallback;
use crate::gateway::Gateway;
use crate::http_security::{self, Answering};
use crate::life::{broken, record};
use crate::officers;
use crate::rest::problem;
use sent::Sent;

/// The address.
pub(crate) const PATH: &str = "/usuarios";
/// Where it is described.
pub(crate) const DESCRIBED: &str = "/usuarios/openapi.json";
const DESCRIPTION: &str = include_str!("users/openapi.json");
/// What the evidence calls it.
const READ: &str = "leerUsuarios";
const SENT: &str = "mantenerUsuarios";
const KEPT: &str = "mantenerUsuario";
/// How often a form may change in an hour: each change stays in the evidence and in the file for ever.
const CHANGES: u32 = 10;
const LIMITS: BodyLimits = BodyLimits {
    bytes: 512 << 10,
    time: Duration::from_secs(10),
};

/// Tells the form, or takes a new one.
pub(crate) async fn serve(
    gateway: Data<Gateway>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let call = Call::begin(&gateway, request.headers());
    let mut answering = Answering::default();
    let asked = (&request, payload);
    let response = match answer(&gateway, &call, asked, &mut answering).await {
        Ok(Answer { tag, bytes }) => HttpResponse::Ok()
            .content_type(rest::CONTENT_TYPE)
            .insert_header((ETAG, tag))
            .body(bytes),
        Err(refused) => problem(&refused.journalled(&gateway, &call).await),
    };
    answering.sign(&gateway, &call, response).await
}

/// The form as it is told, with its entity tag.
struct Answer {
    tag: String,
    bytes: Vec<u8>,
}

/// Tells the description to whoever is registered.
pub(crate) async fn described(gateway: Data<Gateway>, request: HttpRequest) -> HttpResponse {
    if fallback::is_known(&gateway, &request) {
        HttpResponse::Ok()
            .content_type(rest::CONTENT_TYPE)
            .body(DESCRIPTION)
    } else {
        fallback::address(gateway, request).await
    }
}

async fn answer(
    gateway: &Gateway,
    call: &Call,
    (request, payload): (&HttpRequest, Payload),
    answering: &mut Answering,
) -> Result<Answer, Refused> {
    let now = call.moment.now;
    let caller = identify(request, &call.standing, now).map_err(|nobody| call.nobody(nobody))?;
    answering.begin(request, &caller);
    let body = body::collect(request.headers(), payload, LIMITS).await;
    let body = body.map_err(|it| call.unread(&caller, Seen::default(), call.report(it)))?;
    let seen = Seen {
        digest: Some(Digest::of(&body)),
        ..Seen::default()
    };
    let from = (caller, body.as_ref());
    let secured = http_security::verify(gateway, (call, request), from, seen, answering).await?;
    let caller = secured.own(call, seen)?;
    let desk = Desk {
        gateway,
        call,
        caller: &caller,
        seen,
    };
    if request.method() == Method::PUT {
        let sent = sent::read(request, body.clone()).await;
        let sent = sent.map_err(|fault| desk.refuse(fault.told(call)))?;
        let seen = precondition::read(request.headers());
        let seen = seen.map_err(|fault| desk.refuse(fault.told(call)))?;
        desk.keep((&sent, &seen)).await
    } else {
        desk.tell().await
    }
}

/// One organism at its own form.
struct Desk<'r> {
    gateway: &'r Gateway,
    call: &'r Call,
    caller: &'r Caller,
    seen: Seen<'r>,
}

impl Desk<'_> {
    fn refuse(&self, report: Report) -> Refused {
        self.call.unread(self.caller, self.seen, report)
    }

    /// What the store says of a form that was sent, as the caller is told.
    fn not_kept(&self, error: &store::Error, sent: &Sent) -> Refused {
        if let store::Error::Users(fault) = error {
            return self.refuse(broken_rule(self.call, fault, sent));
        }
        if let store::Error::FormMoved = error {
            return self.refuse(precondition::moved(self.call));
        }
        self.failed(error)
    }

    fn failed(&self, error: &store::Error) -> Refused {
        broken(self.refuse(self.call.report(Problem::Internal)), error)
    }

    async fn tell(&self) -> Result<Answer, Refused> {
        let id = &self.caller.organism().id;
        let form = self.gateway.store.users_form(id).await;
        let answer = self.answer(&form.map_err(|error| self.failed(&error))?)?;
        let entry = Entry {
            recipient: Some(id.clone()),
            answer_digest: Some(Digest::of(&answer.bytes)),
            ..self.evidence(EntryKind::Released, READ)
        };
        record(self.gateway, entry).await?;
        Ok(answer)
    }

    fn answer(&self, form: &UsersForm) -> Result<Answer, Refused> {
        let mark = mark(form).map_err(|error| self.failed(&error))?;
        Ok(Answer {
            tag: precondition::tag(&mark),
            bytes: told(form, self.today()),
        })
    }

    /// Takes the form: evidence of what was sent and of every officer first, and then what was found to change.
    async fn keep(&self, (form, seen): (&Sent, &Digest)) -> Result<Answer, Refused> {
        let (store, id) = (&self.gateway.store, &self.caller.organism().id);
        let (now, sent) = (self.call.moment.now, (form.users.as_slice(), seen));
        let failed = |error: store::Error| self.not_kept(&error, form);
        let changed = store.own_users_change(id, sent, now).await;
        let changed = changed.map_err(failed)?;
        if !changed.is_empty() {
            self.within_limit()?;
            let entry = Entry {
                request_digest: self.seen.digest,
                ..self.evidence(EntryKind::Managed, SENT)
            };
            record(self.gateway, entry).await?;
        }
        for user in &changed {
            let text = serde_json::to_vec(user).unwrap_or_default();
            let entry = Entry {
                officer: Some(user.officer.clone()),
                request_digest: Some(Digest::of(&text)),
                ..self.evidence(EntryKind::Managed, KEPT)
            };
            record(self.gateway, entry).await?;
        }
        let form = store.put_own_users(id, sent, now).await;
        self.answer(&form.map_err(failed)?)
    }

    /// Counts a change against what an hour admits, before anything of it is written.
    fn within_limit(&self) -> Result<(), Refused> {
        let (forms, now) = (&self.gateway.forms, self.call.moment.now);
        if forms.admits(&self.caller.organism().id, &SENT.into(), CHANGES, now) {
            return Ok(());
        }
        Err(self.refuse(Report {
            wait: Some(forms.wait(now)),
            ..self.call.report(Problem::RateLimited)
        }))
    }

    fn evidence(&self, kind: EntryKind, operation: &str) -> Entry {
        let moment = &self.call.moment;
        Entry {
            operation: Some(operation.to_owned()),
            organism: Some(self.caller.organism().id.clone()),
            certificate: Some(*self.caller.certificate()),
            signer: self.caller.signed().map(|it| it.certificate),
            signature: self.caller.signed().map(|it| it.signature),
            agreement: self.caller.agreement().map(|it| it.id.clone()),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(kind, moment.now, moment.exchange.as_str())
        }
    }

    fn today(&self) -> Date {
        day_in_madrid(self.call.moment.now)
    }
}

fn broken_rule(call: &Call, fault: &UsersFault, sent: &Sent) -> Report {
    let (path, line) = fault.place().map_or_else(
        || ("/usuarios".to_owned(), None),
        |(at, field)| (format!("/usuarios/{at}/{field}"), sent.line(at)),
    );
    let violation = Violation {
        path,
        line,
        code: fault.code().to_owned(),
        message: fault.to_string(),
    };
    Report {
        detail: fault.to_string(),
        violations: vec![violation],
        ..call.report(Problem::RulesBroken)
    }
}

fn told(form: &UsersForm, today: Date) -> Vec<u8> {
    officers::told(form, today).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use domain::adhesion::{User, UserRole};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_description_is_of_what_is_read_and_told() {
        let described: Value = serde_json::from_str(DESCRIPTION).unwrap();
        let fields = |schema: &str| {
            let path = format!("/components/schemas/{schema}/properties");
            let fields = described.pointer(&path).and_then(Value::as_object).unwrap();
            fields.keys().cloned().collect::<Vec<_>>()
        };
        let user = User {
            officer: "A-1".parse().unwrap(),
            role: UserRole::Officer,
            trained_on: None,
            from: "2026-01-20".parse().unwrap(),
            until: None,
        };
        let form = [user].into_iter().collect();
        let told: Value = serde_json::from_slice(&told(&form, Date::ZERO)).unwrap();
        let mut told = told["usuarios"][0].clone();
        let members = told.as_object_mut().unwrap();
        assert_eq!(
            members.keys().cloned().collect::<Vec<_>>(),
            fields("Usuario")
        );
        members.remove("deAlta");
        assert_eq!(
            members.keys().cloned().collect::<Vec<_>>(),
            fields("UsuarioNuevo")
        );
        let body = json!({ "usuarios": [members] }).to_string();
        assert_eq!(sent::users(body.as_bytes()).map(|it| it.len()), Ok(1));
        let roles: Vec<Value> = UserRole::ALL.iter().map(|it| json!(it)).collect();
        let named = described.pointer("/components/schemas/Usuario/properties/rol/enum");
        assert_eq!(named, Some(&Value::Array(roles)));
        let media = described.pointer("/paths/~1usuarios/put/requestBody/content");
        let media = media.and_then(Value::as_object).unwrap().keys();
        let read = sent::MEDIA.iter().map(|(media, _)| *media);
        assert!(media.eq(read));
    }
}
