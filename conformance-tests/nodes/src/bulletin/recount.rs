//! Tables 1 and 2 and the footer, counted from the central system's database.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, FromRow};

use crate::body::Body;
use crate::bulletin::{BodyRow, Cells, Figures, Footer, Scope, TerritorialRow};
use crate::database::{Database, DatabaseError};

/// The nine figures of a group, as SQL says them.
const CELLS: &str = "\
    sum(estado = 'activo' AND nivel_origen = 'noApreciado') AS not_appreciated, \
    sum(estado = 'activo' AND nivel_origen = 'bajo') AS low, \
    sum(estado = 'activo' AND nivel_origen = 'medio') AS medium, \
    sum(estado = 'activo' AND nivel_origen = 'alto') AS high, \
    sum(estado = 'activo' AND nivel_origen = 'extremo') AS extreme, \
    sum(estado = 'activo') AS active, \
    sum(estado <> 'activo') AS inactive, \
    count(*) AS total, \
    count(DISTINCT victima) AS victims";

/// What the tables count: neither closed cases nor those abroad.
const COUNTED: &str = "estado IN ('activo', 'inactivo', 'inactivoGestionadoPorCcaa')";

#[derive(FromRow)]
struct Row<K> {
    key: K,
    not_appreciated: u32,
    low: u32,
    medium: u32,
    high: u32,
    extreme: u32,
    active: u32,
    inactive: u32,
    total: u32,
    victims: u32,
}

impl<K> Row<K> {
    fn cells(&self) -> Cells {
        Cells {
            levels: [
                self.not_appreciated,
                self.low,
                self.medium,
                self.high,
                self.extreme,
            ],
            active: self.active,
            inactive: self.inactive,
            total: self.total,
            victims: self.victims,
        }
    }
}

/// Counts the tables again, in the rows and the order of the published ones.
///
/// A row without cases has zeros, so the figures of a subset of provinces can be compared row by row.
///
/// # Errors
/// When the database fails.
pub async fn recount(database: &Database, published: &Figures) -> Result<Figures, DatabaseError> {
    let provinces = counts::<u8>(database, "provincia").await?;
    let communities = counts::<u8>(database, "comunidad").await?;
    let bodies = counts::<String>(database, "cuerpo").await?;
    let nation = counts::<u8>(database, "0").await?;
    let nation = nation.get(&0).copied().unwrap_or_default();
    let territorial = published.territorial.iter().map(|row| {
        let cells = match row.scope {
            Scope::Province(code) | Scope::Both { province: code, .. } => provinces.get(&code),
            Scope::Community(code) => communities.get(&code),
            Scope::Nation => Some(&nation),
        };
        let cells = cells.copied().unwrap_or_default();
        TerritorialRow {
            scope: row.scope,
            name: row.name.clone(),
            cells,
        }
    });
    let by_body = published.bodies.iter().map(|row| {
        let cells = match row.body {
            Some(body) => bodies.get(Body::name(body)).copied().unwrap_or_default(),
            None => nation,
        };
        BodyRow {
            body: row.body,
            cells,
        }
    });
    Ok(Figures {
        territorial: territorial.collect(),
        bodies: by_body.collect(),
        footer: footer(database).await?,
    })
}

/// The figures of every group with the same key.
async fn counts<K>(
    database: &Database,
    key: &'static str,
) -> Result<BTreeMap<K, Cells>, DatabaseError>
where
    K: Ord + Send + Unpin,
    for<'r> Row<K>: FromRow<'r, sqlx::sqlite::SqliteRow>,
{
    let sql = format!(
        "SELECT {key} AS key, {CELLS} FROM caso \
         JOIN organismo ON organismo.num = responsable \
         LEFT JOIN territorio USING (provincia) \
         WHERE {COUNTED} GROUP BY 1"
    );
    let rows: Vec<Row<K>> = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_all(database.pool())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.cells(), row.key))
        .map(|(c, k)| (k, c))
        .collect())
}

async fn footer(database: &Database) -> Result<Footer, DatabaseError> {
    let sql = format!(
        "SELECT coalesce(sum({COUNTED}), 0), coalesce(sum(estado = 'baja'), 0), \
         coalesce(sum(estado = 'extranjero'), 0), count(*) FROM caso"
    );
    let (in_territory, baja, abroad, total) = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_one(database.pool())
        .await?;
    Ok(Footer {
        in_territory,
        baja,
        abroad,
        total,
    })
}
