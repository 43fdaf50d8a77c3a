//! New cases, many at a time: a statement for each table, whatever their number.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{QueryBuilder, Sqlite};

use crate::database::find::Section;
use crate::database::row::Stored;
use crate::database::write::{Author, Earlier, Outcome, Writing, number};
use crate::database::{DatabaseError, rank};

/// A case that is not there yet.
#[derive(Debug)]
pub(crate) struct New {
    /// Its row.
    pub(crate) stored: Stored,
    /// Who submits it.
    pub(crate) author: Author,
    /// The sections that were submitted.
    pub(crate) submitted: Vec<Section>,
    /// The others, which follow from the row.
    pub(crate) derived: Vec<Section>,
}

/// The numbers that the next rows get.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub(crate) struct Next {
    /// Of a case.
    pub(crate) case: i64,
    /// In the order of changes.
    change: i64,
    /// Of a write.
    write: i64,
}

/// The people of new cases, by their documents.
pub(crate) type People = BTreeMap<String, i64>;

type EarlierRow = (String, String, u32, i64, Vec<u8>);

impl Writing {
    /// The writes that an organism made under any of these request identifiers before.
    pub(crate) async fn earlier_of(
        &mut self,
        authors: &[&Author],
    ) -> Result<BTreeMap<String, Earlier>, DatabaseError> {
        let Some(first) = authors.first() else {
            return Ok(BTreeMap::new());
        };
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT peticion, caso.id, escritura.version, instante, mensaje FROM escritura \
             JOIN caso ON caso.num = escritura.caso WHERE organismo = ",
        );
        query.push_bind(&first.organism).push(" AND peticion IN (");
        let mut requests = query.separated(", ");
        for author in authors {
            requests.push_bind(&author.request);
        }
        query.push(")");
        let rows: Vec<EarlierRow> = query
            .build_query_as()
            .persistent(false)
            .fetch_all(&mut *self.transaction)
            .await?;
        let earlier = |(request, id, version, at, message)| {
            let outcome = Outcome { id, version, at };
            (request, Earlier { outcome, message })
        };
        Ok(rows.into_iter().map(earlier).collect())
    }

    /// The numbers of people by their documents; who is not known yet is from now on.
    pub(crate) async fn people(
        &mut self,
        documents: &BTreeSet<&str>,
    ) -> Result<People, DatabaseError> {
        if documents.is_empty() {
            return Ok(People::new());
        }
        let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO persona (documento) ");
        insert.push_values(documents, |mut row, document| {
            row.push_bind(*document);
        });
        insert.push(" ON CONFLICT DO NOTHING");
        insert
            .build()
            .persistent(false)
            .execute(&mut *self.transaction)
            .await?;
        let mut find =
            QueryBuilder::<Sqlite>::new("SELECT documento, num FROM persona WHERE documento IN (");
        let mut list = find.separated(", ");
        for document in documents {
            list.push_bind(*document);
        }
        find.push(")");
        let rows: Vec<(String, i64)> = find
            .build_query_as()
            .persistent(false)
            .fetch_all(&mut *self.transaction)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The numbers that the next rows get; nobody else writes.
    pub(crate) async fn next(&mut self) -> Result<Next, DatabaseError> {
        Ok(sqlx::query_as(
            "SELECT (SELECT coalesce(max(num), 0) + 1 FROM caso) AS \"case\", \
             (SELECT coalesce(max(cambio), 0) + 1 FROM caso) AS change, \
             (SELECT coalesce(max(num), 0) + 1 FROM escritura) AS \"write\"",
        )
        .fetch_one(&mut *self.transaction)
        .await?)
    }

    /// Makes the cases, numbered from `next`, under the organism responsible for them all.
    pub(crate) async fn create_all(
        &mut self,
        responsible: &str,
        next: Next,
        cases: &[New],
    ) -> Result<(), DatabaseError> {
        if cases.is_empty() {
            return Ok(());
        }
        let organism = self.organism(responsible).await?;
        for statement in [
            rows(organism, next, cases),
            writes(next, cases),
            sections(next, cases),
        ] {
            let mut statement = statement;
            statement
                .build()
                .persistent(false)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

fn rows(organism: i64, next: Next, cases: &[New]) -> QueryBuilder<Sqlite> {
    let mut insert = QueryBuilder::new(
        "INSERT INTO caso (num, id, version, cambio, victima, agresor, municipio, responsable, \
         estado, nivel, creado, actualizado, derivado, escala_dicha, nivel_dicho) ",
    );
    insert.push_values((next.change..).zip(cases), |mut row, (change, case)| {
        let stored = &case.stored;
        row.push_bind(stored.number)
            .push_bind(&stored.id)
            .push("1")
            .push_bind(change)
            .push_bind(stored.victim.as_ref().map(|person| person.number))
            .push_bind(stored.aggressor.as_ref().map(|person| person.number))
            .push_bind(stored.municipality.and_then(number))
            .push_bind(organism)
            .push_bind(&stored.state)
            .push_bind(stored.level.map(rank))
            .push_bind(stored.created)
            .push_bind(stored.updated)
            .push("0")
            .push_bind(stored.said.as_ref().map(|said| &said.scale))
            .push_bind(stored.said.as_ref().map(|said| &said.level));
    });
    insert
}

fn writes(next: Next, cases: &[New]) -> QueryBuilder<Sqlite> {
    let mut insert = QueryBuilder::new(
        "INSERT INTO escritura (num, caso, version, organismo, en_nombre_de, funcionario, \
         finalidad, peticion, instante, mensaje) ",
    );
    insert.push_values((next.write..).zip(cases), |mut row, (write, case)| {
        let author = &case.author;
        row.push_bind(write)
            .push_bind(case.stored.number)
            .push("1")
            .push_bind(&author.organism)
            .push_bind(&author.on_behalf_of)
            .push_bind(&author.officer)
            .push_bind(&author.purpose)
            .push_bind(&author.request)
            .push_bind(author.at)
            .push_bind(&author.message);
    });
    insert
}

fn sections(next: Next, cases: &[New]) -> QueryBuilder<Sqlite> {
    let all = (next.write..).zip(cases).flat_map(|(write, case)| {
        let submitted = case.submitted.iter().map(move |it| (Some(write), it));
        let derived = case.derived.iter().map(|it| (None, it));
        let number = case.stored.number;
        submitted
            .chain(derived)
            .map(move |(write, section)| (number, write, section))
    });
    let mut insert = QueryBuilder::new("INSERT INTO seccion (caso, nombre, escritura, contenido) ");
    insert.push_values(all, |mut row, (case, write, section)| {
        row.push_bind(case)
            .push_bind(&section.0)
            .push_bind(write)
            .push_bind(&section.1);
    });
    insert
}
