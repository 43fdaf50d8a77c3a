//! `GET /documentos?id=…` · a paper of a file, by its digest; reading one is evidence.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;
use domain::adhesion::{DocumentId, pdf};

use super::desk::act;
use super::frame::Frame;
use super::pages::{EVERYONE, Listed, Page};
use super::refusal::Refusal;
use super::response::{self, Reply};
use super::visit::Visit;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/documentos",
    title: "documents-title",
    listed: Listed::Within("/adhesiones"),
    readers: EVERYONE,
    read: |visit| Box::pin(read(visit)),
    acts: &[],
};

#[derive(Template)]
#[template(path = "documents.html")]
struct DocumentsPage {
    frame: Frame,
}

/// The name that a paper is kept under.
pub(super) fn file_name(id: &DocumentId, media_type: &str) -> String {
    let ending = if media_type == pdf::MEDIA_TYPE {
        "pdf"
    } else {
        "json"
    };
    format!("{id}.{ending}")
}

async fn read(visit: Visit) -> Reply {
    let Some(id) = visit.query.parsed::<DocumentId>("id")? else {
        return response::page(&DocumentsPage { frame: visit.frame });
    };
    let store = &visit.desk.store;
    let document = store.document(&id).await?.ok_or(Refusal::Nothing)?;
    let mut entry = act("adhesion.documento.lectura");
    entry.request_digest = id.as_str().parse().ok();
    visit.desk.record(entry, &visit.staff).await?;
    let bytes = store.document_bytes(&id).await?.ok_or(Refusal::Nothing)?;
    let named = format!(
        "attachment; filename=\"{}\"",
        file_name(&id, &document.media_type)
    );
    Ok(HttpResponse::Ok()
        .content_type(document.media_type)
        .insert_header((header::CONTENT_DISPOSITION, named))
        .body(bytes))
}
