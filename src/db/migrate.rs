//! Opening: the right settings, the newest schema.

use super::{Db, Pools, dialect};
use crate::clock::Clock;
use crate::on;
use anyhow::{Context as _, bail};
use sqlx::migrate::{MigrateError, Migrator};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Migrations that had another number before 0.1.0: (former, present).
const RENUMBERED: [(i64, i64); 2] = [(5, 3), (6, 4)];
const RENUMBER: &str = "UPDATE _sqlx_migrations SET version = $1 WHERE version = $2 AND checksum = $3";

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:FILE` or `postgres://...`.
    pub url: String,
    /// Run on a PostgreSQL that may forget commits. Said loudly in the configuration, and logged at each start.
    pub unsafe_settings: bool,
}

/// Opens, checks and migrates. Fails when the database is not there: the caller decides whether to wait.
pub async fn open(options: &Options, clock: Clock) -> anyhow::Result<Db> {
    if let Some(file) = options.url.strip_prefix("sqlite:") {
        let file = Path::new(file.trim_start_matches("//"));
        make_private(file).with_context(|| format!("cannot take the rights of others from {}", file.display()))?;
        let (writer, readers) =
            dialect::sqlite(file).await.with_context(|| format!("cannot open the database {}", file.display()))?;
        let db = Db { pools: Pools::Sqlite { writer, readers }, clock };
        migrate(&db).await?;
        return Ok(db);
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
                "PostgreSQL runs with {found}: it may lose committed data. Switch it on, or set \
                 `unsafe_settings = true` under [database] if you accept losing calls and tickets"
            );
        }
        tracing::error!(%found, "PostgreSQL may lose committed data, and the configuration accepts that");
    }
    let db = Db { pools: Pools::Postgres(pool), clock };
    migrate(&db).await?;
    Ok(db)
}

/// A database that was restored, or copied by hand, may be readable by others: what residents said is its owner's alone.
fn make_private(file: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        let Ok(found) = std::fs::metadata(&path) else { continue };
        if found.is_file() && found.permissions().mode() & 0o077 != 0 {
            tracing::warn!(file = %path.display(), "others could read the database; their rights are taken away");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

/// Brings the schema up to date. A database that has migrations which this version does not know is left alone.
pub async fn migrate(db: &Db) -> anyhow::Result<()> {
    renumber(db).await.context("cannot bring the database up to date")?;
    let done = match &db.pools {
        Pools::Sqlite { writer, .. } => SQLITE.run(writer).await,
        Pools::Postgres(pool) => POSTGRES.run(pool).await,
    };
    match done {
        Err(MigrateError::VersionMissing(number)) => bail!(
            "the database has migration {number}, which this version does not know: a newer version has opened it. \
             Start that version again, or restore the backup from before the update"
        ),
        Err(MigrateError::VersionMismatch(number)) => bail!(
            "migration {number} of the database differs from that of this version: another build has opened it. \
             Start that build again, or restore a backup from before it"
        ),
        done => done.context("cannot bring the database up to date"),
    }
}

/// Gives migrations that a database knows by a former number their present one. The checksum says that it is the same.
async fn renumber(db: &Db) -> super::Result<()> {
    let (migrator, migrated) = match &db.pools {
        Pools::Sqlite { .. } => (&SQLITE, dialect::SQLITE_MIGRATED),
        Pools::Postgres(_) => (&POSTGRES, dialect::POSTGRES_MIGRATED),
    };
    let mut tx = db.write().await?;
    let migrated: i64 = on!(&mut tx, c => sqlx::query_scalar(migrated).fetch_one(c).await)?;
    if migrated == 0 {
        return Ok(());
    }
    for (former, present) in RENUMBERED {
        let Some(migration) = migrator.iter().find(|m| m.version == present) else { continue };
        let checksum = migration.checksum.to_vec();
        on!(&mut tx, c => sqlx::query(RENUMBER).bind(present).bind(former).bind(checksum).execute(c).await.map(drop))?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restored_file_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("linedesk.db");
        let options = Options { url: format!("sqlite:{}", file.display()), unsafe_settings: false };
        let mode = || std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777;
        open(&options, Clock::real()).await.expect("made").close().await;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("as a copy is");
        open(&options, Clock::real()).await.expect("opened").close().await;
        assert_eq!(mode(), 0o600);
    }
}
