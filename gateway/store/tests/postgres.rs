//! The behaviour suite on PostgreSQL, one schema a test; `PASARELA_TEST_POSTGRES` is the address of a
//! database where schemas may be made, such as `postgres://user@localhost:5432/prueba`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a suite of tests fails by panicking, in its helpers too"
)]

mod behaviour;

use behaviour::Place;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A schema that is dropped at the end.
struct Schema {
    base: String,
    name: String,
}

impl Schema {
    async fn run(&self, statement: String) {
        let mut connection = PgConnection::connect(&self.base).await.unwrap();
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    }
}

impl Place for Schema {
    async fn make() -> Self {
        let base = std::env::var("PASARELA_TEST_POSTGRES").expect(
            "PASARELA_TEST_POSTGRES must hold the address of a PostgreSQL database for tests",
        );
        let schema = Self {
            base,
            name: format!("prueba_{}", uuid::Uuid::now_v7().simple()),
        };
        schema.run(format!("create schema {}", schema.name)).await;
        schema
    }

    fn url(&self) -> String {
        let joint = if self.base.contains('?') { '&' } else { '?' };
        format!("{}{joint}options[search_path]={}", self.base, self.name)
    }

    async fn unmake(self) {
        let drop = format!("drop schema {} cascade", self.name);
        self.run(format!("set client_min_messages = warning; {drop}"))
            .await;
    }
}

behaviour::suite!(Schema);
