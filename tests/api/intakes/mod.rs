//! `/intakes`, `/dispositions`

mod identity;

use crate::centre::line::Story;
use crate::on_both;
use call::event::Outcome;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

on_both!(the_ledger_has_every_call, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let agent = centre.person("dispatcher1").await;
    let ways = [
        (Story::arrived(Some("+79990001122"), 9).answered(agent, "main"), None, None, false),
        (Story::arrived(Some("+79990001122"), 8).answered(agent, "main"), Some(Outcome::Completed), None, true),
        (Story::arrived(None, 7), Some(Outcome::SelfServed), Some("self_service_done"), false),
        (Story::arrived(None, 6), Some(Outcome::ShortIvr), Some("silent"), false),
        (Story::arrived(None, 5), Some(Outcome::Rejected), None, true),
    ];
    for (story, outcome, disposition, owed) in ways {
        let (intake, call) = (story.intake, story.call);
        let story = match outcome {
            Some(outcome) => story.ended(outcome),
            None => story,
        };
        line.happens(story).await;
        let found = d.get(&format!("/intakes/{intake}")).await.ok();
        assert_eq!((&found["call_id"], found["channel"].as_str()), (&json!(call), Some("call")));
        assert_eq!(found["disposition"].as_str(), disposition, "{outcome:?}");
        let open = d.get("/intakes?undisposed=true").await.items();
        assert_eq!(
            open.iter().any(|i| i["id"] == json!(intake)),
            owed,
            "{outcome:?}: a live call is in somebody's hands"
        );
    }
});

on_both!(certain_callers_are_known, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let everybody = d.get("/contacts?limit=200").await.items();
    let single = |c: &&serde_json::Value| {
        c["phones"][0]["shared"] == false && c["units"].as_array().is_some_and(|u| u.len() == 1)
    };
    let known = everybody.iter().find(single).expect("somebody with one flat and one phone");
    let story = Story::arrived(known["phones"][0]["value"].as_str(), 1);
    let intake = story.intake;
    line.happens(story).await;
    let found = d.get(&format!("/intakes/{intake}")).await.ok();
    assert_eq!((found["state"].as_str(), &found["contact"]["id"]), (Some("identified"), &known["id"]));
    assert_eq!((&found["unit"]["id"], &found["unit"]["kind"]), (&known["units"][0]["id"], &known["units"][0]["kind"]));
    let shared = everybody.iter().find(|c| c["phones"][0]["shared"] == true).expect("a shared phone");
    let story = Story::arrived(shared["phones"][0]["value"].as_str(), 1);
    let intake = story.intake;
    line.happens(story).await;
    let found = d.get(&format!("/intakes/{intake}")).await.ok();
    assert_eq!((found["state"].as_str(), &found["contact"]), (Some("received"), &json!(null)), "nobody is guessed");
});

on_both!(what_a_dispatcher_says_stays, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let story = Story::arrived(Some("+79990001122"), 1).answered(centre.person("dispatcher1").await, "main");
    let at = format!("/intakes/{}/disposition", story.intake);
    let seen = format!("/intakes/{}", story.intake);
    line.happens(story.ended(Outcome::Completed)).await;
    let before = d.get(&seen).await.ok();
    for (field, form) in [
        ("code", json!({})),
        ("code", json!({ "code": "whatever" })),
        ("code", json!({ "code": 7 })),
        ("code", json!({ "code": null })),
        ("comment", json!({ "code": "consulted" })),
        ("comment", json!({ "code": "consulted", "comment": "   short   " })),
        ("comment", json!({ "code": "spam", "comment": "a\0b" })),
        ("comment", json!({ "code": "spam", "comment": "x".repeat(20_001) })),
        ("ticket_id", json!({ "code": "ticket_created" })),
        ("ticket_id", json!({ "code": "ticket_linked", "ticket_id": Uuid::max() })),
        ("ticket_id", json!({ "code": "ticket_linked", "ticket_id": "17" })),
        ("mood", json!({ "code": "spam", "mood": "bad" })),
    ] {
        let problem = d.put(&at, form.clone()).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{form}");
    }
    let huge = format!("{{\"comment\": \"{}\"}}", "x".repeat(2 * 1024 * 1024)).into_bytes();
    d.raw(Method::PUT, &at, "application/json", Some(huge)).await.problem(413, "too-large");
    assert_eq!(d.get(&seen).await.ok(), before, "nothing was written");
    let form = json!({ "code": "consulted", "comment": "Сказали, когда дадут воду" });
    assert_eq!(d.put(&at, form).await.status, 204);
    let disposed = d.get(&seen).await.ok();
    assert_eq!(
        (disposed["disposition"].as_str(), disposed["comment"].as_str()),
        (Some("consulted"), Some("Сказали, когда дадут воду"))
    );
    let other = centre.login("dispatcher2").await;
    other.put(&at, json!({ "code": "spam" })).await.problem(403, "forbidden");
    assert_eq!(d.put(&at, json!({ "code": "wrong_number" })).await.status, 204, "one's own word can be corrected");
    assert_eq!(centre.supervisor().await.put(&at, json!({ "code": "test" })).await.status, 204, "a supervisor reopens");
    d.put(&at, json!({ "code": "spam" })).await.problem(403, "forbidden");
    d.put(&format!("/intakes/{}/disposition", Uuid::max()), json!({ "code": "spam" })).await.problem(404, "not-found");
});

on_both!(of_two_words_at_once_one_counts, async |centre| {
    let line = centre.switch_on().await;
    let story = Story::arrived(Some("+79990001122"), 1).ended(Outcome::Rejected);
    let at = format!("/intakes/{}/disposition", story.intake);
    line.happens(story).await;
    let mut everybody = Vec::new();
    for n in 1..=5 {
        everybody.push(centre.login(&format!("dispatcher{n}")).await);
    }
    let words = everybody.iter().map(|d| d.put(&at, json!({ "code": "spam" })));
    let mut statuses: Vec<u16> =
        futures_util::future::join_all(words).await.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 403, 403, 403, 403]);
});

on_both!(rights_and_ids, async |centre| {
    let (line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let story = Story::arrived(Some("+79990001122"), 1).ended(Outcome::Rejected);
    let at = format!("/intakes/{}", story.intake);
    line.happens(story).await;
    for person in [centre.administrator().await, centre.technician().await] {
        person.get("/intakes").await.problem(403, "forbidden");
        person.get(&at).await.problem(403, "forbidden");
        person.get("/dispositions").await.problem(403, "forbidden");
        person.put(&format!("{at}/disposition"), json!({ "code": "spam" })).await.problem(403, "forbidden");
    }
    centre.stranger().get(&at).await.problem(401, "unauthorized");
    d.get(&format!("/intakes/{}", Uuid::max())).await.problem(404, "not-found");
    d.get("/intakes/17").await.problem(404, "not-found");
    for query in ["undisposed=perhaps", "from=yesterday", "to=2026-13-01T00:00:00Z", "limit=x", "channel=pigeon"] {
        d.get(&format!("/intakes?{query}")).await.problem(400, "malformed");
    }
    assert_eq!(d.get("/intakes?from=2100-01-01T00:00:00Z").await.items().len(), 0);
    assert_eq!(d.get("/dispositions").await.items().len(), 10);
});

on_both!(pages_newest_first, async |centre| {
    let d = centre.dispatcher().await;
    d.pages("/intakes").await;
    let times: Vec<String> = d.get("/intakes").await.items().iter().map(|i| i["arrived_at"].to_string()).collect();
    assert!(times.iter().rev().is_sorted());
});
