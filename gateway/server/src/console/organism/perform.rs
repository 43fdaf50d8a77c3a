//! `POST /organismos/{organismo}/acto`, `…/usuario` · does what a form of the page asks for.

use actix_web::http::StatusCode;
use domain::adhesion::{DocumentId, Dossier};
use domain::{AgreementId, OrganismId};
use store::adhesion::acts::{Occasion, Request};

use super::annex::terms::Known;
use super::draft::{self, Fault};
use super::{Case, filled, wanted};
use crate::clock;
use crate::console::adhesions;
use crate::console::fields::Fields;
use crate::console::refusal::Refusal;
use crate::console::response::{self, Reply};
use crate::console::tried::Tried;
use crate::console::upload::Sent;
use crate::console::visit::Visit;

/// The forms of the page, by the act that they ask for.
const FORMS: [&str; 10] = [
    "paso",
    "retroceso",
    "anexo",
    "plazo",
    "conformidad",
    "incorporacion",
    "propuesta",
    "aprobacion",
    "rechazo",
    "retirada",
];

/// Does an act in a file.
pub(super) async fn act(visit: Visit) -> Reply {
    let organism: OrganismId = visit.part("organismo")?;
    let sent = Sent::of(&visit)?;
    let id = wanted(&sent.fields)?.to_owned();
    let case = Case::find(&visit.desk, &organism, Some(&id)).await?;
    let dossier = case.dossier.as_ref().ok_or(Refusal::Nothing)?;
    let done = done(&visit, &sent, dossier).await?;
    match done {
        Ok(()) => Ok(response::go_to(&address(&organism, &dossier.file().id))),
        Err(fault) => refused(visit, case, (shown(&sent.fields), sent.fields), fault).await,
    }
}

/// Puts an officer on the users form, or changes what it says of her.
pub(super) async fn user(visit: Visit) -> Reply {
    let organism: OrganismId = visit.part("organismo")?;
    let case = Case::find(&visit.desk, &organism, visit.form.get("convenio")).await?;
    let fields = visit.form.clone();
    match draft::user(&fields, visit.now) {
        Ok(user) => {
            let (desk, users) = (&visit.desk, [user]);
            let (about, occasion) = ((&organism, users.as_slice()), occasion(&visit));
            let store = &desk.store;
            let kept = store.keep_users(&desk.journal, &visit.staff, about, &occasion);
            match kept.await {
                Ok(()) => Ok(response::go_to(&format!("/organismos/{organism}"))),
                Err(error) => {
                    let fault = (users_field(&error), adhesions::fault(error)?);
                    refused(visit, case, ("usuario", fields), fault).await
                }
            }
        }
        Err(fault) => refused(visit, case, ("usuario", fields), fault).await,
    }
}

/// The field that what is wrong with an officer is about.
fn users_field(error: &store::Error) -> &'static str {
    if let store::Error::Users(fault) = error {
        fault.place().map_or("", |(_, field)| field)
    } else {
        ""
    }
}

fn occasion(visit: &Visit) -> Occasion {
    Occasion {
        now: visit.now,
        exchange: clock::fresh_id(),
    }
}

fn address(organism: &OrganismId, file: &AgreementId) -> String {
    format!("/organismos/{organism}?convenio={file}")
}

/// The form that was sent.
fn shown(fields: &Fields) -> &'static str {
    let act = fields.get("formulario").unwrap_or(fields.text("acto"));
    FORMS
        .into_iter()
        .find(|form| *form == act)
        .unwrap_or_default()
}

async fn done(visit: &Visit, sent: &Sent, dossier: &Dossier) -> Result<Result<(), Fault>, Refusal> {
    let desk = &visit.desk;
    let document = match document(visit, sent).await? {
        Ok(document) => document,
        Err(fault) => return Ok(Err(fault)),
    };
    let standing = desk.current.get();
    let known = Known {
        own: &dossier.file().organism.id,
        registry: &standing.registry,
        contracts: &desk.contracts,
    };
    let papers = (dossier, document);
    let draft = draft::read(&visit.staff, &sent.fields, papers, &known, visit.now);
    let draft = match draft {
        Ok(draft) => draft,
        Err(fault) => return Ok(Err(fault)),
    };
    let request = Request {
        dossier: dossier.file().id.clone(),
        seen: sent.fields.parsed("version")?.ok_or(Refusal::Unreadable)?,
        draft,
    };
    match desk
        .store
        .act(&desk.journal, &request, &occasion(visit))
        .await
    {
        Ok(_) => Ok(Ok(())),
        Err(error) => {
            let field = if let store::Error::Refused(refused) = &error {
                draft::field(refused)
            } else {
                ""
            };
            Ok(Err((field, adhesions::fault(error)?)))
        }
    }
}

/// The paper that came with a form, stored; or the one of the last attempt, so that nobody sends it twice.
async fn document(
    visit: &Visit,
    sent: &Sent,
) -> Result<Result<Option<DocumentId>, Fault>, Refusal> {
    let Some(file) = sent.file("documento") else {
        return Ok(Ok(sent.fields.parsed("documento_previo")?));
    };
    let desk = &visit.desk;
    let occasion = occasion(visit);
    let stored = desk
        .store
        .file_document(&desk.journal, &visit.staff, &file.bytes, &occasion);
    match stored.await {
        Ok(id) => Ok(Ok(Some(id))),
        Err(error) => Ok(Err(("documento", adhesions::fault(error)?))),
    }
}

/// The page again, with what is wrong beside its field; the act was not done.
async fn refused(
    visit: Visit,
    case: Case,
    (form, fields): (&'static str, Fields),
    (field, code): Fault,
) -> Reply {
    let told = visit.frame.term("refused", code);
    let tried = Tried::of(form, fields, field, told);
    let status = match code {
        "expediente-cambiado" | "propuesta-pendiente" | "sin-propuesta" => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    response::page_with(status, &filled(visit, case, tried).await?)
}
