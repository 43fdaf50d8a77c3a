//! The papers of files, by their digest: the same paper is stored once.

use domain::adhesion::{Document, DocumentId, pdf};
use jiff::Timestamp;
use journal::Digest;

use crate::backend::{durable, reading};
use crate::registry::parsed;
use crate::{Error, Store};

const TABLE: &str = "documents";

const PUT: &str = "
    insert into documents (digest, media_type, size, bytes, stored_at, stored_by)
    values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing";

const FIND: &str = "select digest, media_type, size from documents where digest = $1";

const BYTES: &str = "select bytes from documents where digest = $1";

impl Store {
    /// Stores a PDF; bytes that are none are refused by name.
    pub(crate) async fn put_document(
        &self,
        bytes: &[u8],
        by: &str,
        at: Timestamp,
    ) -> Result<DocumentId, Error> {
        pdf::check(bytes)?;
        self.keep_document(pdf::MEDIA_TYPE, bytes, (by, at)).await
    }

    /// Stores bytes that were looked at, or that the gateway has written itself.
    pub(crate) async fn keep_document(
        &self,
        media_type: &str,
        bytes: &[u8],
        (by, at): (&str, Timestamp),
    ) -> Result<DocumentId, Error> {
        let digest = Digest::of(bytes).to_string();
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        durable!(self, "adhesion.document", tx => {
            sqlx::query(PUT)
                .bind(&digest)
                .bind(media_type)
                .bind(size)
                .bind(bytes)
                .bind(at.as_microsecond())
                .bind(by)
                .execute(&mut *tx)
                .await?;
        })?;
        parsed(TABLE, &digest)
    }

    /// What a document is, without its bytes.
    pub async fn document(&self, id: &DocumentId) -> Result<Option<Document>, Error> {
        let row: Option<(String, String, i64)> = reading!(self, pool => {
            sqlx::query_as(FIND).bind(id.as_str()).fetch_optional(pool).await?
        });
        row.map(|(digest, media_type, size)| {
            Ok(Document {
                id: parsed(TABLE, &digest)?,
                media_type,
                size: u64::try_from(size).map_err(|reason| Error::corrupt(TABLE)(&reason))?,
            })
        })
        .transpose()
    }

    /// The bytes of a document, as they were stored: bytes that have changed since are refused.
    pub async fn document_bytes(&self, id: &DocumentId) -> Result<Option<Vec<u8>>, Error> {
        let bytes: Option<Vec<u8>> = reading!(self, pool => {
            sqlx::query_scalar(BYTES).bind(id.as_str()).fetch_optional(pool).await?
        });
        let is_whole = |bytes: &Vec<u8>| Digest::of(bytes).to_string() == id.as_str();
        match bytes {
            Some(bytes) if !is_whole(&bytes) => Err(Error::corrupt(TABLE)(
                &"the bytes are not those of the digest",
            )),
            bytes => Ok(bytes),
        }
    }
}
