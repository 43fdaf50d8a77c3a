//! `POST /conformidad` · begins a run of the conformance profile: makes the synthetic cases of the organism's own
//! municipality, and says which requests are to be sent, by whatever program.

use std::time::Duration;

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};
use adapters::rest;
use adapters::soap::SoapVersion;
use domain::{ContractName, OfficerId, Problem, Purpose};
use exchange::Caller;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shop;
use super::cases::Cases;
use super::office::{Moment, NO_ANNEX, Office, Terms, broken, refused};
use super::profile::{Expected, FILE, Plan, Protocol, Step};
use super::runs::Run;
use crate::body::{self, BodyLimits};
use crate::enrolment::refusal::Refusal;

/// The address.
pub(super) const PATH: &str = "/conformidad";
/// What the evidence calls it.
const OPERATION: &str = "conformidad.inicio";
const LIMITS: BodyLimits = BodyLimits {
    bytes: 4 << 10,
    time: Duration::from_secs(5),
};

const UNREADABLE: (&str, &str) = (
    "mensaje-ilegible",
    "se espera JSON con hora (RFC 3339), funcionario y, si no es rest, protocolo (rest o soap)",
);
const OTHER_CONTRACT: (&str, &str) = (
    "contrato-sin-perfil",
    "el anexo nombra un contrato propio de su fuerza, y el perfil habla el común; acuerde la prueba con la Administración Central",
);
const TOO_MANY: (&str, &str) = (
    "demasiadas-pruebas",
    "hay demasiadas pruebas empezadas en la última media hora; espere",
);

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(rename = "hora")]
    time: Timestamp,
    #[serde(rename = "funcionario")]
    officer: OfficerId,
    #[serde(rename = "protocolo", default)]
    protocol: Protocol,
}

/// Begins.
pub(super) async fn serve(office: Shop, request: HttpRequest, payload: Payload) -> HttpResponse {
    let moment = Moment::begin(OPERATION);
    match begin(&office, &moment, &request, payload).await {
        Ok(told) => HttpResponse::Created().json(told),
        Err(refusal) => office.refuse(&moment, refusal).await,
    }
}

async fn begin(
    office: &Office,
    moment: &Moment,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Value, Refusal> {
    let caller = office.caller(request, moment.now)?;
    let about = |refusal: Refusal| refusal.about(&caller.organism().id);
    let body = body::collect(request.headers(), payload, LIMITS).await?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| about(unreadable()))?;
    let run = prepared(office, moment, &caller, asked)
        .await
        .map_err(about)?;
    let told = told(&run, office.catalogue.version);
    office.runs.open(run);
    Ok(told)
}

fn unreadable() -> Refusal {
    Refusal::of(Problem::MalformedJson, UNREADABLE)
}

/// Everything that a run needs to be there before its first request.
async fn prepared(
    office: &Office,
    moment: &Moment,
    caller: &Caller,
    asked: Asked,
) -> Result<Run, Refusal> {
    let terms = office.terms(caller, moment.now).await?;
    let contract = contract(office, &terms)?;
    let organism = caller.organism();
    let random = certs::random::bytes::<16>().map_err(|e| broken(&e))?;
    let random = u128::from_be_bytes(random);
    let annex = &terms.agreement.annex;
    let cases = Cases::of(organism, &annex.territory, (random, moment.now));
    let cases = cases.ok_or_else(|| refused(NO_ANNEX))?;
    if !office.runs.admits(&organism.id, cases.ids(), moment.now) {
        return Err(Refusal::of(Problem::RateLimited, TOO_MANY));
    }
    plant(office, &cases).await?;
    let officer = &asked.officer;
    office.admit(caller, (&terms, officer), moment.now).await?;
    let id = format!("{:016x}", random >> 64);
    let begun = moment.entry(caller, &id);
    let receipt = office.evidence.record(begun).await;
    let receipt = receipt.map_err(|error| {
        tracing::error!(%error, "the journal cannot be written");
        Refusal::from(Problem::JournalUnavailable)
    })?;
    let other = office.versions.iter().find(|it| **it != contract);
    let plan = Plan {
        kind: organism.kind,
        annex,
        cases: &cases,
        run: &id,
        versions: (&contract, other.map(String::as_str)),
    };
    let mut steps = office.catalogue.steps(&plan);
    steps.retain(|step| step.speaks(asked.protocol));
    Ok(Run {
        steps,
        protocol: asked.protocol,
        organism: organism.clone(),
        key: *caller.certificate(),
        officer: asked.officer,
        begun: moment.now,
        ahead_s: asked.time.as_second() - moment.now.as_second(),
        annex: annex.clone(),
        contract,
        from: receipt.seq,
        id,
    })
}

/// The version that the annex names; one that is no version of the common contract has no profile.
fn contract(office: &Office, terms: &Terms) -> Result<String, Refusal> {
    let named = terms.agreement.annex.contract.as_ref();
    let named = named.map_or(office.own.as_str(), ContractName::as_str);
    let known = office.versions.iter().find(|it| *it == named);
    known.cloned().ok_or_else(|| refused(OTHER_CONTRACT))
}

/// Puts the cases into the system behind, and lets the index know them.
async fn plant(office: &Office, cases: &Cases) -> Result<(), Refusal> {
    for case in [Some(&cases.own), cases.foreign.as_ref()]
        .into_iter()
        .flatten()
    {
        let planted = (office.plant)(case.clone()).await;
        planted.map_err(|why| broken(&why))?;
    }
    office.feed.catch_up(|_| ()).await.map_err(|e| broken(&e))?;
    Ok(())
}

/// The requests that are to be sent.
fn told(run: &Run, version: u32) -> Value {
    let asked = run.steps.iter().filter(|it| it.expected != Expected::Clock);
    let steps: Vec<Value> = asked
        .map(|step| match run.protocol {
            Protocol::Rest => request(run, step),
            Protocol::Soap => message(run, step),
        })
        .collect();
    json!({
        "ejecucion": run.id,
        "perfil": run.organism.kind.as_str(),
        "version": version,
        "contrato": run.contract,
        "protocolo": run.protocol.as_str(),
        "peticiones": steps,
    })
}

fn request(run: &Run, step: &Step) -> Value {
    let mut headers = json!({
        "Pasarela-Solicitante": run.organism.id.as_str(),
        "Pasarela-Funcionario": run.officer.as_str(),
        "Pasarela-Finalidad": purpose(run).as_str(),
        FILE: run.id,
        "Idempotency-Key": step.request,
    });
    if let Some(headers) = headers.as_object_mut() {
        for (name, value) in &step.headers {
            // A check may want that something is not said.
            if value.is_empty() {
                headers.remove(name);
            } else {
                headers.insert(name.clone(), json!(value));
            }
        }
    }
    json!({
        "prueba": step.name,
        "titulo": step.title,
        "metodo": step.method,
        "ruta": step.path,
        "tipo": rest::CONTENT_TYPE,
        "cabeceras": headers,
        "cuerpo": step.body,
    })
}

/// The same as a SOAP 1.2 message, its context in the header block. Nothing in it needs escaping: identifiers, words of the
/// wire, and the texts of the profile.
fn message(run: &Run, step: &Step) -> Value {
    let said = |name: &str| step.headers.get(name).map(String::as_str);
    let requester = said("Pasarela-Solicitante").unwrap_or(run.organism.id.as_str());
    let file = match said(FILE) {
        Some("") => String::new(),
        Some(_) | None => format!("<Expediente>{}</Expediente>", run.id),
    };
    let context = format!(
        "<Contexto xmlns=\"urn:pasarela:contexto:1\"><Solicitante>{requester}</Solicitante><Funcionario>{}</Funcionario>\
         <Finalidad>{}</Finalidad>{file}<IdPeticion>{}</IdPeticion><TimeStamp>{}</TimeStamp></Contexto>",
        run.officer.as_str(),
        purpose(run).as_str(),
        step.request,
        run.begun,
    );
    let version = SoapVersion::V12;
    let body = step.soap.as_deref().unwrap_or_default();
    let envelope = format!(
        "<s:Envelope xmlns:s=\"{}\"><s:Header>{context}</s:Header><s:Body>{body}</s:Body></s:Envelope>",
        version.namespace(),
    );
    json!({
        "prueba": step.name,
        "titulo": step.title,
        "metodo": "POST",
        "ruta": step.soap_path,
        "tipo": version.content_type(),
        "cabeceras": {},
        "cuerpo": envelope,
    })
}

/// The purpose that is asked for: protection, where the annex opens that.
fn purpose(run: &Run) -> Purpose {
    let purposes = &run.annex.purposes;
    if purposes.contains(&Purpose::Protection) {
        return Purpose::Protection;
    }
    purposes.first().copied().unwrap_or(Purpose::Protection)
}
