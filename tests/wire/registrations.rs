//! Registrations outlive the process: phones ring after `kill -9` without doing anything.

use crate::api::Person;
use crate::baresip::{Baresip, Phone};
use crate::desk_phone::{asks_for_a_dispatcher, caller};
use crate::server::{Server, program};
use crate::sipp::{Order, Sipp};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::fmt::Write;
use std::process::Command;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn desk_phones_ring_after_kill_9_over_udp_and_tcp() {
    let mut server = Server::demo().await;
    let mut phones = Vec::new();
    for (user, password, tcp) in [("desk101", "demo-desk-101", false), ("desk102", "demo-desk-102", true)] {
        let phone = Phone { server: server.sip, user, password: Some(password), tcp, hertz: 1_000.0, info: false };
        phones.push(Baresip::start(phone).await);
    }
    server.kill();
    server.again().await;
    let supervisor = server.login("supervisor").await;
    let number = "79166670001";
    let mut caller = caller(&server, number).await;
    for (login, phone) in ["dispatcher1", "dispatcher2"].iter().zip(&mut phones) {
        let dispatcher = server.login(login).await;
        dispatcher.ready().await;
        asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
        phone.event("CALL_INCOMING", 20).await;
        phone.command("accept", "").await;
        supervisor.stage(number, "talking", 10).await;
        caller.hang_up().await;
        phone.event("CALL_CLOSED", 10).await;
        assert_eq!(phone.count("REGISTER_OK"), 1, "the phone did nothing of its own");
    }
}

const MANY: usize = 10_000;

const CONFIG: &str = r#"
[node]
data = "{folder}/data"
drain = "0s"

[sip]
udp = "{sip}"
tcp = "{sip}"

[http]
address = "{http}"

[media]
bind = "127.0.0.1"
ports = "{rtp}"
browser = "off"

[journal]
reserve = "16M"

[[trunks]]
name = "loopback"
addresses = ["127.0.0.1"]

[numbers.1000]
flow = "main"

[[queues]]
name = "main"

[[queues]]
name = "emergency"

"#;

/// People made in the database at once: ten thousand passwords would take the API an hour.
const PEOPLE: &str = "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < $1)
    INSERT INTO people (id, login, name, role, password, extension, active, version, created_at, updated_at)
    SELECT randomblob(16), 'agent' || n.n, 'Agent', 'dispatcher', '', CAST(20000 + n.n AS TEXT), 1, 1,
    p.created_at, p.updated_at FROM n, people p WHERE p.login = 'chief'";

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_registrations_are_back_after_kill_9() {
    let mut config = CONFIG.to_owned();
    for n in 0..MANY {
        let device = "[[devices]]\naccount = \"desk{n}\"\nagent = \"agent{n}\"\npassword = \"made-by-a-test\"\ndigest = \"md5\"\n";
        write!(config, "{}", device.replace("{n}", &n.to_string())).expect("a text grows");
    }
    let add_admin = |path: &std::path::Path| {
        let mut command = Command::new(program());
        command.args(["people", "add-admin", "--config", &path.display().to_string(), "chief"]);
        let done = command.env("LINEDESK_PASSWORD", "a long enough word").output().expect("it runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    let mut server = Server::serve(&config, add_admin).await;
    let chief = Person::login(server.http, "chief", "a long enough word").await;
    let boss = json!({"login": "boss", "name": "Boss", "role": "supervisor", "password": "a long enough word"});
    chief.post("people", boss).await;
    server.stop().await;
    let options = SqliteConnectOptions::new().filename(server.data().join("linedesk.db"));
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("the database is there");
    sqlx::query(PEOPLE).bind(MANY as i64).execute(&pool).await.expect("people can be made");
    pool.close().await;
    server.again().await;

    let rows = (0..MANY).map(|n| vec![format!("desk{n}"), credentials(n)]).collect();
    let order = Order { scenario: "register.xml", tcp: false, rows, rate: 400, pause: Duration::ZERO };
    Sipp::start(&mut server, order).succeeds(110).await;
    let boss = Person::login(server.http, "boss", "a long enough word").await;
    assert_eq!(reachable(&boss).await, MANY);
    server.kill();
    server.again().await;
    println!("registrations: {MANY}, ready after {:?}", server.took);
    let boss = Person::login(server.http, "boss", "a long enough word").await;
    assert_eq!(reachable(&boss).await, MANY, "all are back, nobody registered again");
}

/// SIPp fills this in when it was challenged.
fn credentials(n: usize) -> String {
    format!("[authentication username=desk{n} password=made-by-a-test]")
}

async fn reachable(boss: &Person) -> usize {
    boss.list("agents").await.iter().filter(|agent| agent["device"] == true).count()
}
