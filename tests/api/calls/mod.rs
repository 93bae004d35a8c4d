//! `/calls`: what happened, the card, what an agent asks of a call.

mod drafts;

use crate::centre::line::Story;
use crate::on_both;
use call::event::{Kind, Outcome, Purpose, Unanswered};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

on_both!(a_call_is_told_whole, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher1").await;
    let story = Story::arrived(Some("+79990001122"), 2)
        .and(Kind::Traced { node: "welcome".into(), input: "2".into() })
        .queued("main")
        .and(Kind::Offered { agent: centre.person("dispatcher2").await, queue: "main".into() })
        .and(Kind::Declined { agent: centre.person("dispatcher2").await, why: Unanswered::NoAnswer })
        .answered(agent, "main");
    let at = format!("/calls/{}", story.call);
    line.happens(story.clone()).await;
    let live = d.get(&at).await.ok();
    assert_eq!((live["state"].as_str(), live["agent"]["name"].as_str()), (Some("live"), Some("Анна Белова")));
    let legs =
        Kind::LegEnded { role: Purpose::Caller, agent: None, received: 9, sent: 9, lost: 1, jitter_ms: 2.0, mos: 4.2 };
    line.happens(story.further().ended(Outcome::Completed).and(legs)).await;
    let whole = d.get(&at).await.ok();
    assert_eq!((whole["state"].as_str(), whole["outcome"].as_str()), (Some("ended"), Some("completed")));
    assert_eq!((whole["wait_ms"].as_i64(), whole["talk_ms"].as_i64()), (Some(1_000), Some(2_000)));
    assert_eq!((whole["trace"][0]["node"].as_str(), whole["trace"][0]["input"].as_str()), (Some("welcome"), Some("2")));
    let results: Vec<_> = whole["offers"].as_array().expect("offers").iter().map(|o| o["result"].clone()).collect();
    assert_eq!(results, ["no_answer", "answered"]);
    assert_eq!(whole["legs"][0]["lost"], 1);
    let kinds: Vec<_> = whole["events"].as_array().expect("events").iter().map(|e| e["kind"].clone()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&json!("arrived")), Some(&json!("leg_ended"))));
});

on_both!(found_by_what_is_known, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher3").await;
    let story = Story::arrived(Some("+79990001122"), 2).answered(agent, "main").ended(Outcome::Completed);
    let call = json!(story.call);
    line.happens(story).await;
    for (query, found) in [
        ("phone=%2B79990001122".to_owned(), true),
        ("phone=8%20(999)%20000-11-22".to_owned(), true),
        ("phone=hello".to_owned(), false),
        (format!("agent={agent}&state=ended&outcome=completed"), true),
        (format!("agent={agent}&outcome=abandoned_queue"), false),
        ("state=live".to_owned(), false),
        ("to=2020-01-01T00:00:00Z".to_owned(), false),
        (format!("contact={}", Uuid::max()), false),
    ] {
        let items = d.get(&format!("/calls?limit=200&{query}")).await.items();
        assert_eq!(items.iter().any(|c| c["id"] == call), found, "{query}");
    }
    for query in
        ["agent=me", "contact=17", "from=yesterday", "to=1", "limit=x", "state=lost", "outcome=fine", "outcome=a%00b"]
    {
        d.get(&format!("/calls?{query}")).await.problem(400, "malformed");
    }
    assert!(!d.get("/calls?phone=a%00b").await.status.is_server_error());
});

on_both!(pages_newest_first, async |centre| {
    let d = centre.dispatcher().await;
    d.pages("/calls").await;
    let times: Vec<String> = d.get("/calls").await.items().iter().map(|c| c["arrived_at"].to_string()).collect();
    assert!(times.iter().rev().is_sorted());
});

on_both!(the_card_shows_all_who_may_be_calling, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let everybody = d.get("/contacts?limit=200").await.items();
    let phone = |c: &Value| c["phones"][0]["value"].as_str().map(str::to_owned);
    let single = |c: &&Value| c["phones"][0]["shared"] == false && c["units"].as_array().is_some_and(|u| u.len() == 1);
    let known = everybody.iter().find(single).expect("somebody with one flat and one phone");
    let shared = everybody.iter().find(|c| c["phones"][0]["shared"] == true).expect("a shared phone");
    for (from, certain, several) in [(phone(known), true, false), (phone(shared), false, true), (None, false, false)] {
        let story = Story::arrived(from.as_deref(), 1);
        let at = format!("/calls/{}/card", story.call);
        line.happens(story).await;
        let card = d.get(&at).await.ok();
        assert_eq!(card["certain"], certain, "{from:?}");
        let candidates = card["candidates"].as_array().expect("candidates");
        assert_eq!(candidates.len() > 1, several, "{from:?}: {}", candidates.len());
        for unit in candidates.iter().flat_map(|c| c["units"].as_array().expect("units")) {
            assert!(["flat", "apartment", "commercial", "parking"].iter().any(|kind| unit["kind"] == **kind), "{unit}");
        }
    }
    d.get(&format!("/calls/{}/card", Uuid::max())).await.problem(404, "not-found");
});

on_both!(who_called_is_the_dispatchers_choice, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(centre.person("dispatcher1").await, "main");
    let (at, call, intake) = (
        format!("/calls/{}/contact", story.call),
        format!("/calls/{}", story.call),
        format!("/intakes/{}", story.intake),
    );
    line.happens(story).await;
    let contact = d.get("/contacts?limit=1").await.items().remove(0);
    let buildings = d.get("/buildings").await.items();
    let units =
        d.get(&format!("/units?limit=1&building={}", buildings[0]["id"].as_str().expect("an id"))).await.items();
    let (unit, elsewhere) = (&units[0]["id"], &buildings[1]["id"]);
    for (field, form) in [
        ("contact_id", json!({ "contact_id": Uuid::max() })),
        ("contact_id", json!({ "contact_id": "me" })),
        ("unit_id", json!({ "unit_id": Uuid::max() })),
        ("unit_id", json!({ "unit_id": unit, "building_id": elsewhere })),
        ("building_id", json!({ "building_id": Uuid::max() })),
        ("building_id", json!({ "building_id": 7 })),
        ("name", json!({ "name": "Иван" })),
    ] {
        let problem = d.put(&at, form.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{form}");
    }
    assert_eq!(d.get(&intake).await.ok()["contact"], Value::Null, "nothing was written");
    assert_eq!(d.put(&at, json!({ "contact_id": contact["id"], "unit_id": unit })).await.status, 204);
    assert_eq!(d.get(&call).await.ok()["contact"]["id"], contact["id"]);
    let bound = d.get(&intake).await.ok();
    assert_eq!(
        (&bound["unit"]["id"], &bound["building"]["id"]),
        (unit, &buildings[0]["id"]),
        "the unit tells the building"
    );
    d.put(&format!("/calls/{}/contact", Uuid::max()), json!({})).await.problem(404, "not-found");
});

on_both!(a_disposition_disposes_call_and_intake, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(centre.person("dispatcher1").await, "main");
    let (at, intake) = (format!("/calls/{}", story.call), format!("/intakes/{}", story.intake));
    let ticket = json!({ "title": "Кран", "place_text": "двор", "call_id": story.call, "intake_id": story.intake });
    line.happens(story.ended(Outcome::Completed)).await;
    let say = format!("{at}/disposition");
    for (field, form) in [
        ("code", json!({})),
        ("code", json!({ "code": "whatever" })),
        ("comment", json!({ "code": "consulted", "comment": "short" })),
        ("ticket_id", json!({ "code": "ticket_created" })),
        ("ticket_id", json!({ "code": "ticket_linked", "ticket_id": Uuid::max() })),
        ("ticket_id", json!({ "code": "spam", "ticket_id": 7 })),
    ] {
        assert_eq!(d.put(&say, form).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    assert_eq!(d.get(&at).await.ok()["disposition"], Value::Null, "nothing was written");
    d.post("/tickets", ticket).await.ok();
    assert_eq!(d.put(&say, json!({ "code": "ticket_created" })).await.status, 204);
    assert_eq!(d.get(&at).await.ok()["disposition"], "ticket_created");
    assert_eq!(d.get(&intake).await.ok()["disposition"], "ticket_created");
    centre.login("dispatcher2").await.put(&say, json!({ "code": "spam" })).await.problem(403, "forbidden");
    assert_eq!(d.get(&at).await.ok()["disposition"], "ticket_created");
    d.put(&format!("/calls/{}/disposition", Uuid::max()), json!({ "code": "spam" })).await.problem(404, "not-found");
});

// A live call in nobody's hands: what its stage does not allow is refused, and only a supervisor ends it.
on_both!(a_live_call_is_its_agents, async |centre| {
    let (line, d, s) = (centre.switch_on().await, centre.dispatcher().await, centre.supervisor().await);
    let call = line.rings(1, "+79990001122").await;
    let at = format!("/calls/{call}");
    assert_eq!(d.get(&at).await.ok()["state"], "live");
    assert!(d.get("/calls?state=live").await.items().iter().any(|c| c["id"] == json!(call)));
    d.put(&format!("{at}/hold"), json!({})).await.problem(409, "wrong-stage");
    d.delete(&format!("{at}/hold")).await.problem(409, "wrong-stage");
    d.post(&format!("{at}/transfer"), json!({ "queue": "main" })).await.problem(409, "wrong-stage");
    for form in [json!({}), json!({ "queue": "main", "agent": Uuid::max() })] {
        assert_eq!(
            d.post(&format!("{at}/transfer"), form).await.problem(422, "invalid")["errors"][0]["field"],
            "agent"
        );
    }
    for (field, form) in
        [("agent", json!({ "agent": "anna" })), ("queue", json!({ "queue": ["main"] })), ("to", json!({ "to": 1 }))]
    {
        assert_eq!(d.post(&format!("{at}/transfer"), form).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    let huge = format!("{{\"queue\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    d.raw(Method::POST, &format!("{at}/transfer"), "application/json", Some(huge)).await.problem(413, "too-large");
    d.delete(&at).await.problem(403, "forbidden");
    assert_eq!(d.get(&at).await.ok()["state"], "live");
    assert_eq!(s.delete(&at).await.status, 204);
    s.delete(&at).await.problem(404, "not-found");
});

on_both!(rights_and_ids, async |centre| {
    let (_line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let known = d.get("/calls?limit=1").await.items()[0]["id"].as_str().expect("an id").to_owned();
    let bodies = [
        (Method::GET, "", None),
        (Method::GET, "/card", None),
        (Method::DELETE, "", None),
        (Method::PUT, "/hold", None),
        (Method::DELETE, "/hold", None),
        (Method::POST, "/transfer", Some(json!({ "queue": "main" }))),
        (Method::PUT, "/disposition", Some(json!({ "code": "spam" }))),
        (Method::PUT, "/contact", Some(json!({}))),
        (Method::GET, "/draft", None),
        (Method::PUT, "/draft", Some(json!({ "version": 0, "content": {} }))),
    ];
    let outsiders = [centre.administrator().await, centre.technician().await];
    for (method, path, body) in bodies {
        let at = format!("/calls/{known}{path}");
        for person in &outsiders {
            person.send(method.clone(), &at, body.clone()).await.problem(403, "forbidden");
        }
        centre.stranger().send(method.clone(), &at, body.clone()).await.problem(401, "unauthorized");
        for id in [Uuid::max().to_string(), "17".into(), "%00".into()] {
            let reply =
                centre.supervisor().await.send(method.clone(), &format!("/calls/{id}{path}"), body.clone()).await;
            reply.problem(404, "not-found");
        }
    }
    for person in &outsiders {
        person.get("/calls").await.problem(403, "forbidden");
    }
});

on_both!(calls_of_other_queues_are_out_of_reach_at_every_door, async |centre| {
    let night = crate::callbacks::emergency_only(&centre).await;
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher1").await;
    let main = Story::arrived(Some("+79990001122"), 2).answered(agent, "main");
    let urgent = Story::arrived(Some("+79990001122"), 1).answered(agent, "emergency");
    for story in [&main, &urgent] {
        line.happens(story.clone().ended(Outcome::Completed)).await;
    }
    let listed = async |who: &crate::centre::Character, list: &str, id: Value| {
        who.get(list).await.items().iter().any(|each| each["id"] == id)
    };
    for (story, reached) in [(&main, false), (&urgent, true)] {
        let (call, intake) = (format!("/calls/{}", story.call), format!("/intakes/{}", story.intake));
        for (list, id) in [("/calls", json!(story.call)), ("/intakes", json!(story.intake))] {
            assert_eq!(listed(&night, &format!("{list}?limit=200"), id.clone()).await, reached, "{list}");
            assert!(listed(&d, &format!("{list}?limit=200"), id).await);
        }
        let by_phone = "/calls?phone=%2B79990001122&limit=200";
        assert_eq!(listed(&night, by_phone, json!(story.call)).await, reached);
        for path in [call.clone(), format!("{call}/card"), intake.clone()] {
            let answer = night.get(&path).await;
            match reached {
                true => drop(answer.ok()),
                false => drop(answer.problem(404, "not-found")),
            }
        }
        if !reached {
            for (path, body) in [
                (format!("{call}/contact"), json!({})),
                (format!("{call}/disposition"), json!({ "code": "spam" })),
                (format!("{intake}/disposition"), json!({ "code": "spam" })),
            ] {
                night.put(&path, body).await.problem(404, "not-found");
            }
        }
    }
    // Whoever was rung for a call reaches it, whatever the queue.
    let id = centre.person("night").await;
    let moved = Kind::Transferred { by: agent, to_agent: Some(id), to_queue: None };
    let told = Story::arrived(Some("+79990001123"), 1).answered(agent, "main");
    line.happens(told.clone()).await;
    night.get(&format!("/calls/{}", told.call)).await.problem(404, "not-found");
    line.happens(told.further().and(moved).and(Kind::Offered { agent: id, queue: "main".into() })).await;
    night.get(&format!("/calls/{}", told.call)).await.ok();
});
