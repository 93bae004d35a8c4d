//! What the outcome of a call makes of the ticket that its answer opened.

use super::calls::opened;
use super::{path, registered};
use crate::centre::line::{Line, Story};
use crate::centre::{Centre, Character};
use crate::on_both;
use call::event::{Kind, Outcome};
use serde_json::{Value, json};
use types::TicketId;

/// A call that the first dispatcher answered and the caller ended, and the ticket that it opened.
async fn answered(centre: &Centre, line: &Line) -> (Story, TicketId) {
    let story = Story::arrived(Some("+79990001122"), 1).answered(centre.person("dispatcher1").await, "main");
    line.happens(story.clone().ended(Outcome::Completed)).await;
    let ticket = opened(centre, story.call).await;
    (story, ticket)
}

async fn say(who: &Character, call: &Story, form: Value) -> u16 {
    who.put(&format!("/calls/{}/disposition", call.call), form).await.status.as_u16()
}

async fn ids(who: &Character, list: &str) -> Vec<Value> {
    who.get(list).await.items().into_iter().map(|each| each["id"].clone()).collect()
}

on_both!(an_outcome_without_a_request_closes_the_calls_ticket, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    for code in ["spam", "silent", "wrong_number", "test", "duplicate", "unreachable"] {
        let (call, ticket) = answered(&centre, &line).await;
        assert!(ids(&d, "/tickets?state=open&limit=200").await.contains(&json!(ticket)), "{code}: before it");
        assert_eq!(say(&d, &call, json!({ "code": code })).await, 204);
        let closed = d.get(&format!("/tickets/{ticket}")).await.ok();
        assert_eq!(
            (closed["state"].as_str(), closed["complete"].as_bool()),
            (Some("cancelled"), Some(false)),
            "{code}"
        );
        let last = closed["events"].as_array().and_then(|all| all.last()).expect("events");
        assert_eq!((&last["type"], &last["data"]["disposition"]), (&json!("no_request"), &json!(code)));
        for list in ["/tickets?limit=200", "/tickets?state=open&limit=200", "/tickets?state=cancelled&limit=200"] {
            assert!(!ids(&d, list).await.contains(&json!(ticket)), "{code}: {list}");
        }
        let of_call = d.get(&format!("/calls/{}", call.call)).await.ok();
        assert_eq!(of_call["tickets"][0]["id"], json!(ticket), "the call leads to it");
        let of_intake = d.get(&format!("/intakes/{}", call.intake)).await.ok();
        assert_eq!(of_intake["disposition"], code);
    }
});

on_both!(a_consultation_is_a_closed_ticket_with_its_text, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (call, ticket) = answered(&centre, &line).await;
    let text = "Рассказали, когда включат воду\nи где узнать о сроках";
    assert_eq!(say(&d, &call, json!({ "code": "consulted", "comment": text })).await, 204);
    let at = format!("/tickets/{ticket}");
    let closed = d.get(&at).await.ok();
    assert_eq!((closed["state"].as_str(), closed["kind"].as_str()), (Some("closed"), Some("info_request")));
    assert_eq!((&closed["details"], &closed["title"]), (&json!(text), &json!("Рассказали, когда включат воду")));
    assert!(ids(&d, "/tickets?limit=200").await.contains(&json!(ticket)), "it is a client's history");
    // said anew, it is settled anew
    assert_eq!(say(&d, &call, json!({ "code": "spam" })).await, 204);
    assert_eq!(d.get(&at).await.ok()["state"], "cancelled");
    assert_eq!(say(&d, &call, json!({ "code": "consulted", "comment": text })).await, 204);
    assert_eq!(d.get(&at).await.ok()["state"], "closed");
});

on_both!(work_needs_a_ticket_that_is_filled_in, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (call, ticket) = answered(&centre, &line).await;
    let at = format!("/tickets/{ticket}");
    let refused = d.put(&format!("/calls/{}/disposition", call.call), json!({ "code": "ticket_created" })).await;
    assert_eq!(refused.problem(422, "invalid")["errors"][0]["field"], "ticket_id");
    assert_eq!(say(&d, &call, json!({ "code": "spam" })).await, 204);
    // it was a request after all
    let none = d.get(&at).await.ok();
    d.patch(&at, json!({ "version": none["version"], "title": "Течёт кран" })).await.problem(409, "illegal-transition");
    let form = json!({ "version": none["version"], "complete": true, "title": "Течёт кран", "place_text": "подвал" });
    assert_eq!(d.patch(&at, form).await.ok()["state"], "new");
    assert!(ids(&d, "/tickets?state=open&limit=200").await.contains(&json!(ticket)));
    assert_eq!(say(&d, &call, json!({ "code": "ticket_created" })).await, 204);
    let open = d.get(&at).await.ok();
    assert_eq!((open["state"].as_str(), open["complete"].as_bool()), (Some("new"), Some(true)));
    // what a person made is not closed by an outcome
    assert_eq!(say(&d, &call, json!({ "code": "silent" })).await, 204);
    assert_eq!(d.get(&at).await.ok()["state"], "new");
});

on_both!(an_outcome_links_the_call_to_the_ticket_it_names, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let (call, own) = answered(&centre, &line).await;
    let existing = registered(&d, "домофон").await;
    assert_eq!(say(&d, &call, json!({ "code": "ticket_linked", "ticket_id": existing["id"] })).await, 204);
    let linked = d.get(&path(&existing)).await.ok();
    assert_eq!(linked["calls"][0]["call"]["id"], json!(call.call));
    assert_eq!(d.get(&format!("/tickets/{own}")).await.ok()["merged_into"], existing["id"]);
});

on_both!(each_part_of_a_call_has_its_outcome_and_the_last_is_the_calls, async |centre| {
    let line = centre.switch_on().await;
    let (first, second, s) = (centre.dispatcher().await, centre.login("dispatcher2").await, centre.supervisor().await);
    let (one, two) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(one, "main");
    line.happens(story.clone()).await;
    let moved = Kind::Transferred { by: one, to_agent: Some(two), to_queue: None };
    let told = story.further().and(moved).and(Kind::Offered { agent: two, queue: String::new() });
    line.happens(told.and(Kind::Answered { agent: two, queue: None }).ended(Outcome::Completed)).await;
    let ticket = opened(&centre, story.call).await;
    let at = format!("/calls/{}", story.call);
    let outcomes = async || -> Vec<Value> {
        let call = s.get(&at).await.ok();
        let parts = call["parts"].as_array().expect("parts").iter().map(|part| part["disposition"].clone());
        parts.chain([call["disposition"].clone()]).collect()
    };
    let undisposed = async || ids(&s, "/intakes?undisposed=true&limit=200").await.contains(&json!(story.intake));
    assert_eq!(outcomes().await, [json!("transferred"), Value::Null, Value::Null]);
    assert!(undisposed().await, "the last part owes an outcome");
    // the first may say more of the own part; the call's stays owed
    assert_eq!(say(&first, &story, json!({ "code": "silent" })).await, 204);
    assert_eq!(outcomes().await, [json!("silent"), Value::Null, Value::Null]);
    assert!(undisposed().await);
    assert_eq!(s.get(&format!("/tickets/{ticket}")).await.ok()["state"], "new");
    assert_eq!(say(&second, &story, json!({ "code": "wrong_number" })).await, 204);
    assert_eq!(outcomes().await, [json!("silent"), json!("wrong_number"), json!("wrong_number")]);
    assert!(!undisposed().await);
    assert_eq!(s.get(&format!("/tickets/{ticket}")).await.ok()["state"], "cancelled");
    // a supervisor speaks of the last part
    assert_eq!(say(&s, &story, json!({ "code": "test" })).await, 204);
    assert_eq!(outcomes().await, [json!("silent"), json!("test"), json!("test")]);
});

on_both!(who_had_the_call_last_overrules_an_outcome_of_before_the_transfer, async |centre| {
    let line = centre.switch_on().await;
    let (first, second) = (centre.dispatcher().await, centre.login("dispatcher2").await);
    let (one, two) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(one, "main");
    line.happens(story.clone()).await;
    assert_eq!(say(&first, &story, json!({ "code": "test" })).await, 204);
    let moved = Kind::Transferred { by: one, to_agent: Some(two), to_queue: None };
    let told = story.further().and(moved).and(Kind::Answered { agent: two, queue: None });
    line.happens(told.ended(Outcome::Completed)).await;
    assert_eq!(say(&second, &story, json!({ "code": "spam" })).await, 204);
    let call = second.get(&format!("/calls/{}", story.call)).await.ok();
    assert_eq!((&call["disposition"], &call["parts"][0]["disposition"]), (&json!("spam"), &json!("test")));
    assert_eq!(say(&first, &story, json!({ "code": "silent" })).await, 204, "of the own part");
    let call = second.get(&format!("/calls/{}", story.call)).await.ok();
    assert_eq!((&call["disposition"], &call["parts"][0]["disposition"]), (&json!("spam"), &json!("silent")));
});

on_both!(an_outcome_of_before_the_next_answer_is_not_the_calls, async |centre| {
    let line = centre.switch_on().await;
    let (first, second, s) = (centre.dispatcher().await, centre.login("dispatcher2").await, centre.supervisor().await);
    let (one, two) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let undisposed =
        async |story: &Story| ids(&s, "/intakes?undisposed=true&limit=200").await.contains(&json!(story.intake));
    let said = async |story: &Story| -> Value {
        let call = s.get(&format!("/calls/{}", story.call)).await.ok();
        json!([call["parts"][0]["disposition"], call["parts"][1]["disposition"], call["disposition"]])
    };
    for (who, code) in [(&first, "spam"), (&s, "test")] {
        let story = Story::arrived(Some("+79990001122"), 1).answered(one, "main");
        line.happens(story.clone()).await;
        assert_eq!(say(who, &story, json!({ "code": code })).await, 204);
        let moved = Kind::Transferred { by: one, to_agent: Some(two), to_queue: None };
        let told = story.further().and(moved).and(Kind::Answered { agent: two, queue: None });
        line.happens(told.ended(Outcome::Completed)).await;
        assert_eq!(said(&story).await, json!([code, null, null]));
        assert!(undisposed(&story).await, "the last part owes an outcome: {code}");
        assert_eq!(say(&second, &story, json!({ "code": "silent" })).await, 204);
        assert_eq!(said(&story).await, json!([code, "silent", "silent"]));
        assert!(!undisposed(&story).await);
    }
});
