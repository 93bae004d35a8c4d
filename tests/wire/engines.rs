//! More than one media engine: calls are spread, and what happens inside a call is the same on each.

use crate::api::text;
use crate::baresip::talk;
use crate::company::Company;
use crate::desk_phone::{asks_for_a_dispatcher, caller, desk, recording};
use crate::sound::tone_seconds;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn with_two_engines_calls_are_spread_bridged_held_transferred_and_recorded_on_both() {
    let Company { server, supervisor, dispatchers: [one, two] } = Company::start("0s", 2).await;
    let mut first_phone = desk(&server, "desk101", 1_000.0).await;
    let mut second_phone = desk(&server, "desk102", 1_500.0).await;
    let numbers = ["79167770001", "79167770002"];
    let mut callers = Vec::new();
    let mut calls = Vec::new();
    for (dispatcher, phone, number) in [(&one, &mut first_phone, numbers[0]), (&two, &mut second_phone, numbers[1])] {
        dispatcher.ready().await;
        let mut caller = caller(&server, number).await;
        asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
        phone.event("CALL_INCOMING", 20).await;
        phone.command("accept", "").await;
        let row = supervisor.stage(number, "talking", 10).await;
        calls.push(text(&row, "call").to_owned());
        callers.push(caller);
    }
    for engine in ["0", "1"] {
        let legs = server.figure(&format!("linedesk_engine_legs{{engine=\"{engine}\"}}")).await;
        assert_eq!(legs, Some(2.0), "one bridged call on engine {engine}");
    }
    talk(2.0).await;
    for (call, dispatcher, number) in [(&calls[0], &one, numbers[0]), (&calls[1], &two, numbers[1])] {
        dispatcher.put(&format!("calls/{call}/hold"), json!({})).await;
        supervisor.stage(number, "held", 5).await;
        dispatcher.delete(&format!("calls/{call}/hold")).await;
        supervisor.stage(number, "talking", 5).await;
    }
    // The second dispatcher ends his call and takes over the one of the other engine.
    callers[1].hang_up().await;
    second_phone.event("CALL_CLOSED", 10).await;
    two.ready().await;
    two.is("ready", 10).await;
    one.post(&format!("calls/{}/transfer", calls[0]), json!({"agent": two.id})).await;
    second_phone.event("CALL_INCOMING", 20).await;
    second_phone.command("accept", "").await;
    first_phone.event("CALL_CLOSED", 10).await;
    supervisor.stage(numbers[0], "talking", 10).await;
    talk(2.0).await;
    callers[0].hang_up().await;
    second_phone.event("CALL_CLOSED", 10).await;

    for (n, hertz) in [(0, [1_000.0, 1_500.0].as_slice()), (1, [1_500.0].as_slice())] {
        let ended = supervisor.call(numbers[n], "has ended", 10, |call| call["state"] == "ended").await;
        assert_eq!(ended["outcome"], "completed", "{ended}");
        let (left, right) = recording(&supervisor, &calls[n], 10).await;
        assert!(tone_seconds(&left, 440.0) > 3.0, "the caller of call {n}");
        for hertz in hertz {
            let spoken = tone_seconds(&right, *hertz);
            assert!(spoken > 1.0, "{hertz} Hz in call {n}: {spoken} s");
        }
    }
    let heard = callers[0].heard().await;
    assert!(tone_seconds(&heard, 1_000.0) > 1.0 && tone_seconds(&heard, 1_500.0) > 1.0);
    crate::holds("both engines are empty again", 10, || async {
        let mut legs = 0.0;
        for engine in ["0", "1"] {
            legs += server.figure(&format!("linedesk_engine_legs{{engine=\"{engine}\"}}")).await.unwrap_or(9.0);
        }
        legs == 0.0
    })
    .await;
}
