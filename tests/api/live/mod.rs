//! `/live` and `/board`: the WebSocket that tells of changes, and to whom.

use crate::centre::line::Story;
use crate::centre::{Centre, Character};
use crate::on_both;
use call::Kind;
use call::event::Outcome;
use chrono::TimeDelta;
use futures_util::{SinkExt as _, StreamExt as _};
use linedesk::clock;
use linedesk::outbox::Subject;
use reqwest::header;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use types::{CallbackId, PersonId};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Logs in and connects, as a browser does.
async fn connect(centre: &Centre, login: &str, password: &str) -> Viewer {
    let form = json!({ "login": login, "password": password });
    let browser = centre.stranger();
    let reply = browser.post("/login", form).await;
    let cookie = reply.headers[header::SET_COOKIE].to_str().expect("text");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let socket = open(centre, Some(&cookie), Some(&format!("http://{}", centre.address))).await.expect("a WebSocket");
    Viewer { socket, cookie, browser }
}

async fn open(centre: &Centre, cookie: Option<&str>, origin: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/api/v1/live", centre.address).into_client_request()?;
    for (name, value) in [("cookie", cookie), ("origin", origin)] {
        if let Some(value) = value {
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

struct Viewer {
    socket: Socket,
    cookie: String,
    browser: Character,
}

impl Viewer {
    /// The next message that is one of these, before `patience` is over.
    async fn hears(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let listening = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let message: Value = serde_json::from_str(&text).expect("JSON");
                        if wanted(&message) {
                            return message;
                        }
                    }
                    Some(Ok(_)) => {}
                    other => panic!("the connection ended: {other:?}"),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), listening).await.expect("it is told")
    }

    async fn snapshot(&mut self) -> Value {
        self.hears(|m| m["type"] == "snapshot").await
    }
}

/// Keys of a message's rows that have this name.
fn named<'a>(message: &'a Value, row: &str, key: &str) -> Vec<&'a Value> {
    let rows = message["rows"].as_array().expect("rows");
    rows.iter().filter(|r| r["row"] == row).map(|r| &r[key]).collect()
}

/// A new dispatcher of this one queue.
async fn hired(centre: &Centre, login: &str, extension: &str, queue: &str) -> PersonId {
    let form = json!({ "login": login, "name": login, "role": "dispatcher", "password": "a long password",
        "extension": extension, "queues": [queue] });
    let made = centre.administrator().await.post("/people", form).await.ok();
    made["id"].as_str().expect("an id").parse().expect("a UUID")
}

async fn pause(centre: &Centre, agent: PersonId, reason: &str) {
    let form = json!({ "status": "paused", "reason": reason });
    let reply = centre.supervisor().await.put(&format!("/agents/{agent}/status"), form).await;
    assert_eq!(reply.status, 204, "{}", reply.body);
}

/// The hub has read the board: the brain and the hub are started side by side.
async fn board_is_read(centre: &Centre) {
    let s = centre.supervisor().await;
    let waiting = async {
        while s.get("/board").await.ok()["rows"].as_array().is_none_or(Vec::is_empty) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the board is read");
}

on_both!(a_snapshot_then_what_changes, async |centre| {
    let _line = centre.switch_on().await;
    board_is_read(&centre).await;
    let agent = centre.person("dispatcher2").await;
    let mut viewer = connect(&centre, "dispatcher1", "demo").await;
    let first = viewer.snapshot().await;
    assert_eq!(named(&first, "agent", "agent").len(), 6, "colleagues of the same queues");
    assert_eq!(named(&first, "queue", "queue").len(), 2);
    let before = first["sequence"].as_u64().expect("a sequence");
    pause(&centre, agent, "training").await;
    let change = viewer.hears(|m| m["type"] == "rows" && named(m, "agent", "agent").contains(&&json!(agent))).await;
    let seen = change["sequence"].as_u64().expect("a sequence");
    assert!(seen > before);
    assert_eq!(named(&change, "agent", "reason"), [&json!("training")]);
    // The connection is lost, something happens meanwhile, the page comes back: it starts from what is now.
    let cookie = viewer.cookie.clone();
    let browser = viewer.browser.clone();
    drop(viewer);
    pause(&centre, agent, "lunch").await;
    let origin = format!("http://{}", centre.address);
    let socket = open(&centre, Some(&cookie), Some(&origin)).await.expect("again");
    let mut viewer = Viewer { socket, cookie, browser };
    let mut again = viewer.snapshot().await;
    assert!(again["sequence"].as_u64().is_some_and(|s| s >= seen), "never back behind what was seen");
    let lunch = |m: &Value| named(m, "agent", "reason").contains(&&json!("lunch"));
    if !lunch(&again) {
        again = viewer.hears(|m| m["type"] == "rows" && lunch(m)).await;
    }
    assert!(lunch(&again));
    let rest = centre.supervisor().await.get("/board").await.ok();
    assert!(rest["sequence"].as_u64() >= again["sequence"].as_u64());
});

on_both!(foreign_rows_are_not_told, async |centre| {
    let night = hired(&centre, "night", "130", "emergency").await;
    let day = hired(&centre, "day", "131", "main").await;
    let _line = centre.switch_on().await;
    board_is_read(&centre).await;
    let mut viewer = connect(&centre, "day", "a long password").await;
    let first = viewer.snapshot().await;
    assert_eq!(named(&first, "queue", "queue"), [&json!("main")]);
    let agents = named(&first, "agent", "agent");
    assert!(agents.contains(&&json!(day)) && !agents.contains(&&json!(night)), "{first}");
    let mut boss = connect(&centre, "supervisor", "demo").await;
    assert!(named(&boss.snapshot().await, "agent", "agent").contains(&&json!(night)));
    // First the foreign one, then a colleague: when the second is heard, the first would have been.
    pause(&centre, night, "secret").await;
    boss.hears(|m| m["type"] == "rows" && named(m, "agent", "reason").contains(&&json!("secret"))).await;
    pause(&centre, centre.person("dispatcher3").await, "training").await;
    let heard = viewer
        .hears(|m| {
            let text = m.to_string();
            assert!(!text.contains(&night.to_string()) && !text.contains("secret"), "a foreign row: {text}");
            m["type"] == "rows"
        })
        .await;
    assert_eq!(named(&heard, "agent", "reason"), [&json!("training")]);
    let board = |d: crate::centre::Character| async move { d.get("/board").await.ok().to_string() };
    let day = centre.stranger();
    day.post("/login", json!({ "login": "day", "password": "a long password" })).await.ok();
    assert!(!board(day).await.contains(&night.to_string()));
    centre.technician().await.get("/board").await.problem(403, "forbidden");
});

on_both!(callers_numbers_are_for_those_who_may_see_phones, async |centre| {
    let (line, s) = (centre.switch_on().await, centre.supervisor().await);
    let call = line.rings(1, "+79990001122").await;
    let row = async |who: &crate::centre::Character| {
        let rows = who.get("/board").await.ok()["rows"].as_array().cloned().unwrap_or_default();
        rows.into_iter().find(|row| row["row"] == "call" && row["call"] == json!(call))
    };
    let seen = async {
        loop {
            match row(&s).await {
                Some(row) => break row,
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it is on the board");
    assert!(seen["from"].as_str().is_some_and(|from| from.contains("9990001122")), "{seen}");
    let masked = row(&centre.administrator().await).await.expect("the same row");
    assert_eq!(masked["from"], "*** 22");
});

on_both!(hints_are_for_those_who_may_read, async |centre| {
    let line = centre.switch_on().await;
    board_is_read(&centre).await;
    let mut technician = connect(&centre, "technician1", "demo").await;
    let mut dispatcher = connect(&centre, "dispatcher1", "demo").await;
    dispatcher.snapshot().await;
    // Both listen: their first sign of life has come.
    technician.hears(|m| m["type"] == "ping").await;
    let task: CallbackId = clock::id();
    line.happens(Story::arrived(Some("+79990001122"), 1).abandoned(task, "main")).await;
    dispatcher.hears(|m| m["type"] == "changed" && m["noun"] == "callbacks" && m["id"] == json!(task)).await;
    let d = centre.dispatcher().await;
    let ticket = d.post("/tickets", json!({ "title": "Кран", "place_text": "двор" })).await.ok();
    let heard = technician
        .hears(|m| {
            assert!(!["snapshot", "rows"].iter().any(|t| m["type"] == **t), "a technician sees no board: {m}");
            let noun = m["noun"].as_str().unwrap_or_default();
            assert!(!["callbacks", "intakes", "calls", "contacts", "recordings"].contains(&noun), "{m}");
            m["noun"] == "tickets"
        })
        .await;
    assert_eq!(heard["id"], ticket["id"]);
    // another technician's: that something changed, and not what
    let form = json!({ "login": "second", "name": "Второй", "role": "technician", "password": "a long password" });
    let second = centre.administrator().await.post("/people", form).await.ok();
    let form = json!({ "title": "Насос", "place_text": "подвал", "executor_id": second["id"] });
    let foreign = d.post("/tickets", form).await.ok()["id"].as_str().expect("an id").to_owned();
    let vaguely = |m: &Value| {
        assert!(!m.to_string().contains(&foreign), "{m}");
        m["noun"] == "tickets" && m["id"].is_null()
    };
    technician.hears(vaguely).await;
    dispatcher.hears(|m| m["id"] == json!(foreign)).await;
});

on_both!(every_hint_leads_to_the_thing_it_names, async |centre| {
    let line = centre.switch_on().await;
    let mut hints = centre.app.news.listen();
    let (s, agent) = (centre.supervisor().await, centre.person("dispatcher1").await);
    let owed = async |from: &str| {
        let task: CallbackId = clock::id();
        let story = Story::arrived(Some(from), 3).abandoned(task, "main");
        let intake = story.intake;
        line.happens(story).await;
        (task, intake)
    };
    let (task, _) = owed("+79990000001").await;
    s.put(&format!("/callbacks/{task}/state"), json!({ "state": "done" })).await.ok();
    let (_, intake) = owed("+79990000002").await;
    s.put(&format!("/intakes/{intake}/disposition"), json!({ "code": "spam" })).await.ok();
    // the caller calls again and is answered: the callback is merged
    owed("+79990000003").await;
    let recording = clock::id();
    let call = Story::arrived(Some("+79990000003"), 1)
        .and(Kind::RecordingStarted { recording })
        .answered(agent, "main")
        .and(Kind::RecordingEnded { recording, duration_ms: 1_000 })
        .ended(Outcome::Completed);
    let id = call.call;
    line.happens(call).await;
    s.put(&format!("/calls/{id}/disposition"), json!({ "code": "spam" })).await.ok();
    s.post("/tickets", json!({ "title": "Кран", "place_text": "двор" })).await.ok();
    s.post("/contacts", json!({ "kind": "person", "full_name": "Ёлкина Яна" })).await.ok();
    let admin = centre.administrator().await;
    admin.patch(&format!("/people/{agent}"), json!({ "version": 1, "name": "Анна Белова" })).await.ok();
    let class = admin.get("/classifiers?limit=1").await.items().remove(0)["id"].clone();
    let class = format!("/classifiers/{}", class.as_str().expect("an id"));
    admin.patch(&class, json!({ "version": 1, "law_hint": "416" })).await.ok();
    let unit = admin.get("/units?limit=1").await.items().remove(0)["id"].clone();
    let unit = format!("/units/{}", unit.as_str().expect("an id"));
    admin.patch(&unit, json!({ "version": 1, "state": "vacant" })).await.ok();
    let callbacks = s.get("/callbacks?state=all&limit=200").await.items();
    let people = admin.get("/people?limit=200").await.items();
    let mut nouns = BTreeSet::new();
    while let Ok(hint) = hints.try_recv() {
        let (noun, id) = (hint.noun(), hint.id());
        match hint {
            Subject::Callbacks(_) => assert!(callbacks.iter().any(|c| c["id"] == json!(id)), "{hint:?}"),
            Subject::People(_) => assert!(people.iter().any(|p| p["id"] == json!(id)), "{hint:?}"),
            _ => drop(s.get(&format!("/{noun}/{id}")).await.ok()),
        }
        nouns.insert(noun);
    }
    let every =
        ["buildings", "callbacks", "calls", "classifiers", "contacts", "intakes", "people", "recordings", "tickets"];
    assert_eq!(nouns.into_iter().collect::<Vec<_>>(), every);
});

/// More hints at once than wait for a viewer: which of them were lost nobody knows, so all that is shown is fetched anew.
#[tokio::test]
async fn who_missed_hints_is_told_to_refresh() {
    let centre = Centre::start(crate::centre::Database::Sqlite).await;
    let mut viewer = connect(&centre, "supervisor", "demo").await;
    viewer.hears(|m| m["type"] == "ping").await;
    // the server shares this thread: nothing is read from the channel before all of them are in it
    for _ in 0..=linedesk::outbox::WAITING {
        centre.app.news.changed(Subject::Tickets(clock::id()));
    }
    viewer.hears(|m| m["type"] == "refresh").await;
    let last = clock::id();
    centre.app.news.changed(Subject::Tickets(last));
    viewer.hears(|m| m["type"] == "changed" && m["id"] == json!(last)).await;
}

on_both!(only_with_a_log_in_from_our_own_page, async |centre| {
    let ours = format!("http://{}", centre.address);
    let refused = |result: Result<Socket, Error>| match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        other => panic!("not refused: {other:?}"),
    };
    assert_eq!(refused(open(&centre, None, Some(&ours)).await), 401);
    assert_eq!(refused(open(&centre, Some("linedesk_login=nonsense"), Some(&ours)).await), 401);
    let viewer = connect(&centre, "dispatcher1", "demo").await;
    for origin in [None, Some("http://evil.example"), Some("null")] {
        assert_eq!(refused(open(&centre, Some(&viewer.cookie), origin).await), 403);
    }
    centre.dispatcher().await.get("/live").await.problem(400, "malformed");
    for protocol in [None, Some("chat")] {
        assert_eq!(
            refused(phone_by(&centre, &viewer.cookie, protocol).await),
            400,
            "{protocol:?}: /sip speaks SIP only"
        );
    }
});

/// Reads until the server ends it, before `patience` is over.
async fn ends(socket: &mut Socket) {
    let ends = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(Duration::from_secs(5), ends).await.expect("the connection ends within 5 s");
}

/// The softphone of a person, as the browser opens it.
async fn phone(centre: &Centre, cookie: &str) -> Result<Socket, Error> {
    phone_by(centre, cookie, Some("sip")).await
}

async fn phone_by(centre: &Centre, cookie: &str, protocol: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/sip", centre.address).into_client_request()?;
    let origin = format!("http://{}", centre.address);
    let protocol = protocol.map(|protocol| ("sec-websocket-protocol", protocol));
    for (name, value) in [("cookie", cookie), ("origin", &origin)].into_iter().chain(protocol) {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

on_both!(sockets_end_with_their_log_in, async |centre| {
    let mut version = 1;
    let path = format!("/people/{}", centre.person("dispatcher5").await);
    let mut change = async |field: &str, value: Value| {
        let mut form = json!({ "version": version });
        form[field] = value;
        version = centre.administrator().await.patch(&path, form).await.ok()["version"].as_i64().expect("a version");
    };
    let mut password = "demo";
    for step in ["log-out", "password", "role", "expiry", "deactivation"] {
        let mut viewer = connect(&centre, "dispatcher5", password).await;
        let mut softphone = phone(&centre, &viewer.cookie).await.expect("a softphone");
        viewer.hears(|m| m["type"] == "hello").await;
        match step {
            "log-out" => drop(viewer.browser.delete("/login").await.ok()),
            "password" => {
                password = "an other long secret";
                change("password", json!(password)).await;
            }
            "role" => change("role", json!("supervisor")).await,
            "expiry" => centre.time.pass(TimeDelta::days(2)),
            _ => change("active", json!(false)).await,
        }
        ends(&mut viewer.socket).await;
        ends(&mut softphone).await;
    }
});

on_both!(what_is_not_the_log_ins_leaves_sockets_alone, async |centre| {
    let mut viewer = connect(&centre, "dispatcher1", "demo").await;
    let mut softphone = phone(&centre, &viewer.cookie).await.expect("a softphone");
    viewer.hears(|m| m["type"] == "hello").await;
    centre.dispatcher().await.delete("/login").await.ok();
    let other = format!("/people/{}", centre.person("dispatcher2").await);
    centre.administrator().await.patch(&other, json!({ "version": 1, "active": false })).await.ok();
    for _ in 0..2 {
        viewer.hears(|m| m["type"] == "ping").await;
    }
    softphone.send(Message::Ping(Vec::new().into())).await.expect("it is open");
    assert!(matches!(softphone.next().await, Some(Ok(Message::Ping(_) | Message::Pong(_)))));
});

// The channel itself says that it lives, also to whom it shows no board.
on_both!(everybody_is_told_of_the_connection, async |centre| {
    for login in ["technician1", "dispatcher1", "supervisor", "admin"] {
        let mut viewer = connect(&centre, login, "demo").await;
        assert_eq!(viewer.hears(|_| true).await["type"], "hello", "{login}");
        viewer.hears(|m| m["type"] == "ping").await;
    }
});

on_both!(one_persons_sockets_cost_another_nothing, async |centre| {
    let ours = format!("http://{}", centre.address);
    let first = connect(&centre, "technician1", "demo").await;
    let mut held = vec![first.socket];
    let refused = loop {
        match open(&centre, Some(&first.cookie), Some(&ours)).await {
            Ok(socket) => held.push(socket),
            Err(Error::Http(refused)) => break refused,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((refused.status().as_u16(), held.len()), (429, 16));
    let viewer = connect(&centre, "dispatcher1", "demo").await;
    let mut phones = Vec::new();
    let refused = loop {
        match phone(&centre, &viewer.cookie).await {
            Ok(socket) => phones.push(socket),
            Err(Error::Http(refused)) => break refused,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!((refused.status().as_u16(), phones.len()), (429, 16));
    connect(&centre, "dispatcher2", "demo").await;
});
