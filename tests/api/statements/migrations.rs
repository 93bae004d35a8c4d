//! Databases of other versions: opened, or left alone with a word on what to do.

use crate::centre::{open, postgres};
use crate::on_both;
use linedesk::db::{Db, migrate};
use linedesk::on;
use sqlx::migrate::Migrator;
use std::path::Path;

async fn numbers(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.expect("a transaction");
    on!(&mut tx, c => sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(c).await)
        .expect("the migrations")
}

/// Gives migration 3 another number and content.
async fn alter(db: &Db, number: i64, checksum: &[u8]) {
    let sql = "UPDATE _sqlx_migrations SET version = $1, checksum = $2 WHERE version = 3";
    let mut tx = db.write().await.expect("a transaction");
    on!(&mut tx, c => sqlx::query(sql).bind(number).bind(checksum).execute(c).await.map(drop)).expect("an update");
    tx.commit().await.expect("a commit");
}

const FORMER: &str = "UPDATE _sqlx_migrations SET version = 5 WHERE version = 3";

async fn migrator(database: &str) -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
    Migrator::new(folder).await.expect("migrations")
}

async fn is_up_to_date(db: &Db, database: &str) {
    let expected: Vec<i64> = migrator(database).await.iter().map(|m| m.version).collect();
    assert_eq!(numbers(db).await, expected);
}

#[tokio::test]
async fn a_sqlite_file_with_the_former_numbers_is_opened_and_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("former.sqlite").display());
    let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc")).await.expect("a database");
    migrator("sqlite").await.run_to(3, &pool).await.expect("migrations");
    sqlx::query(FORMER).execute(&pool).await.expect("an update");
    pool.close().await;
    is_up_to_date(&open(&url).await, "sqlite").await;
}

#[tokio::test]
async fn a_postgresql_database_with_the_former_numbers_is_opened_and_brought_up_to_date() {
    let made = tokio::task::spawn_blocking(|| postgres::server().execute("CREATE DATABASE former"));
    made.await.expect("a database");
    let url = postgres::server().url("former");
    let pool = sqlx::PgPool::connect(&url).await.expect("a database");
    migrator("postgres").await.run_to(3, &pool).await.expect("migrations");
    sqlx::query(FORMER).execute(&pool).await.expect("an update");
    pool.close().await;
    is_up_to_date(&open(&url).await, "postgres").await;
}

on_both!(a_database_of_a_newer_version_is_left_alone_and_the_way_out_is_named, async |centre| {
    alter(&centre.app.db, 9999, b"newer").await;
    let before = numbers(&centre.app.db).await;
    let error = migrate(&centre.app.db).await.expect_err("unknown").to_string();
    assert!(error.contains("migration 9999") && error.contains("Start that version again"), "{error}");
    assert_eq!(numbers(&centre.app.db).await, before);
});

on_both!(a_database_of_another_build_is_left_alone_and_the_way_out_is_named, async |centre| {
    alter(&centre.app.db, 3, b"other").await;
    let error = migrate(&centre.app.db).await.expect_err("another").to_string();
    assert!(error.contains("migration 3") && error.contains("Start that build again"), "{error}");
});
