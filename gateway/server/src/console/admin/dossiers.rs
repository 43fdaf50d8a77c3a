//! `/admin/v1/expedientes` · list, open, read, enter.

use actix_web::http::StatusCode;
use domain::adhesion::{Act, DocumentId, Dossier, Draft, Entry, Note, Reference, Summary, Wait};
use domain::{AgreementId, Organism, OrganismId, OrganismKind, day_in_madrid};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use store::Error;
use store::adhesion::acts::Request;

use super::answer;
use super::{Call, Reply};
use crate::clock;

/// A file to be opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFile {
    id: AgreementId,
    organismo: OrganismId,
    tipo: OrganismKind,
    nombre: String,
}

/// An entry to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEntry {
    version: u32,
    acto: Act,
    fecha: Option<Date>,
    referencia: Option<Reference>,
    documento: Option<DocumentId>,
    nota: Option<Note>,
}

pub(super) async fn list(call: Call) -> Reply {
    let now = clock::now();
    let summaries = call.desk.store.dossiers().await?;
    let told: Vec<Value> = summaries.iter().map(|it| summary(it, now)).collect();
    Ok(answer::json(
        StatusCode::OK,
        &json!({ "expedientes": told }),
    ))
}

pub(super) async fn open(call: Call) -> Reply {
    let new: NewFile = call.json()?;
    let occasion = Call::occasion();
    let organism = Organism {
        id: new.organismo,
        kind: new.tipo,
        name: new.nombre,
    };
    let (desk, about) = (&call.desk, (&new.id, &organism));
    let opened = desk
        .store
        .open_file(&desk.journal, &call.staff, about, &occasion);
    let dossier = Dossier::new(opened.await?);
    Ok(answer::json(
        StatusCode::CREATED,
        &told(&dossier, occasion.now),
    ))
}

pub(super) async fn show(call: Call) -> Reply {
    let id: AgreementId = call.id()?;
    let dossier = call.desk.store.dossier(&id).await?;
    let dossier = dossier.ok_or(Error::UnknownDossier(id))?;
    Ok(answer::json(StatusCode::OK, &told(&dossier, clock::now())))
}

pub(super) async fn enter(call: Call) -> Reply {
    let new: NewEntry = call.json()?;
    let occasion = Call::occasion();
    let draft = Draft {
        by: call.staff.clone(),
        date: new.fecha.unwrap_or(day_in_madrid(occasion.now)),
        act: new.acto,
        reference: new.referencia,
        document: new.documento,
        note: new.nota,
    };
    let request = Request {
        dossier: call.id()?,
        seen: new.version,
        draft,
    };
    let desk = &call.desk;
    let entered = desk.store.act(&desk.journal, &request, &occasion);
    let dossier = entered.await?;
    Ok(answer::json(
        StatusCode::CREATED,
        &told(&dossier, occasion.now),
    ))
}

fn summary(summary: &Summary, now: Timestamp) -> Value {
    json!({
        "id": summary.id,
        "version": summary.version,
        "organismo": {
            "id": summary.organism.id,
            "tipo": summary.organism.kind,
            "nombre": summary.organism.name,
        },
        "estado": summary.state_at(now),
        "diasEnEstado": summary.age_days(now),
        "espera": summary.waits.iter().map(Wait::to_string).collect::<Vec<_>>(),
        "territorio": summary.territory,
        "desde": summary.effective_from,
        "ultimoDia": summary.expires_on,
        "aviso": summary.warning(now),
    })
}

fn told(dossier: &Dossier, now: Timestamp) -> Value {
    json!({
        "expediente": summary(&dossier.summary(), now),
        "anexo": dossier.annex(),
        "asientos": dossier.entries().iter().map(entry).collect::<Vec<_>>(),
    })
}

fn entry(entry: &Entry) -> Value {
    json!({
        "asiento": entry.seq,
        "registrado": entry.at.to_string(),
        "autor": entry.author,
        "fecha": entry.date,
        "acto": entry.act,
        "referencia": entry.reference,
        "documento": entry.document,
        "nota": entry.note,
    })
}
