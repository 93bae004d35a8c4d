//! Who reaches what: masked is not searched for either, references are checked, an emergency stays one.

use super::{classifier, command, path, registered};
use crate::centre::Centre;
use crate::on_both;
use linedesk::db::Pools;
use linedesk::outbox::Lease;
use linedesk::tickets::sweep;
use serde_json::{Value, json};
use types::TicketId;
use uuid::Uuid;

async fn of_resident(centre: &Centre) -> Value {
    let d = centre.dispatcher().await;
    let building = d.get("/buildings").await.items().remove(0);
    let class = classifier(&d, "домофон").await;
    let body = json!({ "title": "Шумит насос", "place_text": "у лифта", "building_id": building["id"],
        "classifier_id": class["id"], "requester_name": "Щукина Ефросинья", "requester_phone": "+79035550147" });
    d.post("/tickets", body).await.ok()
}

on_both!(what_is_masked_is_not_searched_for, async |centre| {
    let ticket = of_resident(&centre).await;
    let (d, t) = (centre.dispatcher().await, centre.technician().await);
    let found = async |who: &crate::centre::Character, q: &str| {
        who.get(&format!("/tickets?limit=200&q={q}")).await.items().iter().any(|found| found["id"] == ticket["id"])
    };
    let number = ticket["number"].as_str().expect("a number");
    for q in ["насос", "лифта", "шумит%20лифта", number] {
        assert!(found(&d, q).await && found(&t, q).await, "{q}");
    }
    for q in ["щукина", "ефросинья", "9035550147", "0147", "5550", "+7903", "насос%20щукина"]
    {
        assert!(found(&d, q).await, "{q}");
        assert!(!found(&t, q).await, "{q}: it is masked");
    }
    t.get("/tickets?phone=%2B79035550147").await.problem(403, "forbidden");
    assert!(d.get("/tickets?phone=%2B79035550147").await.items().iter().any(|found| found["id"] == ticket["id"]));
});

on_both!(searches_of_older_versions_are_divided, async |centre| {
    let ticket = of_resident(&centre).await;
    let id: TicketId = ticket["id"].as_str().expect("an id").parse().expect("a UUID");
    const OLD: &str = "UPDATE tickets SET search = ' 1 шумит насос щукина ефросинья 79035550147' WHERE id = $1";
    match &centre.app.db.pools {
        Pools::Sqlite { writer, .. } => drop(sqlx::query(OLD).bind(id).execute(writer).await.expect("a row")),
        Pools::Postgres(pool) => drop(sqlx::query(OLD).bind(id).execute(pool).await.expect("a row")),
    }
    let t = centre.technician().await;
    assert_eq!(t.get("/tickets?q=насос").await.items().len(), 0);
    let lease = Lease::new(sweep::NAME, "test");
    let mut after = Some(TicketId::default());
    while let Some(from) = after {
        after = sweep::divide_searches(&centre.app.db, &lease, from).await.expect("it is divided");
    }
    assert_eq!(t.get("/tickets?q=насос").await.items().len(), 1);
    assert_eq!(t.get("/tickets?q=щукина").await.items().len(), 0);
});

on_both!(the_very_number_is_first_then_those_that_begin_so, async |centre| {
    let d = centre.dispatcher().await;
    let first = registered(&d, "домофон").await;
    let number = first["number"].as_str().expect("a number").to_owned();
    let building = d.get("/buildings").await.items().remove(0)["id"].clone();
    for n in 0..4 {
        let body = json!({ "title": format!("Вместо заявки {number} ({n})"), "building_id": building });
        d.post("/tickets", body).await.ok();
    }
    for sort in ["registered", "due"] {
        let found = d.get(&format!("/tickets?q={number}&sort={sort}")).await.items();
        assert_eq!((found.len(), &found[0]["id"]), (5, &first["id"]), "{sort}");
        assert_eq!(d.all(&format!("/tickets?q={number}&sort={sort}"), 2).await, found, "page by page, {sort}");
    }
    let beginning = &number[..number.len() - 1];
    let found = d.get(&format!("/tickets?limit=200&q={beginning}")).await.items();
    let begins = |t: &Value| t["number"].as_str().is_some_and(|n| n.starts_with(beginning));
    let many = found.iter().filter(|t| begins(t)).count();
    assert!(many > 1 && found[..many].iter().all(begins), "{found:?}");
    assert_eq!(d.all(&format!("/tickets?q={beginning}"), 3).await, found);
    let units = d.get("/units?limit=200&q=1").await.items();
    let exact = |u: &Value| u["label"] == "1";
    let many = units.iter().filter(|u| exact(u)).count();
    assert!(many > 0 && units.len() > many && units[..many].iter().all(exact));
    assert_eq!(d.all("/units?q=1", 7).await, d.all("/units?q=1", 150).await);
});

on_both!(what_a_new_ticket_names_must_be_there, async |centre| {
    let (d, t) = (centre.dispatcher().await, centre.technician().await);
    for field in ["call_id", "intake_id", "requester_id"] {
        let body = |id: &Value| json!({ "title": "Кран", "place_text": "двор", field: id });
        let problem = d.post("/tickets", body(&json!(Uuid::max()))).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
        t.post("/tickets", body(&json!(Uuid::max()))).await.problem(403, "forbidden");
    }
    let (line, story) = (centre.switch_on().await, crate::centre::line::Story::arrived(Some("+79990001122"), 1));
    let (call, intake) = (story.call, story.intake);
    line.happens(story).await;
    let body = json!({ "title": "Кран", "place_text": "двор", "call_id": call, "intake_id": intake });
    assert_eq!(d.post("/tickets", body).await.ok()["intake_id"], json!(intake));
});

on_both!(an_emergency_is_not_rejected_by_another_name, async |centre| {
    let (d, s) = (centre.dispatcher().await, centre.supervisor().await);
    let emergency = registered(&d, "прорыв%20батар").await;
    assert_eq!(emergency["kind"], "emergency");
    let (service, other) = (registered(&d, "домофон").await, registered(&d, "прорыв%20батар").await);
    let into = |t: &Value| json!({ "command": "merge", "into": t["id"] });
    let reject = json!({ "command": "reject", "reason": "Ложный вызов" });
    command(&d, &emergency, reject.clone()).await.problem(403, "forbidden");
    command(&d, &emergency, into(&service)).await.problem(403, "forbidden");
    let changed = d.patch(&path(&emergency), json!({ "version": 1, "kind": "service", "priority": 4 })).await.ok();
    let allowed = |t: &Value, word: &str| t["allowed"].as_array().is_some_and(|words| words.contains(&json!(word)));
    assert!(allowed(&changed, "cancel") && !allowed(&changed, "reject"), "{changed}");
    command(&d, &emergency, reject.clone()).await.problem(403, "forbidden");
    command(&d, &emergency, into(&service)).await.problem(403, "forbidden");
    command(&d, &other, into(&registered(&d, "прорыв%20батар").await)).await.ok();
    let reclassified = classifier(&d, "домофон").await["id"].clone();
    d.patch(&path(&emergency), json!({ "version": 2, "classifier_id": reclassified })).await.ok();
    command(&d, &emergency, reject.clone()).await.problem(403, "forbidden");
    command(&d, &service, reject.clone()).await.ok();
    command(&s, &emergency, reject).await.ok();
});

on_both!(given_again_to_who_has_it_nothing_begins_anew, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    let technician = centre.person("technician1").await;
    centre.time.stop();
    let assign = json!({ "command": "assign", "executor_id": technician });
    let due = |t: &Value| {
        let clocks = t["clocks"].as_array().expect("clocks").clone();
        clocks.into_iter().find(|clock| clock["code"] == "accept").expect("the clock of acceptance")["due_at"].clone()
    };
    let once = command(&d, &ticket, assign.clone()).await.ok();
    centre.time.pass(chrono::TimeDelta::minutes(7));
    let twice = command(&d, &ticket, assign.clone()).await.ok();
    assert_eq!(due(&twice), due(&once));
    command(&d, &ticket, json!({ "command": "accept" })).await.ok();
    let thrice = command(&d, &ticket, assign).await.ok();
    assert_eq!((thrice["state"].as_str(), due(&thrice)), (Some("accepted"), due(&once)));
});

on_both!(control_characters_are_no_text, async |centre| {
    let d = centre.dispatcher().await;
    let ticket = registered(&d, "домофон").await;
    for text in ["a\u{7}b", "a\u{1b}[31mb", "a\0b", "a\u{85}b", "a\u{7f}b"] {
        let comment = json!({ "visibility": "internal", "text": text });
        let problem = d.post(&format!("{}/comments", path(&ticket)), comment).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "text");
        let problem = d.patch(&path(&ticket), json!({ "version": 1, "details": text })).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "details");
    }
    let lines = "первая\r\nвторая\n\tтретья";
    let changed = d.patch(&path(&ticket), json!({ "version": 1, "details": lines })).await.ok();
    assert_eq!(changed["details"], lines);
});
