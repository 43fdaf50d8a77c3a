//! Every endpoint, taken from the operations of the contract; and the few that no contract has.

use std::path::Path;

use adapters::soap::SoapVersion;
use contract::{Operation, RestBinding, RestBody, Segment};
use domain::OperationKind;
use serde_json::{Value, json};

use super::beside::{BESIDE, Beside, Place};
use super::callers::Caller;
use crate::answer::Answer;
use crate::partner::{Partner, envelope, fresh, operation};
use crate::site::contract;

/// What one request is about.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) case: &'a str,
    pub(super) document: &'a str,
    pub(super) town: &'a str,
}

/// One way to ask.
pub(super) struct Endpoint {
    /// Its name in the table.
    pub(super) name: String,
    way: Way,
}

enum Way {
    Rest(Operation, RestBinding),
    Soap(Operation, SoapVersion, Change),
    /// An address of the gateway's own.
    Address(&'static str),
    /// What no contract has and more than an address takes.
    Beside(&'static Beside),
}

/// Whether a submission names the case that it changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    No,
    Yes,
}

/// The gateway's own addresses, with the handler that serves each.
const ADDRESSES: &[(&str, &str)] = &[
    ("/avisos", "notices::serve"),
    ("/usuarios", "users::serve"),
    ("/usuarios/openapi.json", "users::described"),
    ("/v2/openapi.json", "descriptions::openapi_json"),
    ("/soap/viogen/2?wsdl", "descriptions::wsdl"),
    ("/nada", "fallback::address"),
    ("/v2/nada", "rest::serve"),
];

/// Handlers that the operations of the contract reach, and the refusal of other methods.
const REACHED: &[&str] = &["soap::serve", "rest::serve", "fallback::method"];

/// All of them.
pub(super) fn all() -> Vec<Endpoint> {
    let contract = contract();
    let mut all = Vec::new();
    for known in contract.operations() {
        for binding in &known.rest {
            let name = format!(
                "{} {}",
                known.name,
                changes(binding, known).map_or("", |()| "(cambio)")
            );
            all.push(Endpoint {
                name: name.trim().to_owned(),
                way: Way::Rest(known.clone(), binding.clone()),
            });
        }
        for version in SoapVersion::ALL {
            for change in [Change::No, Change::Yes] {
                let submits = known.class.parse() == Ok(OperationKind::Submit);
                if change == Change::Yes && !submits {
                    continue;
                }
                let sign = if change == Change::Yes {
                    "(cambio)"
                } else {
                    ""
                };
                all.push(Endpoint {
                    name: format!("{} {sign}", known.name).trim().to_owned(),
                    way: Way::Soap(known.clone(), *version, change),
                });
            }
        }
    }
    all.extend(ADDRESSES.iter().map(|(address, _)| Endpoint {
        name: (*address).to_owned(),
        way: Way::Address(address),
    }));
    all.extend(BESIDE.iter().map(|beside| Endpoint {
        name: beside.name.to_owned(),
        way: Way::Beside(beside),
    }));
    all
}

/// Something, when the binding of a submission names the case.
fn changes(binding: &RestBinding, known: &Operation) -> Option<()> {
    let names_case = binding
        .path
        .iter()
        .any(|it| matches!(it, Segment::Param(_)));
    (names_case && known.class.parse() == Ok(OperationKind::Submit)).then_some(())
}

/// Every handler that the server routes to is one that the table reaches.
#[track_caller]
pub(super) fn assert_none_forgotten() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src");
    let mut found = 0;
    for file in ["front.rs", "start/listener.rs", "sandbox.rs"] {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        for (at, _) in text
            .match_indices(".to(")
            .chain(text.match_indices("::to("))
        {
            let rest = text[at..].split_once('(').unwrap().1;
            let handler = rest.split(')').next().unwrap();
            let known = REACHED.contains(&handler)
                || BESIDE.iter().any(|beside| beside.handler == handler)
                || ADDRESSES.iter().any(|(_, served)| *served == handler);
            assert!(known, "no row of the table reaches `{handler}` of {file}");
            found += 1;
        }
    }
    assert!(found >= 6, "only {found} handlers were found");
}

impl Endpoint {
    /// Asks as that caller.
    pub(super) async fn ask(&self, caller: &Caller, partner: &Partner, about: About<'_>) -> Answer {
        match &self.way {
            Way::Rest(known, binding) => rest(caller, partner, (known, binding), about).await,
            Way::Soap(known, version, change) => {
                let mut content = xml(known, about, *change);
                if known.lot.is_some() {
                    content = format!("<presentacion>{content}</presentacion>");
                }
                let root = contract().element(known.request).name.local.to_string();
                let block = said_by(caller, partner);
                let message = envelope(*version, &block, &operation(&root, &content));
                partner.soap(*version, &message).await
            }
            Way::Address(path) => partner.rest("GET", path, &headers(caller), "").await,
            Way::Beside(beside) => beside.ask(partner, (headers(caller), about)).await,
        }
    }

    /// Where it is asked.
    pub(super) fn place(&self) -> Place {
        match &self.way {
            Way::Rest(..) | Way::Soap(..) | Way::Address(_) => Place::Gateway,
            Way::Beside(beside) => beside.place,
        }
    }

    /// What it tells of a case wherever that is, to whoever may see it.
    pub(super) fn tells_anywhere(&self) -> &'static [&'static str] {
        match &self.way {
            Way::Rest(known, _) | Way::Soap(known, ..)
                if known.class.parse() == Ok(OperationKind::Hit) =>
            {
                super::TOLD_BY_A_HIT
            }
            Way::Rest(..) | Way::Soap(..) | Way::Address(_) | Way::Beside(_) => &[],
        }
    }

    /// What came of it, in a word.
    pub(super) fn outcome(&self, answer: &Answer) -> String {
        if let Some(code) = answer.text("codigo").filter(|_| answer.status >= 400) {
            return code;
        }
        let known = match &self.way {
            Way::Rest(known, _) | Way::Soap(known, ..) => known,
            Way::Address(_) | Way::Beside(_) => return answer.status.to_string(),
        };
        assert!(answer.status < 300, "{}: {}", self.name, answer.body);
        if let Some(code) = refused_item(answer).filter(|_| known.lot.is_some()) {
            return code;
        }
        let there = |name: &str| answer.body.contains(name);
        let word = match known.class.parse().unwrap() {
            OperationKind::Hit if answer.text("hayCoincidencia").as_deref() == Some("true") => {
                "coincide"
            }
            OperationKind::Hit => "no coincide",
            OperationKind::Search if there("idCaso") => "casos",
            OperationKind::Search => "ningun caso",
            OperationKind::Consult => "caso",
            OperationKind::Submit => "presentado",
            OperationKind::Index => "indice",
        };
        word.to_owned()
    }
}

/// The problem of the one item of a lot.
fn refused_item(answer: &Answer) -> Option<String> {
    if !answer.body.starts_with('{') {
        return answer.text("codigo");
    }
    let code = "/resultado/0/rechazada/codigo";
    let told = answer.json();
    Some(told.pointer(code)?.as_str()?.to_owned())
}

fn headers(caller: &Caller) -> Vec<(&'static str, &'static str)> {
    match caller.acts_for {
        "" => Vec::new(),
        other => vec![("Pasarela-Solicitante", other)],
    }
}

/// The context block of that caller.
fn said_by(caller: &Caller, partner: &Partner) -> String {
    let own = partner.context(&fresh());
    match caller.acts_for {
        "" => own,
        other => own.replace(
            &format!("<Solicitante>{}</Solicitante>", partner.id),
            &format!("<Solicitante>{other}</Solicitante>"),
        ),
    }
}

async fn rest(
    caller: &Caller,
    partner: &Partner,
    (known, binding): (&Operation, &RestBinding),
    about: About<'_>,
) -> Answer {
    let change = changes(binding, known).map_or(Change::No, |()| Change::Yes);
    let mut members = json(known, about, change);
    if known.lot.is_some() {
        members = json!({ "presentacion": [members] });
    }
    let mut path = "/v2".to_owned();
    for segment in &binding.path {
        path.push('/');
        match segment {
            Segment::Literal(text) => path.push_str(text),
            Segment::Param(name) => path.push_str(members[name].as_str().unwrap()),
        }
        if let Segment::Param(name) = segment {
            members.as_object_mut().unwrap().remove(name);
        }
    }
    let body = match &binding.body {
        RestBody::Whole => members.to_string(),
        RestBody::Child(name) => members[name].to_string(),
        RestBody::None => {
            let query = members.as_object().unwrap().iter();
            let query = query.map(|(name, value)| format!("{name}={}", value.as_str().unwrap()));
            let query: Vec<String> = query.collect();
            if !query.is_empty() {
                path = format!("{path}?{}", query.join("&"));
            }
            String::new()
        }
    };
    let name = fresh();
    let mut headers = headers(caller);
    if known.class.parse() == Ok(OperationKind::Submit) {
        headers.push(("Idempotency-Key", &name));
    }
    if change == Change::Yes {
        headers.push(("If-Match", "\"99\""));
    }
    partner
        .rest(binding.method.as_str(), &path, &headers, &body)
        .await
}

/// The request of one operation as JSON. A new kind of operation does not compile without a line here.
fn json(known: &Operation, about: About<'_>, change: Change) -> Value {
    let About {
        case,
        document,
        town,
    } = about;
    match known.class.parse().unwrap() {
        OperationKind::Hit => json!({"tipoDocumento":"DNI","numeroDocumento":document}),
        OperationKind::Consult => json!({"idCaso":case}),
        OperationKind::Search => json!({"municipio":town,"limite":"100"}),
        OperationKind::Submit if change == Change::Yes => {
            json!({"idCaso":case,"caso":{"cabecera":{"idLocal":[{"sistema":"PRUEBA","identificador":"X-1"}]}}})
        }
        OperationKind::Submit => json!({"caso":{
            "cabecera":{"estado":"activo"},
            "responsabilidad":{"municipioResidencia":town},
            "valoracion":{"evaluacion":[{"nivelCalculado":"medio","nivelAsignado":"medio"}]}}}),
        OperationKind::Index => json!({}),
    }
}

/// The same as XML.
fn xml(known: &Operation, about: About<'_>, change: Change) -> String {
    let About {
        case,
        document,
        town,
    } = about;
    match known.class.parse().unwrap() {
        OperationKind::Hit => format!(
            "<tipoDocumento>DNI</tipoDocumento><numeroDocumento>{document}</numeroDocumento>"
        ),
        OperationKind::Consult => format!("<idCaso>{case}</idCaso>"),
        OperationKind::Search => format!("<municipio>{town}</municipio><limite>100</limite>"),
        OperationKind::Submit if change == Change::Yes => format!(
            "<idCaso>{case}</idCaso><versionEsperada>99</versionEsperada><caso><cabecera><idLocal><sistema>PRUEBA</sistema><identificador>X-1</identificador></idLocal></cabecera></caso>"
        ),
        OperationKind::Submit => format!(
            "<caso><cabecera><estado>activo</estado></cabecera><responsabilidad><municipioResidencia>{town}</municipioResidencia></responsabilidad><valoracion><evaluacion><nivelCalculado>medio</nivelCalculado><nivelAsignado>medio</nivelAsignado></evaluacion></valoracion></caso>"
        ),
        OperationKind::Index => String::new(),
    }
}
