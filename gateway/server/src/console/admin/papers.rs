//! `/admin/v1/documentos` · the papers of files, by their digest.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::adhesion::DocumentId;
use serde_json::json;
use store::Error;

use super::answer::{self, Fault};
use super::{Call, Reply};
use crate::console::desk::act;
use crate::console::documents::file_name;

pub(super) async fn store(call: Call) -> Reply {
    let desk = &call.desk;
    let occasion = Call::occasion();
    let stored = desk
        .store
        .file_document(&desk.journal, &call.staff, &call.body, &occasion);
    let id = stored.await?;
    let told = json!({ "documento": id, "bytes": call.body.len() });
    Ok(answer::json(StatusCode::CREATED, &told))
}

/// Always as a file to keep: it is never shown as part of the console. Reading one is evidence, as on the page.
pub(super) async fn show(call: Call) -> Reply {
    let id: DocumentId = call.id()?;
    let (desk, unknown) = (&call.desk, || Error::UnknownDocument(id.clone()));
    let document = desk.store.document(&id).await?.ok_or_else(unknown)?;
    let mut entry = act("adhesion.documento.lectura");
    entry.request_digest = id.as_str().parse().ok();
    let recorded = desk.record(entry, &call.staff).await;
    recorded.map_err(Fault::Refused)?;
    let bytes = desk.store.document_bytes(&id).await?;
    let bytes = bytes.ok_or_else(unknown)?;
    let named = format!(
        "attachment; filename=\"{}\"",
        file_name(&id, &document.media_type)
    );
    Ok(HttpResponse::Ok()
        .content_type(document.media_type)
        .insert_header(("content-disposition", named))
        .body(bytes))
}
