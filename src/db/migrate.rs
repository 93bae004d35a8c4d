//! Opening: the right settings, the newest schema.

use super::{Db, dialect};
use anyhow::{Context as _, bail};
use std::path::Path;

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:FILE` or `postgres://...`.
    pub url: String,
    /// Run on a PostgreSQL that may forget commits. Said loudly in the configuration, and logged at each start.
    pub unsafe_settings: bool,
}

/// Opens, checks and migrates. Fails when the database is not there: the caller decides whether to wait.
pub async fn open(options: &Options) -> anyhow::Result<Db> {
    if let Some(file) = options.url.strip_prefix("sqlite:") {
        let file = Path::new(file.trim_start_matches("//"));
        let (writer, readers) =
            dialect::sqlite(file).await.with_context(|| format!("cannot open the database {}", file.display()))?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await.context("cannot bring the database up to date")?;
        return Ok(Db::Sqlite { writer, readers });
    }
    if !options.url.starts_with("postgres://") && !options.url.starts_with("postgresql://") {
        bail!("a database URL starts with sqlite: or postgres://");
    }
    let pool = dialect::postgres(&options.url).context("the database URL cannot be read")?;
    let found = dialect::unsafe_settings(&pool).await.context("cannot reach the PostgreSQL server")?;
    if !found.is_empty() {
        let found = found.join(", ");
        if !options.unsafe_settings {
            bail!(
                "PostgreSQL runs with {found}: it may forget what it confirmed. Switch it on, or say \
                 `unsafe_settings = true` under [database] if you accept to lose calls and tickets"
            );
        }
        tracing::error!(%found, "PostgreSQL may forget what it confirmed, and the configuration accepts that");
    }
    sqlx::migrate!("migrations/postgres").run(&pool).await.context("cannot bring the database up to date")?;
    Ok(Db::Postgres(pool))
}
