//! What days do to a ticket: it closes by itself, and can be reopened for a while.

use super::{classifier, command, path, registered};
use crate::centre::{Centre, Character};
use crate::on_both;
use chrono::{DateTime, TimeDelta, Utc};
use linedesk::outbox::{Lease, News};
use linedesk::tickets::rules::{CONFIRM_DAYS, REOPEN_DAYS};
use linedesk::tickets::sweep;
use serde_json::{Value, json};

/// Log-ins do not last so long: who comes after days logs in again.
async fn after(centre: &Centre, span: TimeDelta) -> Character {
    centre.time.pass(span);
    sweep::sweep(&centre.app.db, &Lease::new(sweep::NAME, "test"), &News::default()).await.expect("a sweep");
    centre.dispatcher().await
}

async fn finished(centre: &Centre) -> Value {
    let d = centre.dispatcher().await;
    let (ticket, technician) = (registered(&d, "домофон").await, centre.person("technician1").await);
    for body in [
        json!({ "command": "assign", "executor_id": technician }),
        json!({ "command": "start" }),
        json!({ "command": "finish" }),
    ] {
        command(&d, &ticket, body).await.ok();
    }
    d.get(&path(&ticket)).await.ok()
}

on_both!(a_finished_ticket_closes_when_nobody_objects_for_a_week, async |centre| {
    let ticket = finished(&centre).await;
    let d = after(&centre, TimeDelta::days(CONFIRM_DAYS) - TimeDelta::hours(1)).await;
    assert_eq!(d.get(&path(&ticket)).await.ok()["state"], "done");
    let d = after(&centre, TimeDelta::hours(2)).await;
    let closed = d.get(&path(&ticket)).await.ok();
    assert_eq!(closed["state"], "closed");
    let last = closed["events"].as_array().and_then(|events| events.last()).expect("an event");
    assert_eq!((last["type"].as_str(), &last["actor"]), (Some("confirm"), &Value::Null), "nobody did it");
    let at: DateTime<Utc> = last["at"].as_str().expect("a time").parse().expect("a time");
    assert!(centre.time.now() - TimeDelta::hours(1) < at, "the week's end, not the machine's today: {last}");
});

on_both!(a_closed_ticket_is_reopened_within_thirty_days, async |centre| {
    let (early, late) = (finished(&centre).await, finished(&centre).await);
    after(&centre, TimeDelta::days(CONFIRM_DAYS) + TimeDelta::hours(1)).await;
    let reopen = json!({ "command": "reopen", "reason": "it leaks again" });
    let offered = |ticket: &Value| {
        ticket["allowed"].as_array().expect("commands").iter().any(|c| c == "reopen" || c["command"] == "reopen")
    };

    let d = after(&centre, TimeDelta::days(REOPEN_DAYS - 1)).await;
    assert!(offered(&d.get(&path(&late)).await.ok()));
    assert_ne!(command(&d, &early, reopen.clone()).await.ok()["state"], "closed");

    let d = after(&centre, TimeDelta::days(1) + TimeDelta::hours(1)).await;
    assert!(!offered(&d.get(&path(&late)).await.ok()));
    assert_eq!(command(&d, &late, reopen).await.status, 409);
});

// The classifier is corrected after a reopening, and while the ticket waits.
on_both!(another_classifier_keeps_what_clocks_went_through, async |centre| {
    let ticket = finished(&centre).await;
    let d = after(&centre, TimeDelta::days(5)).await;
    let reopened = command(&d, &ticket, json!({ "command": "reopen", "reason": "it leaks again" })).await.ok();
    let class = classifier(&d, "прорыв%20батар").await;
    let change = json!({ "version": reopened["version"], "classifier_id": class["id"] });
    let changed = d.patch(&path(&ticket), change).await.ok();
    let running = |clock: &&Value| clock["stopped_at"].is_null();
    let late: Vec<&Value> = changed["clocks"]
        .as_array()
        .expect("clocks")
        .iter()
        .filter(running)
        .filter(|clock| clock["law_ref"] != "" || !clock["breached_at"].is_null())
        .collect();
    assert!(late.is_empty(), "the law's clocks have their result: {late:?}");

    let (ticket, technician) = (registered(&d, "домофон").await, centre.person("technician1").await);
    let due = |ticket: &Value| -> DateTime<Utc> {
        let clock = ticket["clocks"].as_array().expect("clocks").iter().find(|clock| clock["code"] == "done");
        clock.expect("a clock")["due_at"].as_str().expect("a time").parse().expect("a time")
    };
    let began = due(&ticket);
    command(&d, &ticket, json!({ "command": "assign", "executor_id": technician })).await.ok();
    let hold = |centre: &Centre, hours| json!({ "command": "hold", "reason": "parts", "until": centre.time.now() + TimeDelta::hours(hours) });
    command(&d, &ticket, hold(&centre, 20)).await.ok();
    centre.time.pass(TimeDelta::hours(4));
    let d = centre.dispatcher().await;
    command(&d, &ticket, json!({ "command": "resume" })).await.ok();
    let held = command(&d, &ticket, hold(&centre, 20)).await.ok();
    let class = classifier(&d, "доводчик").await;
    let changed =
        d.patch(&path(&ticket), json!({ "version": held["version"], "classifier_id": class["id"] })).await.ok();
    let moved = due(&changed) - began;
    assert!(moved >= TimeDelta::hours(4) && moved < TimeDelta::hours(5), "the pause is not forgotten: {moved}");
    let clocks = changed["clocks"].as_array().expect("clocks");
    assert!(
        clocks.iter().any(|clock| clock["code"] == "done" && !clock["paused_at"].is_null()),
        "it waits: {clocks:?}"
    );
});
