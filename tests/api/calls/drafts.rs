//! `/calls/{id}/draft`: what is written down before it is saved, and who sees it.

use crate::centre::line::Story;
use crate::on_both;
use call::Kind;
use call::event::Outcome;
use chrono::TimeDelta;
use linedesk::calls::drafts::{limit, store};
use serde_json::{Value, json};
use uuid::Uuid;

fn words(details: &str) -> Value {
    json!({ "who": null, "comment": "", "tickets": [
        { "id": null, "saved": null, "linked": false, "form": { "values": { "details": details } } } ] })
}

fn change(version: &Value, details: &str) -> Value {
    json!({ "version": version, "content": words(details) })
}

on_both!(what_was_written_follows_the_call_to_the_next_agent, async |centre| {
    let (line, first, second) =
        (centre.switch_on().await, centre.dispatcher().await, centre.login("dispatcher2").await);
    let (anna, boris) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let story = Story::arrived(Some("+79990001122"), 2).answered(anna, "main");
    let (at, card) = (format!("/calls/{}/draft", story.call), format!("/calls/{}/card", story.call));
    line.happens(story.clone()).await;
    let blank = first.get(&at).await.ok();
    assert_eq!((blank["version"].as_i64(), &blank["changed_by"]), (Some(0), &Value::Null));
    let written = first.put(&at, change(&json!(0), "Капает с потолка")).await.ok();
    assert_eq!(written["changed_by"]["name"], "Анна Белова");
    assert_eq!(first.get(&card).await.ok()["draft"], written, "another browser of hers has it");

    second.get(&at).await.problem(404, "not-found");
    second.put(&at, change(&written["version"], "Чужое")).await.problem(404, "not-found");
    assert_eq!(second.get(&card).await.ok()["draft"], Value::Null, "nothing of a call that is not theirs");
    let transferred = story
        .further()
        .and(Kind::Transferred { by: anna, to_agent: Some(boris), to_queue: None })
        .and(Kind::Offered { agent: boris, queue: String::new() })
        .and(Kind::Answered { agent: boris, queue: None });
    line.happens(transferred).await;
    assert_eq!(second.get(&card).await.ok()["draft"], written);
    let on = second.put(&at, change(&written["version"], "Капает с потолка, этаж 3")).await.ok();
    assert!(on["version"].as_i64() > written["version"].as_i64());
    // The first agent's last words arrive late: they are refused, with what is there now.
    let late = first.put(&at, change(&written["version"], "Капает с потолка в ванной")).await.problem(409, "stale");
    assert_eq!(late["current"], on);
    assert_eq!(first.get(&at).await.ok(), on, "whoever had the call goes on seeing it");
    assert_eq!(centre.supervisor().await.get(&at).await.ok(), on);
    let events = first.get(&format!("/calls/{}", story.call)).await.ok()["events"].to_string();
    assert!(!events.contains("Капает"), "a person's words are not in the stream: {events}");
});

on_both!(a_draft_goes_with_the_outcome_and_no_old_version_comes_back, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let story = Story::arrived(Some("+79990001122"), 2).answered(centre.person("dispatcher1").await, "main");
    let (at, say) = (format!("/calls/{}/draft", story.call), format!("/calls/{}/disposition", story.call));
    line.happens(story.ended(Outcome::Completed)).await;
    let written = d.put(&at, change(&json!(0), "Спросил часы работы")).await.ok();
    d.put(&at, change(&json!(0), "Другое")).await.problem(409, "stale");
    assert_eq!(d.put(&say, json!({ "code": "spam" })).await.status, 204);
    assert_eq!(d.get(&at).await.ok()["version"], 0, "its words are gone");
    let late = d.put(&at, change(&written["version"], "Спросил часы работы!")).await.problem(409, "stale");
    assert_eq!(late["current"]["version"], 0);
});

on_both!(an_outcome_while_the_next_agent_talks_takes_nothing_away, async |centre| {
    let (line, first) = (centre.switch_on().await, centre.dispatcher().await);
    let (anna, boris) = (centre.person("dispatcher1").await, centre.person("dispatcher2").await);
    let story = Story::arrived(Some("+79990001122"), 2)
        .answered(anna, "main")
        .and(Kind::Transferred { by: anna, to_agent: Some(boris), to_queue: None })
        .and(Kind::Offered { agent: boris, queue: String::new() })
        .and(Kind::Answered { agent: boris, queue: None });
    let (at, say) = (format!("/calls/{}/draft", story.call), format!("/calls/{}/disposition", story.call));
    line.happens(story.clone()).await;
    let written = first.put(&at, change(&json!(0), "Капает")).await.ok();
    assert_eq!(first.put(&say, json!({ "code": "spam" })).await.status, 204);
    assert_eq!(first.get(&at).await.ok(), written);
    line.happens(story.further().ended(Outcome::Completed)).await;
    assert_eq!(centre.login("dispatcher2").await.put(&say, json!({ "code": "spam" })).await.status, 204);
    assert_eq!(first.get(&at).await.ok()["version"], 0, "the last part's outcome is the call's");
});

on_both!(drafts_are_bounded, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher1").await;
    let story = Story::arrived(Some("+79990001122"), 2).answered(agent, "main");
    let at = format!("/calls/{}/draft", story.call);
    line.happens(story).await;
    let long = "ж".repeat(limit::BYTES);
    for (field, form) in [
        ("content", change(&json!(0), &long)),
        ("content", change(&json!(0), "a\0b")),
        ("content.comment", json!({ "version": 0, "content": { "comment": "a\0b" } })),
        ("content.colour", json!({ "version": 0, "content": { "colour": 1 } })),
        ("version", json!({ "content": words("x") })),
    ] {
        assert_eq!(d.put(&at, form).await.problem(422, "invalid")["errors"][0]["field"], field);
    }
    let mut tx = centre.app.db.write().await.expect("a transaction");
    let blank = Default::default();
    for _ in 0..limit::OF_PERSON {
        let call = linedesk::clock::id();
        assert!(store::put(&mut tx, call, 0, &blank, agent).await.expect("a draft"));
    }
    tx.commit().await.expect("a commit");
    d.put(&at, change(&json!(0), "x")).await.problem(409, "too-many-drafts");
    assert_eq!(store::forget_old(&centre.app.db).await.expect("a look"), 0);
    centre.time.pass(TimeDelta::days(limit::DAYS + 1));
    assert_eq!(store::forget_old(&centre.app.db).await.expect("a look"), limit::OF_PERSON as u64);
    d.get(&format!("/calls/{}/draft", Uuid::max())).await.problem(404, "not-found");
});
