//! `/callbacks`: who was not served, once on the lists, and what comes of it.

use crate::centre::line::{Line, Story};
use crate::centre::{Centre, Character};
use crate::on_both;
use call::event::{CallbackReason, Kind, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use linedesk::callbacks::release;
use linedesk::clock;
use reqwest::Method;
use serde_json::{Value, json};
use types::{CallbackId, IntakeId};
use uuid::Uuid;

/// A caller gave up in the queue: (the callback, its intake).
async fn abandoned(line: &Line, from: Option<&str>, queue: &str) -> (CallbackId, IntakeId) {
    let task: CallbackId = clock::id();
    let story = Story::arrived(from, 3).abandoned(task, queue);
    let intake = story.intake;
    line.happens(story).await;
    (task, intake)
}

async fn undisposed(d: &Character) -> Vec<Value> {
    d.get("/intakes?undisposed=true").await.items()
}

fn has(items: &[Value], id: impl serde::Serialize) -> bool {
    items.iter().any(|item| item["id"] == json!(id))
}

/// A dispatcher of the emergency queue only.
pub async fn emergency_only(centre: &Centre) -> Character {
    let form = json!({ "login": "night", "name": "Ночь", "role": "dispatcher", "password": "a long password",
        "extension": "130", "queues": ["emergency"] });
    centre.administrator().await.post("/people", form).await.ok();
    let night = centre.stranger();
    night.post("/login", json!({ "login": "night", "password": "a long password" })).await.ok();
    night
}

on_both!(one_piece_of_work_is_listed_once, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (task, intake) = abandoned(&line, Some("+79990001122"), "main").await;
    assert!(has(&d.get("/callbacks").await.items(), task));
    assert!(!has(&undisposed(&d).await, intake), "the callback stands for it");
    assert!(has(&d.get("/intakes?limit=200").await.items(), intake), "it is in the ledger nevertheless");
    let at = format!("/callbacks/{task}");
    let mine = d.put(&format!("{at}/claim"), json!({})).await.ok();
    assert_eq!((mine["state"].as_str(), mine["claimed_by"]["name"].as_str()), (Some("claimed"), Some("Анна Белова")));
    assert!(!has(&undisposed(&d).await, intake), "nor while somebody is at it");
    let done = d.put(&format!("{at}/state"), json!({ "state": "done" })).await.ok();
    assert_eq!(done["state"], "done");
    assert!(!has(&d.get("/callbacks").await.items(), task));
    assert!(!has(&undisposed(&d).await, intake));
    let intake = d.get(&format!("/intakes/{intake}")).await.ok();
    assert_eq!(
        (intake["state"].as_str(), intake["disposition"].as_str(), intake["disposed_by"]["name"].as_str()),
        (Some("disposed"), Some("callback_done"), Some("Анна Белова"))
    );
    d.put(&format!("{at}/state"), json!({ "state": "unreachable" })).await.problem(409, "settled");
    d.put(&format!("{at}/claim"), json!({})).await.ok();
    centre.login("dispatcher2").await.put(&format!("{at}/claim"), json!({})).await.problem(409, "settled");
});

on_both!(every_end_says_what_the_intake_came_to, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    for (form, state, disposition) in [
        (json!({ "state": "done", "reason": "Поговорили" }), "done", Some("callback_done")),
        (json!({ "state": "unreachable" }), "unreachable", Some("unreachable")),
        (json!({ "state": "cancelled", "reason": "Дети балуются", "disposition": "spam" }), "cancelled", Some("spam")),
        (json!({ "state": "cancelled", "reason": "Уже говорили" }), "cancelled", None),
    ] {
        let (task, intake) = abandoned(&line, Some("+79990001122"), "main").await;
        let settled = d.put(&format!("/callbacks/{task}/state"), form.clone()).await.ok();
        assert_eq!(settled["state"], state);
        let found = d.get(&format!("/intakes/{intake}")).await.ok();
        assert_eq!(found["disposition"].as_str(), disposition, "{form}");
        assert_eq!(has(&undisposed(&d).await, intake), disposition.is_none(), "what nobody said is asked for: {form}");
    }
});

on_both!(the_intakes_disposition_settles_the_callback, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    for (code, state) in [("callback_done", "done"), ("unreachable", "unreachable"), ("spam", "cancelled")] {
        let (task, intake) = abandoned(&line, None, "main").await;
        let said = d.put(&format!("/intakes/{intake}/disposition"), json!({ "code": code })).await;
        assert_eq!(said.status, 204, "{}", said.body);
        let all = d.get("/callbacks?state=all&limit=200").await.items();
        let found = all.iter().find(|c| c["id"] == json!(task)).expect("the callback");
        assert_eq!((found["state"].as_str(), found["comment"].as_str()), (Some(state), Some(code)));
    }
});

on_both!(a_caller_who_is_answered_is_owed_nothing, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (task, intake) = abandoned(&line, Some("+79990001122"), "main").await;
    let (other, _) = abandoned(&line, Some("+79990001133"), "main").await;
    let again = Story::arrived(Some("+79990001122"), 1).answered(centre.person("dispatcher2").await, "main");
    line.happens(again.clone()).await;
    let all = d.get("/callbacks?state=all&limit=200").await.items();
    let state = |id: CallbackId| all.iter().find(|c| c["id"] == json!(id)).map(|c| c["state"].clone());
    assert_eq!((state(task), state(other)), (Some(json!("merged")), Some(json!("pending"))));
    let first = d.get(&format!("/intakes/{intake}")).await.ok();
    assert_eq!((first["state"].as_str(), first["disposition"].as_str()), (Some("disposed"), Some("duplicate")));
    line.happens(again.further().ended(Outcome::Completed)).await;
    assert!(has(&undisposed(&d).await, again.intake), "what they talked about is to be said");
});

on_both!(a_claim_is_exclusive, async |centre| {
    let line = centre.switch_on().await;
    let (task, _) = abandoned(&line, Some("+79990001122"), "main").await;
    let mut everybody = Vec::new();
    for n in 1..=5 {
        everybody.push(centre.login(&format!("dispatcher{n}")).await);
    }
    let at = format!("/callbacks/{task}/claim");
    let claims = everybody.iter().map(|d| d.put(&at, json!({})));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(claims).await.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
    let state = format!("/callbacks/{task}/state");
    let ends = everybody.iter().map(|d| d.put(&state, json!({ "state": "done" })));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(ends).await.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409]);
});

on_both!(other_queues_are_others_work, async |centre| {
    let night = emergency_only(&centre).await;
    let line = centre.switch_on().await;
    let (task, intake) = abandoned(&line, Some("+79990001122"), "main").await;
    assert!(!has(&night.get("/callbacks?state=all").await.items(), task));
    night.put(&format!("/callbacks/{task}/claim"), json!({})).await.problem(404, "not-found");
    night.put(&format!("/callbacks/{task}/state"), json!({ "state": "done" })).await.problem(404, "not-found");
    night.put(&format!("/intakes/{intake}/disposition"), json!({ "code": "spam" })).await.problem(404, "not-found");
    let s = centre.supervisor().await;
    let found = s.get("/callbacks").await.items();
    assert_eq!(
        found.iter().find(|c| c["id"] == json!(task)).map(|c| &c["state"]),
        Some(&json!("pending")),
        "untouched"
    );
    for person in [centre.administrator().await, centre.technician().await] {
        person.get("/callbacks").await.problem(403, "forbidden");
        person.put(&format!("/callbacks/{task}/claim"), json!({})).await.problem(403, "forbidden");
        person.put(&format!("/callbacks/{task}/state"), json!({ "state": "done" })).await.problem(403, "forbidden");
    }
    centre.stranger().put(&format!("/callbacks/{task}/claim"), json!({})).await.problem(401, "unauthorized");
});

on_both!(what_an_agent_heard_before_it_vanished_is_asked_for, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher1").await;
    for (reason, outcome) in [(CallbackReason::Broken, Outcome::Broken), (CallbackReason::NodeLost, Outcome::NodeLost)]
    {
        let story = Story::arrived(Some("+79990001122"), 3).answered(agent, "main");
        let (task, intake): (CallbackId, _) = (clock::id(), story.intake);
        let (phone, due_at) = (Some("+79990001122".into()), clock::wall_ms());
        let due = Kind::CallbackDue { task, phone, queue: "main".into(), reason, due_at };
        line.happens(story.and(due).ended(outcome)).await;
        assert!(has(&d.get("/callbacks").await.items(), task));
        assert!(has(&undisposed(&d).await, intake), "{outcome:?}: the callback does not stand for it");
        d.put(&format!("/callbacks/{task}/state"), json!({ "state": "done" })).await.ok();
        assert!(!has(&undisposed(&d).await, intake));
    }
});

on_both!(forms_are_checked, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (task, intake) = abandoned(&line, Some("+79990001122"), "main").await;
    let at = format!("/callbacks/{task}/state");
    for (field, form) in [
        ("state", json!({})),
        ("state", json!({ "state": "merged" })),
        ("state", json!({ "state": "" })),
        ("state", json!({ "state": 7 })),
        ("reason", json!({ "state": "cancelled" })),
        ("reason", json!({ "state": "cancelled", "reason": "  " })),
        ("reason", json!({ "state": "done", "reason": "a\0b" })),
        ("reason", json!({ "state": "done", "reason": "x".repeat(20_001) })),
        ("reason", json!({ "state": "done", "reason": ["x"] })),
        ("disposition", json!({ "state": "done", "disposition": "spam" })),
        ("disposition", json!({ "state": "cancelled", "reason": "x", "disposition": "nonsense" })),
        ("code", json!({ "state": "cancelled", "reason": "x", "disposition": "self_service_done" })),
        ("comment", json!({ "state": "cancelled", "reason": "short", "disposition": "consulted" })),
        ("ticket_id", json!({ "state": "cancelled", "reason": "there is one", "disposition": "ticket_created" })),
        ("why", json!({ "state": "done", "why": "x" })),
    ] {
        let problem = d.put(&at, form.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{form}: {problem}");
    }
    let huge = format!("{{\"state\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    d.raw(Method::PUT, &at, "application/json", Some(huge)).await.problem(413, "too-large");
    d.raw(Method::PUT, &at, "text/plain", Some(b"{}".to_vec())).await.problem(415, "media-type");
    d.get("/callbacks?state=lost").await.problem(400, "malformed");
    for verb in ["claim", "state"] {
        d.put(&format!("/callbacks/{}/{verb}", Uuid::max()), json!({ "state": "done" }))
            .await
            .problem(404, "not-found");
        d.put(&format!("/callbacks/17/{verb}"), json!({ "state": "done" })).await.problem(404, "not-found");
    }
    assert!(has(&d.get("/callbacks?state=pending").await.items(), task), "nothing was written");
    assert_eq!(d.get(&format!("/intakes/{intake}")).await.ok()["state"], "received");
});

on_both!(pages_most_urgent_first, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    for n in 0..5 {
        abandoned(&line, Some(&format!("+7999000112{n}")), if n % 2 == 0 { "main" } else { "emergency" }).await;
    }
    d.pages("/callbacks").await;
    d.pages("/callbacks?state=all").await;
    // as times: a whole second is written without a fraction, and as text it would stand behind the others
    let time = |c: &Value| c["due_at"].as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok()).expect("a time");
    let due: Vec<_> = d.get("/callbacks").await.items().iter().map(time).collect();
    assert!(due.is_sorted());
});

on_both!(callbacks_to_one_number_are_one_piece_of_work, async |centre| {
    let (line, d, other) = (centre.switch_on().await, centre.dispatcher().await, centre.login("dispatcher2").await);
    let mut owed = Vec::new();
    for _ in 0..3 {
        owed.push(abandoned(&line, Some("+79990001122"), "main").await);
    }
    let (stranger, _) = abandoned(&line, Some("+79990001133"), "main").await;
    let hidden = [abandoned(&line, None, "main").await, abandoned(&line, None, "main").await];
    let (second, _) = owed[1];
    assert_eq!(d.put(&format!("/callbacks/{second}/claim"), json!({})).await.ok()["id"], json!(second));
    let open = d.get("/callbacks?limit=200").await.items();
    let owner = |id: CallbackId| open.iter().find(|c| c["id"] == json!(id)).map(|c| c["claimed_by"]["name"].clone());
    for (task, _) in &owed {
        assert_eq!(owner(*task), Some(json!("Анна Белова")));
        other.put(&format!("/callbacks/{task}/claim"), json!({})).await.problem(409, "claimed");
    }
    assert_eq!(owner(stranger), Some(Value::Null));
    d.put(&format!("/callbacks/{second}/state"), json!({ "state": "done" })).await.ok();
    let open = d.get("/callbacks?limit=200").await.items();
    for (task, intake) in &owed {
        assert!(!has(&open, task));
        assert_eq!(d.get(&format!("/intakes/{intake}")).await.ok()["disposition"], "callback_done");
    }
    // of a hidden number nobody knows whether it is the same
    d.put(&format!("/callbacks/{}/state", hidden[0].0), json!({ "state": "unreachable" })).await.ok();
    let open = d.get("/callbacks?limit=200").await.items();
    assert!(has(&open, stranger) && has(&open, hidden[1].0) && !has(&open, hidden[0].0));
});

on_both!(a_claim_can_be_taken_over_and_given_back, async |centre| {
    let (line, d, other) = (centre.switch_on().await, centre.dispatcher().await, centre.login("dispatcher2").await);
    let (task, _) = abandoned(&line, Some("+79990001122"), "main").await;
    let claim = format!("/callbacks/{task}/claim");
    d.put(&claim, json!({})).await.ok();
    other.delete(&claim).await.problem(409, "claimed");
    other.put(&format!("{claim}?take_over=perhaps"), json!({})).await.problem(400, "malformed");
    let taken = other.put(&format!("{claim}?take_over=true"), json!({})).await.ok();
    assert_eq!(taken["claimed_by"]["id"], json!(centre.person("dispatcher2").await));
    d.put(&claim, json!({})).await.problem(409, "claimed");
    let back = other.delete(&claim).await.ok();
    assert_eq!((back["state"].as_str(), &back["claimed_by"]), (Some("pending"), &Value::Null));
    other.delete(&claim).await.ok();
    d.put(&claim, json!({})).await.ok();
    assert_eq!(centre.supervisor().await.delete(&claim).await.ok()["state"], "pending", "a supervisor gives any back");
});

on_both!(a_claim_ends_by_time_and_when_its_owner_leaves, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (one, two) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let (app, lease) = (&centre.app, linedesk::outbox::Lease::new(release::NAME, "test"));
    let round = async || release::release(&app.db, &lease, &app.news).await.expect("a round");
    let (first, _) = abandoned(&line, Some("+79990001122"), "main").await;
    let (second, _) = abandoned(&line, Some("+79990001133"), "main").await;
    d.put(&format!("/callbacks/{first}/claim"), json!({})).await.ok();
    centre.login("dispatcher2").await.put(&format!("/callbacks/{second}/claim"), json!({})).await.ok();
    assert_eq!(round().await, 0);
    line.agent(two, types::AgentState::Away).await;
    assert_eq!(round().await, 0, "a page may be loaded anew");
    centre.time.pass(release::LEFT + TimeDelta::seconds(5));
    assert_eq!(round().await, 1);
    let state = async |id: CallbackId| {
        let all = d.get("/callbacks?limit=200").await.items();
        all.iter().find(|c| c["id"] == json!(id)).expect("it is open")["state"].clone()
    };
    assert_eq!((state(first).await, state(second).await), (json!("claimed"), json!("pending")));
    line.agent(one, types::AgentState::Ready).await;
    centre.time.pass(release::CLAIM);
    assert_eq!(round().await, 1);
    assert_eq!(state(first).await, json!("pending"));
});

on_both!(what_is_owed_to_a_number_is_one_persons_work, async |centre| {
    let (line, d, other) = (centre.switch_on().await, centre.dispatcher().await, centre.login("dispatcher2").await);
    let (first, _) = abandoned(&line, Some("+79990001122"), "main").await;
    other.put(&format!("/callbacks/{first}/claim"), json!({})).await.ok();
    // The caller gives up once more, after a colleague has begun.
    let (again, intake) = abandoned(&line, Some("+79990001122"), "main").await;
    let claim = format!("/callbacks/{again}/claim");
    d.put(&claim, json!({})).await.problem(409, "claimed");
    for task in [first, again] {
        let ended = d.put(&format!("/callbacks/{task}/state"), json!({ "state": "unreachable" })).await;
        ended.problem(409, "claimed");
    }
    let said = |code| json!({ "code": code });
    let of_first = d.get("/callbacks").await.items();
    let owned = of_first.iter().find(|c| c["id"] == json!(first)).expect("it is open")["intake_id"].clone();
    let owned = format!("/intakes/{}/disposition", owned.as_str().expect("an id"));
    d.put(&owned, said("spam")).await.problem(409, "others-callback");
    assert!(has(&d.get("/callbacks").await.items(), first) && has(&d.get("/callbacks").await.items(), again));
    // With the one the other is taken, by whoever takes over and by the owner.
    other.put(&claim, json!({})).await.ok();
    d.put(&format!("{claim}?take_over=true"), json!({})).await.ok();
    other.put(&format!("/callbacks/{first}/claim"), json!({})).await.problem(409, "claimed");
    d.put(&format!("/callbacks/{first}/state"), json!({ "state": "done" })).await.ok();
    let left = d.get("/callbacks").await.items();
    assert!(!has(&left, first) && !has(&left, again));
    assert_eq!(d.get(&format!("/intakes/{intake}")).await.ok()["disposition"], "callback_done");
});
