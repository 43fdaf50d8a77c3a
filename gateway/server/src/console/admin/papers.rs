//! `/admin/v1/documentos` · the papers of files, by their digest.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use domain::adhesion::{DocumentId, pdf};
use serde_json::json;
use store::Error;

use super::answer;
use super::{Call, Reply};

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

/// Always as a file to keep: it is never shown as part of the console.
pub(super) async fn show(call: Call) -> Reply {
    let id: DocumentId = call.id()?;
    let bytes = call.desk.store.document_bytes(&id).await?;
    let bytes = bytes.ok_or_else(|| Error::UnknownDocument(id.clone()))?;
    let named = format!("attachment; filename=\"{id}.pdf\"");
    Ok(HttpResponse::Ok()
        .content_type(pdf::MEDIA_TYPE)
        .insert_header(("content-disposition", named))
        .body(bytes))
}
