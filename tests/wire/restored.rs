//! The database is lost and comes back from a backup: the journal brings what happened since.

use crate::holds;
use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;
use std::time::Duration;

async fn open(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("the database is there")
}

async fn intakes(path: &Path, from: &str) -> i64 {
    let pool = open(path).await;
    let counted = sqlx::query_scalar("SELECT COUNT(*) FROM intakes WHERE number LIKE $1")
        .bind(format!("{from}%"))
        .fetch_one(&pool)
        .await
        .expect("intakes can be counted");
    pool.close().await;
    counted
}

async fn calls(server: &mut Server, from: &str, count: usize) {
    let sounds: Vec<Sound> = (0..count).map(|_| Sound::new(440.0)).collect();
    let mut rows: Vec<_> = sounds.iter().enumerate().map(|(n, s)| row(&format!("{from}{n}"), "1000", s)).collect();
    rows.iter_mut().for_each(|row| row.push("0".into()));
    let order = Order { scenario: "caller_info.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(3) };
    Sipp::start(server, order).succeeds(20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_from_a_backup_the_intakes_since_then_come_back() {
    let mut server = Server::demo().await;
    let database = server.data().join("linedesk.db");
    calls(&mut server, "+7916771000", 3).await;
    holds("the first calls are stored", 10, async || intakes(&database, "+7916771000").await == 3).await;
    let backup = server.data().join("backup.db");
    let pool = open(&database).await;
    sqlx::query("VACUUM INTO $1").bind(backup.display().to_string()).execute(&pool).await.expect("a backup");
    pool.close().await;
    calls(&mut server, "+7916772000", 3).await;
    holds("the next calls are stored", 10, async || intakes(&database, "+7916772000").await == 3).await;
    server.kill();
    for tail in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{tail}", database.display()));
    }
    std::fs::rename(&backup, &database).expect("the backup takes its place");
    assert_eq!(intakes(&database, "+7916772000").await, 0, "the backup does not have them");
    server.again().await;
    holds("the journal brings them", 10, async || intakes(&database, "+7916772000").await == 3).await;
    assert_eq!(intakes(&database, "+7916771000").await, 3, "and doubles nothing");
}
