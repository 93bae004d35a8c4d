//! `kill -9` at random moments: what was acknowledged is there afterwards, once.

use crate::api::{Person, text};
use crate::server::{Server, said};
use crate::sipp::{Order, Sipp, row};
use crate::sound::{Sound, stereo};
use crate::until;
use chrono::{DateTime, Utc};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use std::collections::BTreeMap;
use std::time::Duration;

const CALLS: usize = 20;
const ROUNDS: usize = 3;

/// Call-ID -> how many intakes.
async fn ledger(server: &Server) -> BTreeMap<String, i64> {
    let options = SqliteConnectOptions::new().filename(server.data().join("linedesk.db")).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("the database is there");
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT sip_call_id, COUNT(*) FROM intakes GROUP BY sip_call_id")
        .fetch_all(&pool)
        .await
        .expect("intakes can be counted");
    rows.into_iter().collect()
}

fn number(round: usize, n: usize) -> String {
    format!("+791655{round}{n:04}")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_every_acknowledged_call_has_one_intake_its_recording_and_a_callback() {
    let mut server = Server::demo().await;
    let seed = Utc::now().timestamp_subsec_nanos();
    println!("crash: seed {seed}");
    let mut chance = ChaCha8Rng::seed_from_u64(u64::from(seed));
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let sounds: Vec<Sound> = (0..CALLS).map(|_| Sound::new(440.0)).collect();
        let mut rows: Vec<Vec<String>> = (0..CALLS).map(|n| row(&number(round, n), "1000", &sounds[n])).collect();
        rows.iter_mut().enumerate().for_each(|(n, row)| row.push((n % 2).to_string()));
        let order = Order { scenario: "caller_info.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(40) };
        let sipp = Sipp::start(&mut server, order);
        let moment = Duration::from_millis(400 + u64::from(chance.next_u32() % 5_500));
        tokio::time::sleep(moment).await;
        let killed = Utc::now();
        server.kill();
        // What was on its way when the server died has arrived.
        let before = until("SIPp has read its socket", 2, || async { Some(sipp.acknowledged()) }).await;
        server.again().await;
        println!(
            "crash: round {round}: killed after {moment:?}, {} acknowledged, ready after {:?}",
            before.len(),
            server.took
        );
        assert!(server.took < Duration::from_secs(10), "ready after {:?}", server.took);
        let supervisor = server.login("supervisor").await;
        closed(&supervisor, round, killed).await;
        // INVITEs that were not answered are repeated to the new process and answered by it (timer A).
        let answered = || async { (sipp.acknowledged().len() == CALLS).then_some(()) };
        until("every call is answered in the end", 15, answered).await;
        acknowledged.extend(sipp.acknowledged());
    }
    let ledger = until("the ledger is complete", 15, || async {
        let ledger = ledger(&server).await;
        acknowledged.iter().all(|call_id| ledger.contains_key(call_id)).then_some(ledger)
    })
    .await;
    let doubled: Vec<_> = ledger.iter().filter(|(_, count)| **count != 1).collect();
    assert!(doubled.is_empty(), "intakes twice: {doubled:?}");
    server.stop().await;
    let folder = tempfile::TempDir::new().expect("a folder");
    let journal = server.data().join("journal").display().to_string();
    let (well, said) = said(&["journal", "verify", &journal], folder.path());
    assert!(well, "{said}");
}

/// What was open when the server died is closed, owed a callback, and plays.
async fn closed(supervisor: &Person, round: usize, killed: DateTime<Utc>) {
    let ours = |call: &Value| (0..CALLS).any(|n| call["from_number"] == number(round, n).as_str());
    let arrived_before = |call: &Value| text(call, "arrived_at").parse::<DateTime<Utc>>().is_ok_and(|at| at < killed);
    let lost = until("what was open is closed as node_lost", 10, || async {
        let calls = supervisor.list("calls?limit=200").await;
        let open: Vec<Value> = calls.into_iter().filter(|call| ours(call) && arrived_before(call)).collect();
        open.iter().all(|call| call["outcome"] == "node_lost").then_some(open)
    })
    .await;
    let callbacks = supervisor.list("callbacks?state=pending&limit=200").await;
    let (mut worst, mut played) = (0.0f64, 0);
    for call in &lost {
        let owed = callbacks.iter().filter(|callback| callback["call_id"] == call["id"]).count();
        assert_eq!(owed, 1, "one callback for {call}");
        let recordings = supervisor.list(&format!("recordings?call={}", text(call, "id"))).await;
        let Some(recording) = recordings.first() else {
            let arrived: DateTime<Utc> = text(call, "arrived_at").parse().expect("a time");
            assert!((killed - arrived).as_seconds_f64() < 1.0, "no recording of {call}");
            continue;
        };
        let started: DateTime<Utc> = text(recording, "started_at").parse().expect("a time");
        let lasted = (killed - started).as_seconds_f64();
        let (status, wav) = supervisor.bytes(&format!("recordings/{}/audio", text(recording, "id"))).await;
        if !status.is_success() {
            assert!(lasted < 1.0, "{lasted} s before the kill, and does not play: {status} {recording}");
            continue;
        }
        let (left, _) = stereo(&wav);
        worst = worst.max(lasted - left.len() as f64 / 8_000.0);
        played += 1;
    }
    println!("crash: round {round}: {} lost, {played} recordings play, the worst lacks {worst:.2} s", lost.len());
    assert!(worst <= 1.0, "a recording lacks {worst:.2} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_in_a_call_at_the_kill_takes_calls_again_after_the_start() {
    use crate::desk_phone::{asks_for_a_dispatcher, caller, desk};
    let mut server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let dispatcher = server.login("dispatcher1").await;
    let mut phone = desk(&server, "desk101", 1_000.0).await;
    dispatcher.ready().await;
    let number = "79165550001";
    let mut first = caller(&server, number).await;
    asks_for_a_dispatcher(&mut first, &supervisor, number).await;
    phone.event("CALL_INCOMING", 20).await;
    phone.command("accept", "").await;
    supervisor.stage(number, "talking", 10).await;
    crate::baresip::talk(2.0).await;
    server.kill();
    server.again().await;
    let (supervisor, dispatcher) = (server.login("supervisor").await, server.login("dispatcher1").await);
    let call = supervisor.call(number, "is closed", 10, |call| call["state"] == "ended").await;
    assert_eq!(call["outcome"], "node_lost");
    assert_eq!(call["tickets"].as_array().map(Vec::len), Some(1), "its ticket is linked: {call}");
    let (left, right) = crate::desk_phone::recording(&supervisor, text(&call, "id"), 10).await;
    assert!(crate::sound::tone_seconds(&left, 440.0) > 1.0 && crate::sound::tone_seconds(&right, 1_000.0) > 1.0);
    phone.hang_up().await;
    dispatcher.ready().await;
    first.hang_up().await;
    asks_for_a_dispatcher(&mut first, &supervisor, number).await;
    phone.event("CALL_INCOMING", 20).await;
    first.hang_up().await;
}

/// The 200 was lost with the server: the caller's phone repeats its INVITE, and the new process answers it (F25).
#[tokio::test(flavor = "multi_thread")]
async fn an_invite_repeated_to_the_next_process_is_answered_and_stays_one_intake() {
    let mut server = Server::demo().await;
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    socket.set_read_timeout(Some(Duration::from_millis(200))).expect("a socket takes a timeout");
    let sound = Sound::new(440.0);
    let number = "+79165559001";
    let invite = invite(number, socket.local_addr().expect("bound").port(), sound.port);
    answered(&socket, &invite, &server).await;
    server.kill();
    server.again().await;
    answered(&socket, &invite, &server).await;
    let supervisor = server.login("supervisor").await;
    let call = supervisor.call(number, "is live", 10, |call| call["state"] == "live").await;
    assert_eq!(ledger(&server).await.get("repeated-1"), Some(&1), "one intake");
    let intake = supervisor.get(&format!("intakes/{}", text(&call, "intake_id"))).await;
    assert_eq!(intake["call_id"], call["id"], "the intake is the live call's: {intake}");
}

fn invite(number: &str, port: u16, sound: u16) -> String {
    let body = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {sound} RTP/AVP 8 101\r\n\
         a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    );
    format!(
        "INVITE sip:1000@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKrepeated\r\nMax-Forwards: 70\r\n\
         From: <sip:{number}@127.0.0.1>;tag=one\r\nTo: <sip:1000@127.0.0.1>\r\nCall-ID: repeated-1\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:{number}@127.0.0.1:{port}>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Sends it until there is a 200.
async fn answered(socket: &std::net::UdpSocket, invite: &str, server: &Server) {
    let mut buffer = [0; 4_096];
    crate::holds("the INVITE is answered", 10, || {
        socket.send_to(invite.as_bytes(), server.sip).expect("sent");
        let mut heard = || socket.recv(&mut buffer).ok().map(|length| buffer[..length].starts_with(b"SIP/2.0 200"));
        let answered = std::iter::from_fn(&mut heard).any(|ok| ok);
        async move { answered }
    })
    .await;
}
