//! How each of the two databases is opened, and what its errors mean. Statements are the same text for both, except those of
//! the index of words (`words.rs`).

use super::{Result, Tx, limit};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, SqliteConnection, SqlitePool};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

pub(super) const SQLITE_READ: &str = "BEGIN";
/// IMMEDIATE: the lock is taken at once, so no transaction fails half-way because another began to write.
pub(super) const SQLITE_WRITE: &str = "BEGIN IMMEDIATE";
pub(super) const POSTGRES_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
pub(super) const POSTGRES_WRITE: &str = "BEGIN";

/// Whether any migration was ever recorded, as a count.
pub(super) const SQLITE_MIGRATED: &str = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
pub(super) const POSTGRES_MIGRATED: &str = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')";

/// Any numbers will do, as long as nobody else uses them: "linedesk" in ASCII, and the one behind it.
const EVENTS_LOCK: i64 = 0x6c69_6e65_6465_736b;
const FEEDS_LOCK: i64 = EVENTS_LOCK + 1;

/// The writer (one connection) and the readers of a file. A commit is on the disk when it returns (`synchronous=FULL`).
pub(super) async fn sqlite(file: &Path) -> Result<(SqlitePool, SqlitePool)> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", limit::WRITER_CACHE)
        .busy_timeout(limit::ACQUIRE);
    // a file does not hang up: nothing is asked before a connection is used
    let pool = SqlitePoolOptions::new()
        .acquire_timeout(limit::ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async { Ok(sound(connection)) }));
    let writer = pool
        .clone()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options.clone())
        .await?;
    let readers = pool
        .max_connections(limit::READERS)
        .connect_with(options.pragma("cache_size", limit::READER_CACHE).pragma("query_only", "ON"))
        .await?;
    Ok((writer, readers))
}

/// A full disk makes SQLite roll back by itself, and the driver, whose own rollback then fails, believes for ever that
/// a transaction is open: such a connection is closed and another one opened.
fn sound(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

/// A pool that connects when asked: the server starts, and takes calls, while the database is away.
pub(super) fn postgres(url: &str) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)?.application_name("linedesk").options([
        ("statement_timeout", limit::STATEMENT_MS.to_string()),
        // A node whose machine died must not hold its locks until the kernel gives the connection up (two hours).
        ("idle_in_transaction_session_timeout", limit::IDLE_MS.to_string()),
        ("tcp_keepalives_idle", limit::KEEPALIVE_S.to_string()),
        ("tcp_keepalives_interval", limit::KEEPALIVE_S.to_string()),
        ("tcp_keepalives_count", "3".to_owned()),
    ]);
    Ok(PgPoolOptions::new()
        .max_connections(limit::CONNECTIONS)
        .idle_timeout(Duration::from_secs(300))
        .acquire_timeout(limit::ACQUIRE)
        .connect_lazy_with(options))
}

/// Settings that make a commit a lie; empty when all is well.
pub(super) async fn unsafe_settings(pool: &PgPool) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, sql) in [
        ("fsync", "SELECT current_setting('fsync')"),
        ("synchronous_commit", "SELECT current_setting('synchronous_commit')"),
        ("full_page_writes", "SELECT current_setting('full_page_writes')"),
    ] {
        let value: String = sqlx::query_scalar(sql).fetch_one(pool).await?;
        if value == "off" {
            found.push(format!("{name} = {value}"));
        }
    }
    Ok(found)
}

/// Makes `events.position` increase in the order of commits: call it before taking a position. Two PostgreSQL
/// transactions could otherwise commit 7 after 8, and a reader that stood at 8 would never see 7. SQLite has one writer.
pub(super) async fn order_events(tx: &mut Tx) -> Result<()> {
    lock(tx, EVENTS_LOCK).await
}

/// One feed at a time: those of two nodes touch the same rows (callbacks of one caller) in orders of their own.
pub async fn order_feeds(tx: &mut Tx) -> Result<()> {
    lock(tx, FEEDS_LOCK).await
}

/// Until the transaction ends.
async fn lock(tx: &mut Tx, number: i64) -> Result<()> {
    match tx {
        Tx::Sqlite(..) => Ok(()),
        Tx::Postgres(t, _) => {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(number).execute(&mut **t).await.map(drop)
        }
    }
}

/// Error codes after which the same statement may succeed: the database is not there, or others were in the way.
/// PostgreSQL's classes 08 (connection), 40 (deadlock, serialisation), 53 (resources), 57P (shutdown, starting up), 57014 (the
/// statement took too long, also by waiting for a lock), 55P03 (a lock was not free); SQLite's BUSY 5, IOERR 10, FULL 13, CANTOPEN 14 (the low byte of the extended code).
pub(super) fn away(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    if code.len() == 5 {
        let wait = ["57014", "55P03"].contains(&code);
        return wait || ["08", "40", "53", "57P"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|n| matches!(n & 0xff, 5 | 8 | 10 | 13 | 14))
}

/// PostgreSQL's class 40: a deadlock, or an order of transactions that could not be.
pub(super) fn collided(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.len() == 5 && code.starts_with("40"))
}

/// PostgreSQL's class 22: a value that its column cannot hold (a NUL character in a text).
pub(super) fn unfit(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.len() == 5 && code.starts_with("22"))
}

#[cfg(test)]
mod tests {
    use super::away;

    #[test]
    fn codes_of_a_database_that_is_away() {
        for (code, expect) in [
            ("57P01", true),
            ("08006", true),
            ("53300", true),
            ("57014", true),
            ("40P01", true),
            ("40001", true),
            ("55P03", true),
            ("23505", false),
            ("42703", false),
            ("5", true),
            ("517", true),
            ("2067", false),
            ("787", false),
        ] {
            assert_eq!(away(Some(code)), expect, "{code}");
        }
        assert!(!away(None));
    }
}
