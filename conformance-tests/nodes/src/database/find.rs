//! Cases by identifier and by the document of somebody in them, and the sections submitted for them.

use sqlx::SqliteConnection;

use crate::database::row::{Origin, Stored, read, select_cases};
use crate::database::{Database, DatabaseError};

/// A submitted section: its name and its content.
pub(crate) type Section = (String, Vec<u8>);

/// Most cases that a document is looked up in.
const MOST_HITS: i64 = 100;

/// How somebody appears in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// As the victim.
    Victim,
    /// As the aggressor.
    Aggressor,
    /// Either way.
    Any,
}

impl Database {
    /// A case and its submitted sections, both of one moment.
    pub(crate) async fn case(
        &self,
        id: &str,
    ) -> Result<Option<(Stored, Vec<Section>)>, DatabaseError> {
        let Some(stored) = case(&mut *self.pool.acquire().await?, id).await? else {
            return Ok(None);
        };
        if stored.origin == Origin::Generated {
            return Ok(Some((stored, Vec::new())));
        }
        // Between the two questions somebody may write: ask both again inside one transaction.
        let mut transaction = self.pool.begin().await?;
        let Some(stored) = case(&mut transaction, id).await? else {
            return Ok(None);
        };
        let sections = sections(&mut transaction, stored.number).await?;
        transaction.commit().await?;
        Ok(Some((stored, sections)))
    }

    /// Some case that is not this one.
    pub(crate) async fn other_case(
        &self,
        id: &str,
    ) -> Result<Option<(Stored, Vec<Section>)>, DatabaseError> {
        let other: Option<String> =
            sqlx::query_scalar("SELECT id FROM caso WHERE id <> ?1 ORDER BY id LIMIT 1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        match other {
            Some(other) => self.case(&other).await,
            None => Ok(None),
        }
    }

    /// The cases in which somebody with this document appears.
    pub(crate) async fn by_document(
        &self,
        document: &str,
        part: Part,
    ) -> Result<Vec<Stored>, DatabaseError> {
        let as_victim = select_cases!(
            "WHERE caso.victima = (SELECT num FROM persona WHERE documento = ?1) \
             ORDER BY caso.id LIMIT ?2"
        );
        let as_aggressor = select_cases!(
            "WHERE caso.agresor = (SELECT num FROM persona WHERE documento = ?1) \
             ORDER BY caso.id LIMIT ?2"
        );
        let queries: &[&'static str] = match part {
            Part::Victim => &[as_victim],
            Part::Aggressor => &[as_aggressor],
            Part::Any => &[as_victim, as_aggressor],
        };
        let mut found = Vec::new();
        for query in queries {
            let rows = sqlx::query(*query)
                .bind(document)
                .bind(MOST_HITS)
                .fetch_all(&self.pool)
                .await?;
            for row in &rows {
                found.push(read(row)?);
            }
        }
        found.sort_by(|one, other| one.id.cmp(&other.id));
        found.truncate(usize::try_from(MOST_HITS).unwrap_or(usize::MAX));
        Ok(found)
    }
}

/// A case by its identifier.
pub(crate) async fn case(
    connection: &mut SqliteConnection,
    id: &str,
) -> Result<Option<Stored>, DatabaseError> {
    sqlx::query(select_cases!("WHERE caso.id = ?1"))
        .bind(id)
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The submitted sections of a case.
pub(crate) async fn sections(
    connection: &mut SqliteConnection,
    number: i64,
) -> Result<Vec<Section>, DatabaseError> {
    Ok(
        sqlx::query_as("SELECT nombre, contenido FROM seccion WHERE caso = ?1")
            .bind(number)
            .fetch_all(connection)
            .await?,
    )
}
