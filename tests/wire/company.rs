//! `linedesk serve` with a configuration of its own, and a few people: for what the demo does not show.

use crate::api::Person;
use crate::server::{Server, program};
use serde_json::json;
use std::path::Path;
use std::process::Command;

const CONFIG: &str = r#"
[node]
data = "{folder}/data"
drain = "{drain}"
timezone = "{zone}"

[http]
address = "{http}"

[sip]
udp = "{sip}"
tcp = "{sip}"

[media]
bind = "127.0.0.1"
ports = "{rtp}"
browser = "off"
engines = {engines}

[journal]
reserve = "1M"

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

[[devices]]
account = "desk101"
agent = "dispatcher1"
password = "demo-desk-101"
digest = "md5"

[[devices]]
account = "desk102"
agent = "dispatcher2"
password = "demo-desk-102"
digest = "md5"
"#;

/// Everybody's.
pub const PASSWORD: &str = "a long enough word";

pub struct Company {
    pub server: Server,
    pub supervisor: Person,
    /// Their desk phones are `desk101` and `desk102`.
    pub dispatchers: [Person; 2],
}

impl Company {
    /// `drain`: what calls get at the stop. `engines`: media threads.
    pub async fn start(drain: &str, engines: usize) -> Company {
        Company::start_in("Europe/Moscow", drain, engines).await
    }

    /// The same in another time zone.
    pub async fn start_in(zone: &str, drain: &str, engines: usize) -> Company {
        let config =
            CONFIG.replace("{drain}", drain).replace("{engines}", &engines.to_string()).replace("{zone}", zone);
        let server = Server::serve(&config, add_admin).await;
        let chief = Person::login(server.http, "chief", PASSWORD).await;
        for (login, role, extension) in [
            ("boss", "supervisor", None),
            ("dispatcher1", "dispatcher", Some("101")),
            ("dispatcher2", "dispatcher", Some("102")),
        ] {
            let queues: &[&str] = if extension.is_some() { &["main", "emergency"] } else { &[] };
            let person = json!({
                "login": login, "name": login, "role": role, "password": PASSWORD, "extension": extension, "queues": queues,
            });
            chief.post("people", person).await;
        }
        let supervisor = Person::login(server.http, "boss", PASSWORD).await;
        let one = Person::login(server.http, "dispatcher1", PASSWORD).await;
        let two = Person::login(server.http, "dispatcher2", PASSWORD).await;
        Company { server, supervisor, dispatchers: [one, two] }
    }
}

/// The first administrator, as the founder of the company makes it.
fn add_admin(config: &Path) {
    let mut command = Command::new(program());
    command.args(["people", "add-admin", "--config", &config.display().to_string(), "chief"]);
    let done = command.env("LINEDESK_PASSWORD", PASSWORD).output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
