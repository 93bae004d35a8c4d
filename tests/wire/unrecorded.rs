//! A number whose calls are not recorded, beside one whose calls are.

use crate::api::{Person, text};
use crate::baresip::{Baresip, talk};
use crate::desk_phone::{caller, desk, recording};
use crate::server::{Server, program};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

const PASSWORD: &str = "a long enough word";
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

[[trunks]]
name = "loopback"
addresses = ["127.0.0.1"]

[numbers.1000]
flow = "main"

[numbers.2000]
flow = "main"
recorded = false

[[queues]]
name = "main"
wrapup = "0s"

[[queues]]
name = "emergency"

[[devices]]
account = "desk101"
agent = "anna"
password = "demo-desk-101"
digest = "md5"
"#;

fn add_admin(config: &Path) {
    let mut command = Command::new(program());
    command.args(["people", "add-admin", "--config", &config.display().to_string(), "chief"]);
    let done = command.env("LINEDESK_PASSWORD", PASSWORD).output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A caller of this number talks with the agent for a second; the ended call.
async fn talked(server: &Server, supervisor: &Person, phone: &mut Baresip, from: &str, dialled: &str) -> Value {
    let mut caller = caller(server, from).await;
    caller.dial(dialled).await;
    caller.event("CALL_ESTABLISHED", 15).await;
    supervisor.stage(from, "flow", 15).await;
    caller.press('0').await;
    phone.event("CALL_INCOMING", 20).await;
    phone.command("accept", "").await;
    supervisor.stage(from, "talking", 10).await;
    talk(1.0).await;
    caller.hang_up().await;
    phone.event("CALL_CLOSED", 10).await;
    let ended = |call: &Value| call["state"] == "ended" && call["tickets"].as_array().is_some_and(|t| t.len() == 1);
    supervisor.call(from, "has ended with a ticket", 10, ended).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_may_be_left_out_of_recording_and_all_the_rest_is_as_always() {
    let server = Server::serve(CONFIG, add_admin).await;
    let chief = Person::login(server.http, "chief", PASSWORD).await;
    for (login, role, extension) in [("boss", "supervisor", Value::Null), ("anna", "dispatcher", "201".into())] {
        let person = json!({"login": login, "name": login, "role": role, "password": PASSWORD,
            "extension": extension, "queues": ["main"]});
        chief.post("people", person).await;
    }
    let supervisor = Person::login(server.http, "boss", PASSWORD).await;
    let anna = Person::login(server.http, "anna", PASSWORD).await;
    let mut phone = desk(&server, "desk101", 1_000.0).await;
    anna.ready().await;

    let quiet = talked(&server, &supervisor, &mut phone, "79164440001", "2000").await;
    anna.ready().await;
    let kept = talked(&server, &supervisor, &mut phone, "79164440002", "1000").await;
    // the recorded one is there to the end, so nothing of the other is still on its way
    recording(&supervisor, text(&kept, "id"), 10).await;

    assert_eq!(quiet["outcome"], "completed", "{quiet}");
    assert_eq!(quiet["recording_id"], Value::Null);
    let page = supervisor.get(&format!("calls/{}", text(&quiet, "id"))).await;
    assert_eq!(page["recording_id"], Value::Null);
    assert_eq!(page["legs"].as_array().map(Vec::len), Some(2), "{page}");
    let kinds = |page: &Value| -> Vec<String> {
        page["events"].as_array().into_iter().flatten().map(|event| text(event, "kind").to_owned()).collect()
    };
    assert!(!kinds(&page).iter().any(|kind| kind.starts_with("recording")), "{:?}", kinds(&page));
    let ticket = supervisor.get(&format!("tickets/{}", text(&quiet["tickets"][0], "id"))).await;
    assert_eq!(ticket["calls"][0]["call"]["id"], quiet["id"], "{ticket}");
    assert_eq!(ticket["calls"][0]["call"]["recording_id"], Value::Null);
    assert_eq!(ticket["calls"][0]["offset_ms"], Value::Null, "no place in what is not there: {ticket}");
    let intake = supervisor.get(&format!("intakes/{}", text(&quiet, "intake_id"))).await;
    assert_eq!(intake["call_id"], quiet["id"], "{intake}");

    let all = supervisor.list("recordings").await;
    assert_eq!(all.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&kept["recording_id"]], "{all:?}");
}
