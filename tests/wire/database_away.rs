//! PostgreSQL is stopped in the middle: callers do not notice, and nothing is lost or doubled.

use crate::api::Person;
use crate::postgres::Postgres;
use crate::server::{Server, program, said};
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use crate::until;
use serde_json::json;
use sqlx::PgPool;
use std::process::Command;
use std::time::Duration;

const CONFIG: &str = r#"
[node]
data = "{folder}/data"
drain = "0s"

[http]
address = "{http}"

[sip]
udp = "{sip}"
tcp = "{sip}"

[media]
bind = "127.0.0.1"
ports = "{rtp}"
browser = "off"
engines = 1

[journal]
reserve = "1M"

[database]
url = "{url}"

[[trunks]]
name = "loopback"
addresses = ["127.0.0.1"]

[numbers.1000]
flow = "main"

[[queues]]
name = "main"

[[queues]]
name = "emergency"
base = 1000
"#;

/// Calls that go to the queue, are heard there, and hang up.
async fn calls(server: &mut Server, from: &str, count: usize) {
    let sounds: Vec<Sound> = (0..count).map(|_| Sound::new(440.0)).collect();
    let row = |(n, sound): (usize, &Sound)| {
        let mut fields = row(&format!("{from}{n:02}"), "1000", sound);
        fields.push("0".into());
        fields
    };
    let rows = sounds.iter().enumerate().map(row).collect();
    let order = Order { scenario: "caller_info.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(7) };
    let sipp = Sipp::start(server, order);
    for sound in &sounds {
        until("a caller hears the queue", 20, || async { (sound.heard_seconds() > 3.0).then_some(()) }).await;
    }
    sipp.succeeds(20).await;
}

async fn count(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_while_postgresql_is_stopped_and_every_event_arrives_once() {
    let postgres = tokio::task::spawn_blocking(Postgres::start).await.expect("PostgreSQL starts");
    let config = CONFIG.replace("{url}", &postgres.url());
    let add_admin = |path: &std::path::Path| {
        let mut command = Command::new(program());
        command.args(["people", "add-admin", "--config", &path.display().to_string(), "chief"]);
        let done = command.env("LINEDESK_PASSWORD", "a long enough word").output().expect("it runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let mut server = Server::serve(&config, add_admin).await;
    let chief = Person::login(server.http, "chief", "a long enough word").await;
    let supervisor = json!({"login": "boss", "name": "Boss", "role": "supervisor", "password": "another long word"});
    chief.post("people", supervisor).await;
    let supervisor = Person::login(server.http, "boss", "another long word").await;

    calls(&mut server, "+79167770", 4).await;
    supervisor.call("+7916777000", "is stored", 10, |call| call["state"] == "ended").await;
    postgres.stop();
    calls(&mut server, "+79167771", 8).await;
    let (status, report) = server.readiness().await;
    assert_eq!((status, &report["state"]), (200, &"degraded".into()), "calls are taken: {report}");
    assert!(report["reasons"][0].as_str().is_some_and(|why| why.contains("database")), "it says why: {report}");
    let (status, _) = supervisor.ask(reqwest::Method::GET, "calls", None).await;
    assert!(status.is_server_error(), "an answer, not a hang: {status}");
    postgres.again();
    calls(&mut server, "+79167772", 3).await;
    supervisor.call("+7916777107", "is stored afterwards", 30, |call| call["state"] == "ended").await;
    supervisor.call("+7916777202", "is stored afterwards", 30, |call| call["state"] == "ended").await;
    server.stop().await;

    let pool = PgPool::connect(&postgres.url()).await.expect("PostgreSQL is back");
    assert_eq!(count(&pool, "SELECT COUNT(*) FROM intakes").await, 15);
    assert_eq!(count(&pool, "SELECT COUNT(DISTINCT sip_call_id) FROM intakes").await, 15);
    assert_eq!(
        count(&pool, "SELECT COUNT(*) FROM calls WHERE state = 'ended' AND outcome = 'abandoned_queue'").await,
        15
    );
    assert_eq!(count(&pool, "SELECT COUNT(*) FROM callbacks").await, 15);
    for kind in ["arrived", "greeted", "queued", "recording_ended", "ended"] {
        let of_kind: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM events WHERE kind = $1")
            .bind(kind)
            .fetch_one(&pool)
            .await
            .expect(kind);
        assert_eq!(of_kind, 15, "{kind}");
    }
    let stored = count(&pool, "SELECT COUNT(*) FROM events WHERE kind NOT LIKE '%.%'").await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let (well, said) =
        said(&["journal", "verify", &server.data().join("journal").display().to_string()], folder.path());
    assert!(well && said.contains(&stored.to_string()), "{stored} events in the database, the journal has: {said}");
}
