//! Clocks: started by the profile, stopped by commands, judged by readers and by the sweep.

use super::{classifier, command, path, registered};
use crate::centre::Centre;
use crate::on_both;
use chrono::{DateTime, TimeDelta, Utc};
use linedesk::clock;
use linedesk::outbox::Lease;
use linedesk::outbox::{News, Subject};
use linedesk::tickets::act::{self, Draft};
use linedesk::tickets::fields::SomeFields;
use linedesk::tickets::{seed, sweep};
use serde_json::{Value, json};
use types::TicketId;

fn at(ticket: &Value, code: &str, field: &str) -> Option<DateTime<Utc>> {
    let clocks = ticket["clocks"].as_array().expect("clocks");
    let clock = clocks.iter().find(|c| c["code"] == code).unwrap_or_else(|| panic!("no clock {code}: {clocks:?}"));
    clock[field].as_str().map(|t| t.parse().expect("a time"))
}

fn lease() -> Lease {
    Lease::new(sweep::NAME, "test")
}

/// A ticket registered `ago`, straight through the code that requests use.
async fn past(centre: &Centre, class: usize, ago: TimeDelta) -> Value {
    let then = clock::utc() - ago;
    let draft = Draft {
        id: TicketId::from_u128(0x77),
        fields: SomeFields {
            classifier_id: Some(Some(seed::id(class))),
            place_text: Some("somewhere".into()),
            title: Some("old".into()),
            ..SomeFields::default()
        },
        ..Draft::default()
    };
    let mut tx = centre.app.db.write().await.expect("a database");
    let made = act::register(&mut tx, draft, None, then, then).await.expect("a ticket");
    tx.commit().await.expect("a commit");
    centre.dispatcher().await.get(&format!("/tickets/{}", made.id)).await.ok()
}

on_both!(an_accident_has_three_clocks, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "прорыв%20батар").await;
    for (code, span) in
        [("localize", TimeDelta::minutes(30)), ("told", TimeDelta::minutes(30)), ("done", TimeDelta::days(3))]
    {
        let started = at(&ticket, code, "started_at").expect("a start");
        assert_eq!(at(&ticket, code, "due_at"), Some(started + span), "{code}");
        assert_eq!((at(&ticket, code, "stopped_at"), at(&ticket, code, "breached_at")), (None, None));
    }
    let law = ticket["clocks"][0]["law_ref"].as_str().expect("a law");
    assert!(law.contains("416"), "{law}");
    let told = command(&d, &ticket, json!({ "command": "tell" })).await.ok();
    assert!(at(&told, "told", "stopped_at").is_some() && at(&told, "localize", "stopped_at").is_none());
    // Another classifier: other clocks from the same registration; what was stopped stays stopped.
    let class = classifier(&d, "нет%20горяч").await;
    let changed = d.patch(&path(&ticket), json!({ "version": 2, "classifier_id": class["id"] })).await.ok();
    let codes: Vec<&str> =
        changed["clocks"].as_array().expect("clocks").iter().filter_map(|c| c["code"].as_str()).collect();
    assert_eq!(codes, ["told", "check", "done"]);
    assert!(at(&changed, "told", "stopped_at").is_some());
    assert_eq!(at(&changed, "check", "started_at"), at(&ticket, "localize", "started_at"));
});

on_both!(told_in_the_call, async |centre| {
    let d = centre.dispatcher().await;
    let class = classifier(&d, "домофон").await;
    let ticket = d
        .post("/tickets", json!({ "title": "x", "place_text": "y", "classifier_id": class["id"], "told": true }))
        .await
        .ok();
    assert!(at(&ticket, "told", "stopped_at").is_some());
});

on_both!(a_breach_is_seen_at_once_and_written_by_the_sweep, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = past(&centre, 0, TimeDelta::minutes(31)).await;
    let due = at(&ticket, "localize", "due_at");
    assert_eq!((at(&ticket, "localize", "breached_at"), at(&ticket, "done", "breached_at")), (due, None));
    let events =
        |t: &Value| t["events"].as_array().expect("events").iter().filter(|e| e["type"] == "clock_breached").count();
    assert_eq!(events(&ticket), 0);
    let news = News::default();
    let mut listener = news.listen();
    assert!(sweep::sweep(&centre.app.db, &lease(), &news).await.expect("a sweep") >= 2);
    assert!(listener.try_recv().is_ok_and(|changed| matches!(changed, Subject::Tickets(_))));
    let swept = d.get(&path(&ticket)).await.ok();
    assert_eq!(events(&swept), 2, "localize and told");
    assert_eq!(sweep::sweep(&centre.app.db, &lease(), &news).await.expect("a sweep"), 0, "once");
});

// The technician was there in time, and the phone only now found the network: the breach is taken back.
on_both!(late_evidence, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = past(&centre, 0, TimeDelta::minutes(40)).await;
    sweep::sweep(&centre.app.db, &lease(), &News::default()).await.expect("a sweep");
    let technician = centre.person("technician1").await;
    let then = at(&ticket, "localize", "started_at").expect("a start") + TimeDelta::minutes(20);
    for body in [
        json!({ "command": "assign", "executor_id": technician }),
        json!({ "command": "start", "occurred_at": then }),
        json!({ "command": "localize", "occurred_at": then }),
    ] {
        command(&d, &ticket, body).await.ok();
    }
    let after = d.get(&path(&ticket)).await.ok();
    assert_eq!((at(&after, "localize", "stopped_at"), at(&after, "localize", "breached_at")), (Some(then), None));
    assert!(at(&after, "told", "breached_at").is_some());
    // A time before the registration is bent, and the history says so.
    let early = command(&d, &ticket, json!({ "command": "finish", "occurred_at": "2001-01-01T00:00:00Z" })).await.ok();
    let last = early["events"].as_array().and_then(|e| e.last()).expect("an event");
    assert!(last["data"]["claimed_at"].is_string());
    assert_eq!(last["at"], early["registered_at"]);
});

on_both!(time_passes, async |centre| {
    let d = centre.dispatcher().await;
    let technician = centre.person("technician1").await;
    let (held, done) = (registered(&d, "домофон").await, registered(&d, "домофон").await);
    for ticket in [&held, &done] {
        command(&d, ticket, json!({ "command": "assign", "executor_id": technician })).await.ok();
        command(&d, ticket, json!({ "command": "start" })).await.ok();
    }
    let until = clock::utc() + TimeDelta::hours(5);
    let before = command(&d, &held, json!({ "command": "hold", "reason": "weather", "until": until })).await.ok();
    command(&d, &done, json!({ "command": "finish" })).await.ok();
    centre.time.pass(TimeDelta::days(8));
    for _ in 0..20 {
        if sweep::sweep(&centre.app.db, &lease(), &News::default()).await.expect("a sweep") == 0 {
            break;
        }
    }
    let d = centre.dispatcher().await;
    let held = d.get(&path(&held)).await.ok();
    assert_eq!(held["state"], "in_progress", "a hold ends by itself");
    let moved = at(&held, "done", "due_at").zip(at(&before, "done", "due_at")).map(|(after, before)| after - before);
    assert!(moved.is_some_and(|m| m > TimeDelta::days(7)), "what the hold took is given back: {moved:?}");
    assert_eq!(d.get(&path(&done)).await.ok()["state"], "closed", "nobody objected for a week");
});

on_both!(one_of_two_nodes_sweeps, async |centre| {
    past(&centre, 0, TimeDelta::days(30)).await;
    centre.time.stop();
    let (db, news) = (&centre.app.db, News::default());
    let (one, other) = (lease(), Lease::new(sweep::NAME, "other"));
    assert!(sweep::sweep(db, &one, &news).await.expect("a sweep") > 0);
    centre.time.pass(TimeDelta::days(8));
    let mut tx = db.write().await.expect("a database");
    assert!(one.hold(&mut tx).await.expect("a lease"));
    tx.commit().await.expect("a commit");
    assert_eq!(sweep::sweep(db, &other, &news).await.expect("a sweep"), 0, "it is the first one's to do");
    centre.time.pass(TimeDelta::minutes(1));
    assert!(sweep::sweep(db, &other, &news).await.expect("a sweep") > 0, "until it is gone");
});
