//! Keys in the menu, as RFC 4733 events, as SIP INFO, from another maker's phone; and no key at all.

use crate::api::{Person, text};
use crate::baresip::{Baresip, Phone};
use crate::server::Server;
use crate::sipp::{Order, Sipp, row};
use crate::sound::Sound;
use std::time::Duration;

/// Where a key leads.
enum Leads {
    /// To this queue, in this language.
    Queue(&'static str, &'static str),
    /// Through this node of the flow.
    Node(&'static str),
}

const KEYS: [(&str, Leads); 4] = [
    ("0", Leads::Queue("main", "ru")),
    ("1", Leads::Queue("emergency", "ru")),
    ("2", Leads::Node("status")),
    // English, then the dispatcher.
    ("90", Leads::Queue("main", "en")),
];

async fn led(desk: &Person, number: &str, leads: &Leads) {
    match leads {
        Leads::Queue(queue, locale) => {
            let row = desk.stage(number, "waiting", 60).await;
            assert_eq!(text(&row, "queue"), *queue, "{number}");
            let queued = |call: &serde_json::Value| call["queue"] == *queue && call["locale"] == *locale;
            desk.call(number, &format!("is in {queue} in {locale}"), 10, queued).await;
        }
        Leads::Node(node) => {
            let call = desk.call(number, "is there", 10, |_| true).await;
            let path = format!("calls/{}", text(&call, "id"));
            crate::holds(&format!("{number} passes {node}"), 15, || async {
                let call = desk.get(&path).await;
                call["trace"].as_array().is_some_and(|trace| trace.iter().any(|step| step["node"] == *node))
            })
            .await;
        }
    }
}

/// A number of its own for each caller.
fn number(of: usize) -> String {
    format!("+7916222{of:04}")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_by_rfc_4733_during_the_greeting_lead_to_the_right_place() {
    let mut server = Server::demo().await;
    let desk = server.login("supervisor").await;
    let sounds: Vec<Sound> = KEYS.iter().map(|_| Sound::new(300.0)).collect();
    let rows = sounds.iter().enumerate().map(|(n, sound)| row(&number(n), "1000", sound)).collect();
    let order = Order { scenario: "caller.xml", tcp: false, rows, rate: 10, pause: Duration::from_secs(40) };
    let _sipp = Sipp::start(&mut server, order);
    for (n, (keys, _)) in KEYS.iter().enumerate() {
        desk.stage(&number(n), "flow", 15).await;
        sounds[n].press(keys);
    }
    for (n, (_, leads)) in KEYS.iter().enumerate() {
        led(&desk, &number(n), leads).await;
    }
    let emergency = &desk.rows("queue").await.into_iter().find(|row| row["queue"] == "emergency").expect("a row");
    assert_eq!(emergency["waiting"], 1, "{emergency}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_by_sip_info_lead_to_the_right_place_and_silence_to_the_queue() {
    let mut server = Server::demo().await;
    let desk = server.login("supervisor").await;
    let sounds: Vec<Sound> = (0..4).map(|_| Sound::new(300.0)).collect();
    let mut rows: Vec<Vec<String>> =
        sounds.iter().enumerate().map(|(n, sound)| row(&number(n), "1000", sound)).collect();
    for (n, key) in ["0", "1", "2"].iter().enumerate() {
        rows[n].push((*key).into());
    }
    let silent = vec![rows.pop().expect("four rows")];
    let order = Order { scenario: "caller_info.xml", tcp: true, rows, rate: 10, pause: Duration::from_secs(25) };
    let _info = Sipp::start(&mut server, order);
    let order = Order { scenario: "caller.xml", tcp: false, rows: silent, rate: 10, pause: Duration::from_secs(90) };
    let _silent = Sipp::start(&mut server, order);
    for (n, (_, leads)) in KEYS.iter().take(3).enumerate() {
        led(&desk, &number(n), leads).await;
    }
    led(&desk, &number(3), &Leads::Queue("main", "ru")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_of_another_make_presses_keys_both_ways() {
    let server = Server::demo().await;
    let desk = server.login("supervisor").await;
    for (user, tcp, info) in [("79162220101", false, false), ("79162220102", true, true)] {
        let phone = Phone { server: server.sip, user, password: None, tcp, hertz: 500.0, info };
        let mut caller = Baresip::start(phone).await;
        caller.dial("1112").await;
        caller.event("CALL_ESTABLISHED", 15).await;
        desk.stage(user, "waiting", 30).await;
        caller.hang_up().await;
        caller.dial("1000").await;
        caller.event("CALL_ESTABLISHED", 15).await;
        desk.stage(user, "flow", 15).await;
        caller.press('1').await;
        led(&desk, user, &Leads::Queue("emergency", "ru")).await;
        caller.hang_up().await;
    }
}
