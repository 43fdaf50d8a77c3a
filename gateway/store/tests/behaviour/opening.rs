//! Opening a database and bringing its tables up.

use store::Store;
use store::schema::Schema;

use super::open;

pub(crate) async fn migrating_twice_is_migrating_once(url: &str) {
    let store = open(url).await;
    store.migrate().await.unwrap();
    assert_eq!(store.registry_version().await.unwrap(), 0);
}

pub(crate) async fn schema_says_what_is_missing(url: &str) {
    let store = Store::open(url).await.unwrap();
    assert_eq!(store.schema().await.unwrap(), Schema::Behind);
    assert!(store.registry_version().await.is_err());
    store.migrate().await.unwrap();
    assert_eq!(store.schema().await.unwrap(), Schema::Current);
}

pub(crate) async fn a_later_program_was_here(url: &str) {
    let store = open(url).await;
    super::fixtures::tamper(
        url,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (999999, 'prueba', true, '', 0)",
    )
    .await;
    assert_eq!(store.schema().await.unwrap(), Schema::Ahead);
    assert!(store.migrate().await.is_err());
}
