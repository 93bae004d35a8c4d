//! One SQL text on two databases: one expression that the compiler types twice.
//!
//! Every statement is a `const` in a feature's `store.rs` with `$1` placeholders; it never asks the time and never makes
//! an id: they are bound, from [`Tx::now`] and [`Tx::id`]. Stores take a [`Tx`]; [`Db::read`] gives one that sees a
//! snapshot, [`Db::write`] one that must be committed
//! (dropping it rolls back). What differs between the databases stands in `dialect.rs`, and in `words.rs` for the search.

mod columns;
mod commit;
mod dialect;
mod fold;
pub mod limit;
mod migrate;
mod rows;
mod select;
mod stream;
mod value;
mod words;

pub use columns::Columns;
pub use commit::{AtCommit, at_commit};
pub use dialect::order_feeds;
pub use fold::{composed, fold, pattern, phone_words, search_words};
pub use migrate::{Options, migrate, open};
pub use rows::Rows;
pub use select::Select;
pub use value::Value;
pub(crate) use value::words_as_values;
pub use words::{Search, WordIndex};

use crate::clock::Clock;
use chrono::{DateTime, Utc};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use types::Id;

pub type Error = sqlx::Error;
pub type Result<T> = std::result::Result<T, Error>;

/// The database, and the clock of what is written into it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pub pools: Pools,
    clock: Clock,
}

/// Connections.
#[derive(Clone, Debug)]
pub enum Pools {
    /// One writer, some readers, one file.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// One transaction.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, Work),
    Postgres(Transaction<'static, Postgres>, Work),
}

/// What a transaction carries besides its connection.
#[derive(Debug)]
pub struct Work {
    /// When it began.
    now: DateTime<Utc>,
    clock: Clock,
    /// What its commit writes.
    events: stream::Pending,
}

/// `on!(tx, c => sqlx::query(SQL).bind(id).execute(c).await.map(drop))`: the expression for both databases.
#[macro_export]
macro_rules! on {
    ($tx:expr, $c:ident => $e:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(t, _) => {
                let $c = &mut **t;
                $e
            }
            $crate::db::Tx::Postgres(t, _) => {
                let $c = &mut **t;
                $e
            }
        }
    };
}

impl Db {
    /// The same database by another clock.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Db {
        Db { pools: self.pools.clone(), clock }
    }

    /// The time, outside a transaction.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.utc()
    }

    /// A new id, outside a transaction.
    pub fn id<I: Id>(&self) -> I {
        self.clock.id()
    }

    /// A snapshot to read from. Never blocks behind a writer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { readers, .. } => Tx::Sqlite(readers.begin_with(dialect::SQLITE_READ).await?, self.work()),
            Pools::Postgres(pool) => Tx::Postgres(begun(pool, dialect::POSTGRES_READ).await?, self.work()),
        })
    }

    /// A transaction that changes something; nothing has happened before [`Tx::commit`].
    pub async fn write(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with(dialect::SQLITE_WRITE).await?, self.work()),
            Pools::Postgres(pool) => Tx::Postgres(begun(pool, dialect::POSTGRES_WRITE).await?, self.work()),
        })
    }

    fn work(&self) -> Work {
        Work { now: self.now(), clock: self.clock.clone(), events: Vec::new() }
    }

    /// Is it there? For `/readyz`.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        on!(&mut tx, c => sqlx::query("SELECT 1").execute(c).await.map(drop))
    }

    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction that has begun, or that ends by itself. Whoever waits for it may go away meanwhile (a closed socket, a
/// timeout): then the connection must not return to the pool with a transaction that nobody knows of.
async fn begun(pool: &PgPool, how: &'static str) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    tokio::spawn(async move { pool.begin_with(how).await }).await.unwrap_or(Err(Error::WorkerCrashed))
}

impl Tx {
    /// One instant for everything that the transaction writes and judges: when it began.
    pub fn now(&self) -> DateTime<Utc> {
        self.work().now
    }

    /// A new id for a row.
    pub fn id<I: Id>(&self) -> I {
        self.work().clock.id()
    }

    /// A row of `events` for the commit to write: the columns of `src/db/stream.rs` without the position.
    pub fn event(&mut self, row: [Value; stream::COLUMNS]) {
        self.work_mut().events.push(row);
    }

    /// Writes the events and what the task adds, and with them everything or nothing.
    pub async fn commit(mut self) -> Result<()> {
        let added = commit::added();
        let rows = added.as_ref().and_then(|added| added.rows(&self));
        let adds = rows.is_some();
        if let Some(rows) = rows {
            rows.write(&mut self).await?;
        }
        self.commit_alone().await?;
        if let Some(added) = added.filter(|_| adds) {
            added.committed();
        }
        Ok(())
    }

    /// Without what the task adds: a step on the way to what was asked for.
    pub async fn commit_alone(mut self) -> Result<()> {
        stream::write(&mut self).await?;
        match self {
            Tx::Sqlite(t, _) => t.commit().await,
            Tx::Postgres(t, _) => t.commit().await,
        }
    }

    fn work(&self) -> &Work {
        match self {
            Tx::Sqlite(_, work) | Tx::Postgres(_, work) => work,
        }
    }

    fn work_mut(&mut self) -> &mut Work {
        match self {
            Tx::Sqlite(_, work) | Tx::Postgres(_, work) => work,
        }
    }
}

/// Did the database refuse because it is not there (and may be back soon), rather than because of what was asked?
pub fn away(error: &Error) -> bool {
    match error {
        Error::PoolTimedOut | Error::PoolClosed | Error::Io(_) | Error::Tls(_) | Error::WorkerCrashed => true,
        // a connection that lost its place; the next one has it (`dialect::sqlite`)
        Error::InvalidSavePointStatement | Error::BeginFailed => true,
        Error::Database(e) => dialect::away(e.code().as_deref()),
        _ => false,
    }
}

/// Did the database end the transaction because of another one? Nothing of it happened; it may be tried again.
pub fn collided(error: &Error) -> bool {
    error.as_database_error().is_some_and(|e| dialect::collided(e.code().as_deref()))
}

/// Can the database not hold a value that was given?
pub fn unfit(error: &Error) -> bool {
    error.as_database_error().is_some_and(|e| dialect::unfit(e.code().as_deref()))
}

/// Did a unique key refuse?
pub fn taken(error: &Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_unique_violation())
}

/// Did a foreign key refuse: something named does not exist?
pub fn dangling(error: &Error) -> bool {
    error.as_database_error().is_some_and(|e| e.is_foreign_key_violation())
}
