//! SIGTERM (F19): new calls are refused with a record, everything else goes on until the last call is over.

use crate::api::text;
use crate::baresip::talk;
use crate::company::Company;
use crate::desk_phone::{asks_for_a_dispatcher, caller, desk, recording};
use crate::sipp::{Order, Sipp, row};
use crate::sound::{Sound, tone_seconds};
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn draining_refuses_new_calls_with_a_record_and_serves_those_who_are_there() {
    let Company { mut server, supervisor, dispatchers: [one, two] } = Company::start("3m", 1).await;
    let mut phone = desk(&server, "desk101", 1_000.0).await;
    let (waiting, listening) = ("79168880001", "79168880002");
    let mut first = caller(&server, waiting).await;
    asks_for_a_dispatcher(&mut first, &supervisor, waiting).await;
    supervisor.stage(waiting, "waiting", 20).await;
    let mut second = caller(&server, listening).await;
    second.dial("1000").await;
    second.event("CALL_ESTABLISHED", 15).await;
    supervisor.stage(listening, "flow", 15).await;

    server.terminate();
    crate::holds("it says that it drains", 10, || async { server.readiness().await.1["state"] == "draining" }).await;
    let (status, report) = server.readiness().await;
    assert_eq!((status, &report["ready"]), (503, &json!(false)), "{report}");
    assert_eq!(server.figure("linedesk_ready").await, Some(0.0));

    // New calls: refused at once, told when to try again, and written down.
    let sounds: Vec<Sound> = (0..3).map(|_| Sound::new(440.0)).collect();
    let rows = sounds.iter().enumerate().map(|(n, sound)| row(&format!("+7916888100{n}"), "1000", sound)).collect();
    let order = Order { scenario: "busy.xml", tcp: false, rows, rate: 10, pause: Duration::ZERO };
    let refused = Sipp::start(&mut server, order);
    crate::holds("three calls are refused", 10, || async { refused.messages().matches("SIP/2.0 503 ").count() >= 3 })
        .await;
    let retry = refused.messages();
    let retry = retry.lines().filter_map(|line| line.strip_prefix("Retry-After: ")?.trim().parse::<u32>().ok());
    let retry: Vec<u32> = retry.collect();
    assert!(retry.len() >= 3 && retry.iter().all(|seconds| (5..=15).contains(seconds)), "{retry:?}");
    refused.succeeds(20).await;
    for n in 0..3 {
        let call =
            supervisor.call(&format!("+7916888100{n}"), "is written down", 10, |call| call["state"] == "ended").await;
        assert_eq!(call["outcome"], "rejected", "{call}");
        let intake = supervisor.get(&format!("intakes/{}", text(&call, "intake_id"))).await;
        assert_eq!(intake["number"], format!("+7916888100{n}").as_str(), "{intake}");
    }

    // Registrations go on, and who waits is served: a phone that came only now rings for him.
    let mut late = desk(&server, "desk102", 1_500.0).await;
    two.ready().await;
    late.event("CALL_INCOMING", 20).await;
    late.command("accept", "").await;
    let row = supervisor.stage(waiting, "talking", 10).await;
    let call = text(&row, "call").to_owned();
    talk(1.5).await;
    // In-dialog requests, by both sides.
    two.put(&format!("calls/{call}/hold"), json!({})).await;
    supervisor.stage(waiting, "held", 5).await;
    two.delete(&format!("calls/{call}/hold")).await;
    one.ready().await;
    two.post(&format!("calls/{call}/transfer"), json!({"agent": one.id})).await;
    phone.event("CALL_INCOMING", 20).await;
    phone.command("accept", "").await;
    supervisor.stage(waiting, "talking", 10).await;
    talk(1.5).await;
    // Who was in the menu goes on to the queue.
    second.press('0').await;
    supervisor.stage(listening, "waiting", 20).await;
    first.hang_up().await;
    let ended = supervisor.call(waiting, "has ended", 10, |call| call["state"] == "ended").await;
    assert_eq!(ended["outcome"], "completed", "{ended}");
    let (left, right) = recording(&supervisor, &call, 10).await;
    assert!(tone_seconds(&left, 440.0) > 2.5 && tone_seconds(&right, 1_000.0) > 1.0);

    // The last call is over, and so is the process, long before its time.
    second.hang_up().await;
    let status = server.ended(30).await;
    assert!(status.success(), "{status}\n{}", server.log());
    server.again().await;
    let supervisor = crate::api::Person::login(server.http, "boss", crate::company::PASSWORD).await;
    let call = supervisor.call(listening, "is closed", 10, |call| call["state"] == "ended").await;
    assert_eq!(call["outcome"], "abandoned_queue", "by himself, not by the stop: {call}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_at_once_and_the_next_start_closes_what_was_open() {
    let Company { mut server, supervisor, .. } = Company::start("3m", 1).await;
    let number = "79168880003";
    let mut caller = caller(&server, number).await;
    asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
    supervisor.stage(number, "waiting", 20).await;
    server.terminate();
    crate::holds("it drains", 10, || async { server.readiness().await.1["state"] == "draining" }).await;
    server.terminate();
    let status = server.ended(5).await;
    assert_eq!(status.code(), Some(1), "{status}");
    assert!(server.log().contains("stopping at once"), "{}", server.log());
    server.again().await;
    let supervisor = crate::api::Person::login(server.http, "boss", crate::company::PASSWORD).await;
    let call = supervisor.call(number, "is closed", 10, |call| call["state"] == "ended").await;
    assert_eq!(call["outcome"], "node_lost", "{call}");
    let callbacks = supervisor.list("callbacks?state=pending").await;
    assert_eq!(callbacks.iter().filter(|callback| callback["call_id"] == call["id"]).count(), 1, "{callbacks:?}");
}
