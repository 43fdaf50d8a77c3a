//! Reading tables that somebody sent, beside the requests of others.

use actix_web::web::{self, Bytes};
use adapters::workbook;
use domain::table::{FileFault, Table, Wrong};

/// Reads a file as a table: a workbook, or CSV.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn read(bytes: Bytes, name: String) -> Result<Table, Wrong<FileFault>> {
    let read = web::block(move || workbook::table(&bytes, &name)).await;
    read.unwrap_or_else(|_| Err(Wrong::whole(FileFault::Damaged)))
}
