//! The bulletin of 29-02-2020: the published figures, and the same tables counted again.

mod figures;
mod recount;

pub use figures::{BodyRow, Cells, Column, FigureError, Figures, Footer, Scope, TerritorialRow};
pub use recount::recount;
