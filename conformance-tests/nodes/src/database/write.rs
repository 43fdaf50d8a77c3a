//! Writing: one transaction, one author, one new version of one case.

use domain::{MunicipalityCode, RiskLevel};
use sqlx::{Sqlite, Transaction};
use tokio::sync::OwnedMutexGuard;

use crate::body::Body;
use crate::database::find::{self, Section};
use crate::database::row::{Said, Stored};
use crate::database::{Database, DatabaseError, rank};

/// Who writes, and the message written.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    /// The organism that asks.
    pub(crate) organism: String,
    /// The organism it acts for.
    pub(crate) on_behalf_of: Option<String>,
    /// The officer, by pseudonym.
    pub(crate) officer: String,
    /// What for.
    pub(crate) purpose: String,
    /// The identifier of the request.
    pub(crate) request: String,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// The submission, as XML.
    pub(crate) message: Vec<u8>,
}

/// What the tables hold of a case beside its sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The victim's document.
    pub(crate) victim: Option<String>,
    /// The aggressor's document.
    pub(crate) aggressor: Option<String>,
    /// Where she lives now.
    pub(crate) municipality: Option<MunicipalityCode>,
    /// The state.
    pub(crate) state: String,
    /// The level.
    pub(crate) level: Option<RiskLevel>,
    /// The level as it was said.
    pub(crate) said: Option<Said>,
}

/// What a write led to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Outcome {
    /// The case.
    pub(crate) id: String,
    /// Its version now.
    pub(crate) version: u32,
    /// When, in seconds since 1970.
    pub(crate) at: i64,
}

/// An earlier write under the same request identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// What it led to.
    pub(crate) outcome: Outcome,
    /// The message written.
    pub(crate) message: Vec<u8>,
}

/// The one write under way; dropped without [`Writing::commit`] it never was.
pub(crate) struct Writing {
    pub(super) transaction: Transaction<'static, Sqlite>,
    _alone: OwnedMutexGuard<()>,
}

impl Database {
    /// Begins a write, once nobody else writes.
    pub(crate) async fn write(&self) -> Result<Writing, DatabaseError> {
        let alone = self.writer.clone().lock_owned().await;
        let transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Writing {
            transaction,
            _alone: alone,
        })
    }
}

impl Writing {
    /// The write that this organism made under this request identifier before.
    pub(crate) async fn earlier(
        &mut self,
        author: &Author,
    ) -> Result<Option<Earlier>, DatabaseError> {
        let row: Option<(String, u32, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT caso.id, escritura.version, instante, mensaje FROM escritura \
             JOIN caso ON caso.num = escritura.caso WHERE organismo = ?1 AND peticion = ?2",
        )
        .bind(&author.organism)
        .bind(&author.request)
        .fetch_optional(&mut *self.transaction)
        .await?;
        Ok(row.map(|(id, version, at, message)| Earlier {
            outcome: Outcome { id, version, at },
            message,
        }))
    }

    /// A case with its sections, as it stands before the write.
    pub(crate) async fn case(
        &mut self,
        id: &str,
    ) -> Result<Option<(Stored, Vec<Section>)>, DatabaseError> {
        let Some(stored) = find::case(&mut self.transaction, id).await? else {
            return Ok(None);
        };
        let sections = find::sections(&mut self.transaction, stored.number).await?;
        Ok(Some((stored, sections)))
    }

    /// Makes a case that nobody submits, under the organism responsible for it.
    pub(crate) async fn create(
        &mut self,
        id: &str,
        responsible: &str,
        facts: &Facts,
        at: i64,
    ) -> Result<(), DatabaseError> {
        let organism = self.organism(responsible).await?;
        let (victim, aggressor) = self.persons(facts).await?;
        sqlx::query(
            "INSERT INTO caso (id, version, cambio, victima, agresor, municipio, responsable, \
             estado, nivel, creado, actualizado, derivado, escala_dicha, nivel_dicho) \
             VALUES (?1, 1, (SELECT coalesce(max(cambio), 0) + 1 FROM caso), ?2, ?3, ?4, ?5, ?6, \
             ?7, ?8, ?8, 0, ?9, ?10)",
        )
        .bind(id)
        .bind(victim)
        .bind(aggressor)
        .bind(facts.municipality.and_then(number))
        .bind(organism)
        .bind(&facts.state)
        .bind(facts.level.map(rank))
        .bind(at)
        .bind(facts.said.as_ref().map(|said| &said.scale))
        .bind(facts.said.as_ref().map(|said| &said.level))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Lets the details of a case follow from the seed, as those of the population do.
    pub(crate) async fn derive(&mut self, id: &str) -> Result<(), DatabaseError> {
        sqlx::query("UPDATE caso SET derivado = 1 WHERE id = ?1")
            .bind(id)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Makes a new version of a case.
    pub(crate) async fn update(
        &mut self,
        case: &Stored,
        facts: &Facts,
        at: i64,
    ) -> Result<(), DatabaseError> {
        let (victim, aggressor) = self.persons(facts).await?;
        sqlx::query(
            "UPDATE caso SET version = version + 1, \
             cambio = (SELECT max(cambio) + 1 FROM caso), victima = ?2, agresor = ?3, \
             municipio = ?4, estado = ?5, nivel = ?6, actualizado = ?7, derivado = 0, \
             escala_dicha = ?8, nivel_dicho = ?9 WHERE num = ?1",
        )
        .bind(case.number)
        .bind(victim)
        .bind(aggressor)
        .bind(facts.municipality.and_then(number))
        .bind(&facts.state)
        .bind(facts.level.map(rank))
        .bind(at)
        .bind(facts.said.as_ref().map(|said| &said.scale))
        .bind(facts.said.as_ref().map(|said| &said.level))
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Writes down who made this version; gives the number of the write.
    pub(crate) async fn sign(
        &mut self,
        case: i64,
        version: u32,
        author: &Author,
    ) -> Result<i64, DatabaseError> {
        Ok(sqlx::query_scalar(
            "INSERT INTO escritura (caso, version, organismo, en_nombre_de, funcionario, \
             finalidad, peticion, instante, mensaje) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING num",
        )
        .bind(case)
        .bind(version)
        .bind(&author.organism)
        .bind(&author.on_behalf_of)
        .bind(&author.officer)
        .bind(&author.purpose)
        .bind(&author.request)
        .bind(author.at)
        .bind(&author.message)
        .fetch_one(&mut *self.transaction)
        .await?)
    }

    /// Stores a section, under the write that it came with or under none.
    pub(crate) async fn keep(
        &mut self,
        case: i64,
        section: &Section,
        write: Option<i64>,
    ) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO seccion (caso, nombre, escritura, contenido) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (caso, nombre) DO UPDATE \
             SET escritura = excluded.escritura, contenido = excluded.contenido",
        )
        .bind(case)
        .bind(&section.0)
        .bind(write)
        .bind(&section.1)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    /// Marks where a change begins that may be taken back alone.
    pub(crate) async fn mark(&mut self) -> Result<(), DatabaseError> {
        self.run("SAVEPOINT una").await
    }

    /// Keeps what was written since the mark.
    pub(crate) async fn keep_marked(&mut self) -> Result<(), DatabaseError> {
        self.run("RELEASE una").await
    }

    /// Takes back what was written since the mark.
    pub(crate) async fn take_back(&mut self) -> Result<(), DatabaseError> {
        self.run("ROLLBACK TO una; RELEASE una").await
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), DatabaseError> {
        sqlx::query(statement)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Makes the write last.
    pub(crate) async fn commit(self) -> Result<(), DatabaseError> {
        Ok(self.transaction.commit().await?)
    }

    async fn persons(
        &mut self,
        facts: &Facts,
    ) -> Result<(Option<i64>, Option<i64>), DatabaseError> {
        let victim = self.person(facts.victim.as_deref()).await?;
        Ok((victim, self.person(facts.aggressor.as_deref()).await?))
    }

    /// The person with this document, new or known.
    async fn person(&mut self, document: Option<&str>) -> Result<Option<i64>, DatabaseError> {
        let Some(document) = document else {
            return Ok(None);
        };
        Ok(sqlx::query_scalar(
            "INSERT INTO persona (documento) VALUES (?1) \
             ON CONFLICT (documento) DO UPDATE SET documento = excluded.documento RETURNING num",
        )
        .bind(document)
        .fetch_one(&mut *self.transaction)
        .await?)
    }

    /// The organism with this code, new or known.
    pub(super) async fn organism(&mut self, code: &str) -> Result<i64, DatabaseError> {
        Ok(sqlx::query_scalar(
            "INSERT INTO organismo (codigo, cuerpo) VALUES (?1, ?2) \
             ON CONFLICT (codigo) DO UPDATE SET codigo = excluded.codigo RETURNING num",
        )
        .bind(code)
        .bind(Body::of_organism(code).map(Body::name))
        .fetch_one(&mut *self.transaction)
        .await?)
    }
}

pub(super) fn number(municipality: MunicipalityCode) -> Option<u32> {
    municipality.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{Author, Facts};
    use crate::database::{Database, Population, Provinces};

    fn author(request: &str) -> Author {
        Author {
            organism: "L01130473".into(),
            on_behalf_of: None,
            officer: "AGENTE-PRUEBA".into(),
            purpose: "proteccion".into(),
            request: request.into(),
            at: 1_600_000_000,
            message: b"<PRUEBA/>".to_vec(),
        }
    }

    const NOTHING: Facts = Facts {
        victim: None,
        aggressor: None,
        municipality: None,
        state: String::new(),
        level: None,
        said: None,
    };

    async fn ceuta() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let population = Population {
            seed: 1,
            provinces: Provinces::Some(vec![51]),
        };
        let path = folder.path().join("central.sqlite");
        let (database, _) = Database::open(&path, &population, |_| ()).await.unwrap();
        (folder, database)
    }

    #[tokio::test]
    async fn each_section_is_signed_by_the_write_it_came_with() {
        let (_folder, database) = ceuta().await;
        let id = database.changes(0, 1).await.unwrap().remove(0).id;
        let mut writing = database.write().await.unwrap();
        let (stored, _) = writing.case(&id).await.unwrap().unwrap();
        writing.update(&stored, &NOTHING, 1).await.unwrap();
        let write = writing
            .sign(stored.number, 2, &author("P-1"))
            .await
            .unwrap();
        for (name, write) in [("victima", Some(write)), ("hechos", None)] {
            let section = (name.to_owned(), b"<x/>".to_vec());
            writing.keep(stored.number, &section, write).await.unwrap();
        }
        let earlier = writing.earlier(&author("P-1")).await.unwrap().unwrap();
        assert_eq!(
            (earlier.outcome.id, earlier.outcome.version),
            (id.clone(), 2)
        );
        assert!(writing.earlier(&author("P-2")).await.unwrap().is_none());
        writing.commit().await.unwrap();
        let signed: Vec<(String, Option<String>)> = sqlx::query_as(
            "SELECT nombre, organismo FROM seccion LEFT JOIN escritura ON num = escritura ORDER BY nombre",
        )
        .fetch_all(database.pool())
        .await
        .unwrap();
        let by =
            |name: &str, organism: Option<&str>| (name.to_owned(), organism.map(str::to_owned));
        assert_eq!(
            signed,
            [by("hechos", None), by("victima", Some("L01130473"))]
        );
    }

    #[tokio::test]
    async fn a_write_that_is_dropped_never_was() {
        let (_folder, database) = ceuta().await;
        let before = database.changes(0, 10_000).await.unwrap();
        let mut writing = database.write().await.unwrap();
        let id = "01JQ5Z7N2R8X4V6T0K3M9B1CDF";
        writing.create(id, "L01130473", &NOTHING, 1).await.unwrap();
        assert!(writing.case(id).await.unwrap().is_some());
        drop(writing);
        // The next write waits for the roll-back.
        drop(database.write().await.unwrap());
        assert_eq!(database.changes(0, 10_000).await.unwrap(), before);
    }
}
