//! Calls between a caller's phone and a dispatcher's desk phone, both of another make: who hears whom, what is recorded, and
//! what is left of it afterwards.

use crate::api::{Person, text};
use crate::baresip::{Baresip, Phone, talk};
use crate::server::Server;
use crate::sound::{stereo, tone_seconds};
use crate::until;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const CALLER_HERTZ: f64 = 440.0;
const FIRST_HERTZ: f64 = 1_000.0;
const SECOND_HERTZ: f64 = 1_500.0;

pub async fn desk(server: &Server, account: &str, hertz: f64) -> Baresip {
    let password = format!("demo-desk-{}", &account[4..]);
    Baresip::start(Phone {
        server: server.sip,
        user: account,
        password: Some(&password),
        tcp: true,
        hertz,
        info: false,
    })
    .await
}

pub async fn caller(server: &Server, number: &str) -> Baresip {
    Baresip::start(Phone {
        server: server.sip,
        user: number,
        password: None,
        tcp: false,
        hertz: CALLER_HERTZ,
        info: false,
    })
    .await
}

/// Dials the main line and asks for a dispatcher.
pub async fn asks_for_a_dispatcher(caller: &mut Baresip, supervisor: &Person, number: &str) {
    caller.dial("1000").await;
    caller.event("CALL_ESTABLISHED", 15).await;
    supervisor.stage(number, "flow", 15).await;
    caller.press('0').await;
}

/// The recording of a call, when nothing is written to it any more.
pub async fn recording(person: &Person, call: &str, seconds: u64) -> (Vec<i16>, Vec<i16>) {
    let wav = until("the recording plays", seconds, || async {
        let recordings = person.list(&format!("recordings?call={call}")).await;
        let recording = recordings.first()?;
        if recording["state"] == "running" {
            return None;
        }
        let (status, wav) = person.bytes(&format!("recordings/{}/audio", text(recording, "id"))).await;
        assert_eq!(status, StatusCode::OK);
        Some(wav)
    })
    .await;
    stereo(&wav)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_rings_a_desk_phone_is_answered_held_recorded_and_becomes_a_ticket() {
    let server = Server::demo().await;
    let (supervisor, dispatcher) = (server.login("supervisor").await, server.login("dispatcher1").await);
    let mut phone = desk(&server, "desk101", FIRST_HERTZ).await;
    dispatcher.ready().await;
    let number = "79163330001";
    let mut caller = caller(&server, number).await;
    asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
    let ringing = phone.event("CALL_INCOMING", 20).await;
    assert!(
        ringing["peeruri"].as_str().is_some_and(|uri| uri.contains(number)),
        "the phone shows who calls: {ringing}"
    );
    assert_eq!(dispatcher.agent().await["state"], "offered");
    phone.command("accept", "").await;
    phone.event("CALL_ESTABLISHED", 10).await;
    let row = supervisor.stage(number, "talking", 5).await;
    let call = text(&row, "call").to_owned();
    talk(3.0).await;

    dispatcher.put(&format!("calls/{call}/hold"), json!({})).await;
    supervisor.stage(number, "held", 5).await;
    talk(2.0).await;
    dispatcher.delete(&format!("calls/{call}/hold")).await;
    supervisor.stage(number, "talking", 5).await;
    talk(2.0).await;
    caller.hang_up().await;
    let over = Instant::now();
    phone.event("CALL_CLOSED", 10).await;

    let ended = supervisor
        .call(number, "has ended with a ticket", 10, |call| call["state"] == "ended" && ticket(call).is_some())
        .await;
    let (left, right) = recording(&supervisor, &call, 10).await;
    assert!(over.elapsed() < Duration::from_secs(10), "linked and playable within ten seconds: {:?}", over.elapsed());
    assert_eq!(ended["outcome"], "completed", "{ended}");
    assert!((1_500..4_000).contains(&ended["hold_ms"].as_i64().expect("a number")), "{ended}");
    assert!(ended["talk_ms"].as_i64().is_some_and(|ms| (4_500..9_000).contains(&ms)), "holds are no talk: {ended}");
    let spoken = tone_seconds(&left, CALLER_HERTZ);
    assert!(spoken > 7.0, "left is the caller: {spoken} s of its tone");
    let answered = tone_seconds(&right, FIRST_HERTZ);
    assert!(answered > 4.0, "right is the agent: {answered} s of its tone");
    assert!(tone_seconds(&left, FIRST_HERTZ) < 0.1 && tone_seconds(&right, CALLER_HERTZ) < 0.1, "each on its own side");
    let heard = tone_seconds(&caller.heard().await, FIRST_HERTZ);
    assert!((4.0..6.5).contains(&heard), "the caller hears the agent, but not while held: {heard} s");
    let heard = tone_seconds(&phone.heard().await, CALLER_HERTZ);
    assert!((4.0..6.5).contains(&heard), "the agent hears the caller, but not while held: {heard} s");
    linked(&supervisor, &ended).await;

    dispatcher.is("wrapping", 5).await;
    let ticket = ticket(&ended).expect("it is there");
    let disposition = json!({"code": "ticket_created", "ticket_id": ticket["id"]});
    let at = format!("tickets/{}", text(ticket, "id"));
    let version = dispatcher.get(&at).await["version"].clone();
    let form = json!({"version": version, "complete": true, "title": "Течёт кран", "place_text": "подвал"});
    let (status, filled) = dispatcher.ask(Method::PATCH, &at, Some(form)).await;
    assert_eq!(status, StatusCode::OK, "{filled}");
    dispatcher.put(&format!("calls/{call}/disposition"), disposition).await;
    dispatcher.is("ready", 5).await;
}

fn ticket(call: &Value) -> Option<&Value> {
    call["tickets"].as_array()?.first()
}

/// Ticket, intake and call know one another.
async fn linked(supervisor: &Person, call: &Value) {
    let ticket = ticket(call).expect("a ticket");
    let ticket = supervisor.get(&format!("tickets/{}", text(ticket, "id"))).await;
    assert_eq!(ticket["calls"][0]["call"]["id"], call["id"], "{ticket}");
    assert_eq!(ticket["intake_id"], call["intake_id"]);
    let intake = supervisor.get(&format!("intakes/{}", text(call, "intake_id"))).await;
    assert_eq!(intake["call_id"], call["id"], "{intake}");
    assert_eq!(intake["tickets"][0]["id"], ticket["id"], "{intake}");
    let page = supervisor.get(&format!("calls/{}", text(call, "id"))).await;
    assert_eq!(page["offers"][0]["result"], "answered", "{}", page["offers"]);
    assert_eq!(page["legs"].as_array().map(Vec::len), Some(2), "{}", page["legs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blind_transfer_brings_the_caller_to_a_colleague_and_then_to_a_queue() {
    let server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let (one, two) = (server.login("dispatcher1").await, server.login("dispatcher2").await);
    let mut first = desk(&server, "desk101", FIRST_HERTZ).await;
    let mut second = desk(&server, "desk102", SECOND_HERTZ).await;
    one.ready().await;
    let number = "79163330002";
    let mut caller = caller(&server, number).await;
    asks_for_a_dispatcher(&mut caller, &supervisor, number).await;
    first.event("CALL_INCOMING", 20).await;
    first.command("accept", "").await;
    let row = supervisor.stage(number, "talking", 10).await;
    let call = text(&row, "call").to_owned();
    talk(1.5).await;

    two.ready().await;
    one.post(&format!("calls/{call}/transfer"), json!({"agent": two.id})).await;
    first.event("CALL_CLOSED", 10).await;
    second.event("CALL_INCOMING", 10).await;
    second.command("accept", "").await;
    second.event("CALL_ESTABLISHED", 10).await;
    talk(2.0).await;
    assert_eq!(text(&supervisor.stage(number, "talking", 5).await, "agent"), two.id);

    // Who transferred the call says what came of it; a stranger does not, while a colleague talks.
    let said = json!({"code": "consulted", "comment": "asked a colleague to go on"});
    let stranger = server.login("dispatcher3").await;
    let (status, refused) = stranger.ask(Method::PUT, &format!("calls/{call}/disposition"), Some(said.clone())).await;
    assert_eq!((status, text(&refused, "type")), (StatusCode::CONFLICT, "/problems/not-yours"));
    one.put(&format!("calls/{call}/disposition"), said).await;

    // Back to the queue: the first dispatcher has closed the wrap-up and is rung again.
    one.ready().await;
    one.is("ready", 10).await;
    // This time by the phone's own key: REFER to the queue's name.
    second.command("transfer", &format!("sip:emergency@{}", server.sip)).await;
    first.event("CALL_INCOMING", 10).await;
    second.event("CALL_CLOSED", 10).await;
    first.command("accept", "").await;
    first.event("CALL_ESTABLISHED", 10).await;
    talk(1.5).await;
    first.hang_up().await;
    caller.event("CALL_CLOSED", 10).await;

    let ended = supervisor.call(number, "has ended", 10, |call| call["state"] == "ended").await;
    assert_eq!((&ended["outcome"], &ended["queue"]), (&"completed".into(), &"emergency".into()), "{ended}");
    assert_eq!(ended["tickets"].as_array().map(Vec::len), Some(1), "three answers, one ticket: {ended}");
    let (left, right) = recording(&supervisor, &call, 10).await;
    assert!(tone_seconds(&left, CALLER_HERTZ) > 5.0);
    let (with_first, with_second) = (tone_seconds(&right, FIRST_HERTZ), tone_seconds(&right, SECOND_HERTZ));
    assert!(with_first > 2.0 && with_second > 1.5, "{with_first} s and {with_second} s");
    let heard = caller.heard().await;
    assert!(tone_seconds(&heard, FIRST_HERTZ) > 2.0 && tone_seconds(&heard, SECOND_HERTZ) > 1.5);
}
