//! `GET`, `PUT /usuarios` · the users form of the organism that asks, kept current by itself and by nobody else's leave:
//! sent whole, as often as one likes; taken once; told to its file of adhesion. Whoever is not on it is refused.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest;
use domain::adhesion::{User, UserRole, UsersFault, UsersForm};
use domain::problem::{Report, Violation};
use domain::{OfficerId, Problem, day_in_madrid};
use exchange::{Caller, Seen};
use jiff::civil::Date;
use journal::{Digest, Entry, EntryKind, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::body::{self, BodyLimits};
use crate::call::{Call, Refused};
use crate::connection::identify;
use crate::fallback;
use crate::gateway::Gateway;
use crate::http_security::{self, Answering};
use crate::life::{broken, record};
use crate::rest::problem;

/// The address.
pub(crate) const PATH: &str = "/usuarios";
/// Where it is described.
pub(crate) const DESCRIBED: &str = "/usuarios/openapi.json";
const DESCRIPTION: &str = include_str!("users/openapi.json");
/// What the evidence calls it.
const READ: &str = "leerUsuarios";
const KEPT: &str = "mantenerUsuario";
const LIMITS: BodyLimits = BodyLimits {
    bytes: 512 << 10,
    time: Duration::from_secs(10),
};

/// The whole form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    usuarios: Vec<Officer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Officer {
    funcionario: OfficerId,
    rol: UserRole,
    formacion: Option<Date>,
    desde: Date,
    hasta: Option<Date>,
}

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
        Ok(bytes) => HttpResponse::Ok()
            .content_type(rest::CONTENT_TYPE)
            .body(bytes),
        Err(refused) => problem(&refused.journalled(&gateway, call.began).await),
    };
    answering.sign(&gateway, &call, response).await
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
) -> Result<Vec<u8>, Refused> {
    let now = call.moment.now;
    let caller = identify(request, &call.standing, now).map_err(|nobody| call.nobody(nobody))?;
    answering.begin(request, &caller);
    let body = body::collect(payload, LIMITS).await;
    let body = body.map_err(|it| call.unread(&caller, Seen::default(), call.report(it)))?;
    let seen = Seen {
        digest: Some(Digest::of(&body)),
        ..Seen::default()
    };
    let from = (caller, body.as_ref());
    let caller = http_security::verify(gateway, (call, request), from, seen, answering).await?;
    let desk = Desk {
        gateway,
        call,
        caller: &caller,
        seen,
    };
    if request.method() == Method::PUT {
        let sent = read(request, &body).map_err(|fault| desk.refuse(fault.told(call)))?;
        desk.keep(&sent).await
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

    /// What the store says of it, as the caller is told.
    fn failed(&self, error: &store::Error) -> Refused {
        if let store::Error::Users(fault) = error {
            return self.refuse(broken_rule(self.call, fault));
        }
        if let store::Error::FormMoved = error {
            return self.refuse(self.call.report(Problem::RequestInProgress));
        }
        broken(self.refuse(self.call.report(Problem::Internal)), error)
    }

    async fn tell(&self) -> Result<Vec<u8>, Refused> {
        let id = &self.caller.organism().id;
        let form = self.gateway.store.users_form(id).await;
        let bytes = told(&form.map_err(|error| self.failed(&error))?, self.today());
        let entry = Entry {
            recipient: Some(id.clone()),
            answer_digest: Some(Digest::of(&bytes)),
            ..self.evidence(EntryKind::Released, READ)
        };
        record(self.gateway, entry).await?;
        Ok(bytes)
    }

    /// Takes the form: evidence of every officer first, and then what was found to change.
    async fn keep(&self, sent: &[User]) -> Result<Vec<u8>, Refused> {
        let (store, id) = (&self.gateway.store, &self.caller.organism().id);
        let now = self.call.moment.now;
        let changed = store.own_users_change(id, sent, now).await;
        let changed = changed.map_err(|error| self.failed(&error))?;
        for user in &changed {
            let text = serde_json::to_vec(user).unwrap_or_default();
            let entry = Entry {
                officer: Some(user.officer.clone()),
                request_digest: Some(Digest::of(&text)),
                ..self.evidence(EntryKind::Managed, KEPT)
            };
            record(self.gateway, entry).await?;
        }
        let form = store.put_own_users(id, (sent, &changed), now).await;
        let form = form.map_err(|error| self.failed(&error))?;
        Ok(told(&form, self.today()))
    }

    fn evidence(&self, kind: EntryKind, operation: &str) -> Entry {
        let moment = &self.call.moment;
        Entry {
            operation: Some(operation.to_owned()),
            organism: Some(self.caller.organism().id.clone()),
            certificate: Some(*self.caller.certificate()),
            agreement: self.caller.agreement().map(|it| it.id.clone()),
            verdict: Some(Verdict::Allowed),
            ..Entry::new(kind, moment.now, moment.exchange.as_str())
        }
    }

    fn today(&self) -> Date {
        day_in_madrid(self.call.moment.now)
    }
}

/// Why a form cannot be read.
#[derive(Debug, PartialEq, Eq)]
enum Unread {
    /// It is not said to be JSON.
    Media,
    /// It is no JSON.
    Json(usize),
    /// It is no form: the line.
    Form(usize),
}

impl Unread {
    /// What the caller is told: never what it wrote, for a pseudonym that is none may be a name.
    fn told(&self, call: &Call) -> Report {
        let (problem, line) = match self {
            Self::Media => return call.report(Problem::UnsupportedMediaType),
            Self::Json(line) => (Problem::MalformedJson, *line),
            Self::Form(line) => (Problem::SchemaViolation, *line),
        };
        let violation = Violation {
            path: "/usuarios".to_owned(),
            line: u32::try_from(line).ok(),
            code: problem.entry().code.to_owned(),
            message: "se espera {\"usuarios\":[{\"funcionario\",\"rol\",\"formacion\"?,\"desde\",\"hasta\"?}]}"
                .to_owned(),
        };
        Report {
            violations: vec![violation],
            ..call.report(problem)
        }
    }
}

fn read(request: &HttpRequest, body: &[u8]) -> Result<Vec<User>, Unread> {
    let media = request.headers().get(CONTENT_TYPE);
    let media = media.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = media.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case(rest::CONTENT_TYPE) {
        return Err(Unread::Media);
    }
    users(body)
}

fn users(body: &[u8]) -> Result<Vec<User>, Unread> {
    let sent: Sent = serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            Unread::Form(error.line())
        } else {
            Unread::Json(error.line())
        }
    })?;
    Ok(sent.usuarios.into_iter().map(User::from).collect())
}

impl From<Officer> for User {
    fn from(officer: Officer) -> Self {
        Self {
            officer: officer.funcionario,
            role: officer.rol,
            trained_on: officer.formacion,
            from: officer.desde,
            until: officer.hasta,
        }
    }
}

fn broken_rule(call: &Call, fault: &UsersFault) -> Report {
    let path = fault.place().map_or_else(
        || "/usuarios".to_owned(),
        |(at, field)| format!("/usuarios/{at}/{field}"),
    );
    let violation = Violation {
        path,
        line: None,
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
    let users = form.users().map(|user| {
        json!({
            "funcionario": user.officer,
            "rol": user.role,
            "formacion": user.trained_on,
            "desde": user.from,
            "hasta": user.until,
            "deAlta": user.is_on(today),
        })
    });
    let users: Vec<Value> = users.collect();
    json!({ "usuarios": users }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        let line = r#"{"funcionario":"A-1","rol":"agente","desde":"2026-01-20"}"#;
        let table = [
            (r#"{"usuarios":[]}"#.to_owned(), Ok(0)),
            (format!(r#"{{"usuarios":[{line},{line}]}}"#), Ok(2)),
            (format!("{{\n\"usuarios\":[{line}"), Err(Unread::Json(2))),
            (String::new(), Err(Unread::Json(1))),
            ("[]".to_owned(), Err(Unread::Form(1))),
            (
                r#"{"usuarios":[{"funcionario":"Nombre Apellido"}]}"#.to_owned(),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("agente", "jefa")),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("-20", "-99")),
                Err(Unread::Form(1)),
            ),
            (
                format!(r#"{{"usuarios":[{}]}}"#, line.replace("rol", "deAlta")),
                Err(Unread::Form(1)),
            ),
        ];
        for (body, expected) in table {
            let found = users(body.as_bytes()).map(|it| it.len());
            assert_eq!(found, expected, "{body}");
        }
    }

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
        assert_eq!(users(body.as_bytes()).map(|it| it.len()), Ok(1));
        let roles: Vec<Value> = UserRole::ALL.iter().map(|it| json!(it)).collect();
        let named = described.pointer("/components/schemas/Usuario/properties/rol/enum");
        assert_eq!(named, Some(&Value::Array(roles)));
    }
}
