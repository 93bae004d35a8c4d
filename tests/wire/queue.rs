//! Waiting, and not being taken.

use crate::api::text;
use crate::desk_phone::{asks_for_a_dispatcher, caller, desk};
use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_is_paused_and_the_call_keeps_its_place_for_the_next() {
    let server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let (one, two) = (server.login("dispatcher1").await, server.login("dispatcher2").await);
    let mut first = desk(&server, "desk101", 1_000.0).await;
    let mut second = desk(&server, "desk102", 1_500.0).await;
    one.ready().await;
    let number = "79164440001";
    let mut caller = caller(&server, number).await;
    asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
    first.event("CALL_INCOMING", 20).await;
    two.ready().await;
    first.event("CALL_CLOSED", 30).await;
    assert_eq!(one.is("paused", 5).await["reason"], "no_answer");
    second.event("CALL_INCOMING", 10).await;

    // Reject: paused with that reason, the caller goes on waiting.
    second.hang_up().await;
    assert_eq!(two.is("paused", 10).await["reason"], "rejected");
    let waiting = supervisor.stage(number, "waiting", 5).await;
    let line = supervisor.rows("waiting").await;
    assert_eq!(line.len(), 1);
    assert_eq!((&line[0]["position"], &line[0]["call"]), (&1.into(), &waiting["call"]), "{line:?}");
    let since = line[0]["since"].as_i64().expect("a time");

    one.ready().await;
    first.event("CALL_INCOMING", 10).await;
    let offered = supervisor.rows("waiting").await;
    assert_eq!(offered[0]["since"].as_i64(), Some(since), "the wait is counted from the first moment");
    first.command("accept", "").await;
    supervisor.stage(number, "talking", 10).await;
    caller.hang_up().await;
    let ended = supervisor.call(number, "has ended", 10, |call| call["state"] == "ended").await;
    let page = supervisor.get(&format!("calls/{}", text(&ended, "id"))).await;
    let results: Vec<&str> =
        page["offers"].as_array().expect("offers").iter().map(|offer| text(offer, "result")).collect();
    assert_eq!(results, ["no_answer", "rejected", "answered"]);
    assert!(ended["wait_ms"].as_i64().is_some_and(|ms| ms > 20_000), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_gives_up_in_the_queue_is_owed_a_callback_within_ten_minutes() {
    let mut server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let sound = Sound::new(440.0);
    let number = "+79164440002";
    let mut fields = row(number, "1000", &sound);
    fields.push("0".into());
    let order =
        Order { scenario: "caller_info.xml", tcp: false, rows: vec![fields], rate: 1, pause: Duration::from_secs(12) };
    let sipp = Sipp::start(&mut server, order);
    supervisor.stage(number, "waiting", 12).await;
    sipp.succeeds(20).await;
    let call = supervisor.call(number, "has ended", 10, |call| call["state"] == "ended").await;
    assert_eq!(call["outcome"], "abandoned_queue", "{call}");
    let callback = crate::until("the callback is there", 10, || async {
        let callbacks = supervisor.list("callbacks?state=pending").await;
        callbacks.into_iter().find(|callback| callback["call_id"] == call["id"])
    })
    .await;
    assert_eq!((&callback["reason"], &callback["queue"]), (&"abandoned".into(), &"main".into()), "{callback}");
    assert_eq!(time(&callback, "due_at") - time(&call, "arrived_at"), TimeDelta::minutes(10), "{callback}");
    assert!(sound.heard_seconds() > 5.0, "music and announcements: {} s", sound.heard_seconds());
}

fn time(value: &Value, field: &str) -> DateTime<Utc> {
    text(value, field).parse().unwrap_or_else(|error| panic!("{field} of {value}: {error}"))
}
