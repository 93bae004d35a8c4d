//! Every constant statement of the server is prepared on both databases; both schemas are alike.

mod migrations;

use crate::centre::{Centre, Database};
use crate::on_both;
use linedesk::db::{Db, Pools};
use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _};
use std::collections::BTreeMap;
use std::path::Path;

/// (file, name, text) of each `const NAME: &str = "SELECT ..."` below `src`.
fn statements() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("a file");
            let dialect = path.ends_with("db/dialect.rs");
            for (name, sql) in constants(&text) {
                if !dialect {
                    found.push((path.display().to_string(), name, sql));
                }
            }
        }
    }
}

/// String constants that begin like a statement, with Rust's escapes taken out.
fn constants(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("const ") {
        let Some((head, rest)) = text[at + 6..].split_once('=') else {
            continue;
        };
        let Some((name, kind)) = head.split_once(':') else {
            continue;
        };
        if !matches!(kind.trim(), "&str" | "&'static str") || name.contains(char::is_whitespace) {
            continue;
        }
        let Some(literal) = rest.trim_start().strip_prefix('"') else {
            continue;
        };
        let mut sql = String::new();
        let mut chars = literal.chars();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => match chars.next() {
                    Some('\n') => {
                        let left = chars.as_str().trim_start();
                        chars = left.chars();
                    }
                    Some(escaped) => sql.push(escaped),
                    None => break,
                },
                c => sql.push(c),
            }
        }
        if ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|word| sql.starts_with(word)) {
            found.push((name.trim().to_owned(), sql));
        }
    }
    found
}

async fn prepare(db: &Db, sql: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(sql.to_owned()).into_sql_str();
    match &db.pools {
        Pools::Sqlite { readers, .. } => readers.prepare(sql).await.map(drop),
        Pools::Postgres(pool) => pool.prepare(sql).await.map(drop),
    }
}

/// Aggregates that a query builder will give a GROUP BY are no whole statements.
fn unfinished(sql: &str) -> bool {
    sql.contains("count(*)") && sql.contains(", count(*)") && !sql.contains("GROUP BY")
}

on_both!(every_statement_is_valid, async |centre| {
    let all = statements();
    assert!(all.len() > 100, "the reader finds too few statements: {}", all.len());
    let mut wrong = Vec::new();
    for (file, name, sql) in &all {
        let sql = if unfinished(sql) { format!("{sql} GROUP BY 1") } else { sql.clone() };
        if let Err(error) = prepare(&centre.app.db, &sql).await {
            wrong.push(format!("{file} {name}: {error}\n  {sql}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

/// table -> (column, type, not null) in the order of the table.
type Schema = BTreeMap<String, Vec<(String, &'static str, bool)>>;

#[tokio::test]
async fn both_schemas_are_alike() {
    let sqlite = sqlite_schema(&Centre::start(Database::Sqlite).await.app.db).await;
    let postgres = postgres_schema(&Centre::start(Database::Postgres).await.app.db).await;
    assert!(sqlite.len() > 25);
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (table, columns) in &sqlite {
        assert_eq!(columns, &postgres[table], "{table}");
    }
}

async fn sqlite_schema(db: &Db) -> Schema {
    let Pools::Sqlite { readers, .. } = &db.pools else { unreachable!() };
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT m.name, c.name, c.type, c.\"notnull\" FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_sqlx%' ESCAPE '\\' \
         AND m.name NOT LIKE '%\\_words%' ESCAPE '\\' ORDER BY m.name, c.cid",
    )
    .fetch_all(readers)
    .await
    .expect("a schema");
    let mut schema = Schema::new();
    for (table, column, kind, required) in rows {
        let kind = match kind.as_str() {
            "BLOB" => "blob",
            "TEXT" => "text",
            "INTEGER" => "integer",
            "REAL" => "real",
            other => panic!("{table}.{column}: {other}"),
        };
        schema.entry(table).or_default().push((column, kind, required != 0));
    }
    schema
}

async fn postgres_schema(db: &Db) -> Schema {
    let Pools::Postgres(pool) = &db.pools else { unreachable!() };
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%' ORDER BY table_name, ordinal_position",
    )
    .fetch_all(pool)
    .await
    .expect("a schema");
    let mut schema = Schema::new();
    for (table, column, kind, nullable) in rows {
        let kind = match kind.as_str() {
            "uuid" | "bytea" => "blob",
            "text" | "jsonb" | "timestamp with time zone" => "text",
            "bigint" | "boolean" => "integer",
            "double precision" => "real",
            other => panic!("{table}.{column}: {other}"),
        };
        schema.entry(table).or_default().push((column, kind, nullable == "NO"));
    }
    schema
}

#[tokio::test]
async fn postgresql_that_may_forget_is_refused() {
    let server = tokio::task::spawn_blocking(crate::centre::postgres::server).await.expect("a server");
    let url = server.url("postgres");
    let options = linedesk::db::Options { url, unsafe_settings: false };
    let error =
        linedesk::db::open(&options, linedesk::clock::Clock::real()).await.expect_err("fsync is off").to_string();
    assert!(error.contains("fsync = off") && error.contains("synchronous_commit = off"), "{error}");
}
