//! `/agents`: the floor's people, their states and times.

use crate::centre::line::Story;
use crate::on_both;
use call::event::{AgentState, Event, Kind};
use linedesk::clock;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Until the live board shows it.
async fn shown(d: &crate::centre::Character, at: &str, state: &str) -> Value {
    let waiting = async {
        loop {
            let agent = d.get(at).await.ok();
            if agent["state"] == state {
                return agent;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the board shows it")
}

on_both!(who_takes_calls, async |centre| {
    let (_line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agents = d.get("/agents").await.items();
    let extensions: Vec<_> = agents.iter().map(|a| a["extension"].clone()).collect();
    assert_eq!(extensions, ["101", "102", "103", "104", "105", "110"]);
    let at = format!("/agents/{}", agents[0]["id"].as_str().expect("an id"));
    let one = d.get(&at).await.ok();
    assert_eq!((&one["name"], one["device"].as_bool()), (&agents[0]["name"], Some(false)));
    d.get(&format!("/agents/{}", centre.person("admin").await)).await.problem(404, "not-found");
    d.get(&format!("/agents/{}", Uuid::max())).await.problem(404, "not-found");
    d.get("/agents/17").await.problem(404, "not-found");
    centre.technician().await.get(&at).await.problem(403, "forbidden");
    centre.stranger().get(&at).await.problem(401, "unauthorized");
});

on_both!(a_status_is_ones_own, async |centre| {
    let (_line, d, s) = (centre.switch_on().await, centre.dispatcher().await, centre.supervisor().await);
    let own = format!("/agents/{}", centre.person("dispatcher1").await);
    let status = format!("{own}/status");
    d.put(&status, json!({ "status": "ready" })).await.problem(409, "no-device");
    let other = centre.login("dispatcher2").await;
    other.put(&status, json!({ "status": "away" })).await.problem(403, "forbidden");
    for person in [centre.administrator().await, centre.technician().await] {
        person.put(&status, json!({ "status": "away" })).await.problem(403, "forbidden");
    }
    assert_eq!(d.put(&status, json!({ "status": "paused", "reason": "training" })).await.status, 204);
    let paused = shown(&d, &own, "paused").await;
    assert_eq!(paused["reason"], "training");
    assert_eq!(s.put(&status, json!({ "status": "away" })).await.status, 204, "a supervisor sends home");
    shown(&d, &own, "away").await;
    s.put(&format!("/agents/{}/status", Uuid::max()), json!({ "status": "away" })).await.problem(404, "not-found");
});

on_both!(forms_are_checked, async |centre| {
    let (_line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let status = format!("/agents/{}/status", centre.person("dispatcher1").await);
    for (field, form) in [
        ("status", json!({})),
        ("status", json!({ "status": "happy" })),
        ("status", json!({ "status": 1 })),
        ("status", json!({ "status": null })),
        ("reason", json!({ "status": "paused", "reason": "" })),
        ("reason", json!({ "status": "paused", "reason": "Long Lunch" })),
        ("reason", json!({ "status": "paused", "reason": "x".repeat(33) })),
        ("reason", json!({ "status": "paused", "reason": {} })),
        ("until", json!({ "status": "paused", "until": "noon" })),
    ] {
        let problem = d.put(&status, form.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{form}");
    }
    let huge = format!("{{\"status\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    d.raw(Method::PUT, &status, "application/json", Some(huge)).await.problem(413, "too-large");
    assert_eq!(d.get(&status[..status.len() - 7]).await.ok()["state"], "away", "nothing happened");
});

on_both!(times_of_the_day, async |centre| {
    let (line, d, s) = (centre.switch_on().await, centre.dispatcher().await, centre.supervisor().await);
    let agent = centre.person("dispatcher1").await;
    let mut story = Story::arrived(None, 0);
    let status = |minutes: i64, state, reason: Option<&str>| Event {
        id: clock::id(),
        sequence: 0,
        at: clock::wall_ms() - minutes * 60_000,
        call: None,
        kind: Kind::AgentStatus { agent, state, reason: reason.map(str::to_owned) },
    };
    story.events = vec![
        status(90, AgentState::Ready, None),
        status(60, AgentState::Paused, Some("break")),
        status(30, AgentState::Ready, None),
    ];
    line.happens(story).await;
    let at = format!("/agents/{agent}/intervals");
    let items = d.get(&at).await.items();
    let of = |i: &Value| (i["state"].clone(), i["reason"].clone(), i["to"].is_null());
    let last: Vec<_> = items.iter().rev().take(3).rev().map(of).collect();
    assert_eq!(
        last,
        [
            (json!("ready"), Value::Null, false),
            (json!("paused"), json!("break"), false),
            (json!("ready"), Value::Null, true)
        ]
    );
    assert_eq!(s.get(&at).await.items(), items);
    assert_eq!(d.get(&format!("{at}?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z")).await.items().len(), 0);
    for query in ["from=yesterday", "to=1", "from=99999-01-01T00:00:00Z"] {
        d.get(&format!("{at}?{query}")).await.problem(400, "malformed");
    }
    for edge in ["from=-262143-01-01T00:00:00Z", "to=-262143-01-01T00:00:00Z", "to=%2B262142-12-31T23:59:59Z"] {
        let reply = d.get(&format!("{at}?{edge}")).await;
        assert!(!reply.status.is_server_error(), "{edge}: {reply:?}");
    }
    centre.login("dispatcher2").await.get(&at).await.problem(403, "forbidden");
    assert_eq!(s.get(&format!("/agents/{}/intervals", Uuid::max())).await.items().len(), 0);
});
