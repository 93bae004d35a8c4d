//! One SQL text on two databases: `libraries.md`'s pattern of one expression that the compiler types twice.
//!
//! Every statement is a `const` in a feature's `store.rs` with `$1` placeholders; it never asks the time and never makes
//! an id. Stores take a [`Tx`]; [`Db::read`] gives one that sees a snapshot, [`Db::write`] one that must be committed
//! (dropping it rolls back). What differs between the databases stands in `dialect.rs` and nowhere else.

mod dialect;
mod fold;
pub mod limit;
mod migrate;
mod rows;
mod select;
mod stream;
mod value;

pub use dialect::order_feeds;
pub use fold::{fold, pattern, search_words};
pub use migrate::{Options, migrate, open};
pub use rows::Rows;
pub use select::Select;
pub use value::Value;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub type Error = sqlx::Error;
pub type Result<T> = std::result::Result<T, Error>;

/// The database.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, some readers, one file.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// One transaction, and the events that its commit writes.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>, stream::Pending),
    Postgres(Transaction<'static, Postgres>, stream::Pending),
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
    /// A snapshot to read from. Never blocks behind a writer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { readers, .. } => Tx::Sqlite(readers.begin_with(dialect::SQLITE_READ).await?, Vec::new()),
            Db::Postgres(pool) => Tx::Postgres(pool.begin_with(dialect::POSTGRES_READ).await?, Vec::new()),
        })
    }

    /// A transaction that changes something; nothing has happened before [`Tx::commit`].
    pub async fn write(&self) -> Result<Tx> {
        Ok(match self {
            Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with(dialect::SQLITE_WRITE).await?, Vec::new()),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?, Vec::new()),
        })
    }

    /// Is it there? For `/readyz`.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        on!(&mut tx, c => sqlx::query("SELECT 1").execute(c).await.map(drop))
    }

    pub async fn close(&self) {
        match self {
            Db::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// A row of `events` for the commit to write: the columns of `src/db/stream.rs` without the position.
    pub fn event(&mut self, row: [Value; stream::COLUMNS]) {
        self.pending().push(row);
    }

    /// Writes the events, and with them everything or nothing.
    pub async fn commit(mut self) -> Result<()> {
        stream::write(&mut self).await?;
        match self {
            Tx::Sqlite(t, _) => t.commit().await,
            Tx::Postgres(t, _) => t.commit().await,
        }
    }

    fn pending(&mut self) -> &mut stream::Pending {
        match self {
            Tx::Sqlite(_, pending) | Tx::Postgres(_, pending) => pending,
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
