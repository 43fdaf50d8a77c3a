//! `POST /conformidad/{ejecucion}` · ends a run: reads in the sandbox's own journal what became of its requests, and enters
//! the outcome with its report in the file of adhesion. The answer is the report, byte by byte as it is kept.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use domain::adhesion::{Act, Dossier, Draft, Outcome};
use domain::{Problem, Staff, day_in_madrid};
use exchange::Caller;
use journal::{Digest, Entry};
use store::adhesion::acts::{Occasion, Request};
use store::journal::Stretch;

use super::Shop;
use super::office::{Moment, Office, broken, refused};
use super::report::{Report, Span};
use super::runs::Run;
use super::verdict::{self, Finding};
use crate::clock;
use crate::enrolment::refusal::Refusal;

/// The address.
pub(super) const PATH: &str = "/conformidad/{ejecucion}";
/// What the evidence calls it.
const OPERATION: &str = "conformidad.fin";
/// More entries than a run can have made.
const MOST: u32 = 2_000;

/// The digest of the report.
const DIGEST: HeaderName = HeaderName::from_static("pasarela-resumen");
/// What became of it: `incorporado`, or why it was not.
const FILED: HeaderName = HeaderName::from_static("pasarela-incorporado");

const UNKNOWN: (&str, &str) = (
    "prueba-desconocida",
    "no hay ninguna prueba de su organismo en curso con ese identificador; acaba a la media hora y se cierra una sola vez",
);
const FLOODED: (&str, &str) = (
    "demasiadas-peticiones",
    "durante la prueba se enviaron demasiadas peticiones para juzgarla; repítala y envíe solo las suyas",
);
const CHANGED: (&str, &str) = (
    "anexo-cambiado",
    "el anexo ha cambiado desde que empezó la prueba; repítala",
);

/// Ends.
pub(super) async fn serve(office: Shop, request: HttpRequest) -> HttpResponse {
    let moment = Moment::begin(OPERATION);
    match conclude(&office, &moment, &request).await {
        Ok((report, filed)) => told(report, &filed),
        Err(refusal) => office.refuse(&moment, refusal).await,
    }
}

fn told(report: Vec<u8>, filed: &str) -> HttpResponse {
    let digest = Digest::of(&report).to_string();
    let mut response = HttpResponse::Ok()
        .content_type("application/json")
        .body(report);
    for (name, value) in [(DIGEST, digest.as_str()), (FILED, filed)] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn conclude(
    office: &Office,
    moment: &Moment,
    request: &HttpRequest,
) -> Result<(Vec<u8>, String), Refusal> {
    let caller = office.caller(request, moment.now)?;
    let about = |refusal: Refusal| refusal.about(&caller.organism().id);
    let id = request.match_info().get("ejecucion").unwrap_or_default();
    let run = office.runs.take(id, &caller.organism().id, moment.now);
    let run = run.ok_or_else(|| about(Refusal::of(Problem::NoSuchResource, UNKNOWN)))?;
    let ended = ended(office, moment, &caller, &run).await;
    if let Err(refusal) = &ended
        && refusal.is_ours()
    {
        // What failed here is no end: it may be tried again.
        office.runs.open(run);
    }
    ended.map_err(about)
}

/// The report on a run, and what became of it in the file.
async fn ended(
    office: &Office,
    moment: &Moment,
    caller: &Caller,
    run: &Run,
) -> Result<(Vec<u8>, String), Refusal> {
    let terms = office.terms(caller, moment.now).await?;
    if terms.agreement.annex != run.annex {
        return Err(refused(CHANGED));
    }
    let (span, findings) = judged(office, moment, caller, run).await?;
    let report = Report {
        run,
        agreement: &terms.agreement.id,
        span: &span,
        findings: &findings,
        version: office.catalogue.version,
        ended: moment.now,
    };
    let bytes = report.bytes().map_err(|e| broken(&e))?;
    let filed = match &terms.dossier {
        // What the file says already is not said again: papers are kept for ever.
        Some(dossier) if dossier.conformance() == Some(outcome(&findings)) => {
            Ok("sin-cambio".to_owned())
        }
        Some(dossier) => enter(office, dossier, outcome(&findings), &bytes).await,
        None => Ok("convenio-en-vigor".to_owned()),
    };
    Ok((bytes, filed?))
}

/// What the evidence between the run's first entry and this one says.
async fn judged(
    office: &Office,
    moment: &Moment,
    caller: &Caller,
    run: &Run,
) -> Result<(Span, Vec<Finding>), Refusal> {
    let unwritten = |_| Refusal::from(Problem::JournalUnavailable);
    let ended = office.evidence.record(moment.entry(caller, &run.id));
    let until = ended.await.map_err(unwritten)?.seq;
    let stretch = Stretch {
        node: office.evidence.node().clone(),
        from: run.from,
        until,
    };
    let own = [format!("\"organismo\":\"{}\"", run.organism.id)];
    let found = office.real.sift(&stretch, &own, MOST);
    let found = found.await.map_err(|e| broken(&e))?;
    // What was not read may say otherwise.
    if u32::try_from(found.len()).is_ok_and(|found| found >= MOST) {
        return Err(refused(FLOODED));
    }
    let entries: Vec<Entry> = found.into_iter().rev().map(|(_, entry)| entry).collect();
    let span = Span {
        node: stretch.node.to_string(),
        from: run.from,
        until,
    };
    Ok((span, verdict::judge(&office.catalogue, run, &entries)))
}

pub(super) fn outcome(findings: &[Finding]) -> Outcome {
    if findings.iter().all(|it| it.passed) {
        Outcome::Passed
    } else {
        Outcome::Failed
    }
}

/// Enters the outcome with its report. What the rules of the file refuse is told, and the report is the organism's all the
/// same.
async fn enter(
    office: &Office,
    dossier: &Dossier,
    outcome: Outcome,
    report: &[u8],
) -> Result<String, Refusal> {
    let (real, acts) = (&office.real, &office.acts);
    let occasion = Occasion {
        now: clock::now(),
        exchange: clock::fresh_id(),
    };
    let document = real.file_report(acts, report, &occasion).await;
    let request = Request {
        dossier: dossier.file().id.clone(),
        seen: dossier.version(),
        draft: Draft {
            by: Staff::gateway(),
            date: day_in_madrid(occasion.now),
            act: Act::Conformance(outcome),
            reference: None,
            document: Some(document.map_err(|e| broken(&e))?),
            note: None,
        },
    };
    match real.act(acts, &request, &occasion).await {
        Ok(_) => Ok("incorporado".to_owned()),
        Err(error) => match error.code() {
            Some(code) => Ok(code.to_owned()),
            None => Err(broken(&error)),
        },
    }
}
