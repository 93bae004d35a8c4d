//! Ten datagrams of a hundred are lost (F13): no call fails by it, and keys arrive as they were pressed.

use crate::api::text;
use crate::link::Link;
use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use std::time::{Duration, Instant};

const CALLS: usize = 50;
const LOSS_PERCENT: u32 = 10;
/// The greeting begins with the ACK, which may be lost some times (RFC 3261 13.3.1.4: the 200 comes again up to each 4 s).
const LISTEN: Duration = Duration::from_secs(18);
/// New calls a second.
const RATE: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn no_call_fails_when_a_tenth_of_the_signalling_is_lost() {
    let mut server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let link = Link::start(server.sip, LOSS_PERCENT, 13);
    let sounds: Vec<Sound> = (0..CALLS).map(|_| Sound::new(440.0)).collect();
    let number = |n: usize| format!("+7916777{n:04}");
    let mut rows: Vec<Vec<String>> = (0..CALLS).map(|n| row(&number(n), "1000", &sounds[n])).collect();
    rows.iter_mut().for_each(|row| row.push(link.inside.port().to_string()));
    let order = Order { scenario: "lossy.xml", tcp: false, rows, rate: RATE, pause: LISTEN };
    let began = Instant::now();
    let sipp = Sipp::through(link.outside, &mut server, order);
    sipp.succeeds(75).await;
    let (passed, lost) = link.counts();
    let share = lost as f64 / (passed + lost) as f64;
    println!("lossy: {CALLS} calls in {:?}, {lost} of {} datagrams lost", began.elapsed(), passed + lost);
    assert!((0.05..0.15).contains(&share) && lost > 20, "the link loses a tenth: {lost} of {}", passed + lost);
    for (n, sound) in sounds.iter().enumerate() {
        let call = supervisor.call(&number(n), "has ended", 40, |call| call["state"] == "ended").await;
        let outcome = text(&call, "outcome");
        assert!(["abandoned_ivr", "short_ivr", "abandoned_queue"].contains(&outcome), "the caller hung up: {call}");
        assert!(sound.heard_seconds() > 1.0, "{} hears the greeting: {} s", number(n), sound.heard_seconds());
    }
    let calls = supervisor.list("calls?limit=200").await;
    let ours = calls.iter().filter(|call| text(call, "from_number").starts_with("+7916777")).count();
    assert_eq!(ours, CALLS, "each call once, whatever was repeated");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_arrive_as_pressed_when_a_tenth_of_the_sound_is_lost() {
    const DIGITS: [&str; 6] = ["7654321", "1122334", "9900990", "5555555", "1234567", "8080808"];
    let mut server = Server::demo().await;
    let supervisor = server.login("supervisor").await;
    let sounds: Vec<Sound> = (0..DIGITS.len()).map(|n| Sound::lossy(440.0, LOSS_PERCENT, n as u64)).collect();
    let number = |n: usize| format!("+7916779{n:04}");
    let rows = (0..DIGITS.len()).map(|n| row(&number(n), "1000", &sounds[n])).collect();
    let order = Order { scenario: "caller.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(60) };
    let _sipp = Sipp::start(&mut server, order);
    for (n, sound) in sounds.iter().enumerate() {
        supervisor.stage(&number(n), "flow", 15).await;
        sound.press("2");
    }
    // The number of a request is asked for; the call's trace tells how it was understood.
    for n in 0..DIGITS.len() {
        arrives(&supervisor, &number(n), "number").await;
        sounds[n].press(DIGITS[n]);
    }
    for (n, digits) in DIGITS.iter().enumerate() {
        let understood = arrives(&supervisor, &number(n), "by_number").await;
        assert_eq!(understood, format!("number {digits}"));
    }
    let (sent, lost) = sounds.iter().map(Sound::packets).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    println!("lossy: {lost} of {} RTP packets lost, {} keys understood", sent + lost, DIGITS.len() * 8);
    assert!(lost * 100 / (sent + lost) >= 5, "the link loses a tenth: {lost} of {}", sent + lost);
}

/// Waits until a call's flow comes to a node; gives what led there.
async fn arrives(supervisor: &crate::api::Person, number: &str, node: &str) -> String {
    let call = supervisor.call(number, "is there", 10, |_| true).await;
    let path = format!("calls/{}", text(&call, "id"));
    crate::until(&format!("{number} comes to {node}"), 25, || async {
        let call = supervisor.get(&path).await;
        let step = call["trace"].as_array()?.iter().find(|step| step["node"] == node)?.clone();
        Some(text(&step, "input").to_owned())
    })
    .await
}
