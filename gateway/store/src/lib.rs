//! Registry, case index, idempotency and journal on SQLite or PostgreSQL.
