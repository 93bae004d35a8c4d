//! `/tickets`, `/classifiers`

mod at_once;
mod calls;
mod clocks;
mod days;
mod outcome;
mod reach;
mod search;
mod titles;

use crate::centre::Character;
use crate::on_both;
use serde_json::{Value, json};
use uuid::Uuid;

/// A classifier by what one would type.
pub async fn classifier(d: &Character, q: &str) -> Value {
    d.get(&format!("/classifiers?q={q}")).await.items().remove(0)
}

/// A new complete ticket in the first building.
pub async fn registered(d: &Character, q: &str) -> Value {
    let (class, building) = (classifier(d, q).await, d.get("/buildings").await.items().remove(0));
    let body = json!({ "title": "Проба", "classifier_id": class["id"], "building_id": building["id"] });
    d.post("/tickets", body).await.ok()
}

pub fn path(ticket: &Value) -> String {
    format!("/tickets/{}", ticket["id"].as_str().expect("an id"))
}

/// A transition of the ticket as it is now, or of the version that the body names.
pub async fn command(who: &Character, ticket: &Value, mut body: Value) -> crate::centre::Reply {
    if body["version"].is_null() {
        let now = who.get(&path(ticket)).await.body["version"].clone();
        body["version"] = if now.is_null() { ticket["version"].clone() } else { now };
    }
    who.post(&format!("{}/transitions", path(ticket)), body).await
}

on_both!(registered_once, async |centre| {
    let d = centre.dispatcher().await;
    let class = classifier(&d, "прорыв%20батар").await;
    let unit = d.get("/units?q=17&limit=1").await.items().remove(0);
    let contact = d.get("/contacts?limit=1").await.items().remove(0);
    let id = Uuid::from_u128(0x42);
    let body = json!({ "id": id, "classifier_id": class["id"], "unit_id": unit["id"], "requester_id": contact["id"],
        "requester_phone": "8 916 000-11-22", "title": " Лопнула батарея ", "details": "В большой комнате" });
    let made = d.post("/tickets", body.clone()).await;
    assert_eq!(made.status, 201);
    let made = made.ok();
    assert_eq!(made["building"]["id"], unit["building"]["id"], "the unit knows its building");
    assert!(made["section"].as_str().is_some() && made["floor"].as_str().is_some());
    assert_eq!(made["requester_name"], contact["full_name"]);
    assert_eq!(made["requester_phone"], "+79160001122");
    assert_eq!(
        (made["kind"].as_str(), made["priority"].as_i64(), made["state"].as_str()),
        (Some("emergency"), Some(1), Some("new"))
    );
    assert_eq!((made["title"].as_str(), made["complete"].as_bool()), (Some("Лопнула батарея"), Some(true)));
    assert!(made["number"].as_str().is_some_and(|n| n.len() <= 7 && n.bytes().all(|b| b.is_ascii_digit())));
    assert_eq!(made["events"][0]["type"], "registered");
    assert_eq!(made["events"][0]["actor"]["name"], "Анна Белова");
    assert_eq!(d.post("/tickets", body).await.ok(), made, "sent twice, made once");
    for q in [
        "лопнула",
        made["number"].as_str().expect("a number"),
        "9160001122",
        "0011 22".split(' ').next().expect("digits"),
    ] {
        let found = d.get(&format!("/tickets?q={q}")).await.items();
        assert!(found.iter().any(|t| t["id"] == made["id"]), "{q}");
    }
    let next = registered(&d, "домофон").await;
    let numbers: Vec<i64> =
        [&made, &next].iter().map(|t| t["number"].as_str().expect("digits").parse().expect("a number")).collect();
    assert_eq!(numbers[1], numbers[0] + 1, "no gaps");
});

on_both!(a_refused_ticket_takes_no_number, async |centre| {
    let d = centre.dispatcher().await;
    let first = registered(&d, "домофон").await;
    for body in [
        json!({ "title": "x", "building_id": Uuid::max() }),
        json!({ "title": "x", "place_text": "y", "classifier_id": Uuid::max() }),
        json!({ "title": "x", "place_text": "y", "requester_id": Uuid::max() }),
        json!({ "title": "x", "place_text": "y", "unit_id": Uuid::max() }),
        json!({ "title": "x", "place_text": "y", "executor_id": Uuid::max() }),
        json!({ "title": "x", "place_text": "y", "executor_id": centre.person("dispatcher2").await }),
    ] {
        d.post("/tickets", body).await.problem(422, "invalid");
    }
    let second = registered(&d, "домофон").await;
    let number = |t: &Value| t["number"].as_str().expect("digits").parse::<i64>().expect("a number");
    assert_eq!(number(&second), number(&first) + 1);
});

on_both!(the_whole_life, async |centre| {
    let (d, t) = (centre.dispatcher().await, centre.technician().await);
    let technician = centre.person("technician1").await;
    let ticket = registered(&d, "прорыв%20батар").await;
    let words = |t: &Value| {
        t["allowed"]
            .as_array()
            .expect("allowed")
            .iter()
            .map(|w| w.as_str().expect("a word").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(words(&ticket), ["assign", "tell", "cancel", "merge"], "a dispatcher may not reject an emergency");
    command(&d, &ticket, json!({ "command": "finish" })).await.problem(409, "illegal-transition");
    command(&d, &ticket, json!({ "command": "assign" })).await.problem(422, "invalid");
    command(&d, &ticket, json!({ "command": "dance" })).await.problem(422, "invalid");
    let steps: [(&Character, Value, &str); 9] = [
        (&d, json!({ "command": "assign", "executor_id": technician }), "assigned"),
        (&t, json!({ "command": "accept" }), "accepted"),
        (&t, json!({ "command": "start" }), "in_progress"),
        (&t, json!({ "command": "localize" }), "in_progress"),
        (&d, json!({ "command": "tell" }), "in_progress"),
        (&t, json!({ "command": "hold", "reason": "parts", "until": "2999-01-01T00:00:00Z" }), ""),
        (&t, json!({ "command": "finish" }), "done"),
        (&d, json!({ "command": "confirm" }), "closed"),
        (&d, json!({ "command": "reopen", "reason": "Снова течёт" }), "assigned"),
    ];
    for (who, body, state) in steps {
        let reply = command(who, &ticket, body.clone()).await;
        if state.is_empty() {
            reply.problem(422, "invalid");
        } else {
            assert_eq!(reply.ok()["state"], state, "{body}");
        }
    }
    let whole = d.get(&path(&ticket)).await.ok();
    let types: Vec<&str> =
        whole["events"].as_array().expect("events").iter().filter_map(|e| e["type"].as_str()).collect();
    assert_eq!(types, ["registered", "assign", "accept", "start", "localize", "tell", "finish", "confirm", "reopen"]);
    assert_eq!((whole["reopen_count"].as_i64(), whole["version"].as_i64()), (Some(1), Some(9)));
});

on_both!(stale_versions_are_told_the_current, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    let first = d.patch(&path(&ticket), json!({ "version": 1, "title": "Первый", "priority": 2 })).await.ok();
    assert_eq!((first["version"].as_i64(), first["title"].as_str()), (Some(2), Some("Первый")));
    let problem = d.patch(&path(&ticket), json!({ "version": 1, "title": "Второй" })).await.problem(409, "stale");
    assert_eq!(problem["current"]["title"], "Первый");
    command(&d, &ticket, json!({ "command": "tell", "version": 1 })).await.problem(409, "stale");
    let last = first["events"].as_array().and_then(|e| e.last()).expect("an event");
    assert_eq!((last["type"].as_str(), &last["data"]), (Some("changed"), &json!({ "title": "Первый", "priority": 2 })));
    let emptied = d.patch(&path(&ticket), json!({ "version": 2, "classifier_id": null })).await.ok();
    assert!(emptied["classifier"].is_null());
    let nowhere = d.patch(&path(&ticket), json!({ "version": 3, "building_id": null })).await.problem(422, "invalid");
    assert_eq!(nowhere["errors"][0]["field"], "building_id");
});

on_both!(held_and_resumed, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    let technician = centre.person("technician1").await;
    command(&d, &ticket, json!({ "command": "assign", "executor_id": technician })).await.ok();
    let until = linedesk::clock::utc() + chrono::TimeDelta::days(2);
    command(&d, &ticket, json!({ "command": "hold", "reason": "bored", "until": until })).await.problem(422, "invalid");
    let held = command(&d, &ticket, json!({ "command": "hold", "reason": "parts", "until": until })).await.ok();
    assert_eq!((held["state"].as_str(), held["hold_reason"].as_str()), (Some("on_hold"), Some("parts")));
    let clock = |t: &Value, code: &str| {
        t["clocks"].as_array().expect("clocks").iter().find(|c| c["code"] == code).expect("a clock").clone()
    };
    assert!(clock(&held, "done")["paused_at"].is_string(), "the company's own clock stands still");
    assert!(clock(&held, "told")["paused_at"].is_null(), "the law's clock does not");
    let back = command(&d, &ticket, json!({ "command": "resume" })).await.ok();
    assert_eq!((back["state"].as_str(), &back["hold_reason"]), (Some("assigned"), &Value::Null));
    assert!(clock(&back, "done")["paused_at"].is_null());
});

on_both!(merged_into_another, async |centre| {
    let d = centre.dispatcher().await;
    let (a, b) = (registered(&d, "домофон").await, registered(&d, "домофон").await);
    command(&d, &a, json!({ "command": "merge", "into": a["id"] })).await.problem(409, "bad-master");
    command(&d, &a, json!({ "command": "merge", "into": Uuid::max() })).await.problem(409, "bad-master");
    let merged = command(&d, &a, json!({ "command": "merge", "into": b["id"] })).await.ok();
    assert_eq!((merged["state"].as_str(), &merged["merged_into"]), (Some("merged"), &b["id"]));
    let master = d.get(&path(&b)).await.ok();
    let last = master["events"].as_array().and_then(|e| e.last()).expect("an event");
    assert_eq!((last["type"].as_str(), &last["data"]["number"]), (Some("merged_here"), &a["number"]));
    command(&d, &b, json!({ "command": "merge", "into": a["id"] })).await.problem(409, "bad-master");
    d.patch(&path(&a), json!({ "version": 2, "title": "x" })).await.problem(409, "illegal-transition");
});

on_both!(technicians_reach_only_their_work, async |centre| {
    let (d, s, t) = (centre.dispatcher().await, centre.supervisor().await, centre.technician().await);
    let technician = centre.person("technician1").await;
    let all = d.get("/tickets?limit=200&state=open").await.items();
    let mine = t.get("/tickets?limit=200&state=open").await.items();
    assert!(mine.len() < all.len() || all.iter().all(|t| t["state"] != "x"));
    for ticket in &mine {
        let given = ticket["executor"]["id"] == json!(technician);
        assert!(given || (ticket["state"] == "new" && ticket["executor"].is_null()), "{ticket}");
        if let Some(phone) = ticket["requester_phone"].as_str() {
            assert!(phone.starts_with("***"), "{phone}");
        }
    }
    // A question for the office is nothing for hands.
    let office = registered(&d, "квитанц").await;
    t.get(&path(&office)).await.problem(404, "not-found");
    t.get(&format!("{}/comments", path(&office))).await.problem(404, "not-found");
    t.post(&format!("{}/comments", path(&office)), json!({ "visibility": "internal", "text": "x" }))
        .await
        .problem(404, "not-found");
    command(&t, &office, json!({ "command": "tell" })).await.problem(404, "not-found");
    // Work up for grabs can be taken by oneself, and by nobody else.
    let work = registered(&d, "домофон").await;
    t.get(&path(&work)).await.ok();
    command(&t, &work, json!({ "command": "assign", "executor_id": Uuid::max() })).await.problem(403, "forbidden");
    command(&t, &work, json!({ "command": "cancel", "reason": "x" })).await.problem(403, "forbidden");
    let taken = command(&t, &work, json!({ "command": "assign", "executor_id": technician })).await.ok();
    assert_eq!(taken["allowed"], json!(["assign", "accept", "decline", "start", "tell", "hold"]));
    assert!(taken["calls"].as_array().is_some_and(Vec::is_empty), "calls are not for technicians");
    let dropped = command(&t, &work, json!({ "command": "decline", "reason": "Нет ключа" })).await.ok();
    assert_eq!(dropped["state"], "new");
    // An emergency is rejected by a supervisor only.
    let emergency = registered(&d, "прорыв%20батар").await;
    command(&d, &emergency, json!({ "command": "reject", "reason": "x" })).await.problem(403, "forbidden");
    command(&s, &emergency, json!({ "command": "reject", "reason": " " })).await.problem(422, "invalid");
    command(&s, &emergency, json!({ "command": "reject", "reason": "Ложный вызов" })).await.ok();
});

on_both!(comments, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    let at = format!("{}/comments", path(&ticket));
    d.post(&at, json!({ "visibility": "internal", "text": " " })).await.problem(422, "invalid");
    d.post(&at, json!({ "visibility": "public", "text": "x" })).await.problem(422, "invalid");
    let made = d.post(&at, json!({ "visibility": "client", "text": "Мастер будет завтра" })).await.ok();
    assert_eq!(made["author"]["name"], "Анна Белова");
    assert_eq!(d.get(&at).await.items(), [made]);
    let whole = d.get(&path(&ticket)).await.ok();
    assert_eq!(
        (whole["comments"].as_array().map(Vec::len), whole["version"].as_i64()),
        (Some(1), Some(1)),
        "a comment is no edit"
    );
});

on_both!(lists_filter_sort_and_continue, async |centre| {
    let d = centre.dispatcher().await;
    for sort in ["registered", "due"] {
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = d.get(&format!("/tickets?limit=17&sort={sort}&after={next}")).await.ok();
            seen.extend(page["items"].as_array().expect("items").iter().map(|t| t["id"].to_string()));
            match page["next"].as_str() {
                Some(more) => next = more.to_owned(),
                None => break,
            }
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((count, seen.len()), (60, 60), "{sort}");
    }
    let due = d.get("/tickets?sort=due&limit=60").await.items();
    let running = |t: &Value| {
        t["clocks"].as_array().expect("clocks").iter().any(|c| c["stopped_at"].is_null() && c["paused_at"].is_null())
    };
    let open = |t: &Value| {
        ["new", "assigned", "accepted", "in_progress", "on_hold"].contains(&t["state"].as_str().expect("a state"))
    };
    let first_idle = due.iter().position(|t| !(open(t) && running(t))).unwrap_or(due.len());
    assert!(due[first_idle..].iter().all(|t| !(open(t) && running(t))), "tickets without a running clock come last");
    for (query, check) in [
        ("state=open", Box::new(open) as Box<dyn Fn(&Value) -> bool>),
        ("state=done,closed", Box::new(|t: &Value| t["state"] == "done" || t["state"] == "closed")),
        ("executor=me", Box::new(|_: &Value| false)),
    ] {
        let items = d.get(&format!("/tickets?limit=200&{query}")).await.items();
        assert!(items.iter().all(&check), "{query}");
        assert_eq!(items.is_empty(), query == "executor=me", "{query}");
    }
    let one = &d.get("/tickets?limit=1").await.items()[0];
    let building = one["building"]["id"].as_str().expect("a building");
    let there = d.get(&format!("/tickets?limit=200&building={building}")).await.items();
    assert!(there.iter().all(|t| t["building"]["id"] == building) && there.len() < 60);
});

on_both!(classifiers_by_typing, async |centre| {
    let d = centre.dispatcher().await;
    for (typed, expect) in [
        ("нет гор", "Нет горячей воды"),
        ("ГОРЯЧЕЙ нет", "Нет горячей воды"),
        ("застр лиф", "Застряли люди"),
        ("people stuck", "Застряли люди"),
        ("мусоропров засор", "Засор мусоропровода"),
        ("104", "Запах газа"),
    ] {
        assert_eq!(classifier(&d, typed).await["problem_ru"], expect, "{typed}");
    }
    let english = d.get("/classifiers?q=stuck").await.items();
    assert_eq!(
        (english[0]["problem_en"].as_str(), english[0]["place_en"].as_str()),
        (Some("People stuck"), Some("Lift"))
    );
    assert_eq!(d.get("/classifiers?limit=200").await.items().len(), linedesk::tickets::seed::len());
});
