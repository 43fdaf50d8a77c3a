//! Every case in the order of its last change: what an index elsewhere is kept up to date from.

use domain::{MunicipalityCode, RiskLevel};
use sqlx::Row as _;

use crate::database::row::{Said, municipality};
use crate::database::{Database, DatabaseError, level_of};

/// A case as an index needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// Its place in the order; greater than any before.
    pub(crate) place: i64,
    /// Its identifier.
    pub(crate) id: String,
    /// Its version.
    pub(crate) version: u32,
    /// Where the victim lives now.
    pub(crate) municipality: Option<MunicipalityCode>,
    /// Who answers for her safety.
    pub(crate) responsible: String,
    /// Its level.
    pub(crate) level: Option<RiskLevel>,
    /// Its level as it was said.
    pub(crate) said: Option<Said>,
    /// Its state.
    pub(crate) state: String,
}

impl Database {
    /// The cases changed after a place in the order, oldest change first.
    ///
    /// A write takes the next place inside its transaction and there is one writer, so nothing ever appears before
    /// a place that was given out.
    pub(crate) async fn changes(
        &self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Change>, DatabaseError> {
        let rows = sqlx::query(
            "SELECT cambio, id, version, municipio, codigo, nivel, estado, \
             escala_dicha, nivel_dicho, nivel_origen \
             FROM caso JOIN organismo ON organismo.num = responsable \
             WHERE cambio > ?1 ORDER BY cambio LIMIT ?2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Change {
                    place: row.try_get(0)?,
                    id: row.try_get(1)?,
                    version: row.try_get(2)?,
                    municipality: municipality(row.try_get(3)?)?,
                    responsible: row.try_get(4)?,
                    level: row
                        .try_get::<Option<i64>, _>(5)?
                        .map(level_of)
                        .transpose()?,
                    state: row.try_get(6)?,
                    said: Said::of(
                        row.try_get(7)?,
                        row.try_get(8)?,
                        row.try_get::<Option<&str>, _>(9)?,
                    ),
                })
            })
            .collect()
    }
}
